//! One good message, ready to be taken apart.

use saml_core::base::Limits;
use saml_core::xml::{Document, QName, XmlElement, names};

use super::corpus::good_message;
use super::scene::INTRUDER;
use super::sign::Recipe;
use super::{Context, ForgeError, ForgedMessage, Keys, Scene, Signed, Tree, Wire, good};

/// A good Response, its scene and the keys: what every attack on a Response starts from.
///
/// Its signatures must be exclusively canonicalised: the tree is written anew for each attack, which keeps prefixes but
/// not the places of namespace declarations.
#[derive(Clone, Debug)]
pub struct Specimen<'a> {
    pub(super) scene: &'a Scene,
    pub(super) keys: Keys<'a>,
    pub(super) context: Context,
    pub(super) signed: Signed,
    tree: XmlElement,
}

impl<'a> Specimen<'a> {
    /// Makes one from keys alone.
    ///
    /// # Errors
    /// Signing failed.
    pub fn issue(scene: &'a Scene, keys: Keys<'a>, signed: Signed) -> Result<Self, ForgeError> {
        let octets = good::signed_response(&good::response(scene), signed, keys.genuine)?;
        Self::read(octets, scene, keys)
    }

    /// Takes a message that exists: a Response in clear with at least one signature, by `keys.genuine`.
    ///
    /// # Errors
    /// It is no XML, holds no assertion in clear, or no signature.
    pub fn read(octets: Vec<u8>, scene: &'a Scene, keys: Keys<'a>) -> Result<Self, ForgeError> {
        let tree = XmlElement::read(Document::parse(octets, &Limits::MESSAGE)?.root());
        let carries =
            |element: &XmlElement| element.child_elements().any(|child| child.is(names::ds::SIGNATURE));
        let signed = match (carries(&tree), carries(tree.part(names::saml::ASSERTION)?)) {
            (true, true) => Signed::Both,
            (true, false) => Signed::Response,
            (false, true) => Signed::Assertion,
            (false, false) => return Err(ForgeError::absent("Signature")),
        };
        let context = Context::of(scene, keys.genuine.public_key())?;
        Ok(Self { scene, keys, context, signed, tree })
    }

    /// The same message, changed with other signers in hand.
    pub(super) fn under<'b>(&self, keys: Keys<'b>) -> Specimen<'b>
    where
        'a: 'b,
    {
        Specimen {
            scene: self.scene,
            keys,
            context: self.context.clone(),
            signed: self.signed,
            tree: self.tree.clone(),
        }
    }

    /// The message as it is, and the identity for which it is accepted.
    ///
    /// # Errors
    /// It is refused: against such a specimen, every refusal would be vacuous.
    pub fn good(&self) -> Result<ForgedMessage, ForgeError> {
        good_message(self.signed.name(), self.context.clone(), Wire::Response(self.tree.to_octets()?))
    }

    /// The message as a tree.
    pub(super) fn tree(&self) -> XmlElement {
        self.tree.clone()
    }

    /// The message as text.
    pub(super) fn text(&self) -> Result<String, ForgeError> {
        text(&self.tree)
    }

    /// The message without any signature.
    pub(crate) fn bare(&self) -> XmlElement {
        let mut tree = self.tree();
        tree.strip(names::ds::SIGNATURE);
        tree
    }

    /// The element whose signature is under attack: the innermost signed one.
    pub(super) const fn focus(&self) -> QName<'static> {
        match self.signed {
            Signed::Response => names::samlp::RESPONSE,
            Signed::Assertion | Signed::Both => names::saml::ASSERTION,
        }
    }

    /// The first of three codes for a signed Response, the second for a signed Assertion, the third where both are.
    pub(super) const fn code(
        &self,
        response: &'static str,
        assertion: &'static str,
        both: &'static str,
    ) -> &'static str {
        match self.signed {
            Signed::Response => response,
            Signed::Assertion => assertion,
            Signed::Both => both,
        }
    }

    /// Signs `bare` as the specimen is signed, the element under attack by `recipe`, a Response around it honestly:
    /// so nothing but the rule in question can refuse it.
    pub(super) fn signed_by(
        &self,
        mut bare: XmlElement,
        recipe: &Recipe<'_>,
    ) -> Result<XmlElement, ForgeError> {
        recipe.sign(&mut bare, self.focus())?;
        if self.signed == Signed::Both {
            Recipe::plain(self.keys.genuine).sign(&mut bare, names::samlp::RESPONSE)?;
        }
        Ok(bare)
    }

    /// The message with other content, genuinely signed: a peer that says something else.
    pub(super) fn reissued(
        &self,
        edit: impl FnOnce(&mut XmlElement) -> Result<(), ForgeError>,
    ) -> Result<XmlElement, ForgeError> {
        let mut bare = self.bare();
        edit(&mut bare)?;
        self.signed_by(bare, &Recipe::plain(self.keys.genuine))
    }

    /// The message with this `SignedInfo`, genuinely signed, in the signature under attack.
    pub(super) fn countersigned(
        &self,
        tamper: impl Fn(&mut XmlElement) -> Result<(), ForgeError>,
    ) -> Result<XmlElement, ForgeError> {
        self.signed_by(self.bare(), &Recipe::tampered(self.keys.genuine, &tamper))
    }

    /// The message with the element under attack changed after it was signed. A Response around it is signed anew.
    pub(super) fn rearranged(
        &self,
        edit: impl FnOnce(&mut XmlElement) -> Result<(), ForgeError>,
    ) -> Result<XmlElement, ForgeError> {
        let mut tree = self.tree();
        if self.signed == Signed::Both {
            tree.cut(names::ds::SIGNATURE)?;
        }
        edit(tree.part_mut(self.focus())?)?;
        if self.signed == Signed::Both {
            Recipe::plain(self.keys.genuine).sign(&mut tree, names::samlp::RESPONSE)?;
        }
        Ok(tree)
    }

    /// The message with the signature under attack changed after it was made. A Response around it is signed anew.
    pub(super) fn disfigured(
        &self,
        edit: impl FnOnce(&mut XmlElement) -> Result<(), ForgeError>,
    ) -> Result<XmlElement, ForgeError> {
        self.rearranged(|element| edit(element.part_mut(names::ds::SIGNATURE)?))
    }

    /// The message after a change by somebody who can't sign.
    pub(super) fn altered(
        &self,
        edit: impl FnOnce(&mut XmlElement) -> Result<(), ForgeError>,
    ) -> Result<XmlElement, ForgeError> {
        let mut tree = self.tree();
        edit(&mut tree)?;
        Ok(tree)
    }

    /// The beginning of the start tag of the first part of this name, as it is written, without attributes.
    pub(super) fn start_tag(&self, name: QName<'_>) -> Result<String, ForgeError> {
        let part = self.tree.part(name)?;
        let colon = if part.prefix.is_empty() { "" } else { ":" };
        Ok(format!("<{}{colon}{}", part.prefix, part.name.local))
    }

    /// The end tag of the first part of this name, as it is written.
    pub(super) fn end_tag(&self, name: QName<'_>) -> Result<String, ForgeError> {
        let part = self.tree.part(name)?;
        let colon = if part.prefix.is_empty() { "" } else { ":" };
        Ok(format!("</{}{colon}{}>", part.prefix, part.name.local))
    }
}

/// A tree as text.
pub(super) fn text(tree: &XmlElement) -> Result<String, ForgeError> {
    String::from_utf8(tree.to_octets()?).map_err(|_invalid| ForgeError::Unusable { what: "a text" })
}

/// A copy that speaks for the intruder: another subject, another role, other identifiers, no signatures.
pub(super) fn evil(original: &XmlElement) -> Result<XmlElement, ForgeError> {
    let mut copy = original.clone();
    copy.strip(names::ds::SIGNATURE);
    copy.alienate("_evil");
    impersonate(&mut copy)?;
    Ok(copy)
}

/// Makes a message speak for the intruder and changes nothing else.
pub(super) fn impersonate(message: &mut XmlElement) -> Result<(), ForgeError> {
    message.part_mut(names::saml::NAME_ID)?.say(INTRUDER);
    let value = message.part_mut(names::saml::ATTRIBUTE_VALUE)?;
    value.say(another(value, "admin", "root"));
    Ok(())
}

/// The first text, or the second where the element says the first already.
pub(super) fn another(element: &XmlElement, first: &'static str, second: &'static str) -> &'static str {
    if element.text_content() == first { second } else { first }
}
