//! Our cookies: the one place where `Cookie` is read and `Set-Cookie` is written. [RFC 6265 §4.1, §4.2]
//!
//! A browser guards the names that begin with `__Host-` as they are written. A reader that decodes a name, or trims
//! more of it than the browser does, sees a name that the browser didn't protect: `%5F%5FHost-…`, or the name after
//! U+2000, which any sibling subdomain may set. So nothing is decoded here, and no octet is taken for another one.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header::{COOKIE, HeaderMap, HeaderValue, SET_COOKIE};
use saml_core::base::{Coded, VerdictCode};
use saml_store::{Token, TokenUnavailable};

use crate::{CookieSecurity, Site};

/// The purpose of a cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Recognises the browser that a login was started in, or that a form was shown to.
    Browser,
    /// Names the session.
    Session,
    /// Says, sealed, which logins were started in this browser.
    Logins,
    /// Says, sealed, which accounts signed in in this browser before.
    KnownAccounts,
    /// Recognises the browser that a form is kept in.
    Form,
}

/// One of our cookies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnCookie {
    name: String,
    security: CookieSecurity,
}

impl OwnCookie {
    /// The cookie of this site.
    #[must_use]
    pub fn of(site: &Site, purpose: Purpose) -> Self {
        Self::new(&format!("{}-{}", site.cookie_name, site.cookie_tag()), purpose, site.cookies)
    }

    fn new(base: &str, purpose: Purpose, security: CookieSecurity) -> Self {
        let purpose = match purpose {
            Purpose::Browser => "browser",
            Purpose::Session => "session",
            Purpose::Logins => "logins",
            Purpose::KnownAccounts => "known",
            Purpose::Form => "form",
        };
        let name = match security {
            // The prefix makes browsers refuse the cookie from a subdomain, a path or plain HTTP.
            CookieSecurity::HttpsOnly => format!("__Host-{base}-{purpose}"),
            CookieSecurity::InsecureLoopbackDevelopment => format!("{base}-{purpose}"),
        };
        Self { name, security }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The token that the browser sent; `None` if it sent none, or something that is no token.
    ///
    /// All `Cookie` lines are looked at, as octets. Foreign cookies, whatever they hold, change nothing.
    ///
    /// # Errors
    /// [`CookieDuplicated`]: two cookies of our name. A browser holds one cookie of a name. If two arrive, nobody can
    /// tell whose they are.
    pub fn read(&self, headers: &HeaderMap) -> Result<Option<Token>, CookieDuplicated> {
        Ok(self.read_text(headers)?.and_then(Token::received))
    }

    /// The token that the browser sent, or a new one. Of two, neither is taken: nobody could tell later which of them it was.
    ///
    /// # Errors
    /// The system has no randomness.
    pub fn read_or_new(&self, headers: &HeaderMap) -> Result<Token, TokenUnavailable> {
        self.read(headers).ok().flatten().map_or_else(Token::random, Ok)
    }

    /// The text that the browser sent, whatever it is; `None` if it sent none, or octets that are no text.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn read_text<'h>(&self, headers: &'h HeaderMap) -> Result<Option<&'h str>, CookieDuplicated> {
        let lines = headers.get_all(COOKIE).map(HeaderValue::as_bytes);
        match sole(lines, self.name.as_bytes()) {
            Occurrence::Never => Ok(None),
            Occurrence::Once(value) => Ok(std::str::from_utf8(value).ok()),
            Occurrence::Often(times) => Err(CookieDuplicated { times }),
        }
    }

    /// The `Set-Cookie` that hands a token to the browser.
    ///
    /// `SameSite=Lax`: sent when a person follows a link or a redirect to us, not with a form or script of another
    /// site. `HttpOnly`: no script sees it.
    #[must_use]
    pub fn set(&self, token: &Token, lifetime: Duration) -> String {
        self.written(token.expose(), lifetime)
    }

    /// The same for a text of ours, which has letters, digits, `-` and `_` and nothing else.
    #[must_use]
    pub fn set_text(&self, text: &str, lifetime: Duration) -> String {
        self.written(text, lifetime)
    }

    /// The `Set-Cookie` that takes it away.
    #[must_use]
    pub fn clear(&self) -> String {
        self.written("", Duration::ZERO)
    }

    fn written(&self, value: &str, lifetime: Duration) -> String {
        let secure = match self.security {
            CookieSecurity::HttpsOnly => "; Secure",
            CookieSecurity::InsecureLoopbackDevelopment => "",
        };
        let seconds = lifetime.as_secs();
        format!("{}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}", self.name)
    }
}

/// Adds a `Set-Cookie` to a finished answer. One that can't be added is logged: its absence can only refuse.
pub fn add(response: &mut HttpResponse, set_cookie: &str) {
    match HeaderValue::from_str(set_cookie) {
        Ok(value) => response.headers_mut().append(SET_COOKIE, value),
        Err(_error) => tracing::error!("a cookie could not be set; the person will have to start again"),
    }
}

/// How often a cookie came.
#[derive(Debug, PartialEq, Eq)]
enum Occurrence<'a> {
    Never,
    Once(&'a [u8]),
    Often(usize),
}

/// The value of the only cookie of this name. `;` separates, space and tab around a pair are stripped, as
/// [RFC 6265 §5.2] has it; the name ends at the first `=`, and must be ours octet by octet.
fn sole<'a>(lines: impl Iterator<Item = &'a [u8]>, name: &[u8]) -> Occurrence<'a> {
    let mut found = Occurrence::Never;
    for pair in lines.flat_map(|line| line.split(|octet| *octet == b';')) {
        let Some(value) = stripped(pair).strip_prefix(name).and_then(|rest| rest.strip_prefix(b"=")) else {
            continue;
        };
        found = match found {
            Occurrence::Never => Occurrence::Once(value),
            Occurrence::Once(_) => Occurrence::Often(2),
            Occurrence::Often(times) => Occurrence::Often(times.saturating_add(1)),
        };
    }
    found
}

fn stripped(mut octets: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = octets {
        octets = rest;
    }
    octets
}

/// A cookie of ours came more than once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a cookie of ours came more than once")]
pub struct CookieDuplicated {
    /// How often.
    pub times: usize,
}

impl Coded for CookieDuplicated {
    fn code(&self) -> VerdictCode {
        VerdictCode::new("cookie.duplicated")
    }

    fn expected(&self) -> Option<String> {
        Some("one cookie of this name, as browsers keep it".to_owned())
    }

    fn found(&self) -> Option<String> {
        Some(format!("{} of them", self.times))
    }
}

#[cfg(test)]
#[path = "cookie/tests.rs"]
mod tests;
