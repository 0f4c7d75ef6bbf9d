//! Which of several broken rules is told first: by cause, not by the order of the examination.

use super::*;
use crate::validation::Verdict;

const ELSEWHERE: &str = "https://other.example.com/saml";

fn verdict(changes: &[Change]) -> Verdict {
    let mut scene = Scene::good();
    changes.iter().for_each(|change| change(&mut scene));
    scene.judge().expect_err("something is broken").verdict
}

fn error_answer(s: &mut Scene) {
    s.envelope().status = Status::new(StatusCode::Responder);
    s.response.assertions.clear();
    s.signed.clear();
}

fn of_another_key(s: &mut Scene) {
    s.pinned = keys::rsa(3072).public_key().clone();
}

fn for_another_service(s: &mut Scene) {
    s.envelope().destination = Some(ELSEWHERE.to_owned());
    s.bearer().recipient = Some(ELSEWHERE.to_owned());
    s.conditions().audience_restrictions = vec![audience(ELSEWHERE)];
    s.pending = None;
}

fn without_a_destination(s: &mut Scene) {
    s.envelope().destination = None;
    s.signed = vec!["_a"];
}

fn for_another_address(s: &mut Scene) {
    s.envelope().destination = Some(format!("{ACS}/"));
    s.bearer().recipient = Some(format!("{ACS}/"));
}

fn of_another_provider(s: &mut Scene) {
    s.envelope().issuer = Some(Issuer(NameId::new(ELSEWHERE)));
    s.assertion().issuer = Issuer(NameId::new(ELSEWHERE));
}

fn presented_late(s: &mut Scene) {
    s.now = instant("2026-11-20T12:40:00Z");
}

fn presented_tomorrow(s: &mut Scene) {
    s.now = instant("2026-11-21T12:40:00Z");
}

fn of_a_fast_clock(s: &mut Scene) {
    s.now = instant("2026-11-20T11:30:00Z");
}

fn of_expired_metadata(s: &mut Scene) {
    s.metadata_valid_until = Some(instant("2026-11-20T00:00:00Z"));
}

fn unsigned(s: &mut Scene) {
    s.signed.clear();
}

fn sealed(s: &mut Scene) {
    s.sealed = Some(Seal::WithGcm);
}

fn with_an_unknown_request(s: &mut Scene) {
    s.pending = None;
}

fn without_a_request(s: &mut Scene) {
    s.unsolicited();
}

fn for_another_name(s: &mut Scene) {
    let mut name = NameId::new("ada");
    name.sp_name_qualifier = Some(ELSEWHERE.to_owned());
    s.subject().identifier = Some(SubjectIdentifier::NameId(name));
}

#[test]
fn the_likeliest_cause_is_told() {
    let cases: [(&str, &[Change]); 29] = [
        // An error answer is about its status, whatever else it lacks.
        ("status.not_success", &[error_answer]),
        ("status.not_success", &[error_answer, |s| s.demand = SignatureDemand::Response]),
        ("status.not_success", &[error_answer, without_pending]),
        ("status.not_success", &[error_answer, presented_late]),
        ("status.not_success", &[error_answer, |s| s.signed = vec!["_r"], of_another_key]),
        ("status.not_success", &[error_answer, |s| s.envelope().destination = Some(ELSEWHERE.to_owned())]),
        // With an assertion, its signature comes first.
        ("signature.missing", &[|s| s.envelope().status = Status::new(StatusCode::Responder), unsigned]),
        ("assertion.count", &[|s| s.response.assertions.clear(), unsigned]),
        // Somebody else's.
        ("response.issuer_mismatch", &[of_another_provider, of_another_key]),
        ("response.issuer_mismatch", &[of_another_provider, unsigned, presented_late]),
        // Another name inside than outside, by another key: that is no mistake of a setting.
        ("signature.invalid", &[|s| s.assertion().issuer = Issuer(NameId::new(ELSEWHERE)), of_another_key]),
        (
            "request.idp_mismatch",
            &[
                |s| s.pending.as_mut().unwrap().idp = EntityId::try_from(ELSEWHERE).unwrap(),
                for_another_address,
            ],
        ),
        // For somebody else.
        ("destination.mismatch", &[for_another_service]),
        ("destination.mismatch", &[for_another_service, of_another_key]),
        ("audience.mismatch", &[for_another_name, for_another_service, without_a_destination]),
        ("audience.mismatch", &[for_another_service, without_a_destination, of_another_key]),
        ("signature.invalid", &[for_another_name, of_another_key]),
        ("destination.mismatch", &[for_another_service, sealed]),
        // One of both alone is a setting that differs.
        ("destination.mismatch", &[for_another_address]),
        ("signature.invalid", &[of_another_key, for_another_address]),
        ("signature.invalid", &[of_another_key, presented_late]),
        ("decryption.no_key", &[sealed]),
        // Late, early, again.
        ("subject_confirmation.expired", &[presented_late, with_an_unknown_request]),
        ("subject_confirmation.expired", &[presented_tomorrow]),
        ("in_response_to.unknown", &[with_an_unknown_request]),
        ("response.issued_in_future", &[of_a_fast_clock]),
        ("response.unsolicited_refused", &[without_a_request, presented_late]),
        // Old keys.
        ("idp.metadata_expired", &[of_expired_metadata, of_another_key, for_another_service]),
        ("idp.metadata_expired", &[of_expired_metadata, error_answer]),
    ];
    for (position, (code, changes)) in cases.iter().enumerate() {
        let verdict = verdict(changes);
        let broken: Vec<_> =
            verdict.failures().filter_map(|check| check.code()).map(|code| code.as_str()).collect();
        assert_eq!(verdict.code().unwrap().as_str(), *code, "{position}: {broken:?}");
        assert_eq!(serde_json::to_value(&verdict).unwrap()["code"], *code);
    }
}

fn without_pending(s: &mut Scene) {
    s.pending = None;
    s.envelope().in_response_to = None;
}

/// Whatever is broken with whatever: one of the broken rules is told, and none of them is forgiven.
#[test]
fn what_is_told_is_broken_and_nothing_is_forgiven() {
    let changes: [(&str, Change); 11] = [
        ("signature.missing", unsigned),
        ("signature.invalid", of_another_key),
        ("audience.mismatch", for_another_service),
        ("response.issuer_mismatch", of_another_provider),
        ("subject_confirmation.expired", presented_late),
        ("response.issued_in_future", of_a_fast_clock),
        ("idp.metadata_expired", of_expired_metadata),
        ("in_response_to.unknown", with_an_unknown_request),
        ("name_id.sp_name_qualifier_mismatch", for_another_name),
        ("status.not_success", |s| s.envelope().status = Status::new(StatusCode::Responder)),
        ("name_id.missing", |s| s.subject().identifier = None),
    ];
    for (first, one) in changes {
        for (second, other) in changes {
            let verdict = verdict(&[one, other]);
            assert!(!verdict.is_accepted(), "{first} {second}");
            let told = verdict.headline().unwrap();
            assert!(verdict.failures().any(|check| check == told), "{first} {second}");
        }
    }
    let accepted = Scene::good().judge().unwrap();
    assert_eq!((accepted.verdict().headline(), accepted.verdict().code()), (None, None));
}

/// The verdict of an error answer also says that it is unsigned.
#[test]
fn an_unsigned_error_answer_is_told_as_not_proven() {
    for (signed, basis, word) in
        [(vec![], Basis::Claimed, "not signed"), (vec!["_r"], Basis::Verified, "its own log")]
    {
        let told =
            verdict(&[error_answer, if signed.is_empty() { |_| {} } else { |s| s.signed = vec!["_r"] }]);
        let told = told.headline().unwrap();
        assert_eq!((told.code().unwrap().as_str(), told.basis()), ("status.not_success", basis));
        assert!(told.hint_text().unwrap().contains(word), "{:?}", told.hint_text());
    }
}
