use super::algorithm_support;
use crate::base::danger::{Relaxation, Relaxations};
use crate::crypto::{DigestAlgorithm, PeerPolicy, SignatureAlgorithm};

fn listed(policy: &PeerPolicy, local: &str) -> Vec<String> {
    let extensions = algorithm_support(policy).unwrap();
    let elements = extensions.0.iter().filter(|element| element.name().local == local);
    elements.map(|element| element.tree().attribute("Algorithm").unwrap().to_owned()).collect()
}

#[test]
fn lists_what_the_default_policy_verifies_and_no_sha_1() {
    let policy = PeerPolicy::default();
    let signatures = listed(&policy, "SigningMethod");
    assert!(signatures.contains(&SignatureAlgorithm::RsaSha256.uri().to_owned()));
    assert!(!signatures.contains(&SignatureAlgorithm::RsaSha1.uri().to_owned()));
    assert!(!listed(&policy, "DigestMethod").contains(&DigestAlgorithm::Sha1.uri().to_owned()));
}

#[test]
fn lists_what_a_relaxation_adds() {
    let policy = PeerPolicy::relaxed(Relaxations::from(Relaxation::Sha1));
    assert!(listed(&policy, "SigningMethod").contains(&SignatureAlgorithm::RsaSha1.uri().to_owned()));
}
