//! Attacks 135, 140 and 142: how many session keys there are, and where.

use saml_core::crypto::KeyTransport;
use saml_core::xml::{QName, XmlElement, names};

use super::Desk;
use crate::forge::attacks::base64;
use crate::forge::corpus::Corpus;
use crate::forge::good::Signed;
use crate::forge::seal::{ENCRYPTED_KEY, Sealed, algorithm, cipher_data, encrypted_key};
use crate::forge::{ForgeError, Tree};

pub(super) fn forge(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    several(desk, corpus)?;
    several_in_vain(desk, corpus)?;
    loops(desk, corpus)?;
    pointers(desk, corpus)?;
    too_many(desk, corpus)?;
    other_keys(desk, corpus)
}

const FAILED: &str = "decryption.failed";
const MALFORMED: &str = "encryption.malformed";
const REFUSED: &str = "encryption.algorithm_refused";

/// The encrypted assertion with these keys, inside the data and beside it.
pub(super) fn with_keys(
    good: &Sealed,
    hints: &[XmlElement],
    inside: &[XmlElement],
    beside: &[XmlElement],
) -> Result<XmlElement, ForgeError> {
    let mut encrypted = good.assertion();
    let data = encrypted.part_mut(names::xenc::ENCRYPTED_DATA)?;
    let info = data.part_mut(names::ds::KEY_INFO)?;
    info.children.clear();
    hints.iter().chain(inside).for_each(|child| info.append(child.clone()));
    beside.iter().for_each(|key| encrypted.append(key.clone()));
    Ok(encrypted)
}

/// Wrapped keys that help nobody.
struct Odd {
    /// For us, and for another ciphertext.
    empty: XmlElement,
    /// In a way that takes a concession.
    pkcs1: XmlElement,
    /// In a way that has no name.
    unknown: XmlElement,
}

impl Odd {
    fn of(desk: &Desk<'_>, good: &Sealed) -> Result<Self, ForgeError> {
        let unknown = XmlElement::new(names::xenc::ENCRYPTED_KEY)
            .holding(algorithm(names::xenc::ENCRYPTION_METHOD, "urn:example:transport"))
            .holding(cipher_data(&good.wrapped));
        let pkcs1 = encrypted_key(&KeyTransport::Rsa15, &good.wrapped);
        Ok(Self { empty: desk.seal().seal(b"")?.key(), pkcs1, unknown })
    }
}

/// Attack 135: one of several keys is ours.
fn several(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let good = desk.seal().seal(&desk.plaintext()?)?;
    let ours = good.key();
    let theirs = good.key_for(desk.to.stranger)?;
    let former = good.key_for(desk.to.former)?;
    let own_name = desk.s.scene.sp.as_str();
    let other_name = "https://other.example.com/saml";
    let to = |key: &XmlElement, name: &str| key.clone().with("Recipient", name);
    let Odd { empty, pkcs1, unknown } = Odd::of(desk, &good)?;
    let carrying = |name: &str| {
        let name = XmlElement::new(names::xenc::CARRIED_KEY_NAME).saying(name);
        ours.clone().holding(name)
    };
    let key_name = |name: &str| XmlElement::new(names::ds::KEY_NAME).saying(name);
    type Shape<'k> = (&'k str, Vec<XmlElement>, Vec<XmlElement>, Vec<XmlElement>);
    let decoys: Vec<Shape<'_>> = vec![
        ("beside the data", vec![], vec![], vec![ours.clone()]),
        ("once inside and once beside", vec![], vec![ours.clone()], vec![ours.clone()]),
        ("before a stranger's", vec![], vec![ours.clone(), theirs.clone()], vec![]),
        ("after a stranger's", vec![], vec![theirs.clone(), ours.clone()], vec![]),
        ("beside, a stranger's inside", vec![], vec![theirs.clone()], vec![ours.clone()]),
        ("wrapped for both of ours", vec![], vec![former.clone(), ours.clone()], vec![]),
        ("wrapped for our former one alone", vec![], vec![former], vec![]),
        (
            "after three of strangers",
            vec![],
            vec![theirs.clone(), theirs.clone(), theirs.clone(), ours.clone()],
            vec![],
        ),
        ("after one that opens nothing", vec![], vec![empty.clone(), ours.clone()], vec![]),
        ("after one named ours that opens nothing", vec![], vec![to(&empty, own_name), ours.clone()], vec![]),
        ("named somebody else's", vec![], vec![to(&ours, other_name)], vec![]),
        ("after a stranger's named ours", vec![], vec![to(&theirs, own_name), to(&ours, other_name)], vec![]),
        ("after one in a way that is not conceded", vec![], vec![pkcs1, ours.clone()], vec![]),
        ("after one in an unknown way", vec![], vec![unknown, ours.clone()], vec![]),
        ("named after itself", vec![key_name("loop")], vec![carrying("loop")], vec![]),
        ("named nothing", vec![key_name("")], vec![carrying("")], vec![]),
    ];
    for (title, hints, inside, beside) in decoys {
        let tree = desk.response([with_keys(&good, &hints, &inside, &beside)?])?;
        corpus.attack(135, format!("our key {title}")).decoy(tree)?;
    }
    Ok(())
}

/// Attack 135: none of several keys is ours, or there are too many.
fn several_in_vain(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let good = desk.seal().seal(&desk.plaintext()?)?;
    let (ours, theirs) = (good.key(), good.key_for(desk.to.stranger)?);
    let Odd { empty, pkcs1, unknown } = Odd::of(desk, &good)?;
    let named_ours = theirs.clone().with("Recipient", desk.s.scene.sp.as_str());
    let hostile: Vec<(&str, &'static str, Vec<XmlElement>, Vec<XmlElement>)> = vec![
        ("only a stranger's", FAILED, vec![theirs.clone()], vec![]),
        ("a stranger's named ours", FAILED, vec![named_ours], vec![]),
        ("three of strangers", FAILED, vec![theirs.clone(), theirs.clone()], vec![theirs.clone()]),
        ("one that opens nothing", FAILED, vec![empty], vec![]),
        ("one in a way that is not conceded", REFUSED, vec![pkcs1], vec![]),
        ("one in an unknown way", REFUSED, vec![unknown], vec![]),
        ("none", "decryption.no_key", vec![], vec![]),
        (
            "five, ours the first",
            "encryption.too_many_keys",
            [vec![ours.clone()], vec![theirs.clone(); 4]].concat(),
            vec![],
        ),
        (
            "five, two of them beside",
            "encryption.too_many_keys",
            vec![ours.clone(); 3],
            vec![ours.clone(); 2],
        ),
        ("a thousand", "encryption.too_many_keys", vec![theirs; 1000], vec![]),
    ];
    for (title, code, inside, beside) in hostile {
        let tree = desk.response([with_keys(&good, &[], &inside, &beside)?])?;
        corpus.attack(135, format!("keys: {title}")).refused(code, tree)?;
    }
    Ok(())
}

/// Attacks 124 and 135: pointers to keys.
fn pointers(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let good = desk.seal().seal(&desk.plaintext()?)?;
    let ours = good.key().with("Id", "_key");
    let pointer = |uri: &str| XmlElement::new(names::ds::RETRIEVAL_METHOD).with("URI", uri);
    let typed = pointer("#_key").with("Type", ENCRYPTED_KEY);
    for (title, hints) in [
        ("to our key", vec![pointer("#_key")]),
        ("to our key, with its type", vec![typed.clone()]),
        ("to our key twice", vec![typed.clone(), typed.clone()]),
    ] {
        let tree = desk.response([with_keys(&good, &hints, &[], std::slice::from_ref(&ours))?])?;
        corpus.attack(135, format!("a pointer {title}")).decoy(tree)?;
    }
    let transformed = pointer("#_key").holding(XmlElement::new(names::ds::TRANSFORMS));
    let hostile = [
        ("to nothing", pointer("#_nobody")),
        ("without a name", pointer("#")),
        ("to the whole document", pointer("")),
        ("that points nowhere", XmlElement::new(names::ds::RETRIEVAL_METHOD)),
        ("to the network", pointer("http://localhost:1/key")),
        ("to a file", pointer("file:///etc/passwd")),
        ("to a path", pointer("key.xml#_key")),
        ("by XPointer", pointer("#xpointer(id('_key'))")),
        ("to the data itself", pointer("#_data")),
        ("to the assertion", pointer(&format!("#{}", desk.s.scene.assertion_id))),
        ("to a certificate", pointer("#_key").with("Type", "http://www.w3.org/2000/09/xmldsig#X509Data")),
        ("with transforms", transformed),
    ];
    for (title, hint) in &hostile {
        let mut encrypted = with_keys(&good, std::slice::from_ref(hint), &[], std::slice::from_ref(&ours))?;
        encrypted.part_mut(names::xenc::ENCRYPTED_DATA)?.set("Id", "_data");
        corpus.attack(135, format!("a pointer {title}")).refused(MALFORMED, desk.response([encrypted])?)?;
    }
    // Elsewhere in the message is not beside the data.
    let tree = desk.response_with([with_keys(&good, &[pointer("#_key")], &[], &[])?], &|response| {
        let extensions = XmlElement::new(names::samlp::EXTENSIONS).holding(ours.clone());
        response.insert_before(names::samlp::STATUS, extensions)
    })?;
    corpus.attack(135, "a pointer to a key in the Extensions").refused(MALFORMED, tree)?;
    let inside_out = ours.clone().with("Id", "_inner");
    let tree = desk.response([with_keys(&good, &[pointer("#_inner")], &[inside_out], &[])?])?;
    corpus.attack(135, "a pointer to a key inside the data").refused(MALFORMED, tree)?;
    let five = vec![pointer("#_key"); 5];
    let tree = desk.response([with_keys(&good, &five, &[], std::slice::from_ref(&ours))?])?;
    corpus.attack(135, "five pointers").refused("encryption.too_many_keys", tree)?;
    let twin = desk.seal().seal(b"")?.key().with("Id", "_key");
    if desk.s.signed == Signed::Assertion {
        // Two of one ID can't be signed.
        let tree = desk.response([with_keys(&good, &[pointer("#_key")], &[], &[twin, ours.clone()])?])?;
        corpus.attack(135, "a pointer to two keys of one Id").refused("xml.duplicate_id", tree)?;
    }
    Ok(())
}

/// Attack 142: keys that point at each other, or at themselves.
fn loops(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let good = desk.seal().seal(&desk.plaintext()?)?;
    let ours = good.key().with("Id", "_key");
    let pointer = |uri: &str| XmlElement::new(names::ds::RETRIEVAL_METHOD).with("URI", uri);
    let looking = |key: &XmlElement, at: &str| {
        let mut key = key.clone();
        let info = XmlElement::new(names::ds::KEY_INFO).holding(pointer(at));
        key.insert_before(names::xenc::CIPHER_DATA, info)?;
        Ok::<_, ForgeError>(key)
    };
    let other = good.key().with("Id", "_other");
    for (title, keys) in [
        ("at itself", vec![looking(&ours, "#_key")?]),
        ("at each other", vec![looking(&ours, "#_other")?, looking(&other, "#_key")?]),
    ] {
        let tree = desk.response([with_keys(&good, &[pointer("#_key")], &[], &keys)?])?;
        corpus.attack(142, format!("keys that point {title}")).refused(MALFORMED, tree)?;
    }
    Ok(())
}

/// Attacks 139 and 142: a message that asks for more private-key operations than there are.
fn too_many(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let attribute = desk.s.bare().part(names::saml::ATTRIBUTE)?.to_octets()?;
    let good = desk.seal().seal(&attribute)?;
    let theirs = good.key_for(desk.to.stranger)?;
    let mut costly = with_keys(&good, &[], &[theirs.clone(), theirs.clone(), theirs, good.key()], &[])?;
    costly.rename(names::saml::ENCRYPTED_ATTRIBUTE);
    let tree = desk.s.reissued(|response| {
        let statement = response.part_mut(names::saml::ATTRIBUTE_STATEMENT)?;
        (0..20).for_each(|_| statement.append(costly.clone()));
        Ok(())
    })?;
    corpus.attack(142, "twenty attributes of four keys each").refused("encryption.too_many_keys", tree)?;
    let cheap = good.element(names::saml::ENCRYPTED_ATTRIBUTE);
    let tree = desk.s.reissued(|response| {
        let statement = response.part_mut(names::saml::ATTRIBUTE_STATEMENT)?;
        (0..65).for_each(|_| statement.append(cheap.clone()));
        Ok(())
    })?;
    corpus.attack(142, "sixty-five encrypted attributes").refused("encryption.too_many_keys", tree)
}

/// Attacks 133, 140 and 142: keys by other means.
fn other_keys(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let good = desk.seal().seal(&desk.plaintext()?)?;
    let name = XmlElement::new(names::ds::KEY_NAME).saying("shared");
    let tree = desk.response([with_keys(&good, &[name], &[], &[])?])?;
    corpus.attack(140, "only the name of a shared key").refused("decryption.no_key", tree)?;
    let derived = QName::new("xenc11", names::XENC11, "DerivedKey");
    for (title, content) in [
        (
            "AgreementMethod",
            algorithm(names::xenc::AGREEMENT_METHOD, "http://www.w3.org/2009/xmlenc11#ECDH-ES"),
        ),
        ("a DerivedKey", XmlElement::new(derived)),
        (
            "a key in clear",
            XmlElement::new(names::xenc::CIPHER_VALUE).saying(&base64(good.session_key.expose())),
        ),
        (
            "a KeyInfoReference",
            XmlElement::new(QName::new("dsig11", names::DSIG11, "KeyInfoReference")).with("URI", "#_key"),
        ),
    ] {
        let tree = desk.response([with_keys(&good, &[content], &[good.key()], &[])?])?;
        // Hints that our key doesn't need.
        corpus.attack(140, format!("{title} beside our key")).decoy(tree)?;
    }
    let mut chained = good.key();
    let inner = XmlElement::new(names::ds::KEY_INFO).holding(good.key());
    chained.insert_before(names::xenc::CIPHER_DATA, inner)?;
    let tree = desk.response([with_keys(&good, &[], &[chained], &[])?])?;
    corpus.attack(142, "a wrapped key to unwrap the wrapped key with").refused(MALFORMED, tree)?;
    let sized = with_keys(&good, &[], &[good.key()], &[])?;
    for (title, code, size) in
        [("its own", None, "256"), ("another", Some(MALFORMED), "128"), ("no", Some(MALFORMED), "x")]
    {
        let mut encrypted = sized.clone();
        let method = encrypted.part_mut(names::xenc::ENCRYPTION_METHOD)?;
        method.append(XmlElement::new(names::xenc::KEY_SIZE).saying(size));
        let tree = desk.response([encrypted])?;
        let draft = corpus.attack(133, format!("a cipher with {title} KeySize"));
        match code {
            Some(code) => draft.refused(code, tree)?,
            None => draft.decoy(tree)?,
        }
    }
    Ok(())
}
