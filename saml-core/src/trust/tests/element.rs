//! One signed element, for tools that look at signatures alone.

use super::scene::signer;
use crate::base::{Coded as _, Limits};
use crate::crypto::{PeerPolicy, Signer as _};
use crate::dsig::{SigningOptions, sign_document};
use crate::enc::tests::around;
use crate::trust::{PeerKeys, verify_element};

const ASSERTION: &str = "<s:Assertion xmlns:s=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"_a\">\
                         <s:Issuer>x</s:Issuer><s:Subject>zoe</s:Subject></s:Assertion>";
const METADATA: &str = "<m:EntityDescriptor xmlns:m=\"urn:oasis:names:tc:SAML:2.0:metadata\" ID=\"_m\">\
                        <m:Organization>zoe</m:Organization></m:EntityDescriptor>";

fn sign(xml: &str, id: Option<&str>) -> String {
    let octets = sign_document(xml.as_bytes().to_vec(), id, &signer(), SigningOptions::default());
    String::from_utf8(octets.unwrap()).unwrap()
}

/// The octets that are covered, or the code of the refusal.
fn verify(xml: &str, id: Option<&str>) -> Result<String, &'static str> {
    let keys = PeerKeys::new([signer().public_key().clone()]).unwrap();
    let policy = PeerPolicy::default();
    let octets = verify_element(xml.as_bytes().to_vec(), id, &keys, &policy, &Limits::METADATA);
    octets.map(|octets| String::from_utf8(octets.into_inner()).unwrap()).map_err(|e| e.code().as_str())
}

#[test]
fn the_octets_that_a_signature_covers_come_out() {
    assert_eq!(verify(&sign(ASSERTION, None), None).unwrap(), ASSERTION);
    assert_eq!(verify(&sign(METADATA, None), None).unwrap(), METADATA);
    let inside = sign(&format!("<o ID=\"_o\">{ASSERTION}</o>"), Some("_a"));
    assert_eq!(verify(&inside, Some("_a")).unwrap(), ASSERTION);
    assert_eq!(verify(&inside, Some("_o")), Err("signature.missing"));
    assert_eq!(verify(&inside, Some("_b")), Err("message.element_unknown"));
    assert_eq!(verify(ASSERTION, None), Err("signature.missing"));
    let altered = sign(ASSERTION, None).replace("zoe", "eve");
    assert_eq!(verify(&altered, None), Err("signature.digest_mismatch"));
}

/// A comment that canonicalisation drops would cut a name in two. In metadata, comments abound.
#[test]
fn the_profile_of_messages_holds_for_them_and_not_for_metadata() {
    let commented = |xml: &str| sign(&xml.replace("zoe", "z<!-- -->oe"), None);
    assert_eq!(verify(&commented(METADATA), None).unwrap(), METADATA);
    assert_eq!(verify(&commented(ASSERTION), None), Err("xml.comment_in_text"));
}

#[test]
fn a_signature_elsewhere_than_its_schema_wants_it_is_refused() {
    for xml in [sign(ASSERTION, None), sign(METADATA, None)] {
        let (before, signature, after) = around(&xml, "ds:Signature ");
        let (content, end) = after.split_at(after.rfind("</").unwrap());
        let moved = format!("{before}{content}{signature}{end}");
        assert_eq!(verify(&moved, None), Err("signature.position"), "{moved}");
    }
}
