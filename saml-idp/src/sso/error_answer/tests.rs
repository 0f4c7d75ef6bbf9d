use super::*;

#[test]
fn every_error_answer_has_a_message_and_a_line_and_neither_is_empty() {
    for (error, top_level, status) in [
        (ErrorAnswer::NoPassive, StatusCode::Responder, StatusCode::NoPassive),
        (
            ErrorAnswer::NoAuthnContext { asked: "exactly urn:a".to_owned(), possible: "urn:b".to_owned() },
            StatusCode::Responder,
            StatusCode::NoAuthnContext,
        ),
        (ErrorAnswer::NoName, StatusCode::Responder, StatusCode::InvalidNameIdPolicy),
        (ErrorAnswer::OtherPrincipal, StatusCode::Responder, StatusCode::UnknownPrincipal),
        (ErrorAnswer::IncomparableSubject, StatusCode::Requester, StatusCode::RequestUnsupported),
    ] {
        let (told, verdict) = (error.status(), error.verdict());
        assert_eq!((told.code, told.sub_codes), (top_level, vec![status]), "{error:?}");
        let code = verdict.code().unwrap().as_str();
        let check = verdict.failures().next().unwrap();
        let (expected, found) = (check.expected_value().unwrap(), check.found_value().unwrap());
        assert_eq!(told.message.unwrap(), format!("{code}: expected {expected}, found {found}"));
        if let ErrorAnswer::NoAuthnContext { asked, possible } = &error {
            assert_eq!((expected, found), (possible.as_str(), asked.as_str()));
        }
    }
}
