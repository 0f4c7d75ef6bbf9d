//! Edits of a message as a tree: what an attacker who knows the schema would try.

use std::sync::LazyLock;

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use saml_core::base::Limits;
use saml_core::dsig::{SigningOptions, sign_document};
use saml_core::xml::{Document, QName, XmlElement, XmlNode, names};
use saml_testkit::forge::{Context, Keyring, Signed, Tree as _, Wire, good};

use crate::genuine::{scene, send};
use crate::rules;

/// One edit. Parts are counted in document order, names and texts in the lists below; all counting goes round.
#[derive(Arbitrary, Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the fields are said above")]
pub enum Edit {
    /// Copies a part into another.
    Copy { part: u8, into: u8, at: u8 },
    /// Moves a part into another.
    Move { part: u8, into: u8, at: u8 },
    /// Removes a part.
    Remove { part: u8 },
    /// Puts an element around a part.
    Wrap { part: u8, name: u8 },
    /// Gives a part another name.
    Rename { part: u8, name: u8 },
    /// Replaces the content of a part.
    Say { part: u8, said: u8 },
    /// Replaces, or adds, an attribute.
    Set { part: u8, name: u8, said: u8 },
    /// Removes an attribute.
    Unset { part: u8, name: u8 },
    /// Gives a part and all in it other identifiers.
    Alienate { part: u8 },
}

const NAMES: [QName<'static>; 20] = [
    names::samlp::RESPONSE,
    names::samlp::STATUS,
    names::samlp::STATUS_CODE,
    names::samlp::EXTENSIONS,
    names::saml::ASSERTION,
    names::saml::ENCRYPTED_ASSERTION,
    names::saml::ADVICE,
    names::saml::ISSUER,
    names::saml::SUBJECT,
    names::saml::NAME_ID,
    names::saml::SUBJECT_CONFIRMATION,
    names::saml::SUBJECT_CONFIRMATION_DATA,
    names::saml::CONDITIONS,
    names::saml::AUDIENCE_RESTRICTION,
    names::saml::ATTRIBUTE_VALUE,
    names::ds::SIGNATURE,
    names::ds::SIGNED_INFO,
    names::ds::REFERENCE,
    names::ds::TRANSFORMS,
    names::ds::KEY_INFO,
];

const ATTRIBUTES: [&str; 20] = [
    "ID",
    "Id",
    "id",
    "URI",
    "Algorithm",
    "Version",
    "IssueInstant",
    "Destination",
    "InResponseTo",
    "Recipient",
    "NotBefore",
    "NotOnOrAfter",
    "SessionNotOnOrAfter",
    "AuthnInstant",
    "Method",
    "Value",
    "Name",
    "Format",
    "NameQualifier",
    "SessionIndex",
];

static TEXTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let scene = scene();
    let ids = [&scene.request_id, &scene.response_id, &scene.assertion_id].map(|id| id.as_str().to_owned());
    let references = ids.clone().map(|id| format!("#{id}"));
    let said = [
        "",
        "#",
        "_other",
        "#_other",
        "admin@example.com",
        &scene.name_id,
        scene.idp.as_str(),
        scene.sp.as_str(),
        &scene.acs_url,
        "https://elsewhere.example",
        rules::LONG_AGO,
        rules::FAR_AHEAD,
        "2.0",
        "1.1",
        "urn:oasis:names:tc:SAML:2.0:status:Responder",
        "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches",
        "urn:oasis:names:tc:SAML:2.0:nameid-format:entity",
        "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
        "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
        "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
        "http://www.w3.org/2000/09/xmldsig#sha1",
    ];
    ids.into_iter().chain(references).chain(said.map(str::to_owned)).collect()
});

/// A tree that grows beyond this is edited no more.
const MOST_PARTS: usize = 400;

fn pick<T>(list: &[T], index: u8) -> &T {
    &list[usize::from(index) % list.len()]
}

fn text(index: u8) -> &'static str {
    pick::<String>(&TEXTS, index)
}

fn attribute(index: u8) -> &'static str {
    pick::<&str>(&ATTRIBUTES, index)
}

fn count(tree: &XmlElement) -> usize {
    1 + tree.child_elements().map(count).sum::<usize>()
}

/// The part of this number; `None`, with `left` counted down, if it lies behind this element.
fn find<'t>(element: &'t mut XmlElement, left: &mut usize) -> Option<&'t mut XmlElement> {
    if *left == 0 {
        return Some(element);
    }
    *left -= 1;
    element.children.iter_mut().find_map(|child| match child {
        XmlNode::Element(child) => find(child, left),
        XmlNode::Text(_) => None,
    })
}

fn part(tree: &mut XmlElement, number: u8) -> &mut XmlElement {
    let mut left = usize::from(number) % count(tree);
    find(tree, &mut left).expect("numbers go round")
}

fn insert(into: &mut XmlElement, at: u8, child: XmlElement) {
    let at = usize::from(at) % (into.children.len() + 1);
    into.children.insert(at, XmlNode::Element(child));
}

/// An element that nothing is, left where a part was taken away, and removed before the tree is written.
const GONE: QName<'static> = QName::new("", "urn:gone", "gone");

impl Edit {
    fn apply(self, tree: &mut XmlElement) {
        match self {
            Self::Copy { part: from, into, at } => {
                let copy = part(tree, from).clone();
                insert(part(tree, into), at, copy);
            }
            Self::Move { part: from, into, at } => {
                let moved = std::mem::replace(part(tree, from), XmlElement::new(GONE));
                insert(part(tree, into), at, moved);
            }
            Self::Remove { part: from } => *part(tree, from) = XmlElement::new(GONE),
            Self::Wrap { part: inner, name } => {
                let inner = part(tree, inner);
                let wrapped = std::mem::replace(inner, XmlElement::new(*pick(&NAMES, name)));
                inner.append(wrapped);
            }
            Self::Rename { part: renamed, name } => part(tree, renamed).rename(*pick(&NAMES, name)),
            Self::Say { part: speaker, said } => part(tree, speaker).say(text(said)),
            Self::Set { part: element, name, said } => {
                part(tree, element).set(attribute(name), text(said));
            }
            Self::Unset { part: element, name } => part(tree, element).unset(attribute(name)),
            Self::Alienate { part: element } => part(tree, element).alienate("_evil"),
        }
    }
}

fn edited(mut tree: XmlElement, edits: &[Edit]) -> XmlElement {
    for edit in edits {
        if count(&tree) > MOST_PARTS {
            break;
        }
        edit.apply(&mut tree);
        tree.strip(GONE);
    }
    tree
}

/// The genuine peer at work.
struct Peer {
    keyring: Keyring,
    context: Context,
    /// The message before it is signed.
    bare: XmlElement,
    /// It signed in each way.
    signed: [XmlElement; 3],
    /// The identity for which it is accepted.
    identity: String,
}

static PEER: LazyLock<Peer> = LazyLock::new(|| {
    let keyring = Keyring::p256().unwrap();
    let scene = scene();
    let context = Context::of(&scene, keyring.keys().genuine.public_key()).unwrap();
    let response = good::response(&scene);
    let tree = |octets| XmlElement::read(Document::parse(octets, &Limits::MESSAGE).unwrap().root());
    let signed = Signed::ALL
        .map(|signed| tree(good::signed_response(&response, signed, keyring.keys().genuine).unwrap()));
    let bare = tree(response.to_xml().unwrap().into_octets());
    let identities =
        signed.each_ref().map(|tree| send(&Wire::Response(tree.to_octets().unwrap()), &context).unwrap());
    assert!(identities.iter().all(|identity| *identity == identities[0]), "{identities:?}");
    let [identity, ..] = identities;
    Peer { context, bare, signed, identity, keyring }
});

/// Makes the keys, before the time that an input takes is watched.
pub fn prepare() {
    LazyLock::force(&PEER);
    LazyLock::force(&TEXTS);
}

/// A signed message, edited by somebody without the key, is refused, or still says what was signed.
///
/// # Panics
/// It says something else.
pub fn wrapped_is_genuine(signed: u8, edits: &[Edit]) {
    let peer = &*PEER;
    let tree = edited(pick(&peer.signed, signed).clone(), edits);
    let Ok(octets) = tree.to_octets() else { return };
    if let Some(found) = send(&Wire::Response(octets.clone()), &peer.context) {
        assert_eq!(found, peer.identity, "{}", String::from_utf8_lossy(&octets));
    }
}

/// A message that was edited before the genuine peer signed it is accepted only if it keeps the rules.
///
/// # Panics
/// It breaks one.
pub fn resigned_keeps_the_rules(signed: u8, edits: &[Edit]) {
    let peer = &*PEER;
    let tree = edited(peer.bare.clone(), edits);
    let sign = |octets, id| sign_document(octets, id, peer.keyring.keys().genuine, SigningOptions::default());
    let assertion = tree.child_elements().find(|child| child.is(names::saml::ASSERTION));
    let id = assertion.and_then(|assertion| assertion.attribute("ID"));
    let Ok(mut octets) = tree.to_octets() else { return };
    let signed = *pick(&Signed::ALL, signed);
    if let (Signed::Assertion | Signed::Both, Some(id)) = (signed, id) {
        let Ok(inner) = sign(octets, Some(id)) else { return };
        octets = inner;
    }
    if let Signed::Response | Signed::Both = signed {
        let Ok(outer) = sign(octets, None) else { return };
        octets = outer;
    }
    if let Some(identity) = send(&Wire::Response(octets.clone()), &peer.context) {
        rules::hold(&octets, &identity);
    }
}
