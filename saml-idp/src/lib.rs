//! SAML 2.0 identity provider: the protocol state machine, and actix-web handlers around it.
//!
//! Everything outside [`web`] takes decoded input and an instant, and returns what to send. All state goes through
//! [`saml_store::Store`], so that several nodes can serve one provider.

#![forbid(unsafe_code)]

mod account_key;
mod attributes;
mod authenticator;
pub mod config;
mod hooks;
mod identity_provider;
mod known_browser;
mod metadata;
mod name_id;
mod password_queue;
mod refusal;
mod refused;
mod remembered;
mod session;
mod sessions;
mod sp_peer;
mod sso;
mod throttle;
mod users_file;
#[cfg(feature = "actix")]
pub mod web;

pub use authenticator::{Authenticator, AuthenticatorError, Principal, PrincipalAttribute};
pub use config::{
    ClientAddress, ConfigError, CookieSecurity, HostRule, IdentityProviderConfig, Lifetimes, MountPath,
    ProxyPath, RequestSignatures, Site, SiteError, Throttle,
};
pub use hooks::RefusedRequest;
pub use identity_provider::{IdentityProvider, IdentityProviderBuilder, Snapshot};
pub use known_browser::KnownBrowser;
pub use refusal::{PublicReason, SsoRefusal};
pub use saml_provider::peer::{
    ExpiryWatch, LOOK_EVERY, Peer, PeerCursor, PeerError, PeerFault, PeerPage, PeerSource, PeerSourceError,
    Registry, SourceId,
};
pub use saml_provider::record::{MOST_SESSIONS, RecordError};
pub use saml_provider::{HookError, HookFault, MetadataError, audit, event, texts};
pub use session::SsoSession;
pub use sessions::SessionError;
pub use sp_peer::{
    AttributeRelease, EncryptAssertions, PublishedBindings, ResponseSignatures, SpPeer, SpPeerPolicy,
};
pub use sso::{BrowserRequest, Credentials, LoginOutcome, Next, PendingSso, SealedRequest};
pub use users_file::{UsersFile, UsersFileError, hash_password};

/// The README's program runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
