//! Refused documents, and the code of each refusal.

use super::round_trip::parsed;
use crate::assertion::*;
use crate::base::Coded;
use crate::xml::{Element, SchemaError};

const UNEXPECTED: &str = "schema.unexpected_element";
const MISSING: &str = "schema.missing_element";
const VALUE: &str = "schema.attribute_value";
const NO_ATTRIBUTE: &str = "schema.missing_attribute";
const UNKNOWN_ATTRIBUTE: &str = "schema.unexpected_attribute";
const STRAY_TEXT: &str = "schema.unexpected_text";
const TEXT: &str = "schema.text";

/// Reads `xml`, in which the usual prefixes need no declaration, and expects exactly this code.
#[track_caller]
pub(crate) fn refuses<T: std::fmt::Debug>(
    xml: &str,
    code: &str,
    read: impl Fn(Element<'_>) -> Result<T, SchemaError>,
) {
    let end = xml.find([' ', '>', '/']).unwrap();
    let (start, rest) = xml.split_at(end);
    let document = parsed(format!("{start}{PREFIXES}{rest}").as_bytes());
    let error = read(document.root()).expect_err(xml);
    assert_eq!(error.code().as_str(), code, "{xml}: {error:?}");
}

/// Reads `xml`, in which the usual prefixes need no declaration.
#[track_caller]
pub(crate) fn reads<T>(xml: &str, read: impl Fn(Element<'_>) -> Result<T, SchemaError>) -> T {
    let end = xml.find([' ', '>', '/']).unwrap();
    let (start, rest) = xml.split_at(end);
    let document = parsed(format!("{start}{PREFIXES}{rest}").as_bytes());
    read(document.root()).unwrap_or_else(|error| panic!("{xml}: {error:?}"))
}

const PREFIXES: &str = " xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" \
     xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" \
     xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\" xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\" \
     xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:ex=\"urn:example:ext\"";

#[test]
fn assertions() {
    let valid = "ID='a' Version='2.0' IssueInstant='2026-11-20T12:00:00Z'";
    for (attributes, children, code) in [
        ("Version='2.0' IssueInstant='2026-11-20T12:00:00Z'", "<saml:Issuer>i</saml:Issuer>", NO_ATTRIBUTE),
        ("ID='a' IssueInstant='2026-11-20T12:00:00Z'", "<saml:Issuer>i</saml:Issuer>", NO_ATTRIBUTE),
        ("ID='a' Version='2.0'", "<saml:Issuer>i</saml:Issuer>", NO_ATTRIBUTE),
        ("ID='1a' Version='2.0' IssueInstant='2026-11-20T12:00:00Z'", "<saml:Issuer>i</saml:Issuer>", VALUE),
        ("ID='a' Version='1.1' IssueInstant='2026-11-20T12:00:00Z'", "<saml:Issuer>i</saml:Issuer>", VALUE),
        ("ID='a' Version='2.0' IssueInstant='2026-11-20T12:00:00'", "<saml:Issuer>i</saml:Issuer>", VALUE),
        (&format!("{valid} AssertionID='b'"), "<saml:Issuer>i</saml:Issuer>", UNKNOWN_ATTRIBUTE),
        (&format!("{valid} ex:Id='b'"), "<saml:Issuer>i</saml:Issuer>", UNKNOWN_ATTRIBUTE),
        (valid, "", MISSING),
        (valid, "<saml:Subject/><saml:Issuer>i</saml:Issuer>", MISSING),
        (valid, "<saml:Issuer>i</saml:Issuer><saml:Issuer>i</saml:Issuer>", UNEXPECTED),
        (valid, "<ds:Signature/><saml:Issuer>i</saml:Issuer>", MISSING),
        (valid, "<saml:Issuer>i</saml:Issuer><ds:Signature/><ds:Signature/>", UNEXPECTED),
        (valid, "<saml:Issuer>i</saml:Issuer><saml:Conditions/><ds:Signature/>", UNEXPECTED),
        (valid, "<saml:Issuer>i</saml:Issuer><saml:Conditions/><saml:Conditions/>", UNEXPECTED),
        (valid, "<saml:Issuer>i</saml:Issuer><saml:Advice/><saml:Conditions/>", UNEXPECTED),
        (valid, "<saml:Issuer>i</saml:Issuer><saml:Statements/>", UNEXPECTED),
        (valid, "<saml:Issuer>i</saml:Issuer><ex:Statement/>", UNEXPECTED),
        (valid, "<saml:Issuer>i</saml:Issuer>text", STRAY_TEXT),
        (valid, "<saml:Issuer><ex:a/></saml:Issuer>", TEXT),
        (valid, "<saml:Issuer>a<!-- comment -->b</saml:Issuer>", TEXT),
    ] {
        refuses(&format!("<saml:Assertion {attributes}>{children}</saml:Assertion>"), code, Assertion::read);
    }
    refuses(
        &format!("<ex:Assertion {valid}><saml:Issuer>i</saml:Issuer></ex:Assertion>"),
        UNEXPECTED,
        Assertion::read,
    );
}

#[test]
fn subjects() {
    let confirmation = "<saml:SubjectConfirmation Method='m'/>";
    for (children, code) in [
        (String::new(), MISSING),
        (format!("{confirmation}<saml:NameID>a</saml:NameID>"), UNEXPECTED),
        ("<saml:NameID>a</saml:NameID><saml:NameID>b</saml:NameID>".to_owned(), UNEXPECTED),
        ("<saml:NameID>a</saml:NameID><saml:EncryptedID/>".to_owned(), UNEXPECTED),
        ("<saml:EncryptedID/>".to_owned(), MISSING),
        ("<saml:NameID Format='f' Formats='g'>a</saml:NameID>".to_owned(), UNKNOWN_ATTRIBUTE),
        ("<saml:SubjectConfirmation/>".to_owned(), NO_ATTRIBUTE),
    ] {
        refuses(&format!("<saml:Subject>{children}</saml:Subject>"), code, Subject::read);
    }
    for (attributes, code) in [
        ("NotOnOrAfter=''", VALUE),
        ("NotOnOrAfter='tomorrow'", VALUE),
        ("NotBefore='2026-11-20T12:00:00'", VALUE),
        ("InResponseTo='1'", VALUE),
        ("NotOnorAfter='2026-11-20T12:00:00Z'", UNKNOWN_ATTRIBUTE),
        ("ex:ID='a'", UNKNOWN_ATTRIBUTE),
    ] {
        let xml = format!("<saml:SubjectConfirmationData {attributes}/>");
        refuses(&xml, code, SubjectConfirmationData::read);
    }
}

#[test]
fn conditions() {
    let audience = "<saml:AudienceRestriction><saml:Audience>a</saml:Audience></saml:AudienceRestriction>";
    for (children, code) in [
        ("<saml:AudienceRestriction/>", MISSING),
        (
            "<saml:AudienceRestriction><saml:Audience x='y'>a</saml:Audience></saml:AudienceRestriction>",
            UNKNOWN_ATTRIBUTE,
        ),
        (
            "<saml:AudienceRestriction><saml:Audience>a<ex:a/></saml:Audience></saml:AudienceRestriction>",
            TEXT,
        ),
        ("<saml:OneTimeUse/><saml:OneTimeUse/>", UNEXPECTED),
        ("<saml:OneTimeUse><ex:a/></saml:OneTimeUse>", UNEXPECTED),
        ("<saml:ProxyRestriction/><saml:ProxyRestriction/>", UNEXPECTED),
        ("<saml:ProxyRestriction Count='-1'/>", VALUE),
        ("<saml:ProxyRestriction Count='+1'/>", VALUE),
        ("<saml:ProxyRestriction Count='4294967296'/>", VALUE),
        ("<saml:Unknown/>", UNEXPECTED),
        ("<ex:Condition/>", UNEXPECTED),
    ] {
        refuses(&format!("<saml:Conditions>{audience}{children}</saml:Conditions>"), code, Conditions::read);
    }
}

#[test]
fn keeps_conditions_that_it_does_not_understand() {
    let xml = "<saml:Conditions><saml:Condition xsi:type='ex:MyType'/><saml:OneTimeUse/></saml:Conditions>";
    let conditions = reads(xml, Conditions::read);
    assert!(conditions.one_time_use);
    assert_eq!(conditions.other.len(), 1);
}

#[test]
fn statements() {
    let instant = "AuthnInstant='2026-11-20T12:00:00Z'";
    let context =
        "<saml:AuthnContext><saml:AuthnContextClassRef>c</saml:AuthnContextClassRef></saml:AuthnContext>";
    for (xml, code) in [
        (format!("<saml:AuthnStatement>{context}</saml:AuthnStatement>"), NO_ATTRIBUTE),
        (format!("<saml:AuthnStatement {instant}/>"), MISSING),
        (format!("<saml:AuthnStatement {instant}>{context}{context}</saml:AuthnStatement>"), UNEXPECTED),
        (
            format!("<saml:AuthnStatement {instant}>{context}<saml:SubjectLocality/></saml:AuthnStatement>"),
            UNEXPECTED,
        ),
        (format!("<saml:AuthnStatement {instant}><saml:AuthnContext/></saml:AuthnStatement>"), MISSING),
        ("<saml:AttributeStatement/>".to_owned(), MISSING),
        ("<saml:AttributeStatement><saml:Attribute/></saml:AttributeStatement>".to_owned(), NO_ATTRIBUTE),
        (
            "<saml:AttributeStatement><saml:Attribute Name='a' Value='b'/></saml:AttributeStatement>"
                .to_owned(),
            UNKNOWN_ATTRIBUTE,
        ),
        (
            "<saml:AttributeStatement><saml:Attribute Name='a'>b</saml:Attribute></saml:AttributeStatement>"
                .to_owned(),
            STRAY_TEXT,
        ),
    ] {
        refuses(&xml, code, Statement::read);
    }
}

#[test]
fn attribute_values() {
    for (xml, code) in [
        ("<saml:AttributeValue xsi:nil='maybe'/>", VALUE),
        ("<saml:AttributeValue xsi:nil='true'>a</saml:AttributeValue>", TEXT),
        ("<saml:AttributeValue xsi:nil='true'><ex:a/></saml:AttributeValue>", TEXT),
        ("<saml:AttributeValue>admin<!-- comment -->istrator</saml:AttributeValue>", TEXT),
    ] {
        refuses(xml, code, AttributeValue::read);
    }
    for (xml, value) in [
        ("<saml:AttributeValue/>", AttributeValue::Text(String::new())),
        (
            "<saml:AttributeValue xsi:type='ex:unknown'> a </saml:AttributeValue>",
            AttributeValue::Text(" a ".into()),
        ),
        ("<saml:AttributeValue xsi:nil='1'/>", AttributeValue::Nil),
        ("<saml:AttributeValue xsi:nil='false'>a</saml:AttributeValue>", AttributeValue::Text("a".into())),
    ] {
        assert_eq!(reads(xml, AttributeValue::read), value, "{xml}");
    }
}

#[test]
fn a_subject_of_confirmations_alone_reads() {
    let subject = reads("<saml:Subject><saml:SubjectConfirmation Method='m'/></saml:Subject>", Subject::read);
    assert_eq!(subject.identifier, None);
    assert_eq!(subject.confirmations.len(), 1);
}

#[test]
fn an_audience_is_a_uri_whose_white_space_collapses_and_that_is_not_empty() {
    let xml = "<saml:AudienceRestriction><saml:Audience>\n  a\tb </saml:Audience></saml:AudienceRestriction>";
    assert_eq!(reads(xml, AudienceRestriction::read).audiences.into_vec(), ["a b"]);
    let xml = "<saml:AudienceRestriction><saml:Audience>a</saml:Audience><saml:Audience> </saml:Audience></saml:AudienceRestriction>";
    refuses(xml, TEXT, AudienceRestriction::read);
}

/// A type that its schema closes refuses foreign attributes. An attribute of a misspelt `xsi` is a foreign one.
#[test]
fn foreign_attributes_stand_where_a_type_has_room_for_them() {
    let misspelt = "xmlns:i='https://www.w3.org/2001/XMLSchema-instance' i:type='ex:t'";
    for attribute in ["ex:a='b'", misspelt] {
        let closed: [(String, Reads); 4] = [
            (format!("<saml:Conditions {attribute}/>"), |e| Conditions::read(e).map(drop)),
            (format!("<saml:Issuer {attribute}>i</saml:Issuer>"), |e| Issuer::read(e).map(drop)),
            (format!("<saml:NameID {attribute}>n</saml:NameID>"), |e| NameId::read(e).map(drop)),
            (format!("<saml:Subject {attribute}><saml:NameID>n</saml:NameID></saml:Subject>"), |e| {
                Subject::read(e).map(drop)
            }),
        ];
        for (xml, read) in closed {
            refuses(&xml, UNKNOWN_ATTRIBUTE, read);
        }
        let open: [(String, Reads); 3] = [
            (format!("<saml:SubjectConfirmationData {attribute}/>"), |e| {
                SubjectConfirmationData::read(e).map(drop)
            }),
            (format!("<saml:Attribute Name='n' {attribute}/>"), |e| Attribute::read(e).map(drop)),
            (format!("<saml:AttributeValue {attribute}>v</saml:AttributeValue>"), |e| {
                AttributeValue::read(e).map(drop)
            }),
        ];
        for (xml, read) in open {
            reads(&xml, read);
        }
    }
    for schema in ["type='ex:t'", "nil='false'", "schemaLocation='a b'", "noNamespaceSchemaLocation='a'"] {
        reads(&format!("<saml:Conditions xsi:{schema}/>"), Conditions::read);
        reads(&format!("<saml:NameID xsi:{schema}>n</saml:NameID>"), NameId::read);
    }
    for xml in ["lang='de'", "space='preserve'", "base='https://a.example/'"] {
        reads(&format!("<saml:Conditions xml:{xml}/>"), Conditions::read);
    }
    refuses("<saml:Conditions xml:other='x'/>", UNKNOWN_ATTRIBUTE, Conditions::read);
    refuses("<saml:Conditions xsi:other='x'/>", UNKNOWN_ATTRIBUTE, Conditions::read);
}

type Reads = fn(Element<'_>) -> Result<(), SchemaError>;
