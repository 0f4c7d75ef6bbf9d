//! §13: signed metadata.
use saml_core::base::Relaxation;

use saml_core::crypto::Signer;
use saml_core::xml::{QName, XmlElement, names};

use super::tree_of;
use crate::forge::corpus::{Corpus, IntoXml};
use crate::forge::scene::pin;
use crate::forge::sign::Recipe;
use crate::forge::specimen::text;
use crate::forge::{Context, Family, ForgeError, ForgedMessage, Keys, Scene, Splice, Tree, Wire, good};

/// Every attack on the signed description of an identity provider, made from keys alone. The publisher's pinned key is
/// `keys.genuine`.
///
/// # Errors
/// Signing failed.
pub fn attacks_on_metadata(scene: &Scene, keys: Keys<'_>) -> Result<Vec<ForgedMessage>, ForgeError> {
    let bare = tree_of(good::metadata(scene, keys.genuine).to_xml()?.into_octets())?;
    let entity = signed(&bare, ENTITY, &Recipe::plain(keys.genuine))?;
    let context = Context::of(scene, keys.genuine.public_key())?;
    let mut corpus = Corpus::new("metadata", context, Wire::Metadata(entity.to_octets()?))?;
    corpus.family(Family::Metadata);
    let workshop = Workshop { scene, keys, bare, entity };
    workshop.trust(&mut corpus)?;
    workshop.changes(&mut corpus)?;
    workshop.wrapping(&mut corpus)?;
    workshop.groups(&mut corpus)?;
    workshop.documents(&mut corpus)?;
    Ok(corpus.into_messages())
}

const ENTITY: QName<'static> = names::md::ENTITY_DESCRIPTOR;
const GROUP: QName<'static> = names::md::ENTITIES_DESCRIPTOR;

struct Workshop<'a> {
    scene: &'a Scene,
    keys: Keys<'a>,
    bare: XmlElement,
    /// The specimen: one entity, signed.
    entity: XmlElement,
}

fn signed(bare: &XmlElement, target: QName<'_>, recipe: &Recipe<'_>) -> Result<XmlElement, ForgeError> {
    let mut tree = bare.clone();
    let signature = recipe.signature(&tree, target)?;
    tree.prepend(signature);
    Ok(tree)
}

fn group(members: &[&XmlElement]) -> XmlElement {
    let mut group = XmlElement::new(GROUP).with("ID", "_group");
    members.iter().for_each(|member| group.append((*member).clone()));
    group
}

fn refused(
    corpus: &mut Corpus,
    (attack, title): (u16, &str),
    code: &'static str,
    xml: impl IntoXml,
) -> Result<(), ForgeError> {
    let wire = Wire::Metadata(xml.into_xml()?);
    corpus.attack(attack, format!("metadata: {title}")).refused_on(code, wire);
    Ok(())
}

impl Workshop<'_> {
    /// A description with the attacker's key and endpoint.
    fn evil(&self) -> Result<XmlElement, ForgeError> {
        let mut evil = self.bare.clone();
        evil.alienate("_evil");
        point_to(&mut evil, self.keys.attacker)?;
        Ok(evil)
    }

    fn genuine(&self) -> Recipe<'_> {
        Recipe::plain(self.keys.genuine)
    }

    /// Attacks 220 and 221: nobody, or somebody else, signed it.
    fn trust(&self, corpus: &mut Corpus) -> Result<(), ForgeError> {
        refused(corpus, (220, "not signed"), "signature.missing", self.bare.clone())?;
        refused(corpus, (220, "not signed and changed"), "signature.missing", self.evil()?)?;
        let stranger = signed(&self.evil()?, ENTITY, &Recipe::plain(self.keys.attacker))?;
        refused(corpus, (221, "signed with the key that it describes"), "signature.invalid", stranger)?;
        let other = signed(&self.bare, ENTITY, &Recipe::plain(self.keys.other_family))?;
        refused(corpus, (221, "signed with another kind of key"), "signature.key_algorithm_mismatch", other)?;
        let short = signed(&self.bare, ENTITY, &Recipe::plain(self.keys.short_rsa))?;
        let pinned = pin([self.keys.short_rsa.public_key()])?;
        let wire = Wire::Metadata(short.to_octets()?);
        let draft =
            corpus.attack(120, "metadata: signed with RSA of 1024 bits").when(|c| c.keys = pinned.clone());
        draft.refused_on("signature.key_too_short", wire.clone());
        corpus
            .attack(120, "metadata: signed with RSA of 1024 bits, by concession")
            .when(|context| {
                context.keys = pinned;
                context.relaxations = Relaxation::Rsa1024.into();
            })
            .decoy_on(wire);
        Ok(())
    }

    /// Attack 4: changed after it was signed.
    fn changes(&self, corpus: &mut Corpus) -> Result<(), ForgeError> {
        let mismatch = "signature.digest_mismatch";
        let mut tree = self.entity.clone();
        point_to(&mut tree, self.keys.attacker)?;
        refused(corpus, (4, "another key"), mismatch, tree)?;
        let mut tree = self.entity.clone();
        tree.part_mut(names::md::SINGLE_SIGN_ON_SERVICE)?.set("Location", "https://evil.example/sso");
        refused(corpus, (4, "another endpoint"), mismatch, tree)?;
        let mut tree = self.entity.clone();
        tree.set("validUntil", "2099-01-01T00:00:00Z");
        refused(corpus, (223, "validity extended"), mismatch, tree)?;
        let mut tree = self.entity.clone();
        tree.part_mut(names::md::KEY_DESCRIPTOR)?.set("use", "encryption");
        refused(corpus, (230, "the use of a key changed"), mismatch, tree)?;
        let mut tree = self.entity.clone();
        let twin = tree.part(names::md::KEY_DESCRIPTOR)?.clone();
        tree.part_mut(names::md::IDP_SSO_DESCRIPTOR)?.prepend(twin);
        refused(corpus, (229, "a key added"), mismatch, tree)
    }

    /// Attacks 43, 47, 73 and 222.
    fn wrapping(&self, corpus: &mut Corpus) -> Result<(), ForgeError> {
        let mut original = self.entity.clone();
        let signature = original.cut(names::ds::SIGNATURE)?;
        let extensions = |child: &XmlElement| XmlElement::new(names::md::EXTENSIONS).holding(child.clone());
        let mut forged = self.evil()?;
        forged.prepend(extensions(&self.entity));
        refused(corpus, (43, "the signed original in the Extensions"), "signature.missing", forged)?;
        let mut forged = self.evil()?;
        forged.prepend(extensions(&original));
        forged.prepend(signature.clone());
        refused(
            corpus,
            (43, "the original in the Extensions behind its signature"),
            "signature.reference_not_parent",
            forged,
        )?;
        let mut forged = self.evil()?;
        forged.prepend(signature.clone().holding(original.clone()));
        refused(corpus, (222, "the original inside the signature"), "signature.malformed", forged)?;
        let mut forged = self.evil()?;
        let object = XmlElement::new(names::ds::OBJECT).holding(original.clone());
        forged.prepend(signature.clone().holding(object));
        refused(corpus, (222, "the original in the Object of the signature"), "signature.malformed", forged)?;
        let forged = group(&[&self.evil()?, &self.entity]);
        refused(corpus, (222, "a group of the forged and the signed one"), "signature.missing", forged)?;
        let mut forged = group(&[&self.evil()?, &original]);
        forged.prepend(signature.clone());
        refused(
            corpus,
            (222, "a group under the signature of a member"),
            "signature.reference_not_parent",
            forged,
        )?;
        let mut forged = self.evil()?;
        forged.set("ID", original.attribute("ID").unwrap_or_default());
        forged.prepend(extensions(&original));
        forged.prepend(signature.clone());
        refused(corpus, (54, "the original's ID twice"), "xml.duplicate_id", forged)?;
        let mut moved = original.clone();
        moved.append(signature.clone());
        refused(corpus, (47, "the signature as the last child"), "signature.position", moved)?;
        let mut moved = original.clone();
        moved.part_mut(names::md::IDP_SSO_DESCRIPTOR)?.prepend(signature);
        refused(corpus, (47, "the signature in the role"), "signature.missing", moved)?;
        let mut twice = self.entity.clone();
        twice.prepend(Recipe::plain(self.keys.attacker).signature(&self.bare, ENTITY)?);
        refused(corpus, (73, "a stranger's signature before the genuine one"), "signature.malformed", twice)
    }

    /// Attacks 224, 231 and 233: which entity is meant.
    fn groups(&self, corpus: &mut Corpus) -> Result<(), ForgeError> {
        let sign = |tree: &XmlElement| signed(tree, GROUP, &self.genuine());
        let twice = sign(&group(&[&self.bare, &self.evil()?]))?;
        refused(corpus, (224, "the entity twice in a signed group"), "metadata.entity_ambiguous", twice)?;
        let mut inner = group(&[&self.evil()?]);
        inner.set("ID", "_inner");
        let nested = sign(&group(&[&self.bare, &inner]))?;
        refused(
            corpus,
            (224, "the entity again in a group in the group"),
            "metadata.entity_ambiguous",
            nested,
        )?;
        for (attack, title, id) in [
            (231, "another entity", "https://other.example.com/saml".to_owned()),
            (233, "the entity with a slash after it", format!("{}/", self.scene.idp)),
            (233, "the entity in upper case", self.scene.idp.as_str().to_uppercase()),
        ] {
            let mut tree = self.bare.clone();
            tree.set("entityID", &id);
            let alone = signed(&tree, ENTITY, &self.genuine())?;
            refused(corpus, (attack, title), "metadata.entity_unknown", alone)?;
        }
        for (title, id) in
            [("an empty entityID", ""), ("an entityID with a space", "https://idp.example.com/ x")]
        {
            let mut tree = self.bare.clone();
            tree.set("entityID", id);
            let alone = signed(&tree, ENTITY, &self.genuine())?;
            refused(corpus, (233, title), "metadata.entity_unknown", alone)?;
        }
        let mut other = self.bare.clone();
        other.alienate("_other");
        other.set("entityID", "https://other.example.com/saml");
        let wire = Wire::Metadata(sign(&group(&[&other, &self.bare]))?.to_octets()?);
        corpus.attack(224, "metadata: the entity among others in a signed group").decoy_on(wire);
        let mut unnamed = self.bare.clone();
        unnamed.unset("ID");
        let unnamed = signed(&unnamed, ENTITY, &self.genuine())?;
        refused(corpus, (61, "a signed entity without ID"), "signature.parent_without_id", unnamed)
    }

    /// Attacks 143, 147 and 228: the document itself.
    fn documents(&self, corpus: &mut Corpus) -> Result<(), ForgeError> {
        let whole = text(&self.entity)?;
        let outside = format!("<!DOCTYPE m SYSTEM \"http://localhost/x.dtd\">{whole}");
        refused(corpus, (228, "an external subset"), "xml.doctype", outside)?;
        let entity = format!("<!DOCTYPE m [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>{whole}");
        refused(corpus, (228, "an entity from a file"), "xml.doctype", entity)?;
        let deep = whole.swap("</ds:Signature>", &format!("</ds:Signature>{}", "<a>".repeat(100)))?;
        refused(corpus, (147, "a hundred elements in each other"), "xml.limit.depth", deep)?;
        refused(corpus, (89, "two roots"), "xml.not_well_formed", format!("{whole}{whole}"))?;
        let mut other = self.entity.clone();
        other.rename(names::samlp::RESPONSE);
        refused(corpus, (228, "another root"), "signature.digest_mismatch", other)?;
        let mut other = self.bare.clone();
        other.rename(QName::new("md", names::MD, "RoleDescriptor"));
        let other = signed(&other, QName::new("md", names::MD, "RoleDescriptor"), &self.genuine())?;
        refused(corpus, (228, "another root, genuinely signed"), "message.unexpected", other)
    }
}

fn point_to(descriptor: &mut XmlElement, signer: &dyn Signer) -> Result<(), ForgeError> {
    let certificate = signer.certificate().ok_or_else(|| ForgeError::absent("certificate"))?;
    let role = descriptor.part_mut(names::md::IDP_SSO_DESCRIPTOR)?;
    role.part_mut(names::ds::X509_CERTIFICATE)?.say(&certificate.to_base64());
    Ok(())
}
