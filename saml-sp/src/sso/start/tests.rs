use std::sync::Arc;

use openssl::pkey::PKey;
use openssl::rsa::Rsa;
use saml_core::base::Limits;
use saml_core::crypto::{DigestAlgorithm, LocalSigner, PeerPolicy, PrivateKey, SignatureAlgorithm};
use saml_core::trust::{PeerKeys, PeerSignatures, Unverified};
use saml_store::MemoryStore;

use super::*;
use crate::idp_peer::tests::metadata;
use crate::sso::tests::at_once;
use crate::{IdpPeerPolicy, ServiceProviderConfig};

use DigestAlgorithm::{Sha256, Sha384, Sha512};
use SignatureAlgorithm::{EcdsaSha256, RsaPssSha256, RsaSha1, RsaSha256, RsaSha384, RsaSha512};

fn now() -> SamlInstant {
    SamlInstant::try_from("2026-11-20T12:00:00Z").unwrap()
}

fn signer() -> LocalSigner {
    let key = PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap();
    let key = PrivateKey::from_pkcs8_der(&key.private_key_to_pkcs8().unwrap()).unwrap();
    LocalSigner::new(key, RsaSha256).unwrap()
}

/// The provider's metadata, whose role lists these.
fn listing(signature: &[SignatureAlgorithm], digest: &[DigestAlgorithm], binding: &str) -> Vec<u8> {
    let method = |name: &str, uri: &str| format!("<alg:{name} Algorithm=\"{uri}\"/>");
    let digests = digest.iter().map(|algorithm| method("DigestMethod", algorithm.uri()));
    let signatures = signature.iter().map(|algorithm| method("SigningMethod", algorithm.uri()));
    let listed: String = digests.chain(signatures).collect();
    let xml = String::from_utf8(metadata("", "")).unwrap().replace("HTTP-Redirect", binding);
    if listed.is_empty() {
        return xml.into_bytes();
    }
    let extensions = format!(
        "<Extensions xmlns:alg=\"urn:oasis:names:tc:SAML:metadata:algsupport\">{listed}</Extensions>"
    );
    xml.replacen("<KeyDescriptor", &format!("{extensions}<KeyDescriptor"), 1).into_bytes()
}

/// Our policy's choice, what the metadata lists, and what comes of it.
type Row<'a> = (
    (Option<SignatureAlgorithm>, Option<DigestAlgorithm>),
    &'a [SignatureAlgorithm],
    &'a [DigestAlgorithm],
    (SignatureAlgorithm, DigestAlgorithm),
);

const ROWS: [Row<'_>; 6] = [
    ((None, None), &[], &[], (RsaSha256, Sha256)),
    ((None, None), &[RsaSha512], &[Sha384], (RsaSha512, Sha384)),
    ((None, None), &[RsaSha1, EcdsaSha256, RsaPssSha256, RsaSha256], &[], (RsaPssSha256, Sha256)),
    ((Some(RsaSha384), None), &[RsaSha512], &[Sha512], (RsaSha384, Sha512)),
    ((None, Some(Sha512)), &[RsaSha512], &[Sha256], (RsaSha512, Sha512)),
    ((Some(EcdsaSha256), None), &[], &[], (RsaSha256, Sha256)),
];

/// What the browser carries to a provider of this row, by this binding.
fn sent(row: Row<'_>, binding: &str, signer: &LocalSigner) -> Outgoing {
    let ((signature_algorithm, digest_algorithm), signatures, digests, _expected) = row;
    let policy = IdpPeerPolicy { signature_algorithm, digest_algorithm, ..IdpPeerPolicy::default() };
    let idp = IdpPeer::from_metadata(listing(signatures, digests, binding), policy).unwrap();
    let config = ServiceProviderConfig::new("https://app.example.com").unwrap();
    let store = Arc::new(MemoryStore::new());
    let sp = ServiceProvider::builder(config)
        .identity_provider(idp)
        .signer(Arc::new(signer.clone()))
        .store(store)
        .build()
        .unwrap();
    at_once(sp.start_login(StartLogin::new(&Token::random().unwrap()), now())).unwrap().outgoing
}

#[test]
fn a_redirect_is_signed_with_what_the_provider_lists_or_our_policy_for_it_says() {
    let (signer, policy) = (signer(), PeerPolicy::default());
    let keys = PeerKeys::new([signer.public_key().clone()]).unwrap();
    for row in ROWS {
        let Outgoing::Redirect(url) = sent(row, "HTTP-Redirect", &signer) else { panic!("a form") };
        let query = url.split_once('?').unwrap().1;
        let algorithm = query.split_once("SigAlg=").unwrap().1.split('&').next().unwrap();
        let algorithm = percent_encoding::percent_decode_str(algorithm).decode_utf8().unwrap();
        assert_eq!(algorithm, row.3.0.uri(), "{row:?}");
        let message = redirect::decode(query, &Limits::MESSAGE).unwrap();
        let received = message.receive::<AuthnRequest>(&Limits::MESSAGE).unwrap();
        let peer = PeerSignatures { keys: Some(&keys), policy: &policy, limits: &Limits::MESSAGE };
        assert!(received.verify(peer).unwrap().is_verified());
    }
}

#[test]
fn a_form_is_signed_with_what_the_provider_lists_or_our_policy_for_it_says() {
    let (signer, policy) = (signer(), PeerPolicy::default());
    let keys = PeerKeys::new([signer.public_key().clone()]).unwrap();
    for row in ROWS {
        let Outgoing::Post(form) = sent(row, "HTTP-POST", &signer) else { panic!("a redirect") };
        let xml = String::from_utf8(openssl::base64::decode_block(form.value()).unwrap()).unwrap();
        let algorithm = |element: &str| {
            let (_, rest) = xml.split_once(&format!("<ds:{element} Algorithm=\"")).unwrap();
            rest.split_once('"').unwrap().0
        };
        let (signature, digest) = row.3;
        let found = (algorithm("SignatureMethod"), algorithm("DigestMethod"));
        assert_eq!(found, (signature.uri(), digest.uri()), "{row:?}");
        let message = Unverified::<AuthnRequest>::parse(xml.clone().into_bytes(), &Limits::MESSAGE).unwrap();
        let peer = PeerSignatures { keys: Some(&keys), policy: &policy, limits: &Limits::MESSAGE };
        assert!(message.verify_enveloped(peer).unwrap().is_verified());
    }
}
