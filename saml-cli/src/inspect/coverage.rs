//! The parts of a message that its signatures claim to cover, and the other parts.

use std::collections::{BTreeMap, BTreeSet};

use saml_core::xml::{Document, Element, NodeId, names};

use super::walk::{ancestors, child, descendants, labelled, qualified};

/// Signatures, ciphertexts, and the rest.
pub(super) struct Coverage<'d> {
    pub(super) signatures: Vec<SignatureNote<'d>>,
    /// What each `EncryptedData` hides, with its algorithms.
    pub(super) encrypted: Vec<String>,
    /// The largest parts that no enveloped signature claims.
    pub(super) uncovered: Vec<String>,
    targets: BTreeSet<NodeId>,
    /// Whatever is around a target.
    around: BTreeSet<NodeId>,
}

/// A `ds:Signature` and its own statements.
pub(super) struct SignatureNote<'d> {
    /// The element that its reference names.
    pub(super) covers: String,
    pub(super) algorithm: Option<&'d str>,
    pub(super) digest: Option<&'d str>,
    pub(super) canonicalization: Option<&'d str>,
    pub(super) reference: Option<&'d str>,
    /// Why a strict receiver would refuse it at a glance.
    pub(super) remark: Option<&'static str>,
}

impl SignatureNote<'_> {
    /// The known facts, with labels.
    pub(super) fn facts(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("algorithm", self.algorithm),
            ("digest", self.digest),
            ("c14n", self.canonicalization),
            ("reference", self.reference),
        ]
        .into_iter()
        .filter_map(|(label, value)| Some((label, value?)))
    }
}

impl<'d> Coverage<'d> {
    pub(super) fn of(document: &'d Document) -> Self {
        let root = document.root();
        let mut coverage = Self {
            signatures: Vec::new(),
            encrypted: Vec::new(),
            uncovered: Vec::new(),
            targets: BTreeSet::new(),
            around: BTreeSet::new(),
        };
        let mut keys = KeysWithin::default();
        for element in descendants(root) {
            if element.is(names::ds::SIGNATURE) {
                coverage.add_signature(document, element);
            } else if element.is(names::xenc::ENCRYPTED_DATA) {
                coverage.encrypted.push(describe_encrypted(element, &mut keys));
            }
        }
        if coverage.signatures.is_empty() {
            coverage.uncovered.push(format!("everything in {}", labelled(root)));
        } else {
            coverage.add_uncovered(root);
        }
        coverage
    }

    /// Whether a signature claims the element or one around it.
    pub(super) fn is_signed(&self, element: Element<'_>) -> bool {
        ancestors(element).any(|outer| self.targets.contains(&outer.id()))
    }

    fn add_signature(&mut self, document: &'d Document, signature: Element<'d>) {
        let info = child(signature, names::ds::SIGNED_INFO);
        let algorithm = |name| info.and_then(|info| child(info, name)?.attribute("Algorithm"));
        let reference = info.and_then(|info| child(info, names::ds::REFERENCE));
        let uri = reference.and_then(|reference| reference.attribute("URI"));
        let target = match uri {
            Some("") => Some(document.root()),
            Some(uri) => uri.strip_prefix('#').and_then(|id| document.element_by_id(id)),
            None => None,
        };
        let transforms = reference.and_then(|reference| child(reference, names::ds::TRANSFORMS));
        let last = transforms.and_then(|transforms| transforms.child_elements().last());
        let parent = signature.parent();
        let remark = match (target, parent) {
            (None, _) => Some("its reference names nothing in this document"),
            (Some(target), Some(parent)) if target != parent => {
                Some("its reference names another element than its own parent")
            }
            (Some(_), _) => None,
        };
        if let Some(target) = target
            && self.targets.insert(target.id())
        {
            // Up to the first that is around another target, too: around that, all are.
            for outer in ancestors(target).skip(1) {
                if !self.around.insert(outer.id()) {
                    break;
                }
            }
        }
        self.signatures.push(SignatureNote {
            covers: target.map_or_else(|| "nothing".to_owned(), labelled),
            algorithm: algorithm(names::ds::SIGNATURE_METHOD),
            digest: reference
                .and_then(|reference| child(reference, names::ds::DIGEST_METHOD)?.attribute("Algorithm")),
            canonicalization: last.and_then(|transform| transform.attribute("Algorithm")),
            reference: uri,
            remark,
        });
    }

    /// The largest parts below `element` that are neither signed nor around something signed.
    fn add_uncovered(&mut self, element: Element<'d>) {
        if self.targets.contains(&element.id()) {
            return;
        }
        let attributes: Vec<&str> = element.attributes().map(|attribute| attribute.name().local).collect();
        if !attributes.is_empty() {
            self.uncovered.push(format!("attributes of {}: {}", qualified(element), attributes.join(", ")));
        }
        for inner in element.child_elements().filter(|inner| !inner.is(names::ds::SIGNATURE)) {
            if self.targets.contains(&inner.id()) || self.around.contains(&inner.id()) {
                self.add_uncovered(inner);
            } else {
                self.uncovered.push(labelled(inner));
            }
        }
    }
}

/// The first `EncryptedKey` within an element, looked for once in each.
#[derive(Default)]
struct KeysWithin<'d>(BTreeMap<NodeId, Option<Element<'d>>>);

impl<'d> KeysWithin<'d> {
    fn first(&mut self, around: Element<'d>) -> Option<Element<'d>> {
        let search = || descendants(around).find(|element| element.is(names::xenc::ENCRYPTED_KEY));
        *self.0.entry(around.id()).or_insert_with(search)
    }
}

fn describe_encrypted<'d>(data: Element<'d>, keys: &mut KeysWithin<'d>) -> String {
    let method = |element| child(element, names::xenc::ENCRYPTION_METHOD)?.attribute("Algorithm");
    let around = data.parent().unwrap_or(data);
    let key = keys.first(around);
    let mut text = qualified(around);
    for uri in [method(data), key.and_then(method)].into_iter().flatten() {
        text.push_str(", ");
        text.push_str(uri);
    }
    text
}
