//! The texts in English.

use super::text::Text;

/// This text.
pub(super) const fn of(text: Text) -> &'static str {
    match text {
        Text::SignOut => "Sign out",
        Text::SignInAgain => "Sign in again",
        Text::More => "More",
        Text::Continue => "Continue",
        Text::PostHeading => "Continue to {service}",
        Text::PostHelp => "If nothing happens by itself, use the button.",
        Text::ErrorReference => "Reference for your help desk: {reference} {time}",
        Text::NotFoundHeading => "There is no such page",
        Text::NotFoundText => "The address may be incomplete, or the page may have moved.",
        Text::UnavailableHeading => "This isn’t available at the moment",
        Text::UnavailableText => "Something went wrong on our side. Wait a moment and try again.",
        Text::NotAdmittedHeading => "You can’t sign in here",
        Text::RequestRefusedHeading => "This request can’t be accepted",
        Text::LoggedOutHeading => "You are signed out",
        Text::LoggedOutHereHeading => "You are signed out here",
        Text::ChooseHeading => "Choose where you sign in",
        Text::ChooseLead => "to continue to {site}",
        Text::AlreadySignedInHeading => "You are already signed in",
        Text::AlreadySignedInText => {
            "You are signed in to {site}. Your browser sent the same sign-in once more, which changes \
             nothing."
        }
        Text::AlreadySignedInTextNamed => {
            "You are signed in to {site} as {person}. Your browser sent the same sign-in once more, which \
             changes nothing."
        }
        Text::FormKeptHeading => "Your form was not sent yet",
        Text::FormKeptText => {
            "You are not signed in at {site} any more. This page keeps what you wrote: sign in in another \
             window, come back to this one, and go on."
        }
        Text::FormSignIn => "Sign in in another window",
        Text::FormReadyHeading => "Send your form",
        Text::FormReadyText => {
            "You are signed in to {site} again. What you wrote was kept, and was not sent yet."
        }
        Text::FormReadyTextNamed => {
            "You are signed in to {site} as {person}. What you wrote was kept, and was not sent yet."
        }
        Text::FormShow => "Show what will be sent",
        Text::FormSend => "Send",
        Text::FormLostHeading => "Your form was not sent",
        Text::FormLostText => {
            "You are not signed in at {site} any more, and this form can’t be kept: it is too long, or it has \
             files in it. Sign in in another window, and go back in this one: your browser may still have \
             what you wrote. Choose files again before you send the form."
        }
        Text::FormOverHeading => "This form can’t be sent any more",
        Text::FormOverText => {
            "It was kept for too long, or it was kept in another browser. Open the page of the form, and fill \
             it in again."
        }
        Text::SignedInHeading => "You are signed in",
        Text::SignedInText => "Close this window, and go on in the one with your form.",
        Text::ErrorTryAgain => "Try again",
        Text::ErrorStartPage => "Go to the start page",
        Text::SignInFailedHeading => "We couldn’t sign you in",
        Text::SignInFailedText => {
            "The answer of your organisation’s sign-in can’t be accepted. Please start again from here."
        }
        Text::RequestIncompleteText => {
            "It isn’t complete, or it came to an address that it isn’t meant for. Please start again from \
             here."
        }
        Text::SignOutFailedHeading => "We couldn’t complete the sign-out",
        Text::SignOutFailedText => {
            "You may still be signed in at other services. Close all windows of your browser to be safe, or \
             try again."
        }
        Text::OtherBrowserHeading => "This sign-in was started elsewhere",
        Text::OtherBrowserText => {
            "A sign-in has to end in the browser in which it began. Make sure that cookies are allowed, and \
             start again from here."
        }
        Text::NotAdmittedByServiceText => {
            "Your organisation’s sign-in worked, but this service doesn’t admit your account. Ask those who \
             run the service for access."
        }
        Text::ServiceLoggedOutEverywhereText => {
            "Your session is over here, at your organisation, and at the other services that you used."
        }
        Text::ServiceLoggedOutPartlyText => {
            "Your session here is over, but not every other service has confirmed that it signed you out. \
             Close all windows of your browser to end what remains."
        }
        Text::ServiceLoggedOutHereText => {
            "Your session here is over. You may still be signed in at your organisation: if you share this \
             device, sign out there too, or close all windows of your browser."
        }
        Text::ErrorServices => "Go to your services",
        Text::LoginHeading => "Sign in",
        Text::LoginTitleAfterError => "Error: Sign in",
        Text::LoginLead => "to continue to {service}",
        Text::LoginUserName => "User name",
        Text::LoginPassword => "Password",
        Text::LoginShowPassword => "Show password",
        Text::LoginHidePassword => "Hide password",
        Text::LoginSubmit => "Sign in",
        Text::LoginAddressBar => {
            "Before you enter your password, make sure that the address bar shows an address of {site} that \
             you know."
        }
        Text::LoginWrong => "The user name or the password isn’t right. Check both and try again.",
        Text::LoginThrottledSecond => "Too many attempts. Wait a second and try again.",
        Text::LoginThrottledSeconds => "Too many attempts. Wait {seconds} seconds and try again.",
        Text::LoginThrottledMinute => "Too many attempts. Wait a minute and try again.",
        Text::LoginThrottledMinutes => "Too many attempts. Wait {minutes} minutes and try again.",
        Text::LoginBusy => "Many people are signing in just now. Wait a few seconds and try again.",
        Text::LoginSessionLost => "This page had been open for too long. Please sign in again.",
        Text::HomeTitle => "Your services",
        Text::HomeHeading => "Hello, {person}",
        Text::HomeLead => {
            "You are signed in as {user_name}. Choose where to go; you won’t be asked for your password \
             again."
        }
        Text::HomeLeadWithoutServices => {
            "You are signed in as {user_name}. Open the service that you want to use: you won’t be asked for \
             your password again."
        }
        Text::RequestOfServiceRefusedText => {
            "The service that sent you here made a request that we can’t accept. Go back to the service and \
             start again."
        }
        Text::UnknownServiceHeading => "This service isn’t known here",
        Text::UnknownServiceText => {
            "The service that sent you here isn’t registered with us, so we can’t sign you in to it."
        }
        Text::ExpiredHeading => "This sign-in is over",
        Text::ExpiredText => {
            "It was completed before, or it took too long. Open the service that you wanted to use; if you \
             aren’t signed in there, start again."
        }
        Text::FormRefusedHeading => "This form can’t be accepted",
        Text::FormRefusedText => {
            "Your browser didn’t send what we expected. Make sure that cookies are allowed, go back and try \
             again."
        }
        Text::NotAdmittedHereText => {
            "Your user name and password are right, but your account may not sign in here. Ask those who run \
             this service for access."
        }
        Text::ThrottledHeading => "Too many requests",
        Text::ThrottledText => "Please wait a minute and try again.",
        Text::ProviderLoggedOutEverywhereText => {
            "You have been signed out of {site} and of the services that you used."
        }
        Text::ProviderLoggedOutPartlyText => {
            "You have been signed out of {site}, but not every service has confirmed that it signed you out:"
        }
        Text::ProviderLoggedOutPartlyRest => "Close all windows of your browser to end what remains.",
        Text::ProviderLoggedOutHereText => {
            "You have been signed out of {site}. You may still be signed in to services that you used: sign \
             out there too, or close all windows of your browser."
        }
    }
}
