//! With which algorithms things are signed for a service. [AlgSupport §2.3, §2.4]

use saml_core::base::Limits;
use saml_core::crypto::{DigestAlgorithm, PeerPolicy};
use saml_core::protocol::Response;
use saml_core::trust::{DecryptionKeys, PeerKeys, ResponseVerification, Unverified};

use super::*;

/// The service's metadata, whose role lists these.
fn listing(signature: &[SignatureAlgorithm], digest: &[DigestAlgorithm]) -> Vec<u8> {
    let method = |name: &str, uri: &str| format!("<alg:{name} Algorithm=\"{uri}\"/>");
    let digests = digest.iter().map(|algorithm| method("DigestMethod", algorithm.uri()));
    let signatures = signature.iter().map(|algorithm| method("SigningMethod", algorithm.uri()));
    let listed: String = digests.chain(signatures).collect();
    let xml = String::from_utf8(metadata("", "")).unwrap();
    if listed.is_empty() {
        return xml.into_bytes();
    }
    let endpoint = "<AssertionConsumerService";
    let extensions = format!(
        "<Extensions xmlns:alg=\"urn:oasis:names:tc:SAML:metadata:algsupport\">{listed}</Extensions>{endpoint}"
    );
    xml.replacen(endpoint, &extensions, 1).into_bytes()
}

/// The algorithms of all elements of this name, in the order of the document.
fn algorithms<'a>(xml: &'a str, element: &str) -> Vec<&'a str> {
    let begun = format!("<ds:{element} Algorithm=\"");
    xml.split(begun.as_str()).skip(1).map(|rest| rest.split_once('"').unwrap().0).collect()
}

/// Field by field: the algorithms of both signatures of an answer, and of the one of an error; and they hold.
#[tokio::test]
async fn answers_are_signed_with_what_the_service_lists_or_our_policy_for_it_says() {
    use DigestAlgorithm::{Sha256, Sha384, Sha512};
    use SignatureAlgorithm::{EcdsaSha256, RsaPssSha256, RsaSha1, RsaSha256, RsaSha384, RsaSha512};
    let none = (None, None);
    for (policy, signatures, digests, expected) in [
        (none, &[][..], &[][..], (RsaSha256, Sha256)),
        (none, &[RsaSha512], &[Sha384], (RsaSha512, Sha384)),
        (none, &[RsaSha1, EcdsaSha256, RsaPssSha256, RsaSha256], &[], (RsaPssSha256, Sha256)),
        ((Some(RsaSha384), None), &[RsaSha512], &[Sha512], (RsaSha384, Sha512)),
        ((None, Some(Sha512)), &[RsaSha512], &[Sha256], (RsaSha512, Sha512)),
        ((Some(EcdsaSha256), None), &[], &[], (RsaSha256, Sha256)),
    ] {
        let (signature_algorithm, digest_algorithm) = policy;
        let policy = SpPeerPolicy { signature_algorithm, digest_algorithm, ..SpPeerPolicy::default() };
        let idp = serving(listing(signatures, digests), policy, |_config| ());
        for (attributes, count) in [("", 2), (" ForceAuthn=\"true\" IsPassive=\"true\"", 1)] {
            let Next::Continue(waiting) = receive_with(&idp, attributes, "").await.unwrap() else {
                panic!("not kept")
            };
            let answer = go_on(&idp, &waiting, Some(&session())).await.unwrap();
            let xml = xml_of(&answer);
            let (signature, digest) = (expected.0.uri(), expected.1.uri());
            assert_eq!(algorithms(&xml, "SignatureMethod"), vec![signature; count], "{signatures:?}");
            assert_eq!(algorithms(&xml, "DigestMethod"), vec![digest; count], "{digests:?}");
            let message = Unverified::<Response>::parse(xml.into_bytes(), &Limits::MESSAGE).unwrap();
            let verification = ResponseVerification {
                keys: &PeerKeys::new([idp.snapshot().signer().public_key().clone()]).unwrap(),
                policy: &PeerPolicy::default(),
                decryption_keys: &DecryptionKeys::default(),
                recipient: &EntityId::try_from("https://sp.example.com").unwrap(),
                limits: &Limits::MESSAGE,
            };
            message.verify(&verification).unwrap();
        }
    }
}
