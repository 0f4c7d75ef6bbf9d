//! Attack 40: names and attributes that are encrypted.

use saml_core::xml::{QName, XmlElement, names};

use super::Desk;
use crate::forge::corpus::Corpus;
use crate::forge::scene::INTRUDER;
use crate::forge::specimen::evil;
use crate::forge::{ForgeError, Tree};

pub(super) fn forge(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    names_of_subjects(desk, corpus)?;
    attributes(desk, corpus)?;
    both_kinds(desk, corpus)?;
    within_the_ciphertext(desk, corpus)?;
    by_somebody_who_can_not_sign(desk, corpus)
}

/// A change of a name.
type Change<'c> = &'c dyn Fn(&mut XmlElement);

const ID: QName<'static> = names::saml::ENCRYPTED_ID;
const ATTRIBUTE: QName<'static> = names::saml::ENCRYPTED_ATTRIBUTE;

/// The element of the genuine assertion that is called `name`, as octets.
fn octets(desk: &Desk<'_>, name: QName<'_>) -> Result<Vec<u8>, ForgeError> {
    desk.s.bare().part(names::saml::ASSERTION)?.part(name)?.to_octets()
}

/// The assertion in clear, with `content` encrypted in place of its name or its first attribute.
fn with_part(desk: &Desk<'_>, wrapper: QName<'_>, content: &[u8]) -> Result<XmlElement, ForgeError> {
    let encrypted = desk.seal().seal(content)?.element(wrapper);
    desk.s.reissued(|response| put(response, wrapper, encrypted))
}

fn put(response: &mut XmlElement, wrapper: QName<'_>, encrypted: XmlElement) -> Result<(), ForgeError> {
    let assertion = response.part_mut(names::saml::ASSERTION)?;
    let (holder, name) = if wrapper == ID {
        (names::saml::SUBJECT, names::saml::NAME_ID)
    } else {
        (names::saml::ATTRIBUTE_STATEMENT, names::saml::ATTRIBUTE)
    };
    let holder = assertion.part_mut(holder)?;
    holder.insert_before(name, encrypted)?;
    holder.cut(name)?;
    Ok(())
}

fn names_of_subjects(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let name = octets(desk, names::saml::NAME_ID)?;
    corpus.attack(40, "an encrypted name").decoy(with_part(desk, ID, &name)?)?;
    let mut base = desk.s.bare().part(names::saml::NAME_ID)?.clone();
    base.rename(names::saml::BASE_ID);
    hostile(desk, corpus, ID, names::saml::NAME_ID, &[("a BaseID", base.to_octets()?)])?;
    let cases: [(&str, &'static str, Change<'_>); 4] = [
        ("for another service provider", "name_id.sp_name_qualifier_mismatch", &|name| {
            name.set("SPNameQualifier", "https://other.example.com/saml");
        }),
        ("that is empty", "name_id.empty", &|name| name.children.clear()),
        ("with an element in it", "schema.text", &|name| {
            name.append(XmlElement::new(names::saml::NAME_ID));
        }),
        ("with an unknown attribute", "schema.unexpected_attribute", &|name| name.set("Role", "admin")),
    ];
    for (title, code, edit) in cases {
        let mut other = desk.s.bare().part(names::saml::NAME_ID)?.clone();
        edit(&mut other);
        let tree = with_part(desk, ID, &other.to_octets()?)?;
        corpus.attack(40, format!("an encrypted name {title}")).refused(code, tree)?;
    }
    let stays_closed = desk.s.reissued(|response| {
        let encrypted = desk.seal().seal(INTRUDER.as_bytes())?.element(ID);
        response.part_mut(names::saml::SUBJECT_CONFIRMATION)?.prepend(encrypted);
        Ok(())
    })?;
    corpus.attack(40, "an encrypted name of whoever confirms, which is nobody's business").decoy(stays_closed)
}

fn attributes(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let attribute = octets(desk, names::saml::ATTRIBUTE)?;
    corpus.attack(40, "an encrypted attribute").decoy(with_part(desk, ATTRIBUTE, &attribute)?)?;
    let value = octets(desk, names::saml::ATTRIBUTE_VALUE)?;
    let statement = octets(desk, names::saml::ATTRIBUTE_STATEMENT)?;
    let others = [("an AttributeValue", value), ("a whole AttributeStatement", statement)];
    hostile(desk, corpus, ATTRIBUTE, names::saml::ATTRIBUTE, &others)
}

/// Everything that is not the one element that belongs there.
fn hostile(
    desk: &Desk<'_>,
    corpus: &mut Corpus,
    wrapper: QName<'static>,
    inside: QName<'static>,
    others: &[(&str, Vec<u8>)],
) -> Result<(), ForgeError> {
    let bare = desk.s.bare();
    let assertion = bare.part(names::saml::ASSERTION)?;
    let genuine = assertion.part(inside)?.clone();
    let octets = genuine.to_octets()?;
    let mut renamed = genuine.clone();
    renamed.rename(QName::new("saml", "urn:example:foreign", inside.name.local));
    let mut old = genuine.clone();
    old.rename(QName::new("saml", "urn:oasis:names:tc:SAML:1.0:assertion", inside.name.local));
    let other = if wrapper == ID { names::saml::ATTRIBUTE } else { names::saml::NAME_ID };
    let nested = desk.seal().seal(&octets)?;
    let clashing = genuine.with("ID", assertion.attribute("ID").unwrap_or_default());
    let common = [
        ("nothing", Vec::new()),
        ("a text", INTRUDER.as_bytes().to_vec()),
        ("two of them", [octets.clone(), octets.clone()].concat()),
        ("text before it", [b"admin".to_vec(), octets.clone()].concat()),
        ("text after it", [octets.clone(), b"admin".to_vec()].concat()),
        ("a comment before it", [b"<!---->".to_vec(), octets.clone()].concat()),
        ("the same in another namespace", renamed.to_octets()?),
        ("the same of SAML 1", old.to_octets()?),
        ("the other kind", assertion.part(other)?.to_octets()?),
        ("a whole assertion", evil(assertion)?.to_octets()?),
        ("the genuine assertion", desk.plaintext()?),
        ("a subject", assertion.part(names::saml::SUBJECT)?.to_octets()?),
        ("another one that is encrypted", nested.element(wrapper).to_octets()?),
        ("encrypted data", nested.element(wrapper).part(names::xenc::ENCRYPTED_DATA)?.to_octets()?),
        ("one with the ID of the assertion", clashing.to_octets()?),
    ];
    for (title, content) in common.iter().chain(others) {
        let local = wrapper.name.local;
        corpus
            .attack(40, format!("{local} that holds {title}"))
            .refused("decryption.content_refused", with_part(desk, wrapper, content)?)?;
    }
    let stranger = crate::forge::seal::Seal::plain(desk.to.stranger).seal(&octets)?.element(wrapper);
    let tree = desk.s.reissued(|response| put(response, wrapper, stranger))?;
    corpus
        .attack(40, format!("{} for somebody else", wrapper.name.local))
        .refused("decryption.failed", tree)?;
    let closed = with_part(desk, wrapper, &octets)?;
    corpus
        .attack(40, format!("{} for a receiver without a key", wrapper.name.local))
        .when(|context| context.decryption_keys = Default::default())
        .refused("decryption.no_key", closed)
}

/// In clear and encrypted at once.
fn both_kinds(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let mut intruder = desk.s.bare().part(names::saml::NAME_ID)?.clone();
    intruder.say(INTRUDER);
    let encrypted = desk.seal().seal(&intruder.to_octets()?)?.element(ID);
    let before = desk.s.reissued(|response| {
        response.part_mut(names::saml::SUBJECT)?.insert_before(names::saml::NAME_ID, encrypted.clone())
    })?;
    corpus
        .attack(40, "an encrypted name before the one in clear")
        .refused("schema.unexpected_element", before)?;
    let after = desk.s.reissued(|response| {
        response.part_mut(names::saml::SUBJECT)?.insert_after(names::saml::NAME_ID, encrypted.clone())
    })?;
    corpus
        .attack(40, "an encrypted name after the one in clear")
        .refused("schema.unexpected_element", after)?;
    let twice = desk.s.reissued(|response| {
        let subject = response.part_mut(names::saml::SUBJECT)?;
        subject.insert_before(names::saml::NAME_ID, encrypted.clone())?;
        subject.insert_before(names::saml::NAME_ID, encrypted.clone())?;
        subject.cut(names::saml::NAME_ID)?;
        Ok(())
    })?;
    corpus.attack(40, "two encrypted names").refused("schema.unexpected_element", twice)?;
    let misplaced = desk.s.reissued(|response| {
        response.part_mut(names::saml::NAME_ID)?.children.clear();
        response.part_mut(names::saml::NAME_ID)?.append(encrypted.clone());
        Ok(())
    })?;
    corpus.attack(40, "an encrypted name in the name").refused("schema.text", misplaced)?;
    let data = encrypted.part(names::xenc::ENCRYPTED_DATA)?.clone();
    let naked = desk.s.reissued(|response| {
        let subject = response.part_mut(names::saml::SUBJECT)?;
        subject.insert_before(names::saml::NAME_ID, data.clone())?;
        subject.cut(names::saml::NAME_ID)?;
        Ok(())
    })?;
    corpus.attack(40, "encrypted data where a name belongs").refused("schema.missing_element", naked)
}

/// An encrypted name and an encrypted attribute in an encrypted assertion.
fn within_the_ciphertext(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let seal = |content: &[u8], wrapper| Ok::<_, ForgeError>(desk.seal().seal(content)?.element(wrapper));
    let (name, attribute) = (octets(desk, names::saml::NAME_ID)?, octets(desk, names::saml::ATTRIBUTE)?);
    let inside = |name: &[u8], attribute: &[u8]| {
        let (name, attribute) = (seal(name, ID)?, seal(attribute, ATTRIBUTE)?);
        let assertion = desk.assertion_with(&|assertion| {
            put(assertion, ID, name.clone())?;
            put(assertion, ATTRIBUTE, attribute.clone())
        })?;
        desk.enclosing(&assertion.to_octets()?)
    };
    let everything = inside(&name, &attribute)?;
    corpus.attack(40, "everything encrypted that can be").decoy(everything)?;
    let swapped = inside(&attribute, &name)?;
    corpus
        .attack(40, "name and attribute encrypted for each other")
        .refused("decryption.content_refused", swapped)?;
    let whole = inside(&name, &desk.plaintext()?)?;
    corpus
        .attack(40, "the assertion again as an attribute of itself")
        .refused("decryption.content_refused", whole)
}

/// Public keys are enough to make one, and not to put it under a signature.
fn by_somebody_who_can_not_sign(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let mut intruder = desk.s.bare().part(names::saml::NAME_ID)?.clone();
    intruder.say(INTRUDER);
    let encrypted = desk.seal().seal(&intruder.to_octets()?)?.element(ID);
    let tree = desk.s.altered(|response| put(response, ID, encrypted))?;
    corpus.attack(40, "the name replaced by an encrypted one").refused("signature.digest_mismatch", tree)?;
    let mut admin = desk.s.bare().part(names::saml::ATTRIBUTE)?.clone();
    admin.part_mut(names::saml::ATTRIBUTE_VALUE)?.say("admin");
    let encrypted = desk.seal().seal(&admin.to_octets()?)?.element(ATTRIBUTE);
    let tree = desk.s.altered(|response| {
        let statement = response.part_mut(names::saml::ATTRIBUTE_STATEMENT)?;
        statement.append(encrypted);
        Ok(())
    })?;
    corpus.attack(40, "an encrypted attribute added").refused("signature.digest_mismatch", tree)
}
