use super::group::Group;

#[test]
fn each_check_has_its_branch_and_a_short_name() {
    for (check, branch, name) in [
        ("subject_confirmation_not_on_or_after", "SubjectConfirmation", "not on or after"),
        ("response_issue_instant", "Response", "issue instant"),
        ("conditions_validity", "Conditions", "validity"),
        ("name_id_sp_name_qualifier", "Subject", "sp name qualifier"),
        ("replay", "Further checks", "replay"),
    ] {
        let (group, found) = Group::of(check);
        assert_eq!((group.title(), found.as_str()), (branch, name));
    }
}
