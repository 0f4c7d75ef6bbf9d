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
