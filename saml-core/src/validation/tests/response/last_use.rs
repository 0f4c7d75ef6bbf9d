//! How long an assertion must be remembered as used: not a moment too short, and no longer than it has to be.

use std::time::Duration;

use super::*;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// The skew, and one second for an inclusive bound.
const SLACK: Duration = Duration::from_secs(181);

fn confirmation(
    method: ConfirmationMethod,
    recipient: &str,
    in_response_to: Option<&str>,
    end: SamlInstant,
) -> SubjectConfirmation {
    SubjectConfirmation {
        method,
        identifier: None,
        data: Some(SubjectConfirmationData {
            not_on_or_after: Some(end),
            recipient: Some(recipient.to_owned()),
            in_response_to: in_response_to.map(id),
            ..SubjectConfirmationData::default()
        }),
    }
}

/// A confirmation that is never over.
fn endless(method: ConfirmationMethod, recipient: &str, in_response_to: Option<&str>) -> SubjectConfirmation {
    confirmation(method, recipient, in_response_to, instant("9999-12-31T23:59:59Z"))
}

fn until(scene: Scene) -> SamlInstant {
    scene.judge().unwrap_or_else(|rejected| panic!("{:?}", rejected.verdict)).replayable_until()
}

#[test]
fn what_is_good_for_one_request_only_is_over_with_it() {
    let mut scene = Scene::good();
    scene.bearer().not_on_or_after = Some(instant("9999-12-31T23:59:59Z"));
    let end_of_request = scene.pending.as_ref().unwrap().expires_at;
    assert_eq!(until(scene), end_of_request.saturating_add(SLACK));
}

#[test]
fn what_is_good_for_more_than_the_request_is_over_with_its_age() {
    let issued = instant("2026-11-20T12:00:00Z");
    for other in [
        // Without a request, and for another one: both could be presented again.
        endless(ConfirmationMethod::Bearer, ACS, None),
        endless(ConfirmationMethod::Bearer, ACS, Some("_another")),
    ] {
        let mut scene = Scene::good();
        scene.subject().confirmations.push(other);
        assert_eq!(until(scene), issued.saturating_add(DAY + SLACK));
    }
    let mut scene = Scene::good();
    scene.unsolicited();
    scene.relaxations = Relaxations::from(Relaxation::Unsolicited);
    scene.bearer().not_on_or_after = Some(instant("9999-12-31T23:59:59Z"));
    assert_eq!(until(scene), issued.saturating_add(DAY + SLACK));
}

#[test]
fn what_is_for_others_lengthens_nothing() {
    let mut scene = Scene::good();
    scene.subject().confirmations.extend([
        endless(ConfirmationMethod::Bearer, "https://another.example.com/acs", None),
        endless(ConfirmationMethod::HolderOfKey, ACS, None),
        endless(ConfirmationMethod::SenderVouches, ACS, None),
    ]);
    assert_eq!(until(scene), instant("2026-11-20T12:05:00Z").saturating_add(SLACK));
}

#[test]
fn the_last_confirmation_for_us_counts_before_the_age_does() {
    let mut scene = Scene::good();
    let last = instant("2026-11-20T13:05:00Z");
    scene.subject().confirmations.push(confirmation(ConfirmationMethod::Bearer, ACS, None, last));
    assert_eq!(until(scene), last.saturating_add(SLACK));
}

/// The age is that of the peer's policy, and its end is the end of what must be remembered.
#[test]
fn a_longer_age_makes_a_longer_memory() {
    let mut scene = Scene::good();
    scene.subject().confirmations.push(endless(ConfirmationMethod::Bearer, ACS, None));
    scene.max_age = AssertionMaxAge::from_secs(172_800).unwrap();
    assert_eq!(until(scene), instant("2026-11-22T12:00:00Z").saturating_add(SLACK));
}

/// Who presents it once nobody remembers it: with the request of then, with another one, or with none.
fn solicitations(scene: &Scene) -> Vec<Option<PendingRequest>> {
    let like = |name: &str| {
        scene.pending.as_ref().map(|pending| PendingRequest {
            id: id(name),
            idp: pending.idp.clone(),
            issued_at: pending.issued_at,
            // The request that was answered ends when it did; another one may be of any day.
            expires_at: if name == "_request" { pending.expires_at } else { instant("9999-12-30T00:00:00Z") },
            force_authn: false,
            requested_context: None,
        })
    };
    vec![like("_request"), like("_another"), None]
}

/// All combinations of two confirmations, each with several ends: the assertion is accepted, and refused from the instant
/// on at which it may be forgotten, whoever presents it.
#[test]
fn nobody_accepts_what_may_be_forgotten() {
    let ends =
        ["2026-11-20T12:03:00Z", "2026-11-20T18:00:00Z", "2026-12-24T00:00:00Z", "9999-12-31T23:59:59Z"];
    let methods = [ConfirmationMethod::Bearer, ConfirmationMethod::HolderOfKey];
    let mut second = vec![None];
    for method in methods {
        for (recipient, request) in [
            (ACS, Some("_request")),
            (ACS, Some("_another")),
            (ACS, None),
            ("https://other.example.com", None),
        ] {
            second
                .extend(ends.map(|end| Some(confirmation(method.clone(), recipient, request, instant(end)))));
        }
    }
    let mut accepted = 0;
    for (first_end, other) in ends.iter().flat_map(|end| second.iter().map(move |other| (end, other))) {
        for solicited in [true, false] {
            let scene = |now: SamlInstant, pending: Option<PendingRequest>| {
                let mut scene = Scene::good();
                scene.signed = vec!["_a"];
                scene.relaxations = Relaxations::from(Relaxation::Unsolicited);
                if !solicited {
                    scene.bearer().in_response_to = None;
                }
                // The envelope is unsigned, so that an attacker can write anything there.
                scene.envelope().in_response_to = pending.as_ref().map(|pending| pending.id.clone());
                scene.bearer().not_on_or_after = Some(instant(first_end));
                scene.conditions().not_on_or_after = None;
                scene.authn().session_not_on_or_after = None;
                scene.subject().confirmations.extend(other.clone());
                (scene.pending, scene.now) = (pending, now);
                scene
            };
            let good = Scene::good();
            let (now, pending) = (good.now, good.pending.filter(|_| solicited));
            let end = until(scene(now, pending));
            assert!(end > now);
            accepted += 1;
            for later in [Duration::ZERO, Duration::from_secs(3600), DAY, DAY * 400] {
                let then = end.saturating_add(later);
                for pending in solicitations(&Scene::good()) {
                    let told = format!("{first_end} {other:?} {solicited} {then} {pending:?}");
                    assert!(scene(then, pending).judge().is_err(), "{told}");
                }
            }
        }
    }
    assert!(accepted > 200, "{accepted}");
}
