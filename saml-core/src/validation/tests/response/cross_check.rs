use std::sync::Mutex;

use super::*;
use crate::crypto::{Dissent, SignedElement};
use crate::validation::Verdict;

/// A second implementation that answers as the test tells it, and remembers the questions.
#[derive(Debug, Default)]
struct Puppet {
    dissent: Option<(usize, Dissent)>,
    asked: Mutex<Vec<(String, String, String)>>,
}

impl SecondOpinion for Puppet {
    fn name(&self) -> &str {
        "puppet 1.0"
    }

    fn confirm(&self, signed: &SignedElement<'_>) -> Result<(), Dissent> {
        let text = |octets: &[u8]| String::from_utf8(octets.to_vec()).unwrap();
        let mut asked = self.asked.lock().unwrap();
        let turn = asked.len();
        asked.push((signed.id.to_owned(), text(signed.document), text(signed.octets)));
        match self.dissent {
            Some((at, dissent)) if at == turn => Err(dissent),
            Some(_) | None => Ok(()),
        }
    }
}

fn judged(
    dissent: Option<(usize, Dissent)>,
    change: Change,
) -> (Result<Accepted<Assertion>, Rejected>, Arc<Puppet>) {
    let puppet = Arc::new(Puppet { dissent, asked: Mutex::default() });
    let mut scene = Scene { second_opinion: Some(puppet.clone()), ..Scene::good() };
    change(&mut scene);
    (scene.judge(), puppet)
}

fn row(verdict: &Verdict) -> Option<(Outcome, Option<String>)> {
    let check = verdict.checks().iter().find(|check| check.name() == "cross_check")?;
    Some((check.outcome(), check.found_value().map(str::to_owned)))
}

const DISAGREES: Dissent = Dissent::Disagrees { finding: "the digest differs" };

#[test]
fn consent_stands_in_the_verdict_and_adds_nothing() {
    let (accepted, puppet) = judged(None, |_| {});
    assert_eq!(row(accepted.unwrap().verdict()), Some((Outcome::Pass, Some("puppet 1.0".to_owned()))));
    assert_eq!(puppet.asked.lock().unwrap().len(), 2, "each signature is asked about");

    assert_eq!(
        row(Scene::good().judge().unwrap().verdict()),
        None,
        "nobody is asked unless the policy says so"
    );

    let refusals: [Change; 2] = [
        |s| s.conditions().audience_restrictions = vec![audience("https://another.example.com")],
        |s| s.signed.clear(),
    ];
    for change in refusals {
        assert!(judged(None, change).0.is_err(), "consent makes nothing accepted");
    }
}

#[test]
fn dissent_about_either_signature_refuses_what_would_be_accepted() {
    for at in [0, 1] {
        for (dissent, code) in [
            (DISAGREES, "cross_check.disagreement"),
            (Dissent::Unable { reason: "unknown algorithm" }, "cross_check.unable"),
        ] {
            let verdict = judged(Some((at, dissent)), |_| {}).0.unwrap_err().verdict;
            let codes: Vec<_> = verdict.failures().map(|check| check.code().unwrap().as_str()).collect();
            assert_eq!(codes, [code]);
            let check = verdict.failures().next().unwrap();
            assert_eq!(check.expected_value(), Some("a signature that puppet 1.0 verifies too"));
            assert!(check.found_value().is_some() && check.hint_text().is_some());
        }
    }
}

#[test]
fn nobody_is_asked_about_what_does_not_verify_here() {
    let (refused, puppet) = judged(Some((0, DISAGREES)), |scene| scene.signed.clear());
    assert!(refused.unwrap_err().verdict.has_failure("signature.missing"));
    assert!(puppet.asked.lock().unwrap().is_empty());
}

#[test]
fn a_refused_response_without_an_assertion_lacks_one() {
    let verdict = judged(Some((0, DISAGREES)), |scene| {
        scene.signed = vec!["_r"];
        scene.response.assertions.clear();
    });
    let verdict = verdict.0.unwrap_err().verdict;
    let codes: Vec<_> = verdict.failures().map(|check| check.code().unwrap().as_str()).collect();
    assert_eq!(codes, ["cross_check.disagreement", "assertion.count"]);
}

#[test]
fn the_question_holds_the_signed_element_its_ancestors_tags_and_what_was_hashed() {
    let (_, puppet) = judged(None, |_| {});
    let asked = puppet.asked.lock().unwrap();
    let [(response_id, response, response_octets), (assertion_id, assertion, assertion_octets)] =
        asked.as_slice()
    else {
        panic!("two signatures")
    };
    assert_eq!((response_id.as_str(), assertion_id.as_str()), ("_r", "_a"));
    assert!(response.contains("<saml:Assertion") && response.ends_with("</samlp:Response>"));
    assert!(
        assertion.starts_with("<samlp:Response") && assertion.ends_with("</saml:Assertion></samlp:Response>")
    );
    assert!(!assertion.contains("samlp:Status"), "no siblings");
    assert!(response_octets.starts_with("<samlp:Response") && !response_octets.contains("#_r"));
    assert!(assertion_octets.starts_with("<saml:Assertion") && !assertion_octets.contains("ds:Signature"));
}

#[test]
fn a_sealed_assertion_is_asked_about_as_it_came_out() {
    let (accepted, puppet) = judged(None, |scene| {
        scene.sealed = Some(Seal::WithGcm);
        scene.decryption_keys = DecryptionKeys::new([crate::enc::tests::decrypter(keys::rsa(3072))]).unwrap();
    });
    accepted.unwrap();
    let asked = puppet.asked.lock().unwrap();
    let ids: Vec<_> = asked.iter().map(|(id, ..)| id.as_str()).collect();
    assert_eq!(ids, ["_r", "_a"]);
    assert!(asked[1].1.starts_with("<saml:Assertion") && asked[1].1.contains("<ds:Signature"));
}
