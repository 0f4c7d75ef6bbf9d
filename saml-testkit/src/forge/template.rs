//! A message that exists, as the mould of others.

use saml_core::base::{EntityId, Limits, MessageId, SamlInstant};
use saml_core::xml::{Document, QName, XmlElement, XmlNode, names};

use super::scene::SSO_URL;
use super::sign::Recipe;
use super::{Begun, ForgeError, INTRUDER, Keys, Scene, Signed, Specimen, Tree};

/// The attributes that hold instants: they move with the message.
const INSTANTS: [&str; 5] =
    ["IssueInstant", "NotBefore", "NotOnOrAfter", "AuthnInstant", "SessionNotOnOrAfter"];

/// A Response with its signatures taken off: its attributes, its name format and its prefixes stay in whatever is
/// made from it, its parties, identifiers and instants are those of a [`Scene`].
#[derive(Clone, Debug)]
pub struct Template {
    bare: XmlElement,
    signed: Signed,
    scene: Scene,
}

impl Template {
    /// Takes a Response with an assertion in clear. Whether its signatures hold does not matter: none is kept.
    ///
    /// What attacks work on and the message lacks is added to it: an Issuer, an attribute.
    ///
    /// # Errors
    /// It is no XML, holds no assertion in clear, or lacks what every login needs.
    pub fn read(octets: Vec<u8>) -> Result<Self, ForgeError> {
        let mut bare = XmlElement::read(Document::parse(octets, &Limits::MESSAGE)?.root());
        if !bare.is(names::samlp::RESPONSE) {
            return Err(ForgeError::absent("Response"));
        }
        let carries =
            |element: &XmlElement| element.child_elements().any(|child| child.is(names::ds::SIGNATURE));
        let signed = match (carries(&bare), carries(bare.part(names::saml::ASSERTION)?)) {
            (true, false) => Signed::Response,
            (false, true) => Signed::Assertion,
            (true, true) | (false, false) => Signed::Both,
        };
        bare.strip(names::ds::SIGNATURE);
        complete(&mut bare)?;
        let scene = scene_of(&bare)?;
        Ok(Self { bare, signed, scene })
    }

    /// The login that the message was.
    #[must_use]
    pub const fn scene(&self) -> &Scene {
        &self.scene
    }

    /// The signed parts; `Both` for an unsigned message.
    #[must_use]
    pub const fn signed(&self) -> Signed {
        self.signed
    }

    /// The same message for another login, signed by `keys.genuine`.
    ///
    /// # Errors
    /// Signing failed.
    pub fn specimen<'a>(
        &self,
        scene: &'a Scene,
        signed: Signed,
        keys: Keys<'a>,
    ) -> Result<Specimen<'a>, ForgeError> {
        let mut tree = self.bare.clone();
        shift(&mut tree, self.scene.now, scene.now);
        tree.set("ID", scene.response_id.as_str());
        tree.set("Destination", &scene.acs_url);
        tree.part_mut(names::saml::ISSUER)?.say(scene.idp.as_str());
        let data = names::saml::SUBJECT_CONFIRMATION_DATA;
        tree.part_mut(data)?.set("Recipient", &scene.acs_url);
        for element in [names::samlp::RESPONSE, data] {
            match scene.answered() {
                Some(id) => tree.part_mut(element)?.set("InResponseTo", id.as_str()),
                None => tree.part_mut(element)?.unset("InResponseTo"),
            }
        }
        let assertion = tree.part_mut(names::saml::ASSERTION)?;
        assertion.set("ID", scene.assertion_id.as_str());
        assertion.part_mut(names::saml::ISSUER)?.say(scene.idp.as_str());
        assertion.part_mut(names::saml::NAME_ID)?.say(&scene.name_id);
        assertion.part_mut(names::saml::AUDIENCE)?.say(scene.sp.as_str());
        readdress(assertion, self.scene.sp.as_str(), scene.sp.as_str());
        let recipe = Recipe::plain(keys.genuine);
        if let Signed::Assertion | Signed::Both = signed {
            recipe.sign(&mut tree, names::saml::ASSERTION)?;
        }
        if let Signed::Response | Signed::Both = signed {
            recipe.sign(&mut tree, names::samlp::RESPONSE)?;
        }
        Specimen::read(tree.to_octets()?, scene, keys)
    }
}

/// Adds what attacks work on.
fn complete(message: &mut XmlElement) -> Result<(), ForgeError> {
    let has = |element: &XmlElement, name: QName<'_>| element.child_elements().any(|child| child.is(name));
    if !has(message, names::saml::ISSUER) {
        let issuer = message.part(names::saml::ASSERTION)?.part(names::saml::ISSUER)?.clone();
        message.prepend(issuer);
    }
    if message.part(names::saml::ATTRIBUTE_VALUE).is_err() {
        let value = XmlElement::new(names::saml::ATTRIBUTE_VALUE).saying("user");
        let attribute = XmlElement::new(names::saml::ATTRIBUTE)
            .with("Name", "role")
            .with("FriendlyName", "the role")
            .with("NameFormat", "urn:oasis:names:tc:SAML:2.0:attrname-format:basic")
            .holding(value);
        let assertion = message.part_mut(names::saml::ASSERTION)?;
        assertion.strip(names::saml::ATTRIBUTE_STATEMENT);
        assertion.append(XmlElement::new(names::saml::ATTRIBUTE_STATEMENT).holding(attribute));
    }
    Ok(())
}

fn scene_of(message: &XmlElement) -> Result<Scene, ForgeError> {
    let unusable = |what| move || ForgeError::Unusable { what };
    let assertion = message.part(names::saml::ASSERTION)?;
    let data = assertion.part(names::saml::SUBJECT_CONFIRMATION_DATA)?;
    let entity = |name: QName<'_>| {
        let text = assertion.part(name)?.text_content();
        EntityId::try_from(text.trim()).map_err(|_invalid| unusable("an entity identifier of the message")())
    };
    let id = |element: &XmlElement, attribute: &str| {
        element.attribute(attribute).and_then(|id| MessageId::try_from(id).ok())
    };
    let identified = |element| id(element, "ID").ok_or_else(unusable("an identifier of the message"));
    let acs_url = data.attribute("Recipient").or_else(|| message.attribute("Destination"));
    let now = message.attribute("IssueInstant").and_then(|text| SamlInstant::try_from(text).ok());
    let asked = id(data, "InResponseTo").or_else(|| id(message, "InResponseTo"));
    assertion.part(names::saml::AUTHN_STATEMENT)?;
    if assertion.part(names::saml::NAME_ID)?.text_content() == INTRUDER {
        return Err(unusable("a message of the person whom attackers pretend to be: take somebody else's")());
    }
    Ok(Scene {
        idp: entity(names::saml::ISSUER)?,
        sso_url: SSO_URL.to_owned(),
        sp: entity(names::saml::AUDIENCE)?,
        acs_url: acs_url.ok_or_else(|| ForgeError::absent("Recipient"))?.to_owned(),
        name_id: assertion.part(names::saml::NAME_ID)?.text_content(),
        now: now.ok_or_else(unusable("the IssueInstant of the message"))?,
        begun: if asked.is_some() { Begun::ByRequest } else { Begun::Unsolicited },
        request_id: match asked {
            Some(id) => id,
            None => identified(message)?,
        },
        response_id: identified(message)?,
        assertion_id: identified(assertion)?,
    })
}

/// Addresses a message to another service provider: each audience and each qualifier that names the first one.
fn readdress(element: &mut XmlElement, from: &str, to: &str) {
    if element.is(names::saml::AUDIENCE) && element.text_content() == from {
        element.say(to);
    }
    if element.attribute("SPNameQualifier") == Some(from) {
        element.set("SPNameQualifier", to);
    }
    for child in &mut element.children {
        if let XmlNode::Element(child) = child {
            readdress(child, from, to);
        }
    }
}

/// Moves every instant as `from` moves to `to`.
fn shift(element: &mut XmlElement, from: SamlInstant, to: SamlInstant) {
    for attribute in &mut element.attributes {
        let is_instant =
            attribute.name.namespace.is_empty() && INSTANTS.contains(&attribute.name.local.as_str());
        if let (true, Ok(instant)) = (is_instant, SamlInstant::try_from(attribute.value.as_str())) {
            let moved = if to > from {
                instant.saturating_add(to.since(from))
            } else {
                instant.saturating_sub(from.since(to))
            };
            attribute.value = moved.to_string();
        }
    }
    for child in &mut element.children {
        if let XmlNode::Element(child) = child {
            shift(child, from, to);
        }
    }
}
