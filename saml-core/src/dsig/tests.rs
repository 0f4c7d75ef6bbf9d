mod strangers;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::*;
use crate::base::{Budget, Coded as _, Limits, Relaxation};
use crate::c14n::{CanonicalizationMethod, PrefixList, canonical_octets};
use crate::crypto::tests::keys;
use crate::crypto::{Curve, LocalSigner, PeerPolicy, PublicKey, SignatureAlgorithm, Signer as _};
use crate::xml::{Document, Writer, names};

fn rsa_signer() -> LocalSigner {
    LocalSigner::new(keys::fresh_rsa(2048), SignatureAlgorithm::RsaSha256).unwrap()
}

fn ec_signer() -> LocalSigner {
    LocalSigner::new(keys::fresh_ec(Curve::P256), SignatureAlgorithm::EcdsaSha256).unwrap()
}

fn signed(signer: &LocalSigner) -> String {
    let mut w = Writer::new();
    w.start(names::samlp::RESPONSE);
    w.attribute("ID", "_r");
    w.text_element(names::saml::ISSUER, "https://idp.example.com");
    w.signature_slot("_r");
    w.text_element(names::saml::AUDIENCE, "a < b & \"c\" ü");
    w.end();
    let mut written = w.finish().unwrap();
    sign_enveloped(&mut written, "_r", signer, SigningOptions::default()).unwrap();
    String::from_utf8(written.into_octets()).unwrap()
}

fn verify(xml: &str, keys: &[PublicKey], policy: &PeerPolicy) -> Result<Vec<u8>, DsigError> {
    let document = Document::parse(xml.as_bytes().to_vec(), &Limits::MESSAGE).unwrap();
    let (signature, _) = own_signature(document.root(), SignaturePosition::AfterIssuer)?.unwrap();
    let mut budget = Budget::for_message();
    let mut verifier = Verifier { keys, policy, limits: &Limits::MESSAGE, budget: &mut budget };
    verifier.verify(document.root(), signature).map(|signed| signed.octets)
}

fn code_of(xml: &str, signer: &LocalSigner) -> &'static str {
    let policy = PeerPolicy::default();
    verify(xml, &[signer.public_key().clone()], &policy).unwrap_err().code().as_str()
}

#[test]
fn what_is_signed_here_verifies_here_and_yields_the_octets_without_the_signature() {
    for signer in [rsa_signer(), ec_signer()] {
        let xml = signed(&signer);
        let octets = verify(&xml, &[signer.public_key().clone()], &PeerPolicy::default()).unwrap();
        let text = String::from_utf8(octets).unwrap();
        assert!(text.contains("a &lt; b &amp; \"c\" ü") && !text.contains("Signature"), "{text}");
    }
}

#[test]
fn any_changed_octet_of_the_signed_part_is_refused() {
    let signer = rsa_signer();
    let xml = signed(&signer);
    let signature = xml.find("<ds:Signature").unwrap()..xml.find("</ds:Signature>").unwrap();
    let key = [signer.public_key().clone()];
    for position in 0..xml.len() {
        let mut octets = xml.clone().into_bytes();
        octets[position] ^= 1;
        let in_key_info =
            signature.contains(&position) && xml.find("<ds:KeyInfo").is_some_and(|begin| position > begin);
        let Ok(document) = Document::parse(octets, &Limits::MESSAGE) else { continue };
        let Ok(Some((found, true))) = own_signature(document.root(), SignaturePosition::AfterIssuer) else {
            continue;
        };
        let mut budget = Budget::for_message();
        let policy = PeerPolicy::default();
        let mut verifier =
            Verifier { keys: &key, policy: &policy, limits: &Limits::MESSAGE, budget: &mut budget };
        let verified = verifier.verify(document.root(), found);
        assert!(verified.is_err() || in_key_info, "octet {position} of {xml}");
    }
}

#[test]
fn only_pinned_keys_count() {
    let (signer, stranger) = (rsa_signer(), rsa_signer());
    let xml = signed(&signer);
    let policy = PeerPolicy::default();
    let only = |keys: &[PublicKey]| verify(&xml, keys, &policy).map_err(|error| error.code().as_str());
    assert_eq!(only(&[stranger.public_key().clone()]).unwrap_err(), "signature.invalid");
    assert_eq!(only(&[ec_signer().public_key().clone()]).unwrap_err(), "signature.key_algorithm_mismatch");
    assert_eq!(only(&[]).unwrap_err(), "signature.key_algorithm_mismatch");
    assert!(only(&[stranger.public_key().clone(), signer.public_key().clone()]).is_ok());
}

#[test]
fn a_signature_outside_the_grammar_is_refused_with_its_code() {
    let signer = rsa_signer();
    let xml = signed(&signer);
    let key_info = |content: &str| {
        let after = "</ds:SignatureValue>";
        xml.replace(after, &format!("{after}<ds:KeyInfo><ds:X509Data>{content}</ds:X509Data></ds:KeyInfo>"))
    };
    let cases: [(&str, String, &str); 15] = [
        ("a signature in KeyInfo", key_info("<ds:Signature/>"), "signature.malformed"),
        ("an object in KeyInfo", key_info("<ds:Object/>"), "signature.malformed"),
        ("object", xml.replace("</ds:Signature>", "<ds:Object/></ds:Signature>"), "signature.malformed"),
        (
            "an assertion in KeyInfo",
            key_info("<a:Assertion xmlns:a=\"urn:oasis:names:tc:SAML:2.0:assertion\"/>"),
            "signature.malformed",
        ),
        (
            "two SignedInfo",
            xml.replace("<ds:SignatureValue>", "<ds:SignedInfo/><ds:SignatureValue>"),
            "signature.malformed",
        ),
        ("external reference", xml.replace("URI=\"#_r\"", "URI=\"http://localhost/\""), "signature.invalid"),
        (
            "hmac",
            xml.replace("xmldsig-more#rsa-sha256", "xmldsig-more#hmac-sha256"),
            "signature.algorithm_refused",
        ),
        (
            "sha1",
            xml.replace("2001/04/xmldsig-more#rsa-sha256", "2000/09/xmldsig#rsa-sha1"),
            "signature.algorithm_refused",
        ),
        ("not base64", xml.replace("<ds:SignatureValue>", "<ds:SignatureValue>!"), "signature.malformed"),
        (
            "unknown c14n",
            xml.replace(
                "CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"",
                "CanonicalizationMethod Algorithm=\"urn:x\"",
            ),
            "signature.canonicalization_refused",
        ),
        ("no ID", xml.replace(" ID=\"_r\"", ""), "signature.parent_without_id"),
        (
            "HMACOutputLength",
            xml.replace(
                "rsa-sha256\"/>",
                "rsa-sha256\"><ds:HMACOutputLength>1</ds:HMACOutputLength></ds:SignatureMethod>",
            ),
            "signature.malformed",
        ),
        (
            "an unknown algorithm with parameters",
            xml.replace("xmldsig-more#rsa-sha256\"/>", "xmldsig-more#hmac-sha256\">1</ds:SignatureMethod>"),
            "signature.algorithm_refused",
        ),
        (
            "an unknown method with parameters",
            xml.replace(
                "CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>",
                "CanonicalizationMethod Algorithm=\"urn:x\">1</ds:CanonicalizationMethod>",
            ),
            "signature.canonicalization_refused",
        ),
        ("altered content", xml.replace("a &lt; b", "a &lt; c"), "signature.digest_mismatch"),
    ];
    for (name, xml, code) in cases {
        assert_eq!(code_of(&xml, &signer), code, "{name}: {xml}");
    }
}

#[test]
fn a_second_signature_of_one_element_is_refused() {
    let signer = rsa_signer();
    let xml = signed(&signer);
    let signature =
        xml.get(xml.find("<ds:Signature").unwrap()..xml.find("</ds:Signature>").unwrap() + 15).unwrap();
    let twice = xml.replace(signature, &format!("{signature}{signature}"));
    assert_eq!(code_of(&twice, &signer), "signature.malformed");
}

#[test]
fn a_relaxation_shows_in_the_facts_and_only_when_used() {
    let signer = LocalSigner::new(keys::rsa(1024), SignatureAlgorithm::RsaSha256).unwrap();
    let xml = signed(&signer);
    assert_eq!(code_of(&xml, &signer), "signature.key_too_short");
    let document = Document::parse(xml.into_bytes(), &Limits::MESSAGE).unwrap();
    let (signature, _) = own_signature(document.root(), SignaturePosition::AfterIssuer).unwrap().unwrap();
    let policy =
        PeerPolicy::relaxed(crate::base::Relaxations::from(Relaxation::Rsa1024).with(Relaxation::Sha1));
    let (keys, mut budget) = ([signer.public_key().clone()], Budget::for_message());
    let mut verifier =
        Verifier { keys: &keys, policy: &policy, limits: &Limits::MESSAGE, budget: &mut budget };
    let used = verifier.verify(document.root(), signature).unwrap().facts.relaxations_used;
    assert_eq!(used.iter().collect::<Vec<_>>(), [Relaxation::Rsa1024]);
}

#[test]
fn a_signature_out_of_its_place_shows_as_a_relaxation() {
    let signer = rsa_signer();
    let xml = signed(&signer);
    let signature =
        xml.get(xml.find("<ds:Signature").unwrap()..xml.find("</ds:Signature>").unwrap() + 15).unwrap();
    // The digest leaves the signature out, so that it holds wherever it stands.
    let moved =
        xml.replace(signature, "").replace("</samlp:Response>", &format!("{signature}</samlp:Response>"));
    let policy = PeerPolicy::relaxed(Relaxation::SignaturePosition.into());
    for (xml, expected) in [(&xml, vec![]), (&moved, vec![Relaxation::SignaturePosition])] {
        let document = Document::parse(xml.clone().into_bytes(), &Limits::MESSAGE).unwrap();
        let (signature, _) = own_signature(document.root(), SignaturePosition::AfterIssuer).unwrap().unwrap();
        let (keys, mut budget) = ([signer.public_key().clone()], Budget::for_message());
        let mut verifier =
            Verifier { keys: &keys, policy: &policy, limits: &Limits::MESSAGE, budget: &mut budget };
        let used = verifier.verify(document.root(), signature).unwrap().facts.relaxations_used;
        assert_eq!(used.iter().collect::<Vec<_>>(), expected, "{xml}");
    }
}

/// A document that somebody else wrote, signed where its schema wants it, and nothing else of it touched.
#[test]
fn a_document_that_exists_is_signed_at_its_schema_s_place() {
    let signer = rsa_signer();
    let sign = |xml: &str, id| {
        let signed = sign_document(xml.as_bytes().to_vec(), id, &signer, SigningOptions::default());
        signed.map(|octets| String::from_utf8(octets).unwrap())
    };
    let (samlp, saml, md) = (names::SAMLP, names::SAML, names::MD);
    let issuer = format!("<i:Issuer xmlns:i=\"{saml}\">x</i:Issuer>");
    let cases = [
        (
            format!("<p:Response xmlns:p=\"{samlp}\" ID=\"_r\">{issuer}<p:Status/></p:Response>"),
            None,
            "</i:Issuer>",
        ),
        (
            format!("<o ID=\"_o\"><s:Assertion xmlns:s=\"{saml}\" ID=\"_a\">{issuer}</s:Assertion></o>"),
            Some("_a"),
            "</i:Issuer>",
        ),
        (
            format!("<m:EntityDescriptor xmlns:m=\"{md}\" ID=\"_m\" ><m:Role/></m:EntityDescriptor>"),
            None,
            "ID=\"_m\" >",
        ),
    ];
    for (xml, id, before) in cases {
        let signed = sign(&xml, id).unwrap();
        let (head, tail) = xml.split_once(before).unwrap();
        let signature = signed.strip_prefix(head).and_then(|rest| rest.strip_prefix(before)).unwrap();
        let signature = signature.strip_suffix(tail).unwrap();
        assert!(
            signature.starts_with("<ds:Signature ") && signature.ends_with("</ds:Signature>"),
            "{signed}"
        );
        let document = Document::parse(signed.into_bytes(), &Limits::MESSAGE).unwrap();
        let element = id.map_or(document.root(), |id| document.element_by_id(id).unwrap());
        let signature = element.child_elements().find(|child| child.is(names::ds::SIGNATURE)).unwrap();
        let (keys, mut budget) = ([signer.public_key().clone()], Budget::for_message());
        let policy = PeerPolicy::default();
        let mut verifier =
            Verifier { keys: &keys, policy: &policy, limits: &Limits::MESSAGE, budget: &mut budget };
        assert!(verifier.verify(element, signature).unwrap().facts.relaxations_used.is_empty());
    }
    let without_content = format!("<m:EntityDescriptor xmlns:m=\"{md}\" ID=\"_m\"/>");
    assert!(matches!(sign(&without_content, None), Err(SigningError::NoPlace)));
    let without_issuer = format!("<p:Response xmlns:p=\"{samlp}\" ID=\"_r\"><p:Status/></p:Response>");
    assert!(matches!(sign(&without_issuer, None), Err(SigningError::NoPlace)));
    assert!(matches!(sign("<a/>", None), Err(SigningError::ElementWithoutId)));
    assert!(matches!(sign("<a ID=\"_a\"/>", Some("_b")), Err(SigningError::NoSuchElement)));
    let twice = format!("<o ID=\"_o\"><ds:Signature xmlns:ds=\"{}\"/></o>", names::DS);
    assert!(matches!(sign(&twice, None), Err(SigningError::SignedAlready)));
}

#[test]
fn key_info_says_what_was_asked_for_and_never_more() {
    let key = keys::rsa(2048);
    let certificate = keys::certificate_for(&key);
    let bare = LocalSigner::new(key, SignatureAlgorithm::RsaSha256).unwrap();
    let certified = bare.clone().with_certificate(certificate.clone()).unwrap();
    let (saml, samlp) = (names::SAML, names::SAMLP);
    let xml =
        format!("<p:Response xmlns:p='{samlp}' ID='_r'><i:Issuer xmlns:i='{saml}'>x</i:Issuer></p:Response>");
    let x509 = format!(
        "<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>",
        certificate.to_base64()
    );
    let name = "<ds:KeyInfo><ds:KeyName>a &lt;key&gt; &amp; its name</ds:KeyName></ds:KeyInfo>";
    let cases = [
        (&certified, KeyInfoContent::Certificate, x509.as_str()),
        (&bare, KeyInfoContent::Certificate, ""),
        (&certified, KeyInfoContent::KeyName("a <key> & its name"), name),
        (&certified, KeyInfoContent::None, ""),
    ];
    for (signer, key_info, expected) in cases {
        let options = SigningOptions { key_info, ..SigningOptions::default() };
        let signed = sign_document(xml.clone().into_bytes(), None, signer, options).unwrap();
        let signed = String::from_utf8(signed).unwrap();
        let (_, after) = signed.split_once("</ds:SignatureValue>").unwrap();
        assert_eq!(after.split_once("</ds:Signature>").unwrap().0, expected);
        verify(&signed, &[signer.public_key().clone()], &PeerPolicy::default()).unwrap();
    }
}

/// Many products break the Base64 of a signature into lines.
#[test]
fn white_space_in_the_signature_value_changes_nothing() {
    let signer = rsa_signer();
    let xml = signed(&signer).replace("<ds:SignatureValue>", "<ds:SignatureValue>\n \t&#13;");
    assert!(verify(&xml, &[signer.public_key().clone()], &PeerPolicy::default()).is_ok(), "{xml}");
}

/// Signed anew, after its `SignedInfo` was changed.
fn signed_anew(xml: &str, signer: &LocalSigner) -> String {
    let document = Document::parse(xml.as_bytes().to_vec(), &Limits::MESSAGE).unwrap();
    let (signature, _) = own_signature(document.root(), SignaturePosition::AfterIssuer).unwrap().unwrap();
    let signed_info = signature.child_elements().next().unwrap();
    let (method, list) = (CanonicalizationMethod::EXCLUSIVE, PrefixList::EMPTY);
    let octets = canonical_octets(signed_info, None, method, list, &Limits::MESSAGE).unwrap();
    let value = STANDARD.encode(signer.sign(&octets).unwrap());
    let (before, rest) = xml.split_once("<ds:SignatureValue>").unwrap();
    let (_, after) = rest.split_once("</ds:SignatureValue>").unwrap();
    format!("{before}<ds:SignatureValue>{value}</ds:SignatureValue>{after}")
}

/// An empty URI means the whole document, so that it says nothing of an element inside.
#[test]
fn an_empty_reference_needs_its_relaxation_and_the_root() {
    let signer = rsa_signer();
    let xml = signed_anew(&signed(&signer).replace("URI=\"#_r\"", "URI=\"\""), &signer);
    let inside = format!("<o>{xml}</o>");
    let relaxed = PeerPolicy::relaxed(Relaxation::EmptyReferenceUri.into());
    let outcome = |xml: &str, policy: &PeerPolicy| {
        let document = Document::parse(xml.as_bytes().to_vec(), &Limits::MESSAGE).unwrap();
        let element = document.element_by_id("_r").unwrap();
        let (signature, _) = own_signature(element, SignaturePosition::AfterIssuer).unwrap().unwrap();
        let (keys, mut budget) = ([signer.public_key().clone()], Budget::for_message());
        let mut verifier = Verifier { keys: &keys, policy, limits: &Limits::MESSAGE, budget: &mut budget };
        let verified = verifier.verify(element, signature);
        verified
            .map(|signed| signed.facts.relaxations_used.iter().collect::<Vec<_>>())
            .map_err(|error| error.code().as_str())
    };
    assert_eq!(outcome(&xml, &relaxed), Ok(vec![Relaxation::EmptyReferenceUri]));
    assert_eq!(outcome(&xml, &PeerPolicy::default()), Err("signature.reference_not_parent"));
    assert_eq!(outcome(&inside, &relaxed), Err("signature.reference_not_parent"));
}

/// Signed content is read as strictly as any other.
#[test]
fn a_signed_info_outside_the_grammar_is_refused_although_it_is_signed() {
    let signer = rsa_signer();
    let xml = signed(&signer);
    let part = |name: &str| {
        let end = format!("</ds:{name}>");
        xml.get(xml.find(&format!("<ds:{name}")).unwrap()..xml.find(&end).unwrap() + end.len()).unwrap()
    };
    let reference = part("Reference");
    let enveloped = "<ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/>";
    let exclusive = "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>";
    let with = |from: &str, to: &str| {
        assert!(xml.contains(from), "{from} is not in {xml}");
        xml.replacen(from, to, 1)
    };
    let prefixes =
        "<ec:InclusiveNamespaces xmlns:ec=\"http://www.w3.org/2001/10/xml-exc-c14n#\" PrefixList=\"a\"";
    let transform = exclusive.replace("/>", ">");
    let cases = [
        ("two references", with(reference, &reference.repeat(2)), "signature.reference_count"),
        ("no reference", with(reference, ""), "signature.reference_count"),
        ("another element for it", with(reference, "<ds:Manifest/>"), "signature.malformed"),
        (
            "more in SignedInfo",
            with("</ds:SignedInfo>", "<ds:Object/></ds:SignedInfo>"),
            "signature.malformed",
        ),
        ("more in Reference", with("</ds:Reference>", "<ds:Object/></ds:Reference>"), "signature.malformed"),
        ("three transforms", with(exclusive, &exclusive.repeat(2)), "signature.transform_refused"),
        (
            "more in Transforms",
            with("</ds:Transforms>", "<ds:Object/></ds:Transforms>"),
            "signature.malformed",
        ),
        ("not enveloped", with(enveloped, exclusive), "signature.transform_refused"),
        (
            "a parameter",
            with(enveloped, &enveloped.replace("/>", "><ds:XPath>1</ds:XPath></ds:Transform>")),
            "signature.malformed",
        ),
        (
            "more in InclusiveNamespaces",
            with(exclusive, &format!("{transform}{prefixes}><x/></ec:InclusiveNamespaces></ds:Transform>")),
            "signature.malformed",
        ),
    ];
    let known = with(exclusive, &format!("{transform}{prefixes}/></ds:Transform>"));
    assert_eq!(
        code_of(&signed_anew(&xml, &signer).replace("a &lt; b", "b"), &signer),
        "signature.digest_mismatch"
    );
    for (name, xml, code) in cases {
        assert_eq!(code_of(&signed_anew(&xml, &signer), &signer), code, "{name}: {xml}");
    }
    let key = [signer.public_key().clone()];
    assert!(verify(&signed_anew(&known, &signer), &key, &PeerPolicy::default()).is_ok(), "{known}");
}

#[test]
fn signature_checks_of_one_message_are_bounded() {
    let signer = rsa_signer();
    let (keys, policy, mut budget) =
        ([signer.public_key().clone()], PeerPolicy::default(), Budget::for_message());
    let mut verifier =
        Verifier { keys: &keys, policy: &policy, limits: &Limits::MESSAGE, budget: &mut budget };
    let value = signer.sign(b"octets").unwrap();
    for _ in 0..Budget::SIGNATURE_CHECKS {
        assert!(verifier.verify_value(signer.algorithm(), b"octets", &value).is_ok());
    }
    let spent = verifier.verify_value(signer.algorithm(), b"octets", &value).map(|_| ()).unwrap_err();
    assert!(matches!(spent, DsigError::Budget(_)), "{spent:?}");
}

/// Advice may quote what others signed; nothing is read from there.
#[test]
fn signatures_in_advice_are_not_counted() {
    let signature = format!("<ds:Signature xmlns:ds=\"{}\"/>", names::DS);
    let count = |inside: &str| {
        let xml = format!("<a:Assertion xmlns:a=\"{}\">{inside}</a:Assertion>", names::SAML);
        signature_count(Document::parse(xml.into_bytes(), &Limits::MESSAGE).unwrap().root())
    };
    let advice = format!("<a:Advice><a:Assertion>{signature}</a:Assertion></a:Advice>");
    assert_eq!(count(&advice), 0);
    assert_eq!(count(&format!("{signature}{advice}<a:Subject>{signature}</a:Subject>")), 2);
}
