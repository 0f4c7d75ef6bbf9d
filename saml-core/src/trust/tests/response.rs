//! A Response in clear, and where its signatures stand.

use super::scene::{named, part, response, sign, text, verify_with};
use crate::base::{Coded as _, Relaxation};
use crate::crypto::PeerPolicy;
use crate::trust::Provenance;

/// Some products sign last and append.
#[test]
fn a_signature_elsewhere_than_after_the_issuer_needs_its_relaxation() {
    for (id, end) in [("_r", "</samlp:Response>"), ("_a", "</saml:Assertion>")] {
        let mut written = response(named("ada"));
        sign(&mut written, id);
        let xml = text(&written);
        let signature = part(&xml, "ds:Signature");
        // The digest leaves the signature out, so that it holds wherever it stands.
        let moved = xml.replace(&signature, "").replace(end, &format!("{signature}{end}"));
        let refused = verify_with(&moved, &[], &PeerPolicy::default()).map(|_| ()).unwrap_err();
        assert_eq!(refused.code().as_str(), "signature.position", "{moved}");
        let policy = PeerPolicy::relaxed(Relaxation::SignaturePosition.into());
        for (xml, used) in [(&moved, vec![Relaxation::SignaturePosition]), (&xml, Vec::new())] {
            let received = verify_with(xml, &[], &policy).unwrap();
            let provenance = received.assertion().unwrap().provenance();
            assert!(matches!(provenance, Provenance::Enveloped(_) | Provenance::WithinSigned(_)));
            assert_eq!(received.relaxations_used().iter().collect::<Vec<_>>(), used, "{xml}");
        }
    }
}
