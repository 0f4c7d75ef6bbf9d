use super::*;

#[test]
fn another_name_of_ours_counts_only_if_it_is_configured() {
    let mut scene = Scene::good();
    scene.conditions().audience_restrictions = vec![audience("spn:42")];
    scene.further_audiences = vec!["spn:42".to_owned()];
    assert!(scene.judge().is_ok());
}

#[test]
fn a_name_for_another_name_of_ours_counts_only_if_that_is_configured() {
    for (qualifier, accepted) in [(SP, true), ("spn:42", true), ("spn:43", false)] {
        let mut scene = Scene::good();
        scene.further_audiences = vec!["spn:42".to_owned()];
        let mut name = NameId::new("ada");
        name.sp_name_qualifier = Some(qualifier.to_owned());
        scene.subject().identifier = Some(SubjectIdentifier::NameId(name));
        match scene.judge() {
            Ok(_) => assert!(accepted, "{qualifier}"),
            Err(rejected) => {
                assert!(!accepted, "{qualifier}: {:?}", rejected.verdict);
                assert!(rejected.verdict.has_failure("name_id.sp_name_qualifier_mismatch"));
            }
        }
    }
}

fn qualified(qualifier: &str) -> Scene {
    let mut scene = Scene::good();
    let mut name = NameId::new("ada");
    name.sp_name_qualifier = Some(qualifier.to_owned());
    scene.subject().identifier = Some(SubjectIdentifier::NameId(name));
    scene
}

/// An affiliation of ours is a name for names: it is no audience and no other affiliation [Core §8.3.7].
#[test]
fn a_name_for_an_affiliation_counts_only_if_the_peer_s_policy_names_it() {
    const AFFILIATION: &str = "https://affiliation.example.org";
    for (qualifier, affiliations, accepted) in [
        (AFFILIATION, vec![AFFILIATION], true),
        (AFFILIATION, vec!["https://another.example.org", AFFILIATION], true),
        (AFFILIATION, vec![], false),
        (AFFILIATION, vec!["https://another.example.org"], false),
        ("https://affiliation.example.org/", vec![AFFILIATION], false),
        (" https://affiliation.example.org", vec![AFFILIATION], false),
        (SP, vec![AFFILIATION], true),
        ("", vec![AFFILIATION], true),
        ("", vec![], true),
        (" ", vec![], false),
    ] {
        let mut scene = qualified(qualifier);
        scene.affiliations = affiliations.into_iter().map(str::to_owned).collect();
        let judged = scene.judge();
        assert_eq!(judged.is_ok(), accepted, "{qualifier:?}");
        let verdict = judged.map_or_else(|rejected| rejected.verdict, |a| a.verdict().clone());
        let check =
            verdict.checks().iter().find(|check| check.name() == "name_id_sp_name_qualifier").unwrap();
        let (outcome, found) = match (accepted, qualifier) {
            (true, "") => (Outcome::NotApplicable, "\"\"".to_owned()),
            (true, AFFILIATION) => (Outcome::Pass, format!("{AFFILIATION}, an affiliation of ours")),
            (true, other) => (Outcome::Pass, other.to_owned()),
            (false, other) => (Outcome::Fail, other.to_owned()),
        };
        assert_eq!((check.outcome(), check.found_value()), (outcome, Some(found.as_str())));
    }
    let mut scene = Scene::good();
    scene.affiliations = vec![AFFILIATION.to_owned()];
    scene.conditions().audience_restrictions = vec![audience(AFFILIATION)];
    assert_eq!(scene.judge().unwrap_err().verdict.code().unwrap().as_str(), "audience.mismatch");
}

/// djangosaml2idp writes a fixed text where it starts a login itself.
#[test]
fn a_text_that_is_no_request_of_ours_is_told_as_such() {
    let ours = |digits| format!("_{}", "0123456789abcdef".repeat(7).split_at(digits).0);
    let none = "no ID of a request of ours";
    for (text, word) in [
        ("IdP_Initiated_Login", none),
        (ours(38).as_str(), none),
        (ours(40).as_str(), "waited too long"),
        (ours(41).as_str(), none),
        (ours(98).as_str(), "waited too long"),
        (ours(100).as_str(), none),
    ] {
        let mut scene = Scene::good();
        scene.relaxations = Relaxations::from(Relaxation::Unsolicited);
        scene.pending = None;
        scene.envelope().in_response_to = Some(id(text));
        scene.bearer().in_response_to = Some(id(text));
        let verdict = scene.judge().unwrap_err().verdict;
        let codes: Vec<_> = verdict.failures().map(|check| check.code().unwrap().as_str()).collect();
        assert_eq!(codes, ["in_response_to.unknown", "subject_confirmation.in_response_to_unknown"]);
        for check in verdict.failures() {
            assert!(check.hint_text().unwrap().contains(word), "{check:?}");
        }
    }
}
