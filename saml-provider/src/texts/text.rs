//! The names of all texts.

use super::placeholder::Placeholder;

/// Whose pages show a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Those of a service provider.
    ServiceProvider,
    /// Those of an identity provider.
    IdentityProvider,
}

/// Of one role or of both.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Both,
    ServiceProvider,
    IdentityProvider,
}

/// Each text once: what it is for, its name, whose pages show it, and what it leaves open.
macro_rules! texts {
    ($($(#[doc = $doc:literal])+ $variant:ident: $name:literal, $of:ident, [$($placeholder:ident),*];)+) => {
        /// The name of a text that a page shows.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Text {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Text {
            /// Every text, in the order of the declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name as files of settings have it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// Whether pages of this role show it.
            #[must_use]
            pub fn is_shown_by(self, role: Role) -> bool {
                let of = match self {
                    $(Self::$variant => Of::$of,)+
                };
                match role {
                    Role::ServiceProvider => of != Of::IdentityProvider,
                    Role::IdentityProvider => of != Of::ServiceProvider,
                }
            }

            /// What it leaves open, and must name.
            #[must_use]
            pub const fn placeholders(self) -> &'static [Placeholder] {
                match self {
                    $(Self::$variant => &[$(Placeholder::$placeholder),*],)+
                }
            }

            /// The text of this name.
            #[must_use]
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|text| text.name() == name)
            }
        }
    };
}

texts! {
    /// The button that ends the session.
    SignOut: "sign_out", Both, [];
    /// The way on from the end of a logout.
    SignInAgain: "sign_in_again", Both, [];
    /// The link to the rest of a long list.
    More: "more", Both, [];
    /// The button that goes on.
    Continue: "continue", Both, [];
    /// The heading of the page that carries a message to a peer.
    PostHeading: "post_heading", Both, [Service];
    /// What to do if that page does not go on by itself.
    PostHelp: "post_help", Both, [];
    /// What to tell the help desk about an error.
    ErrorReference: "error_reference", Both, [Reference, Time];
    /// The heading where nothing is.
    NotFoundHeading: "not_found_heading", Both, [];
    /// What to think of an address where nothing is.
    NotFoundText: "not_found_text", Both, [];
    /// The heading of a fault of ours.
    UnavailableHeading: "unavailable_heading", Both, [];
    /// What to do about a fault of ours.
    UnavailableText: "unavailable_text", Both, [];
    /// The heading for a person whom the application does not let in.
    NotAdmittedHeading: "not_admitted_heading", Both, [];
    /// The heading for a request that makes no sense.
    RequestRefusedHeading: "request_refused_heading", Both, [];
    /// The heading after a logout everywhere.
    LoggedOutHeading: "logged_out_heading", Both, [];
    /// The heading after a logout that may not have reached everybody.
    LoggedOutHereHeading: "logged_out_here_heading", Both, [];
    /// The heading above the identity providers.
    ChooseHeading: "choose_heading", ServiceProvider, [];
    /// What the sign-in is for.
    ChooseLead: "choose_lead", ServiceProvider, [Site];
    /// The heading for a response that this person has used before.
    AlreadySignedInHeading: "already_signed_in_heading", ServiceProvider, [];
    /// What a response did that was used before, for a person without a readable name.
    AlreadySignedInText: "already_signed_in_text", ServiceProvider, [Site];
    /// The same for a person with a name.
    AlreadySignedInTextNamed: "already_signed_in_text_named", ServiceProvider, [Site, Person];
    /// The heading where a form was posted and nobody is signed in.
    FormKeptHeading: "form_kept_heading", ServiceProvider, [];
    /// What to do with a form that is kept until somebody is signed in.
    FormKeptText: "form_kept_text", ServiceProvider, [Site];
    /// The link that signs in beside a form, in another window.
    FormSignIn: "form_sign_in", ServiceProvider, [];
    /// The heading above a form that can be sent now.
    FormReadyHeading: "form_ready_heading", ServiceProvider, [];
    /// Who would send the form, if they have no readable name.
    FormReadyText: "form_ready_text", ServiceProvider, [Site];
    /// The same for a person with a name.
    FormReadyTextNamed: "form_ready_text_named", ServiceProvider, [Site, Person];
    /// What opens the list of what the form says.
    FormShow: "form_show", ServiceProvider, [];
    /// The button that sends the form.
    FormSend: "form_send", ServiceProvider, [];
    /// The heading where a form could not be kept.
    FormLostHeading: "form_lost_heading", ServiceProvider, [];
    /// What to do about a form that could not be kept.
    FormLostText: "form_lost_text", ServiceProvider, [Site];
    /// The heading for a kept form that is not sent any more.
    FormOverHeading: "form_over_heading", ServiceProvider, [];
    /// What to do about a kept form that is not sent any more.
    FormOverText: "form_over_text", ServiceProvider, [];
    /// The heading of the window in which a person signed in for a form in another one.
    SignedInHeading: "signed_in_heading", ServiceProvider, [];
    /// What to do with that window.
    SignedInText: "signed_in_text", ServiceProvider, [];
    /// The way on from an error.
    ErrorTryAgain: "error_try_again", ServiceProvider, [];
    /// The way on from where nothing is.
    ErrorStartPage: "error_start_page", ServiceProvider, [];
    /// The heading for a response that was refused.
    SignInFailedHeading: "sign_in_failed_heading", ServiceProvider, [];
    /// What to do about a response that was refused.
    SignInFailedText: "sign_in_failed_text", ServiceProvider, [];
    /// What to do about a request that makes no sense.
    RequestIncompleteText: "request_incomplete_text", ServiceProvider, [];
    /// The heading for a logout that was refused.
    SignOutFailedHeading: "sign_out_failed_heading", ServiceProvider, [];
    /// What to do about a logout that was refused.
    SignOutFailedText: "sign_out_failed_text", ServiceProvider, [];
    /// The heading for a sign-in that another browser began.
    OtherBrowserHeading: "other_browser_heading", ServiceProvider, [];
    /// What to do about a sign-in that another browser began.
    OtherBrowserText: "other_browser_text", ServiceProvider, [];
    /// Whom to ask for access to the application.
    NotAdmittedByServiceText: "not_admitted_by_service_text", ServiceProvider, [];
    /// How far a logout went: everywhere.
    ServiceLoggedOutEverywhereText: "service_logged_out_everywhere_text", ServiceProvider, [];
    /// How far a logout went: not everybody confirmed it.
    ServiceLoggedOutPartlyText: "service_logged_out_partly_text", ServiceProvider, [];
    /// How far a logout went: nobody else was asked.
    ServiceLoggedOutHereText: "service_logged_out_here_text", ServiceProvider, [];
    /// The way on from an error.
    ErrorServices: "error_services", IdentityProvider, [];
    /// The heading of the login page.
    LoginHeading: "login_heading", IdentityProvider, [];
    /// The title of the login page that shows an error.
    LoginTitleAfterError: "login_title_after_error", IdentityProvider, [];
    /// The service that the sign-in is for.
    LoginLead: "login_lead", IdentityProvider, [Service];
    /// The label of the user name.
    LoginUserName: "login_user_name", IdentityProvider, [];
    /// The label of the password.
    LoginPassword: "login_password", IdentityProvider, [];
    /// The button that shows the password.
    LoginShowPassword: "login_show_password", IdentityProvider, [];
    /// The button that hides it again.
    LoginHidePassword: "login_hide_password", IdentityProvider, [];
    /// The button that sends the password.
    LoginSubmit: "login_submit", IdentityProvider, [];
    /// The warning of copies of the login page.
    LoginAddressBar: "login_address_bar", IdentityProvider, [Site];
    /// The error after a wrong user name or password: never which.
    LoginWrong: "login_wrong", IdentityProvider, [];
    /// The error after too many attempts, for at most one second.
    LoginThrottledSecond: "login_throttled_second", IdentityProvider, [];
    /// The same for less than a minute.
    LoginThrottledSeconds: "login_throttled_seconds", IdentityProvider, [Seconds];
    /// The same for a minute.
    LoginThrottledMinute: "login_throttled_minute", IdentityProvider, [];
    /// The same for longer.
    LoginThrottledMinutes: "login_throttled_minutes", IdentityProvider, [Minutes];
    /// The error where too many people are signing in.
    LoginBusy: "login_busy", IdentityProvider, [];
    /// The error after a form that was too old.
    LoginSessionLost: "login_session_lost", IdentityProvider, [];
    /// The title of the home page.
    HomeTitle: "home_title", IdentityProvider, [];
    /// The greeting of the home page.
    HomeHeading: "home_heading", IdentityProvider, [Person];
    /// What can be done on the home page.
    HomeLead: "home_lead", IdentityProvider, [UserName];
    /// The same where no service can be opened from it.
    HomeLeadWithoutServices: "home_lead_without_services", IdentityProvider, [UserName];
    /// What to do about a service whose request was refused.
    RequestOfServiceRefusedText: "request_of_service_refused_text", IdentityProvider, [];
    /// The heading for a service that is not registered.
    UnknownServiceHeading: "unknown_service_heading", IdentityProvider, [];
    /// What it means that a service is not registered.
    UnknownServiceText: "unknown_service_text", IdentityProvider, [];
    /// The heading for a sign-in that was completed or is too old.
    ExpiredHeading: "expired_heading", IdentityProvider, [];
    /// What to do about a sign-in that is over.
    ExpiredText: "expired_text", IdentityProvider, [];
    /// The heading for a form that was not shown to this browser.
    FormRefusedHeading: "form_refused_heading", IdentityProvider, [];
    /// What to do about such a form.
    FormRefusedText: "form_refused_text", IdentityProvider, [];
    /// Whom to ask for access to the identity provider.
    NotAdmittedHereText: "not_admitted_here_text", IdentityProvider, [];
    /// The heading after too many requests.
    ThrottledHeading: "throttled_heading", IdentityProvider, [];
    /// What to do after too many requests.
    ThrottledText: "throttled_text", IdentityProvider, [];
    /// How far a logout went: everywhere.
    ProviderLoggedOutEverywhereText: "provider_logged_out_everywhere_text", IdentityProvider, [Site];
    /// How far a logout went, before the list of those who did not confirm it.
    ProviderLoggedOutPartlyText: "provider_logged_out_partly_text", IdentityProvider, [Site];
    /// What to do about those.
    ProviderLoggedOutPartlyRest: "provider_logged_out_partly_rest", IdentityProvider, [];
    /// How far a logout went: nobody else was asked.
    ProviderLoggedOutHereText: "provider_logged_out_here_text", IdentityProvider, [Site];
}
