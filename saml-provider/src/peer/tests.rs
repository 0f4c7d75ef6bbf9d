use super::*;
use saml_core::base::{Coded as _, SamlInstant};
use saml_core::xml::names::md;

const HEAD: &str = "<EntityDescriptor xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\"\n entityID=\"https://sp.example.com\">\n";

fn refused(octets: &str) -> PeerError {
    let (lines, read) = read_file(octets.as_bytes().to_vec());
    lines.locate(read.map(|_read| ()).unwrap_err(), md::SP_SSO_DESCRIPTOR).in_file("sp.xml")
}

/// Element, the one around it, line, file and code, in one line.
#[test]
fn what_is_wrong_in_a_file_is_told_with_its_place() {
    let role = "<SPSSODescriptor protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\">\n";
    let service = "<AssertionConsumerService index=\"0\" Binding=\"b\" Location=\"l\"/>\n";
    let out_of_order =
        format!("{HEAD}{role}{service}<NameIDFormat>x</NameIDFormat></SPSSODescriptor></EntityDescriptor>");
    let error = refused(&out_of_order);
    let text = error.to_string();
    for part in [
        "sp.xml, line 5: https://sp.example.com: ",
        "SPSSODescriptor",
        "NameIDFormat",
        "schema.unexpected_element",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!((error.line, error.code().as_str()), (Some(5), "schema.unexpected_element"));
    for (octets, line, code) in [
        (format!("{HEAD}{role}{service}\n\n</SPSSODescriptor>"), 7, "xml.not_well_formed"),
        (format!("{HEAD}{role}\n\n&x;</SPSSODescriptor></EntityDescriptor>"), 6, "xml.entity"),
        (format!("{HEAD}{role}</SPSSODescriptor></EntityDescriptor>"), 3, "schema.missing_element"),
        (format!("{HEAD}</EntityDescriptor>"), 1, "schema.missing_element"),
    ] {
        let error = refused(&octets);
        assert_eq!(error.code().as_str(), code, "{octets}: {error}");
        assert_eq!(error.line, Some(line), "{octets}: {error}");
    }
}

/// The content of a file can neither break a line on the terminal nor reverse it.
#[test]
fn an_error_is_one_line_whatever_it_quotes() {
    let error = refused(&format!(
        "{HEAD}<SPSSODescriptor protocolSupportEnumeration=\"a&#10;b\u{202e}\">x&#10;\u{202e}y</SPSSODescriptor></EntityDescriptor>"
    ));
    let text = error.to_string();
    assert!(!text.contains(['\n', '\u{202e}']), "{text:?}");
}

#[test]
fn an_end_is_told_two_days_before_and_after() {
    let at = |text: &str| SamlInstant::try_from(text).unwrap();
    let validity = Validity(Some(at("2026-11-20T12:00:00Z")));
    let told = |now: &str| match validity.fault(at(now)) {
        None => "",
        Some(fault) => PeerError::new(fault).code().as_str(),
    };
    for (now, code) in [
        ("2026-11-18T11:59:59Z", ""),
        ("2026-11-18T12:00:00Z", "metadata.expires_soon"),
        ("2026-11-20T11:59:59Z", "metadata.expires_soon"),
        ("2026-11-20T12:00:00Z", "metadata.expired"),
        ("2027-11-20T12:00:00Z", "metadata.expired"),
    ] {
        assert_eq!(told(now), code, "{now}");
        assert_eq!(validity.is_current(at(now)), code != "metadata.expired", "{now}");
    }
    assert!(
        Validity(None).is_current(at("9999-01-01T00:00:00Z"))
            && Validity(None).fault(at("9999-01-01T00:00:00Z")).is_none()
    );
}
