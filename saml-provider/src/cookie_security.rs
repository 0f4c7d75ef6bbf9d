//! How cookies are protected.

/// How cookies are protected on their way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum CookieSecurity {
    /// `Secure`, and named `__Host-…`: the browser sends them over HTTPS only, to this host only.
    #[default]
    HttpsOnly,
    /// Over plain HTTP too. For development only. It is refused unless the public URL is a loopback address.
    InsecureLoopbackDevelopment,
}
