//! Where an entity stands, and under which name.

use std::fmt;

use saml_core::base::{ClockSkew, EntityId, InvalidEntityId, Limits, PublicUrl, is_plain_path};

use crate::CookieSecurity;
use crate::texts::Texts;

/// One of our entities on the web: its name, its address, its look, and what it grants the clocks and the messages of
/// others.
///
/// Several may stand in one program, below different paths or on different hosts. Those that share a host share its
/// origin: their pages can read each other, so they must trust each other. Who does not trust another gets a host of
/// their own.
#[derive(Clone, Debug)]
pub struct Site {
    /// Our name.
    pub entity_id: EntityId,
    /// The address that browsers use: `https://app.example.com`, or `https://example.com/app` for what stands below a
    /// path. Never from a request header (attack 169, NET-03).
    pub public_url: PublicUrl,
    /// Where our endpoints stand below that address.
    pub mount: MountPath,
    /// Whether a proxy in front takes the path of the public URL away before it passes a request on.
    pub proxy_path: ProxyPath,
    /// Whether our endpoints answer on every host, or on that of the public URL alone.
    pub host: HostRule,
    /// What people are shown on our pages and at our peers.
    pub display_name: String,
    /// A stylesheet of yours for our pages, a path on this host.
    pub theme: Option<String>,
    /// A logo of yours for our pages, a path on this host.
    pub mark: Option<String>,
    /// The words of our pages, in all languages that they are shown in, and which of them is the default.
    pub texts: Texts,
    /// The beginning of our cookies' names, for whoever looks at them (letters, digits, `-`). The names of two sites
    /// differ in any case: they carry [`Site::cookie_tag`].
    pub cookie_name: String,
    /// How cookies are protected.
    pub cookies: CookieSecurity,
    /// How far a peer's clock may be off.
    pub clock_skew: ClockSkew,
    /// Bounds on received messages.
    pub limits: Limits,
}

/// The path below which the endpoints of an entity stand: `/saml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MountPath(String);

impl MountPath {
    /// The longest path, in octets.
    pub const MAX_OCTETS: usize = 128;

    /// The path as text, without a trailing slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for MountPath {
    fn default() -> Self {
        Self("/saml".to_owned())
    }
}

impl TryFrom<&str> for MountPath {
    type Error = InvalidMountPath;

    /// # Errors
    /// Not a path such as `/saml`: letters, digits and `-._~` between slashes, none at the end.
    fn try_from(text: &str) -> Result<Self, InvalidMountPath> {
        if text.len() > Self::MAX_OCTETS || !is_plain_path(text) {
            return Err(InvalidMountPath);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for MountPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text is no path that endpoints can be mounted at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a path such as /saml: letters, digits and -._~ between slashes, and no slash at the end")]
pub struct InvalidMountPath;

/// What becomes of the path of the public URL on its way to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ProxyPath {
    /// Requests come with it: nothing stands in front, or a proxy that passes the path on.
    #[default]
    Kept,
    /// A proxy takes it away: `location /app/ { proxy_pass http://127.0.0.1:8080/; }` of nginx.
    TakenAway,
}

/// On which hosts our endpoints answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum HostRule {
    /// On every one. Right behind a proxy that writes another `Host`.
    #[default]
    Any,
    /// On that of the public URL alone, so that another site may have the same path on another host. `Host` chooses
    /// among our sites, and nothing else.
    Own,
}

impl Site {
    /// An entity at `public_url`, below `mount`, named after its metadata endpoint.
    ///
    /// # Errors
    /// The address makes no entity ID.
    pub fn new(public_url: PublicUrl, mount: MountPath, cookie_name: &str) -> Result<Self, InvalidEntityId> {
        Ok(Self {
            entity_id: EntityId::try_from(format!("{public_url}{mount}{METADATA_PATH}").as_str())?,
            display_name: public_url.to_string(),
            public_url,
            mount,
            proxy_path: ProxyPath::Kept,
            host: HostRule::Any,
            theme: None,
            mark: None,
            texts: Texts::shipped(),
            cookie_name: cookie_name.to_owned(),
            cookies: CookieSecurity::HttpsOnly,
            clock_skew: ClockSkew::default(),
            limits: Limits::MESSAGE,
        })
    }

    /// The name that our metadata tells people's services and identity providers: the display name, unless it is still
    /// our address, which they know.
    #[must_use]
    pub fn published_name(&self) -> Option<&str> {
        let name = self.display_name.trim();
        (!name.is_empty() && name != self.public_url.to_string()).then_some(name)
    }

    /// The whole address of one of our endpoints.
    #[must_use]
    pub fn url(&self, endpoint: &str) -> String {
        format!("{}{}{endpoint}", self.public_url, self.mount)
    }

    /// The path of one of our endpoints, as browsers see it.
    #[must_use]
    pub fn path(&self, endpoint: &str) -> String {
        format!("{}{}{endpoint}", self.public_url.path(), self.mount)
    }

    /// The path below which requests for our endpoints arrive here.
    #[must_use]
    pub fn served_at(&self) -> String {
        match self.proxy_path {
            ProxyPath::Kept => self.path(""),
            ProxyPath::TakenAway => self.mount.to_string(),
        }
    }

    /// The start page, as browsers see its path: `/`, or `/app/`.
    #[must_use]
    pub fn start_page(&self) -> String {
        format!("{}/", self.public_url.path())
    }

    /// Whether a path that browsers see is one of ours: on this host, below the path of the public URL.
    #[must_use]
    pub fn is_ours(&self, path: &str) -> bool {
        let place = path.split(['?', '#']).next().unwrap_or(path);
        let below = self.public_url.path();
        below.is_empty()
            || place
                .strip_prefix(below)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') && !leads_up(rest))
    }

    /// The path, as browsers see it, of a request that came here at `path`. `None` if it can't be one of this site.
    #[must_use]
    pub fn public_path_of(&self, path: &str) -> Option<String> {
        match self.proxy_path {
            ProxyPath::TakenAway => Some(format!("{}{path}", self.public_url.path())),
            ProxyPath::Kept => self.is_ours(path).then(|| path.to_owned()),
        }
    }

    /// Whether this is the same entity at the same place, whatever else is different.
    #[must_use]
    pub fn is_at_the_place_of(&self, other: &Self) -> bool {
        self.entity_id == other.entity_id
            && self.public_url == other.public_url
            && self.mount == other.mount
            && (self.proxy_path, self.host, self.cookies) == (other.proxy_path, other.host, other.cookies)
            && self.cookie_name == other.cookie_name
    }

    /// What tells the cookies of two sites on one host apart: a short hash of entity ID and path. It is no secret.
    #[must_use]
    pub fn cookie_tag(&self) -> String {
        const OCTETS: usize = 4;
        let mut hash = openssl::sha::Sha256::new();
        hash.update(self.entity_id.as_str().as_bytes());
        hash.update(b"\n");
        hash.update(self.path("").as_bytes());
        let hash = hash.finish();
        data_encoding::HEXLOWER.encode(hash.first_chunk::<OCTETS>().map_or(&[][..], |octets| octets))
    }

    /// Whether the settings fit each other.
    ///
    /// # Errors
    /// [`SiteError`].
    pub fn require_consistent(&self) -> Result<(), SiteError> {
        let name_is_plain = !self.cookie_name.is_empty()
            && self.cookie_name.bytes().all(|o| o.is_ascii_alphanumeric() || o == b'-');
        if !name_is_plain {
            return Err(SiteError::CookieName);
        }
        if self.proxy_path == ProxyPath::TakenAway && self.public_url.path().is_empty() {
            return Err(SiteError::NothingToTakeAway);
        }
        match (self.cookies, self.public_url.is_https()) {
            (CookieSecurity::HttpsOnly, true) => Ok(()),
            (CookieSecurity::HttpsOnly, false) => Err(SiteError::HttpNeedsDevelopmentSwitch),
            (CookieSecurity::InsecureLoopbackDevelopment, _) if self.public_url.is_loopback() => Ok(()),
            (CookieSecurity::InsecureLoopbackDevelopment, _) => Err(SiteError::DevelopmentOnOpenNetwork),
        }
    }
}

/// Where the metadata of both roles is served, below their mount.
pub const METADATA_PATH: &str = "/metadata";

fn leads_up(path: &str) -> bool {
    let path = path.to_ascii_lowercase().replace("%2e", ".");
    path.split(['/', '\\']).any(|segment| matches!(segment.split(';').next(), Some("." | "..")))
}

/// Why settings of a site can't be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SiteError {
    /// Characters that a cookie name can't have.
    #[error("the cookie name may hold letters, digits and '-' only")]
    CookieName,
    /// A proxy is said to take a path away that is not there.
    #[error("the public URL has no path that a proxy could take away")]
    NothingToTakeAway,
    /// Plain HTTP without the switch that admits it.
    #[error(
        "cookies are for HTTPS only, but the public URL is http: use InsecureLoopbackDevelopment on loopback"
    )]
    HttpNeedsDevelopmentSwitch,
    /// The development switch on a real host.
    #[error("InsecureLoopbackDevelopment is refused: the public URL is not a loopback address")]
    DevelopmentOnOpenNetwork,
}

#[cfg(test)]
#[path = "site/tests.rs"]
mod tests;
