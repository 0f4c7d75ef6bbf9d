//! `saml verdicts`: what `saml explain` names, explained.

use saml_testkit::forge::Signed;

use crate::command::saml;
use crate::story::{Story, with};

#[test]
fn explains_the_code_of_a_refusal() {
    let story = Story::new(Signed::Assertion);
    let refused =
        saml(with(story.explain(&["explain"], &story.response), "--sp-entity-id", "urn:other")).ended(1);
    refused.says("What to do: saml verdicts name_id.sp_name_qualifier_mismatch").says("audience.mismatch");
    saml(["verdicts", "audience.mismatch"])
        .ended(0)
        .says("The assertion is for another service than this one.")
        .says("Entra ID  \"Identifier (Entity ID)\"");
}

#[test]
fn lists_codes_and_tells_as_data() {
    saml(["verdicts"]).ended(0).says("  audience.mismatch ").says("  store.full ");
    let audience = saml(["verdicts", "audience"]).ended(0).says("  audience.missing ");
    assert!(!audience.text().contains("store.full"));
    let json = saml(["verdicts", "audience.mismatch", "--json"]).ended(0).json();
    assert_eq!(
        (&json[0]["code"], &json[0]["rule"]),
        (&"audience.mismatch".into(), &"[Core §2.5.1.4]".into())
    );
    saml(["verdicts", "audience.wrong"]).complains("no verdict has this code");
}

#[test]
fn fits_a_terminal_of_eighty_columns() {
    for arguments in [&["verdicts"][..], &["verdicts", "signature.invalid"], &["verdicts", "c14n"]] {
        let text = saml(arguments).ended(0).text();
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    }
}
