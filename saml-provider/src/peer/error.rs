//! Why a peer can't be configured, or not as it should be.

use std::fmt;

use saml_core::assertion::NameIdFormat;
use saml_core::base::{Coded, EntityId, SamlInstant, VerdictCode};
use saml_core::crypto::PolicyViolation;
use saml_core::trust::{EncryptionKeyFault, KeyFault, NoPeerKeys, NoRole, TrustError};
use saml_core::validation::EndpointFault;

/// A fault of a peer: its file, entity, element, line and code.
///
/// A refused peer stops no other: a caller that configures several goes on with the rest. The same value also says what
/// doesn't stop this one, as a warning.
///
/// The text quotes the metadata, because the administrator who configures the peer has to find the place.
#[derive(Debug)]
pub struct PeerError {
    /// What is wrong.
    pub fault: PeerFault,
    /// The file, if the caller knows it: see [`PeerError::in_file`].
    pub file: Option<String>,
    /// The entity, once it is known.
    pub entity: Option<EntityId>,
    /// The line in the file, from 1, where the octets of the file were read.
    pub line: Option<usize>,
}

/// The kind of a peer's fault.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PeerFault {
    /// The metadata can't be read or trusted.
    #[error("the metadata can't be used: {0}")]
    Metadata(#[source] Box<TrustError>),
    /// The metadata of its federation can't be read to its end.
    #[error("the metadata can't be read to its end: {0}")]
    Source(#[source] std::io::Error),
    /// It has no role of the wanted kind in SAML 2.0, or several.
    #[error("{0}")]
    Role(#[source] NoRole),
    /// No endpoint for a binding that we speak.
    #[error("the metadata offers no {element} by {bindings}")]
    NoEndpoint {
        /// The element that would do.
        element: &'static str,
        /// The bindings that would do.
        bindings: &'static str,
    },
    /// An endpoint that nobody is sent to.
    #[error("{fault}")]
    Endpoint {
        /// Which of the role's elements of that name, counted from 0.
        position: usize,
        /// Why.
        #[source]
        fault: EndpointFault,
    },
    /// No signature key, too many, or none that can be used.
    #[error("the signature keys can't be used: {0}")]
    Keys(#[source] NoPeerKeys),
    /// One signature key among others.
    #[error("a signature key can't be used, the others can: {}", .0.key)]
    Key(KeyFault),
    /// The policy lets none of the signature keys count.
    #[error("the policy refuses all of the signature keys: {0}")]
    KeysRefused(#[source] PolicyViolation),
    /// It promises signed requests, or has to sign them, and has no key to check them with.
    #[error("its requests have to be signed, and the metadata has no key to check them with")]
    RequestsNeedKey,
    /// It offers a key for encryption that can't be used.
    #[error("the key that the metadata offers for encryption can't be used: {}", .0.reason)]
    EncryptionKey(#[source] EncryptionKeyFault),
    /// It offers no key for encryption, and its policy wants one.
    #[error("something is to be encrypted, and the metadata offers no key for it")]
    EncryptionKeyMissing,
    /// Its policy wants a kind of name that nobody is given here.
    #[error("no name of the format {} is issued here", .0.uri())]
    NameIdFormat(NameIdFormat),
    /// Another peer has the same name.
    #[error("another peer has the same entity ID: which of the two is meant is not guessed")]
    Duplicate,
    /// Its metadata has expired: nobody can sign in with it.
    #[error("the metadata has expired: it was valid until {valid_until}")]
    Expired {
        /// When it ended.
        valid_until: SamlInstant,
    },
    /// Its metadata ends soon.
    #[error("the metadata ends soon: it is valid until {valid_until}")]
    ExpiresSoon {
        /// When it ends.
        valid_until: SamlInstant,
    },
}

impl PeerError {
    /// A fault without further facts.
    #[must_use]
    pub const fn new(fault: PeerFault) -> Self {
        Self { fault, file: None, entity: None, line: None }
    }

    /// A fault of this entity.
    #[must_use]
    pub fn of(entity: &EntityId, fault: PeerFault) -> Self {
        Self { entity: Some(entity.clone()), ..Self::new(fault) }
    }

    /// The same, with the name of the file that the metadata was read from.
    #[must_use]
    pub fn in_file(self, name: &str) -> Self {
        Self { file: Some(name.to_owned()), ..self }
    }

    /// The element that is wrong, with the one around it.
    #[must_use]
    pub fn element(&self) -> Option<String> {
        let nth = |position: usize| position.saturating_add(1);
        match &self.fault {
            PeerFault::Endpoint { position, fault } => {
                Some(format!("{} {}", fault.element(), nth(*position)))
            }
            PeerFault::NoEndpoint { element, .. } => Some((*element).to_owned()),
            PeerFault::Key(KeyFault { descriptor, key })
            | PeerFault::Keys(NoPeerKeys::Unusable(KeyFault { descriptor, key })) => {
                Some(format!("{} in KeyDescriptor {}", key.element, nth(*descriptor)))
            }
            PeerFault::EncryptionKey(fault) => Some(format!("KeyDescriptor {}", nth(fault.descriptor))),
            PeerFault::Metadata(error) => {
                if let TrustError::Schema(error) = &**error {
                    Some(error.element().to_string())
                } else {
                    None
                }
            }
            PeerFault::Keys(_)
            | PeerFault::KeysRefused(_)
            | PeerFault::RequestsNeedKey
            | PeerFault::EncryptionKeyMissing => Some("KeyDescriptor".to_owned()),
            PeerFault::Source(_)
            | PeerFault::Role(_)
            | PeerFault::NameIdFormat(_)
            | PeerFault::Duplicate
            | PeerFault::Expired { .. }
            | PeerFault::ExpiresSoon { .. } => None,
        }
    }

    fn coded(&self) -> Option<&dyn Coded> {
        match &self.fault {
            PeerFault::Metadata(error) => Some(&**error),
            PeerFault::Role(error) => Some(error),
            PeerFault::Endpoint { fault, .. } => Some(fault),
            PeerFault::Keys(error) => Some(error),
            PeerFault::Key(fault) => Some(&fault.key),
            PeerFault::KeysRefused(violation) => Some(violation),
            PeerFault::EncryptionKey(fault) => Some(fault),
            PeerFault::Source(_)
            | PeerFault::NoEndpoint { .. }
            | PeerFault::RequestsNeedKey
            | PeerFault::EncryptionKeyMissing
            | PeerFault::NameIdFormat(_)
            | PeerFault::Duplicate
            | PeerFault::Expired { .. }
            | PeerFault::ExpiresSoon { .. } => None,
        }
    }
}

impl Coded for PeerError {
    fn code(&self) -> VerdictCode {
        if let Some(coded) = self.coded() {
            return coded.code();
        }
        VerdictCode::new(match &self.fault {
            PeerFault::Source(_) => "metadata.unreadable",
            PeerFault::NoEndpoint { element: "AssertionConsumerService", .. } => "acs.none_in_metadata",
            PeerFault::NoEndpoint { .. } => "sso.none_in_metadata",
            PeerFault::EncryptionKeyMissing => "metadata.no_encryption_key",
            PeerFault::NameIdFormat(_) => "name_id_policy.format_unsupported",
            PeerFault::Duplicate => "metadata.entity_ambiguous",
            PeerFault::Expired { .. } => "metadata.expired",
            PeerFault::ExpiresSoon { .. } => "metadata.expires_soon",
            PeerFault::RequestsNeedKey
            | PeerFault::Metadata(_)
            | PeerFault::Role(_)
            | PeerFault::Endpoint { .. }
            | PeerFault::Keys(_)
            | PeerFault::Key(_)
            | PeerFault::KeysRefused(_)
            | PeerFault::EncryptionKey(_) => "metadata.no_signature_key",
        })
    }

    fn expected(&self) -> Option<String> {
        if let Some(coded) = self.coded() {
            return coded.expected();
        }
        match &self.fault {
            PeerFault::NoEndpoint { element, bindings } => Some(format!("{element} by {bindings}")),
            PeerFault::RequestsNeedKey => Some("a KeyDescriptor for signing, or without a use".to_owned()),
            PeerFault::EncryptionKeyMissing => {
                Some("a KeyDescriptor for encryption, or without a use".to_owned())
            }
            PeerFault::Duplicate => Some("each entity once".to_owned()),
            PeerFault::Expired { .. } | PeerFault::ExpiresSoon { .. } => {
                Some("metadata that is still valid for a while".to_owned())
            }
            PeerFault::NameIdFormat(_) => {
                Some("persistent, transient, emailAddress or unspecified".to_owned())
            }
            PeerFault::Source(_) => Some("the metadata to its end".to_owned()),
            PeerFault::Metadata(_)
            | PeerFault::Role(_)
            | PeerFault::Endpoint { .. }
            | PeerFault::Keys(_)
            | PeerFault::Key(_)
            | PeerFault::KeysRefused(_)
            | PeerFault::EncryptionKey(_) => None,
        }
    }

    fn found(&self) -> Option<String> {
        if let Some(coded) = self.coded() {
            return coded.found();
        }
        match &self.fault {
            PeerFault::NoEndpoint { .. } | PeerFault::RequestsNeedKey | PeerFault::EncryptionKeyMissing => {
                Some("none".to_owned())
            }
            PeerFault::Duplicate => Some("two".to_owned()),
            PeerFault::Expired { valid_until } | PeerFault::ExpiresSoon { valid_until } => {
                Some(format!("valid until {valid_until}"))
            }
            PeerFault::NameIdFormat(format) => Some(format.uri().to_owned()),
            PeerFault::Source(error) => Some(error.to_string()),
            PeerFault::Metadata(_)
            | PeerFault::Role(_)
            | PeerFault::Endpoint { .. }
            | PeerFault::Keys(_)
            | PeerFault::Key(_)
            | PeerFault::KeysRefused(_)
            | PeerFault::EncryptionKey(_) => None,
        }
    }

    fn hint(&self) -> Option<&'static str> {
        if let Some(coded) = self.coded() {
            return coded.hint();
        }
        match &self.fault {
            PeerFault::EncryptionKeyMissing => Some(
                "have the peer publish a key for encryption; `encrypt_assertions = \"never\"` sends to it in clear",
            ),
            PeerFault::Expired { .. } | PeerFault::ExpiresSoon { .. } => {
                Some("take the peer's current metadata, and see to it that this happens by itself")
            }
            PeerFault::Source(_)
            | PeerFault::Metadata(_)
            | PeerFault::Role(_)
            | PeerFault::NoEndpoint { .. }
            | PeerFault::Endpoint { .. }
            | PeerFault::Keys(_)
            | PeerFault::Key(_)
            | PeerFault::KeysRefused(_)
            | PeerFault::RequestsNeedKey
            | PeerFault::EncryptionKey(_)
            | PeerFault::NameIdFormat(_)
            | PeerFault::Duplicate => None,
        }
    }
}

impl fmt::Display for PeerError {
    /// One line: `wiki.xml, line 4: https://wiki.example.org: KeyDescriptor 2: what is wrong (code, expected …, found …)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, self.line) {
            (Some(file), Some(line)) => write!(f, "{file}, line {line}: ")?,
            (Some(file), None) => write!(f, "{file}: ")?,
            (None, Some(line)) => write!(f, "line {line} of the metadata: ")?,
            (None, None) => {}
        }
        if let Some(entity) = &self.entity {
            write!(f, "{}: ", plain(entity.as_str()))?;
        }
        if let Some(element) = self.element() {
            write!(f, "{}: ", plain(&element))?;
        }
        write!(f, "{} ({}", plain(&self.fault.to_string()), self.code())?;
        for (label, value) in [("expected", self.expected()), ("found", self.found())] {
            if let Some(value) = value {
                write!(f, ", {label} {}", plain(&value))?;
            }
        }
        f.write_str(")")
    }
}

/// Without what would break or turn around a line.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || is_formatting(c) { '\u{fffd}' } else { c }).collect()
}

/// Characters that change the order of others, and those that nobody sees.
const fn is_formatting(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

impl std::error::Error for PeerError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&self.fault)
    }
}
