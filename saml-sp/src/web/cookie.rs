//! Our two cookies: the browser's handle and the session's.

use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use saml_store::Handle;

use crate::ServiceProvider;
use crate::config::CookieSecurity;

/// What a cookie is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Recognises the browser that started a login.
    Browser,
    /// Names the session.
    Session,
}

impl Purpose {
    fn name(self, sp: &ServiceProvider) -> String {
        let purpose = match self {
            Self::Browser => "browser",
            Self::Session => "session",
        };
        let name = &sp.config().cookie_name;
        match sp.config().cookies {
            // The prefix makes browsers refuse the cookie from a subdomain, a path or plain HTTP.
            CookieSecurity::HttpsOnly => format!("__Host-{name}-{purpose}"),
            CookieSecurity::InsecureLoopbackDevelopment => format!("{name}-{purpose}"),
        }
    }

    /// The handle that the browser sent, if it is one.
    pub(super) fn read(self, sp: &ServiceProvider, request: &HttpRequest) -> Option<Handle> {
        request.cookie(&self.name(sp)).and_then(|cookie| Handle::received(cookie.value()))
    }

    /// `SameSite=Lax`: sent when a person follows a link or a redirect to us, not with a form or script of another
    /// site. `HttpOnly`: no script sees it.
    pub(super) fn set(
        self,
        sp: &ServiceProvider,
        handle: &Handle,
        lifetime: std::time::Duration,
    ) -> Cookie<'static> {
        let lifetime = Duration::try_from(lifetime).unwrap_or(Duration::HOUR);
        self.cookie(sp, handle.expose().to_owned(), lifetime)
    }

    pub(super) fn clear(self, sp: &ServiceProvider) -> Cookie<'static> {
        self.cookie(sp, String::new(), Duration::ZERO)
    }

    fn cookie(self, sp: &ServiceProvider, value: String, lifetime: Duration) -> Cookie<'static> {
        Cookie::build(self.name(sp), value)
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(sp.config().cookies == CookieSecurity::HttpsOnly)
            .max_age(lifetime)
            .finish()
    }
}
