//! Where in a file something stands.

use saml_core::base::{EntityId, Limits};
use saml_core::trust::{NoPeerKeys, TrustError};
use saml_core::xml::{Document, Element, QName, names};

use super::{PeerError, PeerFault};

/// The octets of a metadata file, to find the line of what turned out to be wrong.
#[derive(Clone, Debug)]
pub struct Lines {
    octets: Vec<u8>,
}

impl Lines {
    /// Those of a file.
    #[must_use]
    pub const fn of(octets: Vec<u8>) -> Self {
        Self { octets }
    }

    /// The error with its line, if it is about a place in the file, and with the entity that the file is about. `role` is
    /// the element of the peer's role.
    #[must_use]
    pub fn locate(&self, error: PeerError, role: QName<'static>) -> PeerError {
        let line = error.line.or_else(|| self.line(&error, role));
        let entity = error.entity.clone().or_else(|| self.only_entity());
        PeerError { line, entity, ..error }
    }

    /// The name of the entity, if the file describes one.
    fn only_entity(&self) -> Option<EntityId> {
        let document = Document::parse(self.octets.clone(), &Limits::METADATA).ok()?;
        let root = document.root();
        let described = if root.is(names::md::ENTITIES_DESCRIPTOR) {
            let mut members = root.child_elements().filter(|member| member.is(names::md::ENTITY_DESCRIPTOR));
            members.next().filter(|_| members.next().is_none())?
        } else {
            root
        };
        EntityId::try_from(described.attribute("entityID")?).ok()
    }

    fn line(&self, error: &PeerError, role: QName<'static>) -> Option<usize> {
        let within = |child, position| self.in_role(error.entity.as_ref(), role, Some((child, position)));
        match &error.fault {
            PeerFault::Metadata(error) => {
                if let TrustError::Xml(error) = &**error {
                    return Some(self.line_at(error.offset()?));
                }
                error.line()
            }
            PeerFault::Endpoint { position, .. } => {
                let child = if role == names::md::SP_SSO_DESCRIPTOR {
                    names::md::ASSERTION_CONSUMER_SERVICE
                } else {
                    names::md::SINGLE_SIGN_ON_SERVICE
                };
                within(child, *position)
            }
            PeerFault::Key(fault) | PeerFault::Keys(NoPeerKeys::Unusable(fault)) => {
                within(names::md::KEY_DESCRIPTOR, fault.descriptor)
            }
            PeerFault::EncryptionKey(fault) => within(names::md::KEY_DESCRIPTOR, fault.descriptor),
            PeerFault::Keys(_) | PeerFault::KeysRefused(_) => within(names::md::KEY_DESCRIPTOR, 0)
                .or_else(|| self.in_role(error.entity.as_ref(), role, None)),
            PeerFault::NoEndpoint { .. } | PeerFault::RequestsNeedKey | PeerFault::EncryptionKeyMissing => {
                self.in_role(error.entity.as_ref(), role, None)
            }
            PeerFault::Role(_) | PeerFault::Expired { .. } | PeerFault::ExpiresSoon { .. } => {
                let document = Document::parse(self.octets.clone(), &Limits::METADATA).ok()?;
                self.line_of(entity(document.root(), error.entity.as_ref())?)
            }
            PeerFault::Source(_) | PeerFault::NameIdFormat(_) | PeerFault::Duplicate => None,
        }
    }

    /// The line of the role of SAML 2.0, or of one of its children.
    fn in_role(
        &self,
        name: Option<&EntityId>,
        role: QName<'static>,
        child: Option<(QName<'static>, usize)>,
    ) -> Option<usize> {
        let document = Document::parse(self.octets.clone(), &Limits::METADATA).ok()?;
        let speaks_saml = |role: &Element<'_>| {
            let protocols = role.attribute("protocolSupportEnumeration").unwrap_or_default();
            protocols.split_ascii_whitespace().any(|protocol| protocol == names::SAMLP)
        };
        let entity = entity(document.root(), name)?;
        let role = entity.child_elements().find(|element| element.is(role) && speaks_saml(element))?;
        match child {
            None => self.line_of(role),
            Some((child, position)) => {
                self.line_of(role.child_elements().filter(|element| element.is(child)).nth(position)?)
            }
        }
    }

    fn line_of(&self, element: Element<'_>) -> Option<usize> {
        Some(self.line_at(element.place()?.start))
    }

    fn line_at(&self, offset: usize) -> usize {
        let before = self.octets.iter().take(offset);
        before.filter(|octet| **octet == b'\n').count().saturating_add(1)
    }
}

/// The entity of this name, or the only one.
fn entity<'d>(root: Element<'d>, name: Option<&EntityId>) -> Option<Element<'d>> {
    let mut open = vec![root];
    while let Some(element) = open.pop() {
        if element.is(names::md::ENTITY_DESCRIPTOR) {
            if name.is_none_or(|name| element.attribute("entityID") == Some(name.as_str())) {
                return Some(element);
            }
        } else if element.is(names::md::ENTITIES_DESCRIPTOR) {
            open.extend(element.child_elements());
        }
    }
    None
}
