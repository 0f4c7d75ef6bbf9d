//! Attacks 37 to 39, 65 and 141: encryption doesn't prove who wrote a message, or for whom.

use openssl::rand::rand_bytes;
use saml_core::crypto::{ContentCipher, KeyTransport, Signer};
use saml_core::validation::SignatureDemand;
use saml_core::xml::{QName, XmlElement, names};

use super::Desk;
use crate::forge::corpus::Corpus;
use crate::forge::good::Signed;
use crate::forge::seal::{Seal, oaep_transports};
use crate::forge::sign::Recipe;
use crate::forge::specimen::{evil, impersonate};
use crate::forge::{ForgeError, Tree};

pub(super) fn forge(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    genuine(desk, corpus)?;
    instead(desk, corpus)?;
    beside(desk, corpus)?;
    if desk.s.signed != Signed::Response {
        wrapped_within(desk, corpus)?;
        resolved_after_opening(desk, corpus)?;
    }
    if desk.s.signed != Signed::Assertion {
        under_a_signature(desk, corpus)?;
    }
    identifiers(desk, corpus)?;
    for_somebody_else(desk, corpus)
}

/// Messages that must be opened: every cipher and every transport that needs no relaxation, to either key.
fn genuine(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let plaintext = desk.plaintext()?;
    let mut opened = |title: String, seal: Seal<'_>| {
        let tree = desk.response([seal.seal(&plaintext)?.assertion()])?;
        corpus.attack(129, title).decoy(tree)
    };
    for cipher in [ContentCipher::Aes128Gcm, ContentCipher::Aes192Gcm, ContentCipher::Aes256Gcm] {
        opened(format!("genuinely encrypted with {cipher}"), desk.seal().with_cipher(cipher))?;
    }
    for transport in [oaep_transports(&[]), oaep_transports(b"label")].concat() {
        let labelled = matches!(&transport,
            KeyTransport::RsaOaepMgf1p { label, .. } | KeyTransport::RsaOaep { label, .. } if !label.is_empty());
        let label = if labelled { " with a label" } else { "" };
        opened(format!("genuinely wrapped by {transport}{label}"), desk.seal().with_transport(transport))?;
    }
    opened("genuinely encrypted to a key that is being replaced".to_owned(), Seal::plain(desk.to.former))
}

/// Attack 39: an assertion that only its encryption recommends.
fn instead(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let forged = evil(desk.s.bare().part(names::saml::ASSERTION)?)?;
    // The attacker can't sign, so whatever was signed is signed no more.
    let sent = |assertion: &XmlElement| {
        let mut response = desk.s.bare();
        response.cut(names::saml::ASSERTION)?;
        response.append(desk.seal().seal(&assertion.to_octets()?)?.assertion());
        Ok::<_, ForgeError>(response)
    };
    let alone = sent(&forged)?;
    corpus.attack(39, "nothing but an encrypted assertion").refused("signature.missing", alone.clone())?;
    let bare = desk.s.bare();
    let genuine = sent(bare.part(names::saml::ASSERTION)?)?;
    corpus.attack(39, "the genuine assertion encrypted, unsigned").refused("signature.missing", genuine)?;
    for (title, signer, code) in [
        ("with the attacker's key", desk.s.keys.attacker, "signature.invalid"),
        ("with another kind of key", desk.s.keys.other_family, "signature.key_algorithm_mismatch"),
    ] {
        let inside = sent(&signed(&forged, signer)?)?;
        corpus.attack(39, format!("an encrypted assertion signed {title}")).refused(code, inside)?;
        let mut outside = alone.clone();
        Recipe::plain(signer).sign(&mut outside, names::samlp::RESPONSE)?;
        corpus
            .attack(39, format!("an encrypted assertion in a Response signed {title}"))
            .refused(code, outside)?;
    }
    // The genuine Response, its assertion replaced by a ciphertext that anybody can make.
    let mut swapped = desk.s.tree();
    swapped.cut(names::saml::ASSERTION)?;
    swapped.append(desk.seal().seal(&forged.to_octets()?)?.assertion());
    let code = desk.s.code("signature.digest_mismatch", "signature.missing", "signature.digest_mismatch");
    corpus.attack(39, "the genuine assertion replaced by an encrypted one").refused(code, swapped)?;
    let mut swapped = desk.enclosing(&desk.plaintext()?)?;
    swapped.cut(names::saml::ENCRYPTED_ASSERTION)?;
    swapped.append(desk.seal().seal(&forged.to_octets()?)?.assertion());
    corpus.attack(39, "the genuine ciphertext replaced by another one").refused(code, swapped)
}

fn signed(assertion: &XmlElement, signer: &dyn Signer) -> Result<XmlElement, ForgeError> {
    let mut signed = assertion.clone();
    Recipe::plain(signer).sign(&mut signed, names::saml::ASSERTION)?;
    Ok(signed)
}

/// Attack 38: an encrypted assertion of the attacker's beside the genuine one.
fn beside(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let forged = evil(desk.s.bare().part(names::saml::ASSERTION)?)?;
    let intruder = desk.seal().seal(&forged.to_octets()?)?.assertion();
    let clear = desk.s.tree();
    let sealed = desk.enclosing(&desk.plaintext()?)?;
    for (title, message) in [("in clear", &clear), ("that is encrypted too", &sealed)] {
        let genuine =
            message.child_elements().last().cloned().ok_or_else(|| ForgeError::absent("assertion"))?;
        let name = QName { prefix: "saml", name: genuine.name.as_name() };
        let mut before = message.clone();
        before.insert_before(name, intruder.clone())?;
        corpus
            .attack(38, format!("an encrypted assertion before the genuine one {title}"))
            .refused("assertion.count", before)?;
        let mut after = message.clone();
        after.append(intruder.clone());
        corpus
            .attack(38, format!("an encrypted assertion after the genuine one {title}"))
            .refused("assertion.count", after)?;
        let mut replaced = message.clone();
        replaced.cut(name)?;
        replaced.append(forged.clone());
        replaced.append(desk.seal().seal(&genuine.to_octets()?)?.assertion());
        corpus
            .attack(38, format!("a forged assertion in clear before the genuine one {title}, encrypted"))
            .refused("assertion.count", replaced)?;
        // Where the schema lets anything be. Nobody reads it there. A signature around it detects it; in the Extensions it
        // is refused without one.
        for (place, wrapper) in
            [("the Extensions", names::samlp::EXTENSIONS), ("the StatusDetail", names::samlp::STATUS_DETAIL)]
        {
            let mut parked = message.clone();
            let content = XmlElement::new(wrapper).holding(intruder.clone());
            if wrapper == names::samlp::EXTENSIONS {
                parked.insert_before(names::samlp::STATUS, content)?;
            } else {
                parked.part_mut(names::samlp::STATUS)?.append(content);
            }
            let draft = corpus.attack(38, format!("an encrypted assertion in {place} of one {title}"));
            match desk.s.signed {
                Signed::Assertion if wrapper == names::samlp::STATUS_DETAIL => draft.decoy(parked)?,
                Signed::Assertion => draft.refused("schema.saml_in_extensions", parked)?,
                Signed::Response | Signed::Both => draft.refused("signature.digest_mismatch", parked)?,
            }
        }
    }
    let mut advised = clear.clone();
    let advice = XmlElement::new(names::saml::ADVICE).holding(intruder.clone());
    advised.part_mut(names::saml::ASSERTION)?.insert_after(names::saml::CONDITIONS, advice.clone())?;
    corpus
        .attack(38, "an encrypted assertion in the Advice of the genuine one")
        .refused("signature.digest_mismatch", advised)?;
    let advised =
        desk.assertion_with(&|assertion| assertion.insert_after(names::saml::CONDITIONS, advice.clone()))?;
    let tree = desk.enclosing(&advised.to_octets()?)?;
    corpus.attack(38, "an encrypted assertion in an Advice of the peer's own").decoy(tree)
}

/// Attack 37: the permutations of wrapping, inside the ciphertext.
fn wrapped_within(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let original = desk.assertion()?;
    let intruder = evil(&original)?;
    let mut unsigned = original.clone();
    let signature = unsigned.cut(names::ds::SIGNATURE)?;
    let bearing = |content: Option<XmlElement>| {
        let mut forged = intruder.clone();
        let signature = content.into_iter().fold(signature.clone(), Tree::holding);
        forged.insert_after(names::saml::ISSUER, signature)?;
        Ok::<_, ForgeError>(forged)
    };
    let mut same_id = unsigned.clone();
    impersonate(&mut same_id)?;
    same_id.insert_after(names::saml::ISSUER, signature.clone())?;
    let advised = |content: &XmlElement| XmlElement::new(names::saml::ADVICE).holding(content.clone());
    let mut with_advice = bearing(None)?;
    with_advice.insert_after(names::saml::CONDITIONS, advised(&unsigned))?;
    let mut with_signed_advice = intruder.clone();
    with_signed_advice.insert_after(names::saml::CONDITIONS, advised(&original))?;
    let object = XmlElement::new(names::ds::OBJECT).holding(unsigned.clone());
    for (title, code, plaintext) in [
        ("a forged assertion with the genuine signature", "signature.reference_not_parent", bearing(None)?),
        ("the genuine assertion changed after it was signed", "signature.digest_mismatch", same_id),
        (
            "a forged assertion around the genuine one",
            "signature.unexpected_place",
            intruder.clone().holding(original.clone()),
        ),
        (
            "a forged assertion with the genuine one in its signature",
            "signature.malformed",
            bearing(Some(unsigned))?,
        ),
        (
            "a forged assertion with the genuine one in the Object of its signature",
            "signature.malformed",
            bearing(Some(object))?,
        ),
        (
            "a forged assertion with the genuine one in its Advice, behind the signature",
            "signature.reference_not_parent",
            with_advice,
        ),
    ] {
        let tree = desk.enclosing(&plaintext.to_octets()?)?;
        corpus.attack(37, format!("encrypted: {title}")).refused(code, tree)?;
    }
    // In a signed Response this is genuine. It isn't enough if the policy demands a signed assertion.
    let tree = desk.enclosing(&with_signed_advice.to_octets()?)?;
    let code = desk.s.code("", "signature.missing", "signature.assertion_missing");
    corpus
        .attack(37, "encrypted: a forged assertion with the signed one in its Advice")
        .when(|context| context.signatures = SignatureDemand::Assertion)
        .refused(code, tree)
}

/// Attack 37: a reference whose target exists only after decryption.
fn resolved_after_opening(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let original = desk.assertion()?;
    let intruder = evil(&original)?;
    let mut unsigned = original.clone();
    let signature = unsigned.cut(names::ds::SIGNATURE)?;
    let mut clear = intruder;
    clear.insert_after(names::saml::ISSUER, signature.clone())?;
    let hidden = desk.seal().seal(&unsigned.to_octets()?)?.assertion();
    for (title, content) in
        [("after", [clear.clone(), hidden.clone()]), ("before", [hidden.clone(), clear.clone()])]
    {
        let tree = desk.response(content)?;
        corpus
            .attack(
                37,
                format!("a forged assertion in clear, the target of its signature encrypted {title} it"),
            )
            .refused("assertion.count", tree)?;
    }
    let code = "signature.reference_not_parent";
    let parked = desk.response_with([clear.clone()], &|response| {
        let extensions = XmlElement::new(names::samlp::EXTENSIONS).holding(hidden.clone());
        response.insert_before(names::samlp::STATUS, extensions)
    })?;
    corpus
        .attack(37, "a forged assertion in clear, the target of its signature encrypted in the Extensions")
        .refused(desk.s.code(code, "schema.saml_in_extensions", code), parked)?;
    let parked = desk.response_with([clear.clone()], &|response| {
        let detail = XmlElement::new(names::samlp::STATUS_DETAIL).holding(hidden.clone());
        response.part_mut(names::samlp::STATUS)?.append(detail);
        Ok(())
    })?;
    corpus
        .attack(37, "a forged assertion in clear, the target of its signature encrypted in the StatusDetail")
        .refused(code, parked)?;
    // The Response has a signature that refers to an element inside its ciphertext.
    let mut response = desk.s.bare();
    response.cut(names::saml::ASSERTION)?;
    response.append(hidden);
    response.insert_after(names::saml::ISSUER, signature)?;
    corpus
        .attack(37, "a signature of the Response that refers into the ciphertext")
        .refused("signature.reference_not_parent", response)
}

/// Attacks 37 and 39: the extent of a Response's signature.
fn under_a_signature(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let unsigned = desk.enclosing(&desk.s.bare().part(names::saml::ASSERTION)?.to_octets()?)?;
    corpus.attack(39, "an unsigned assertion encrypted in a signed Response").decoy(unsigned.clone())?;
    corpus
        .attack(39, "an unsigned assertion encrypted in a signed Response where it must be signed")
        .when(|context| context.signatures = SignatureDemand::Assertion)
        .refused("signature.assertion_missing", unsigned)?;
    let code = "signature.digest_mismatch";
    // Signed in clear and encrypted afterwards. A receiver that verifies after decryption accepts it.
    let mut signed_first = desk.s.tree();
    let assertion = signed_first.cut(names::saml::ASSERTION)?;
    signed_first.append(desk.seal().seal(&assertion.to_octets()?)?.assertion());
    corpus.attack(37, "a signature of the Response made before encryption").refused(code, signed_first)?;
    // No ciphertext is opened before the signature holds.
    let genuine = desk.enclosing(&desk.plaintext()?)?;
    let mut disturbed = genuine.clone();
    let mut noise = [0; 64];
    rand_bytes(&mut noise)?;
    let value = super::shapes::content_of(&mut disturbed)?;
    value.say(&crate::forge::attacks::base64(&noise));
    corpus.attack(130, "noise for the ciphertext under a signature").refused(code, disturbed)?;
    let mut rewrapped = genuine;
    let key = desk.seal().seal(b"")?.key();
    let info = rewrapped.part_mut(names::xenc::ENCRYPTED_DATA)?.part_mut(names::ds::KEY_INFO)?;
    info.cut(names::xenc::ENCRYPTED_KEY)?;
    info.append(key);
    corpus.attack(135, "another wrapped key under a signature").refused(code, rewrapped)
}

/// Attack 65: identifiers that clash once something is opened.
fn identifiers(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let outer = desk.s.tree().attribute("ID").unwrap_or_default().to_owned();
    let clashing = desk.assertion_with(&|assertion| {
        assertion.set("ID", &outer);
        Ok(())
    })?;
    let tree = desk.enclosing(&clashing.to_octets()?)?;
    corpus
        .attack(65, "the encrypted assertion has the Response's ID")
        .refused("decryption.content_refused", tree)?;
    let own = desk.assertion()?.attribute("ID").unwrap_or_default().to_owned();
    let foreign = QName::new("x", "urn:example:foreign", "Decoy");
    for attribute in ["ID", "Id", "id"] {
        let decoy = XmlElement::new(foreign).with(attribute, &own);
        let encrypted = desk.seal().seal(&desk.plaintext()?)?.assertion();
        let tree = desk.response_with([encrypted], &|response| {
            let extensions = XmlElement::new(names::samlp::EXTENSIONS).holding(decoy.clone());
            response.insert_before(names::samlp::STATUS, extensions)
        })?;
        corpus
            .attack(65, format!("{attribute} of an extension is that of the encrypted assertion"))
            .refused("decryption.content_refused", tree)?;
        let advised = desk.assertion_with(&|assertion| {
            let decoy = XmlElement::new(foreign).with(attribute, &outer);
            let advice = XmlElement::new(names::saml::ADVICE).holding(decoy);
            assertion.insert_after(names::saml::CONDITIONS, advice)
        })?;
        let tree = desk.enclosing(&advised.to_octets()?)?;
        corpus
            .attack(65, format!("{attribute} deep in the encrypted assertion is the Response's"))
            .refused("decryption.content_refused", tree)?;
        let doubled = desk.assertion_with(&|assertion| {
            let decoy = XmlElement::new(foreign).with(attribute, &own);
            assertion
                .insert_after(names::saml::CONDITIONS, XmlElement::new(names::saml::ADVICE).holding(decoy))
        });
        // Two of the same ID can't even be signed together.
        if let Ok(doubled) = doubled {
            let tree = desk.enclosing(&doubled.to_octets()?)?;
            corpus
                .attack(65, format!("{attribute} deep in the encrypted assertion is its own again"))
                .refused("decryption.content_refused", tree)?;
        }
    }
    for (title, part) in
        [("EncryptedData", names::xenc::ENCRYPTED_DATA), ("EncryptedKey", names::xenc::ENCRYPTED_KEY)]
    {
        let clashing = desk.tampered(&|encrypted| {
            encrypted.part_mut(part)?.set("Id", &own);
            Ok(())
        })?;
        corpus
            .attack(65, format!("the Id of {title} is that of the assertion in it"))
            .refused("decryption.content_refused", clashing)?;
        let clashing = desk.tampered(&|encrypted| {
            encrypted.part_mut(part)?.set("Id", &outer);
            Ok(())
        });
        // In a signed Response, these can't be made either.
        if let Ok(clashing) = clashing {
            corpus
                .attack(65, format!("the Id of {title} is that of the Response"))
                .refused("xml.duplicate_id", clashing)?;
        }
    }
    Ok(())
}

/// Attack 141: a genuine assertion, which its recipient decrypts and encrypts to another service.
fn for_somebody_else(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    const OTHER: &str = "https://other.example.com/saml";
    let audience: super::Edit<'_> = &|assertion| {
        assertion.part_mut(names::saml::AUDIENCE)?.say(OTHER);
        Ok(())
    };
    let recipient: super::Edit<'_> = &|assertion| {
        assertion.part_mut(names::saml::SUBJECT_CONFIRMATION_DATA)?.set("Recipient", OTHER);
        Ok(())
    };
    let qualifier: super::Edit<'_> = &|assertion| {
        assertion.part_mut(names::saml::NAME_ID)?.set("SPNameQualifier", OTHER);
        Ok(())
    };
    let answered: super::Edit<'_> = &|assertion| {
        assertion.part_mut(names::saml::SUBJECT_CONFIRMATION_DATA)?.set("InResponseTo", "_other");
        Ok(())
    };
    for (title, code, edit) in [
        ("another audience", "audience.mismatch", audience),
        ("another recipient", "subject_confirmation.recipient_mismatch", recipient),
        ("another qualifier of the name", "name_id.sp_name_qualifier_mismatch", qualifier),
        ("another request", "subject_confirmation.in_response_to_mismatch", answered),
    ] {
        let forwarded = desk.assertion_with(edit)?;
        let tree = desk.enclosing(&forwarded.to_octets()?)?;
        corpus.attack(141, format!("encrypted to us with {title}")).refused(code, tree)?;
    }
    let other = desk.response([Seal::plain(desk.to.stranger).seal(&desk.plaintext()?)?.assertion()])?;
    corpus.attack(141, "encrypted to somebody else").refused("decryption.failed", other)?;
    let sealed = desk.enclosing(&desk.plaintext()?)?;
    corpus
        .attack(141, "encrypted to a receiver without a key")
        .when(|context| context.decryption_keys = Default::default())
        .refused("decryption.no_key", sealed)
}
