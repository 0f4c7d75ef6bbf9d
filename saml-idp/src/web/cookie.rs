//! Our two cookies: the browser's handle and the session's.

use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use saml_store::Handle;

use crate::IdentityProvider;
use crate::config::CookieSecurity;

/// What a cookie is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Recognises the browser that a form was shown to.
    Browser,
    /// Names the single sign-on session.
    Session,
}

impl Purpose {
    fn name(self, idp: &IdentityProvider) -> String {
        let purpose = match self {
            Self::Browser => "browser",
            Self::Session => "session",
        };
        let name = &idp.config().cookie_name;
        match idp.config().cookies {
            // The prefix makes browsers refuse the cookie from a subdomain, a path or plain HTTP.
            CookieSecurity::HttpsOnly => format!("__Host-{name}-{purpose}"),
            CookieSecurity::InsecureLoopbackDevelopment => format!("{name}-{purpose}"),
        }
    }

    /// The handle that the browser sent, if it is one.
    pub(super) fn read(self, idp: &IdentityProvider, request: &HttpRequest) -> Option<Handle> {
        request.cookie(&self.name(idp)).and_then(|cookie| Handle::received(cookie.value()))
    }

    /// `SameSite=Lax`: sent when a person follows a link or a redirect to us, not with a form or script of another
    /// site. `HttpOnly`: no script sees it.
    pub(super) fn set(
        self,
        idp: &IdentityProvider,
        handle: &Handle,
        lifetime: std::time::Duration,
    ) -> Cookie<'static> {
        let lifetime = Duration::try_from(lifetime).unwrap_or(Duration::HOUR);
        self.cookie(idp, handle.expose().to_owned(), lifetime)
    }

    pub(super) fn clear(self, idp: &IdentityProvider) -> Cookie<'static> {
        self.cookie(idp, String::new(), Duration::ZERO)
    }

    fn cookie(self, idp: &IdentityProvider, value: String, lifetime: Duration) -> Cookie<'static> {
        Cookie::build(self.name(idp), value)
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(idp.config().cookies == CookieSecurity::HttpsOnly)
            .max_age(lifetime)
            .finish()
    }
}
