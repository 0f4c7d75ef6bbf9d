use super::*;
use crate::enc::tests::decrypter;
use crate::validation::Verdict;

#[test]
fn an_encrypted_assertion_is_judged_as_one_in_clear_and_shows_how_it_came() {
    let sealed = || Scene {
        sealed: Some(Seal::WithGcm),
        decryption_keys: DecryptionKeys::new([decrypter(keys::rsa(3072))]).unwrap(),
        ..Scene::good()
    };
    let of = |verdict: &Verdict| verdict.checks().iter().find(|c| c.name() == "decryption").unwrap().clone();
    let opened = of(sealed().judge().unwrap().verdict());
    assert_eq!(opened.outcome(), Outcome::Pass);
    assert_eq!(opened.found_value(), Some("Assertion: aes256-gcm, rsa-oaep-mgf1p (sha1)"));
    let clear = of(Scene::good().judge().unwrap().verdict());
    assert_eq!(clear.outcome(), Outcome::NotApplicable);

    let mut elsewhere = sealed();
    elsewhere.conditions().audience_restrictions = vec![audience("https://another.example.com")];
    assert!(elsewhere.judge().unwrap_err().verdict.has_failure("audience.mismatch"));
}

#[test]
fn what_stays_closed_is_the_only_rule_that_is_broken() {
    for (keys, code) in [
        (DecryptionKeys::default(), "decryption.no_key"),
        (DecryptionKeys::new([decrypter(keys::rsa(2048))]).unwrap(), "decryption.failed"),
    ] {
        let scene = Scene { sealed: Some(Seal::WithGcm), decryption_keys: keys, ..Scene::good() };
        let verdict = scene.judge().unwrap_err().verdict;
        let failures: Vec<_> = verdict.failures().collect();
        assert_eq!(
            failures.iter().map(|c| (c.name(), c.code().unwrap().as_str())).collect::<Vec<_>>(),
            [("decryption", code)]
        );
        assert!(failures.iter().all(|check| check.hint_text().is_some()));
    }
}

#[test]
fn cbc_opens_by_its_relaxation_alone_and_with_a_warning() {
    let sealed = |relaxations| Scene {
        sealed: Some(Seal::WithCbc),
        decryption_keys: DecryptionKeys::new([decrypter(keys::rsa(2048))]).unwrap(),
        relaxations,
        ..Scene::good()
    };
    let refused = sealed(Relaxations::NONE).judge().unwrap_err().verdict;
    assert!(refused.has_failure("encryption.algorithm_refused"));
    let accepted = sealed(Relaxation::AesCbc.into()).judge().unwrap();
    let warnings: Vec<_> = accepted.verdict().warnings().collect();
    let [warning] = warnings.as_slice() else { panic!("{warnings:?}") };
    assert_eq!(warning.code().unwrap().as_str(), "policy.relaxed");
    assert_eq!(warning.found_value(), Some("aes-cbc"));
}
