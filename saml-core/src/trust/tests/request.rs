//! Requests, signed or not.

use crate::base::{Limits, MessageId, SamlInstant};
use crate::crypto::tests::keys;
use crate::crypto::{AlgorithmPolicy, LocalSigner, Relaxation, SignatureAlgorithm, Signer as _};
use crate::dsig::{SigningOptions, sign_enveloped};
use crate::protocol::{AuthnRequest, RequestAbstract};
use crate::trust::{PeerKeys, PeerSignatures, Unverified};

#[test]
fn a_request_says_what_its_signature_took_of_the_peer_s_policy() {
    let policy = AlgorithmPolicy::relaxed(Relaxation::Rsa1024.into());
    for (bits, used) in
        [(Some(1024), vec![Relaxation::Rsa1024]), (Some(2048), Vec::new()), (None, Vec::new())]
    {
        let signer =
            LocalSigner::new(keys::rsa(bits.unwrap_or(2048)), SignatureAlgorithm::RsaSha256).unwrap();
        let issued = SamlInstant::try_from("2026-11-20T12:00:00Z").unwrap();
        let mut request = RequestAbstract::new(MessageId::try_from("_q").unwrap(), issued);
        request.issuer = Some(crate::assertion::Issuer(crate::assertion::NameId::new("sp")));
        let mut written = AuthnRequest::new(request).to_xml().unwrap();
        if bits.is_some() {
            sign_enveloped(&mut written, "_q", &signer, SigningOptions::default()).unwrap();
        }
        let message = Unverified::<AuthnRequest>::parse(written.into_octets(), &Limits::MESSAGE).unwrap();
        let keys = PeerKeys::new([signer.public_key().clone()]).unwrap();
        let peer = PeerSignatures { keys: Some(&keys), policy: &policy, limits: &Limits::MESSAGE };
        let received = message.verify_enveloped(peer).unwrap();
        assert_eq!(received.is_verified(), bits.is_some());
        assert_eq!(received.relaxations_used().iter().collect::<Vec<_>>(), used);
    }
}
