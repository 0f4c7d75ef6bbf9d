//! The rules of the Web Browser SSO profile once more, over another parser. They must hold for every accepted message.

use roxmltree::{Document, Node};

use crate::genuine::scene;

/// An instant before the login of the scene, by more than any tolerance.
pub const LONG_AGO: &str = "2026-11-20T10:00:00Z";
/// An instant after it, by more than any tolerance.
pub const FAR_AHEAD: &str = "2026-11-20T14:00:00Z";
/// The login itself, by clocks that differ. Instants of one form are ordered as texts.
const NOW_AT_THE_EARLIEST: &str = "2026-11-20T11:50:00Z";
const NOW_AT_THE_LATEST: &str = "2026-11-20T12:10:00Z";

fn children<'a, 'i: 'a>(of: Node<'a, 'i>, name: &'a str) -> impl Iterator<Item = Node<'a, 'i>> {
    of.children().filter(move |child| child.tag_name().name() == name)
}

fn only<'a, 'i: 'a>(of: Node<'a, 'i>, name: &'a str) -> Node<'a, 'i> {
    let mut found = children(of, name);
    let first = found.next().unwrap_or_else(|| panic!("no {name}"));
    assert!(found.next().is_none(), "two of {name}");
    first
}

fn text(node: Node<'_, '_>) -> String {
    node.text().unwrap_or_default().trim().to_owned()
}

/// Asserts every rule of [Profiles §4.1.4] that a message by itself can break.
///
/// # Panics
/// One is broken.
pub fn hold(octets: &[u8], identity: &str) {
    let xml = std::str::from_utf8(octets).unwrap();
    let document = Document::parse(xml).unwrap();
    let scene = scene();
    let response = document.root_element();
    assert_eq!((response.tag_name().name(), response.attribute("Version")), ("Response", Some("2.0")));
    assert_eq!(response.attribute("InResponseTo"), Some(scene.request_id.as_str()));
    assert!(response.attribute("Destination").is_none_or(|url| url == scene.acs_url), "{xml}");
    let issuer = children(response, "Issuer").next();
    assert!(issuer.is_none_or(|issuer| text(issuer) == scene.idp.as_str()), "{xml}");
    let status = only(only(response, "Status"), "StatusCode").attribute("Value").unwrap();
    assert_eq!(status, "urn:oasis:names:tc:SAML:2.0:status:Success");
    let assertion = only(response, "Assertion");
    assert_eq!(assertion.attribute("Version"), Some("2.0"));
    assert_eq!(text(only(assertion, "Issuer")), scene.idp.as_str());
    let subject = only(assertion, "Subject");
    let name = only(subject, "NameID");
    assert!(
        identity.contains(&format!("value: {:?}", name.text().unwrap_or_default())),
        "{identity} of {xml}"
    );
    assert!(children(subject, "SubjectConfirmation").any(is_confirmed), "nothing confirms {xml}");
    conditions(assertion, xml);
    let mut sessions = children(assertion, "AuthnStatement");
    assert!(sessions.next().is_some(), "nobody was authenticated by {xml}");
}

fn is_confirmed(confirmation: Node<'_, '_>) -> bool {
    let scene = scene();
    let Some(data) = children(confirmation, "SubjectConfirmationData").next() else { return false };
    confirmation.attribute("Method") == Some("urn:oasis:names:tc:SAML:2.0:cm:bearer")
        && data.attribute("Recipient") == Some(&scene.acs_url)
        && data.attribute("InResponseTo") == Some(scene.request_id.as_str())
        && data.attribute("NotOnOrAfter").is_some_and(|end| end > NOW_AT_THE_EARLIEST)
        && data.attribute("NotBefore").is_none()
}

fn conditions(assertion: Node<'_, '_>, xml: &str) {
    let conditions = only(assertion, "Conditions");
    assert!(conditions.attribute("NotBefore").is_none_or(|begin| begin < NOW_AT_THE_LATEST), "{xml}");
    assert!(conditions.attribute("NotOnOrAfter").is_none_or(|end| end > NOW_AT_THE_EARLIEST), "{xml}");
    let mut restrictions = children(conditions, "AudienceRestriction").peekable();
    assert!(restrictions.peek().is_some(), "for anybody: {xml}");
    for restriction in restrictions {
        let is_for_us =
            children(restriction, "Audience").any(|audience| text(audience) == scene().sp.as_str());
        assert!(is_for_us, "for others: {xml}");
    }
    for statement in children(assertion, "AuthnStatement") {
        let end = statement.attribute("SessionNotOnOrAfter");
        assert!(end.is_none_or(|end| end > NOW_AT_THE_EARLIEST), "{xml}");
        assert!(
            statement.attribute("AuthnInstant").is_some_and(|instant| instant < NOW_AT_THE_LATEST),
            "{xml}"
        );
    }
}
