use saml_provider::refusal::Reason as _;

use super::*;

#[test]
fn a_problem_has_the_status_of_the_page() {
    for reason in [
        PublicReason::BadRequest,
        PublicReason::TransactionOver,
        PublicReason::OtherBrowser,
        PublicReason::NotAdmitted,
        PublicReason::Unavailable,
    ] {
        let refusal = SsoRefusal::because(reason, "test.code", "this", "that");
        assert_eq!(reason.status(), kind_of(&refusal).failure().status.as_u16(), "{reason:?}");
    }
}
