//! SAML 2.0 service provider: the protocol state machine, and actix-web handlers around it.
//!
//! Everything outside [`web`] takes decoded input and an instant, and returns what to send. All state goes through
//! [`saml_store::Store`], so that several nodes can serve one application.

#![forbid(unsafe_code)]

pub mod config;
mod decryption_key;
mod deep_link;
mod eras;
mod hooks;
mod idp_peer;
mod metadata;
mod refusal;
mod refused;
mod remembered;
mod return_to;
mod service_provider;
mod session;
mod session_data;
mod session_error;
mod sessions;
mod sso;
#[cfg(feature = "actix")]
pub mod web;

pub use config::{
    ConfigError, CookieSecurity, HostRule, Lifetimes, MountPath, ProxyPath, ServiceProviderConfig, Site,
    SiteError,
};
pub use decryption_key::DecryptionKey;
pub use deep_link::DeepLink;
pub use hooks::{Login, RefusedLogin};
pub use idp_peer::{IdpPeer, IdpPeerPolicy};
pub use refusal::{LoginRefusal, PublicReason};
pub use return_to::ReturnTo;
pub use saml_core::assertion::{AuthnContextClassRef, NameIdFormat};
pub use saml_core::base::{EntityId, Relaxation, SamlInstant};
pub use saml_provider::peer::{
    ExpiryWatch, LOOK_EVERY, Peer, PeerCursor, PeerError, PeerFault, PeerPage, PeerSource, PeerSourceError,
    Registry, SourceId,
};
pub use saml_provider::record::{MOST_SESSIONS, RecordError};
pub use saml_provider::{HookError, HookFault, MetadataError, audit, event, texts};
pub use service_provider::{ReloadError, ServiceProvider, ServiceProviderBuilder, Snapshot};
pub use session::{Session, SessionAttribute, SessionNameId};
pub use session_error::SessionError;
pub use sessions::{ListedSession, SessionHandle};
pub use sso::{
    AcceptedLogin, BrowserCookies, LoginAnswer, NobodyThere, Outgoing, SignedIn, StartLogin, StartedLogin,
};

/// The README's program runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
