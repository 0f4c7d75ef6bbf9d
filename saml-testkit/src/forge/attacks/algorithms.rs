//! §7: keys and algorithms.

use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::sign::Signer as Mac;
use saml_core::crypto::{Certificate, DigestAlgorithm, KeyKind};
use saml_core::metadata::{KeyDescriptor, KeyUse};
use saml_core::trust::PeerKeys;
use saml_core::xml::{QName, XmlElement, names};

use super::base64;
use crate::forge::corpus::Corpus;
use crate::forge::scene::pin;
use crate::forge::sign::Recipe;
use crate::forge::specimen::impersonate;
use crate::forge::{ForgeError, Specimen, Tree};

pub(super) fn forge(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    public_key_as_secret(s, corpus)?;
    signature_methods(s, corpus)?;
    method_parameters(s, corpus)?;
    digest_methods(s, corpus)?;
    keys(s, corpus)?;
    key_info(s, corpus)
}

const HMACS: [&str; 4] = [
    "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
    "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
    "http://www.w3.org/2001/04/xmldsig-more#hmac-sha512",
    "http://www.w3.org/2001/04/xmldsig-more#hmac-md5",
];

/// Attacks 115 and 117: everybody knows the secret.
fn public_key_as_secret(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let key = s.keys.genuine.public_key();
    let certificate = s.keys.genuine.certificate().ok_or_else(|| ForgeError::absent("certificate"))?;
    for (secret, octets) in [
        ("the certificate in PEM", certificate.to_pem().into_bytes()),
        ("the certificate in DER", certificate.der().to_vec()),
        ("the certificate in Base64", certificate.to_base64().into_bytes()),
        ("the public key in PEM", key.to_pem().into_bytes()),
        ("the public key in DER", key.spki_der().to_vec()),
        ("no octets", Vec::new()),
    ] {
        for uri in HMACS {
            let digest = if uri.ends_with("sha512") {
                MessageDigest::sha512()
            } else if uri.ends_with("sha1") {
                MessageDigest::sha1()
            } else {
                MessageDigest::sha256()
            };
            let make = |signed_info: &[u8]| {
                // A secret of no octets is refused by the library; the code would be of no interest anyway.
                let secret = if octets.is_empty() { &[0][..] } else { &octets };
                let mut mac = Mac::new(digest, &*PKey::hmac(secret)?)?;
                mac.update(signed_info)?;
                Ok(mac.sign_to_vec()?)
            };
            let mut forged = s.bare();
            impersonate(&mut forged)?;
            let tamper = |signed_info: &mut XmlElement| set_method(signed_info, uri);
            let recipe = Recipe { tamper: &tamper, value: Some(&make), ..Recipe::plain(s.keys.genuine) };
            recipe.sign(&mut forged, s.focus())?;
            let name = uri.rsplit('#').next().unwrap_or(uri);
            corpus
                .attack(115, format!("{name} with {secret} as its secret"))
                .refused("signature.algorithm_refused", forged)?;
        }
    }
    Ok(())
}

fn set_method(signed_info: &mut XmlElement, uri: &str) -> Result<(), ForgeError> {
    signed_info.part_mut(names::ds::SIGNATURE_METHOD)?.set("Algorithm", uri);
    Ok(())
}

/// Attacks 118, 119, 121 and 122: methods that are refused, or that another kind of key belongs to.
fn signature_methods(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let rsa = matches!(s.keys.genuine.public_key().kind(), KeyKind::Rsa { .. });
    let of_kind = |wanted: bool, code: &'static str| {
        if wanted == rsa { code } else { "signature.key_algorithm_mismatch" }
    };
    let refused = "signature.algorithm_refused";
    for (attack, uri, code) in [
        (118, "http://www.w3.org/2000/09/xmldsig#dsa-sha1", refused),
        (118, "http://www.w3.org/2009/xmldsig11#dsa-sha256", refused),
        (118, "http://www.w3.org/2001/04/xmldsig-more#rsa-md5", refused),
        (118, "http://www.w3.org/2001/04/xmldsig-more#rsa-ripemd160", refused),
        (118, "http://www.w3.org/2007/05/xmldsig-more#ecdsa-ripemd160", refused),
        (118, "http://www.w3.org/2001/04/xmldsig-more#rsa-sha224", refused),
        (119, "http://www.w3.org/2000/09/xmldsig#rsa-sha1", of_kind(true, refused)),
        (119, "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1", refused),
        (121, "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1", of_kind(true, "signature.invalid")),
        (121, "http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1", of_kind(true, "signature.invalid")),
        (121, "http://www.w3.org/2007/05/xmldsig-more#sha1-rsa-MGF1", refused),
        (121, "http://www.w3.org/2007/05/xmldsig-more#rsa-pss", refused),
        (122, "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", of_kind(true, "signature.invalid")),
        (122, "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512", of_kind(false, "signature.invalid")),
        (122, "http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519", "signature.key_algorithm_mismatch"),
        (122, "http://www.w3.org/2021/04/xmldsig-more#eddsa-ed448", refused),
        (122, "http://www.w3.org/2001/04/xmldsig-more#RSA-SHA256", refused),
        (122, "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256 ", refused),
        (122, "none", refused),
        (122, "", refused),
    ] {
        let tree = s.countersigned(|signed_info| set_method(signed_info, uri))?;
        corpus.attack(attack, format!("signature method {uri:?}")).refused(code, tree)?;
    }
    let other = s.keys.other_family.algorithm().uri();
    let tree = s.countersigned(|signed_info| set_method(signed_info, other))?;
    corpus
        .attack(122, "signature method of another kind of key")
        .refused("signature.key_algorithm_mismatch", tree)
}

/// Attacks 116 and 121: parameters that weaken a method.
fn method_parameters(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let length = || XmlElement::new(names::ds::HMAC_OUTPUT_LENGTH).saying("1");
    let pss = XmlElement::new(QName::new("pss", "http://www.w3.org/2007/05/xmldsig-more#", "RSAPSSParams"));
    let own = s.keys.genuine.algorithm().uri();
    for (attack, title, code, uri, parameter) in [
        (116, "an output length of one bit", "signature.malformed", own, length()),
        (116, "an HMAC of one bit", "signature.algorithm_refused", HMACS[1], length()),
        (121, "parameters of RSA-PSS", "signature.malformed", own, pss.clone()),
        (
            121,
            "RSA-PSS with parameters of its own",
            "signature.algorithm_refused",
            "http://www.w3.org/2007/05/xmldsig-more#rsa-pss",
            pss,
        ),
    ] {
        let tree = s.countersigned(|signed_info| {
            set_method(signed_info, uri)?;
            signed_info.part_mut(names::ds::SIGNATURE_METHOD)?.append(parameter.clone());
            Ok(())
        })?;
        corpus.attack(attack, title).refused(code, tree)?;
    }
    Ok(())
}

/// Attacks 118 and 119: digests.
fn digest_methods(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let recipe = Recipe { digest: DigestAlgorithm::Sha1, ..Recipe::plain(s.keys.genuine) };
    let tree = s.signed_by(s.bare(), &recipe)?;
    corpus
        .attack(119, "a fitting SHA-1 digest, genuinely signed")
        .refused("digest.algorithm_refused", tree)?;
    for (attack, uri, code) in [
        (118, "http://www.w3.org/2001/04/xmldsig-more#md5", "digest.algorithm_refused"),
        (118, "http://www.w3.org/2001/04/xmlenc#ripemd160", "digest.algorithm_refused"),
        (118, "http://www.w3.org/2001/04/xmldsig-more#sha224", "digest.algorithm_refused"),
        (118, "", "digest.algorithm_refused"),
        (118, "http://www.w3.org/2001/04/xmlenc#sha512", "signature.digest_mismatch"),
    ] {
        let tree = s.countersigned(|signed_info| {
            signed_info.part_mut(names::ds::DIGEST_METHOD)?.set("Algorithm", uri);
            Ok(())
        })?;
        corpus.attack(attack, format!("digest method {uri:?}")).refused(code, tree)?;
    }
    Ok(())
}

/// Attacks 120, 127 and 128: which keys count.
fn keys(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let short = pin([s.keys.short_rsa.public_key()])?;
    let tree = s.signed_by(s.bare(), &Recipe::plain(s.keys.short_rsa))?;
    let draft = corpus.attack(120, "a pinned RSA key of 1024 bits").when(|context| context.keys = short);
    // Where both are signed, the Response is signed by the good key, which is not pinned here.
    let code = match (s.signed, s.keys.genuine.public_key().kind()) {
        (crate::forge::Signed::Both, KeyKind::Ec { .. } | KeyKind::Ed25519) => {
            "signature.key_algorithm_mismatch"
        }
        _ => "signature.key_too_short",
    };
    draft.refused(code, tree)?;

    let descriptor = |key_use, certificate: Option<&Certificate>| {
        certificate
            .map(|certificate| KeyDescriptor::of_certificate(key_use, certificate.to_base64()))
            .ok_or_else(|| ForgeError::absent("certificate"))
    };
    let descriptors = [
        descriptor(KeyUse::Signing, s.keys.genuine.certificate())?,
        descriptor(KeyUse::Encryption, s.keys.attacker.certificate())?,
    ];
    let published = PeerKeys::of_descriptors(&descriptors)
        .map_err(|_none| ForgeError::Unusable { what: "a set of pinned keys" })?;
    let mut forged = s.bare();
    impersonate(&mut forged)?;
    Recipe::plain(s.keys.attacker).sign(&mut forged, s.focus())?;
    corpus
        .attack(127, "signed with the provider's encryption key")
        .when(|context| context.keys = published)
        .refused("signature.invalid", forged.clone())?;
    let rolling = pin([s.keys.other_family.public_key(), s.keys.genuine.public_key()])?;
    corpus
        .attack(128, "a stranger among several pinned keys")
        .when(|context| context.keys = rolling.clone())
        .refused("signature.invalid", forged)?;
    corpus
        .attack(128, "the second of several pinned keys")
        .when(|context| context.keys = rolling)
        .decoy(s.tree())
}

/// Attacks 123 to 125: what KeyInfo asks for.
fn key_info(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let ds11 = |local| QName::new("dsig11", names::DSIG11, local);
    let reference = |uri: &str| {
        XmlElement::new(names::ds::RETRIEVAL_METHOD)
            .with("URI", uri)
            .with("Type", "http://www.w3.org/2000/09/xmldsig#X509Data")
    };
    let explicit = XmlElement::new(names::ds::KEY_VALUE).holding(
        XmlElement::new(ds11("ECKeyValue"))
            .holding(
                XmlElement::new(ds11("ECParameters")).holding(XmlElement::new(ds11("Base")).saying("AA==")),
            )
            .holding(
                XmlElement::new(ds11("PublicKey")).saying(&base64(s.keys.attacker.public_key().spki_der())),
            ),
    );
    let pointer = XmlElement::new(ds11("KeyInfoReference")).with("URI", "http://localhost/key.xml");
    let several = XmlElement::new(names::ds::X509_DATA)
        .holding(XmlElement::new(names::ds::X509_CRL).saying("AA=="))
        .holding(XmlElement::new(names::ds::X509_SUBJECT_NAME).saying("CN=idp.example.com"));
    for (attack, title, content) in [
        (123, "a key over a curve of its own", explicit),
        (124, "a key to be fetched from the web", reference("http://localhost/key.xml")),
        (124, "a key to be fetched from a file", reference("file:///etc/passwd")),
        (124, "a key to be fetched from the message", reference("#_key")),
        (124, "a reference to another KeyInfo", pointer),
        (125, "a revocation list", several),
    ] {
        let mut forged = s.bare();
        impersonate(&mut forged)?;
        Recipe::plain(s.keys.attacker).sign(&mut forged, s.focus())?;
        let replace = |signature: &mut XmlElement| {
            signature.strip(names::ds::KEY_INFO);
            signature.append(XmlElement::new(names::ds::KEY_INFO).holding(content.clone()));
            Ok(())
        };
        replace(forged.part_mut(names::ds::SIGNATURE)?)?;
        corpus
            .attack(attack, format!("signed by a stranger with {title}"))
            .refused("signature.invalid", forged)?;
        corpus.attack(attack, format!("genuinely signed with {title}")).decoy(s.disfigured(replace)?)?;
    }
    Ok(())
}
