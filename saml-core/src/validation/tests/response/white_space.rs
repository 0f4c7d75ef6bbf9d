use super::*;
use crate::assertion::{AuthnContextClassRef, ConfirmationMethod, NameIdFormat};
use crate::protocol::StatusCode;

/// A change of one value by something around it.
type Around = fn(&mut Scene, &dyn Fn(&str) -> String);

/// The URIs that decide about a login.
const URIS: [(&str, Around); 7] = [
    ("Destination", |s, around| s.response.status_response.destination = Some(around(ACS))),
    ("Recipient", |s, around| s.bearer().recipient = Some(around(ACS))),
    ("Audience", |s, around| s.conditions().audience_restrictions = vec![audience(&around(SP))]),
    ("StatusCode", |s, around| {
        s.response.status_response.status.code = StatusCode::Other(around(StatusCode::Success.uri()));
    }),
    ("Method", |s, around| {
        s.subject().confirmations[0].method =
            ConfirmationMethod::Other(around(ConfirmationMethod::Bearer.uri()));
    }),
    ("AuthnContextClassRef", |s, around| {
        let class_ref = AuthnContextClassRef::PasswordProtectedTransport;
        s.authn().authn_context.class_ref = Some(AuthnContextClassRef::Other(around(class_ref.uri())));
    }),
    ("Format of the Issuer", |s, around| {
        let format = NameIdFormat::Other(around(NameIdFormat::Entity.uri()));
        s.assertion().issuer.0.format = Some(format);
    }),
];

/// Strings, in which white space counts.
const STRINGS: [(&str, Around); 3] = [
    ("Issuer", |s, around| s.assertion().issuer = Issuer(NameId::new(around(IDP)))),
    ("Issuer of the Response", |s, around| {
        s.response.status_response.issuer = Some(Issuer(NameId::new(around(IDP))));
    }),
    ("SPNameQualifier", |s, around| {
        let mut name = NameId::new("ada");
        name.sp_name_qualifier = Some(around(SP));
        s.subject().identifier = Some(SubjectIdentifier::NameId(name));
    }),
];

#[test]
fn white_space_around_a_signed_uri_changes_nothing() {
    for (place, change) in URIS {
        let mut scene = Scene::good();
        change(&mut scene, &|uri| format!("\n\t  {uri} \r\n"));
        assert!(scene.judge().is_ok(), "{place}");
    }
}

#[test]
fn what_xml_does_not_call_white_space_makes_another_uri() {
    for (place, change) in URIS.into_iter().filter(|(place, _)| *place != "AuthnContextClassRef") {
        for foreign in ["\u{a0}", "\u{2003}", "\u{200b}", "\u{feff}"] {
            let mut scene = Scene::good();
            change(&mut scene, &|uri| format!("{uri}{foreign}"));
            assert!(scene.judge().is_err(), "{foreign:?} in {place}");
        }
    }
}

#[test]
fn white_space_makes_another_string() {
    for (place, change) in STRINGS {
        let mut scene = Scene::good();
        change(&mut scene, &str::to_owned);
        assert!(scene.judge().is_ok(), "{place}");
        for (before, after) in [(" ", ""), ("", "\n")] {
            let mut scene = Scene::good();
            change(&mut scene, &|text| format!("{before}{text}{after}"));
            assert!(scene.judge().is_err(), "{place}");
        }
    }
}

#[test]
fn a_condition_that_is_not_understood_is_named_by_its_type() {
    let mut scene = Scene::good();
    scene.conditions().other.push(unknown_condition());
    let rejected = scene.judge().unwrap_err();
    let check = rejected.verdict.failures().next().unwrap();
    // Exclusive canonicalisation omits the declaration of a prefix that only a value uses.
    assert_eq!(check.found_value(), Some("{urn:oasis:names:tc:SAML:2.0:assertion}Condition of type x:Moon"));
}
