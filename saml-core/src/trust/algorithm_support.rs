//! Floor 6: which algorithms we verify, for our own metadata, and which a peer does, by its. May import `base`, `xml`,
//! `crypto` and `metadata`.

use crate::base::NonEmpty;
use crate::crypto::{DigestAlgorithm, KeyKind, PeerPolicy, SignatureAlgorithm};
use crate::metadata::{EntityDescriptor, Extensions, RoleDescriptor};
use crate::xml::{ExpandedName, KeptElement, OwnedName, XmlAttribute, XmlElement, names};

/// The digest and signature algorithms that a policy admits, as `md:Extensions` of a role [AlgSupport §2.3, §2.4].
///
/// Peers that read it sign accordingly: Shibboleth SP 3.4 signs its POST requests with RSA-SHA1 otherwise. It does
/// not say that keys of any length are admitted.
#[must_use]
pub fn algorithm_support(policy: &PeerPolicy) -> Option<Extensions> {
    let admitted = |digest: &DigestAlgorithm| policy.check_digest(*digest).is_ok();
    let digests = DigestAlgorithm::ALL.into_iter().filter(admitted);
    let signatures = SignatureAlgorithm::ALL
        .into_iter()
        .filter(|signature| signature.digest().is_none_or(|digest| admitted(&digest)));
    let elements = digests
        .map(|digest| element("DigestMethod", digest.uri()))
        .chain(signatures.map(|signature| element("SigningMethod", signature.uri())))
        .map(KeptElement::from);
    NonEmpty::from_vec(elements.collect()).map(Extensions)
}

/// The digest algorithms that a peer's role can verify, in the order in which it lists them [AlgSupport §2.3]; those of
/// its entity if the role lists none. Whether one of them is good enough is not said.
#[must_use]
pub fn listed_digests(entity: &EntityDescriptor, role: &RoleDescriptor) -> Vec<DigestAlgorithm> {
    listed(entity, role, "DigestMethod", |method| DigestAlgorithm::from_uri(method.attribute("Algorithm")?))
}

/// A signature algorithm that a peer lists for what it verifies, with the keys that it takes for it [AlgSupport §2.4].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SigningMethod {
    /// The algorithm.
    pub algorithm: SignatureAlgorithm,
    /// The shortest key, in bits.
    pub min_key_size: Option<u32>,
    /// The longest one.
    pub max_key_size: Option<u32>,
}

impl SigningMethod {
    /// A method that says what we know; what it says of its keys and can't be read is said of none that we have.
    fn read(method: &XmlElement) -> Option<Self> {
        let size = |name| method.attribute(name).map(|size| size.trim().parse::<u32>().ok());
        Some(Self {
            algorithm: SignatureAlgorithm::from_uri(method.attribute("Algorithm")?)?,
            min_key_size: size("MinKeySize").map(|size| size.unwrap_or(u32::MAX)),
            max_key_size: size("MaxKeySize").map(|size| size.unwrap_or(0)),
        })
    }

    /// Whether the peer takes keys of this kind and length. Whether they work with the algorithm is not asked.
    #[must_use]
    pub fn takes(&self, key: KeyKind) -> bool {
        let bits = match key {
            KeyKind::Rsa { bits } => bits,
            KeyKind::Ec { curve } => curve.bits(),
            KeyKind::Ed25519 => 256,
        };
        self.min_key_size.is_none_or(|least| bits >= least)
            && self.max_key_size.is_none_or(|most| bits <= most)
    }
}

/// The signature algorithms that a peer's role lists for what it verifies, in its order [AlgSupport §2.4]; those of its
/// entity if the role lists none. Whether one of them is good enough is not said.
#[must_use]
pub fn listed_signing_methods(entity: &EntityDescriptor, role: &RoleDescriptor) -> Vec<SigningMethod> {
    listed(entity, role, "SigningMethod", SigningMethod::read)
}

/// What the extensions of this name say that are known here: those of the role, or of the entity if it has none.
fn listed<T>(
    entity: &EntityDescriptor,
    role: &RoleDescriptor,
    local: &str,
    read: impl Fn(&XmlElement) -> Option<T>,
) -> Vec<T> {
    let of = |extensions: &Option<Extensions>| -> Vec<T> {
        let elements = extensions.iter().flat_map(|extensions| extensions.0.iter());
        let methods = elements.filter(|element| element.name() == ExpandedName::new(names::ALG, local));
        methods.filter_map(|method| read(&method.tree())).collect()
    };
    let of_role = of(&role.extensions);
    if of_role.is_empty() { of(&entity.extensions) } else { of_role }
}

fn element(local: &str, algorithm: &str) -> XmlElement {
    let name =
        |namespace: &str, local: &str| OwnedName { namespace: namespace.into(), local: local.to_owned() };
    XmlElement {
        name: name(names::ALG, local),
        prefix: "alg".to_owned(),
        declarations: Vec::new(),
        attributes: vec![XmlAttribute {
            name: name("", "Algorithm"),
            prefix: String::new(),
            value: algorithm.to_owned(),
        }],
        children: Vec::new(),
    }
}

#[cfg(test)]
mod tests;
