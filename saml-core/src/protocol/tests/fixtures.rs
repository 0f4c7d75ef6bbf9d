//! Messages that real products made, and those that other projects test with.

use std::collections::BTreeMap;

use crate::assertion::SubjectIdentifier;
use crate::assertion::tests::manifest::{Case, cases};
use crate::assertion::tests::schema;
use crate::base::{Coded, Limits, MessageId, SamlInstant};
use crate::protocol::*;
use crate::xml::names::{SAMLP, soap};
use crate::xml::{Document, Element, SchemaError, XmlError};

/// What all messages have.
struct Envelope {
    id: MessageId,
    issue_instant: SamlInstant,
    destination: Option<String>,
    issuer: Option<String>,
}

impl From<RequestAbstract> for Envelope {
    fn from(of: RequestAbstract) -> Self {
        let issuer = of.issuer.map(|issuer| issuer.0.value);
        Self { id: of.id, issue_instant: of.issue_instant, destination: of.destination, issuer }
    }
}

impl From<StatusResponse> for Envelope {
    fn from(of: StatusResponse) -> Self {
        let issuer = of.issuer.map(|issuer| issuer.0.value);
        Self { id: of.id, issue_instant: of.issue_instant, destination: of.destination, issuer }
    }
}

/// The message, if its type is known, also from a SOAP body; otherwise `None`.
fn message(root: Element<'_>) -> Option<Result<Envelope, SchemaError>> {
    if root.is(soap::ENVELOPE) {
        let body = root.child_elements().find(|child| child.is(soap::BODY))?;
        return message(body.child_elements().next()?);
    }
    if root.name().namespace != SAMLP {
        return None;
    }
    Some(match root.name().local {
        "AuthnRequest" => AuthnRequest::read(root).map(|message| message.request.into()),
        "LogoutRequest" => LogoutRequest::read(root).map(|message| message.request.into()),
        "ArtifactResolve" => ArtifactResolve::read(root).map(|message| message.request.into()),
        "Response" => Response::read(root).map(|message| message.status_response.into()),
        "LogoutResponse" => LogoutResponse::read(root).map(|message| message.status_response.into()),
        "ArtifactResponse" => ArtifactResponse::read(root).map(|message| message.status_response.into()),
        _ => return None,
    })
}

/// The rule that refuses a message which the manifest expects to be read.
fn rule(error: &SchemaError) -> &'static str {
    match error {
        SchemaError::AttributeValue { attribute: "IssueInstant", found, .. } => {
            assert!(SamlInstant::try_from(format!("{found}Z").as_str()).is_ok(), "{found}");
            "an instant without a time zone is not in UTC [Core §1.3.3]"
        }
        SchemaError::MissingAttribute { attribute: "Version", .. } => "a message has a version [Core §3.2.1]",
        SchemaError::AttributeValue { attribute: "ID", .. } => "an ID is an NCName [Core §1.3.4]",
        SchemaError::UnexpectedElement { element, found } => match (&*element.local, &*found.local) {
            ("Subject", "NameID" | "EncryptedID") => {
                "the identifier comes before confirmations [Core §2.4.1]"
            }
            (_, "Issuer") => "the issuer comes first [Core §3.2.1]",
            (_, "Signature") => "the signature comes after the issuer [Core §3.2.1]",
            other => panic!("{other:?}"),
        },
        SchemaError::MissingElement { element, found, .. } => {
            match (&*element.local, found.as_ref().map(|found| &*found.local)) {
                ("LogoutRequest", None) => "a logout has a subject [Core §3.7.1]",
                ("LogoutRequest", Some("EncryptedID")) => {
                    "an EncryptedID is in the assertion namespace [Core §1.2]"
                }
                ("LogoutResponse", None) => "a response has a status [Core §3.2.2]",
                (_, Some("Issuer")) => "there is one issuer [Core §3.2.1]",
                other => panic!("{other:?}"),
            }
        }
        // The octets that a signature covers have no comments: from those, the whole name reads.
        SchemaError::NotSimpleText { element } if element.local == "NameID" => {
            "a comment cuts no name in two"
        }
        SchemaError::WrongElement { .. }
        | SchemaError::InMetadata { .. }
        | SchemaError::MissingAttribute { .. }
        | SchemaError::AttributeValue { .. }
        | SchemaError::UnexpectedAttribute { .. }
        | SchemaError::UnexpectedText { .. }
        | SchemaError::NotSimpleText { .. }
        | SchemaError::SamlInExtensions { .. }
        | SchemaError::Text { .. } => panic!("{error:?}"),
    }
}

/// How often each rule was used.
type Refused = BTreeMap<&'static str, usize>;

#[test]
fn reads_the_responses_that_are_to_be_accepted() {
    let Some(cases) = cases("responses.json") else { return };
    let mut refused = Refused::new();
    let mut read = 0;
    for case in cases.iter().filter(|case| case.must_read()) {
        let document = Document::parse(case.octets().unwrap(), &Limits::MESSAGE).unwrap();
        match Response::read(document.root()) {
            Ok(response) => {
                read += 1;
                require_name_id(case, &response);
                assert_eq!(
                    Response::read_envelope(document.root()),
                    Ok(response.status_response),
                    "{}",
                    case.id()
                );
            }
            Err(error) => *refused.entry(rule(&error)).or_default() += 1,
        }
    }
    let expected = [
        ("a comment cuts no name in two", 1),
        ("the identifier comes before confirmations [Core §2.4.1]", 4),
    ];
    assert_eq!((read, refused), (79, Refused::from(expected)));
}

/// A name in clear is the manifest's, octet by octet.
fn require_name_id(case: &Case, response: &Response) {
    let [ResponseAssertion::Assertion(assertion)] = response.assertions.as_slice() else { return };
    if let Some(SubjectIdentifier::NameId(name_id)) =
        assertion.subject.as_ref().and_then(|s| s.identifier.as_ref())
    {
        assert_eq!(name_id.value, case.text("name_id"), "{}", case.id());
    }
}

#[test]
fn reads_the_messages_that_are_to_be_read() {
    let Some(cases) = cases("messages.json") else { return };
    let (mut refused, mut read) = (Refused::new(), 0);
    for case in cases.iter().filter(|case| case.must_read()) {
        let mut refuse = |rule| *refused.entry(rule).or_default() += 1;
        let Some(octets) = case.octets() else {
            refuse("Base64 of no whole number of octets");
            continue;
        };
        let document = match Document::parse(octets, &Limits::MESSAGE) {
            Ok(document) => document,
            Err(XmlError::DocType { .. }) => {
                refuse("no DOCTYPE [IIP-G03]");
                continue;
            }
            Err(other) => panic!("{}: {other}", case.id()),
        };
        match message(document.root()) {
            Some(Ok(envelope)) => {
                read += 1;
                require_envelope(case, &envelope);
            }
            Some(Err(error)) => refuse(rule(&error)),
            None => refuse("no message of a type that there is"),
        }
    }
    let expected = [
        ("Base64 of no whole number of octets", 1),
        ("a logout has a subject [Core §3.7.1]", 3),
        ("a message has a version [Core §3.2.1]", 1),
        ("a response has a status [Core §3.2.2]", 1),
        ("an EncryptedID is in the assertion namespace [Core §1.2]", 1),
        ("an ID is an NCName [Core §1.3.4]", 1),
        ("an instant without a time zone is not in UTC [Core §1.3.3]", 7),
        ("no DOCTYPE [IIP-G03]", 3),
        ("no message of a type that there is", 15),
        ("the issuer comes first [Core §3.2.1]", 2),
        ("the signature comes after the issuer [Core §3.2.1]", 1),
        ("there is one issuer [Core §3.2.1]", 2),
    ];
    assert_eq!((read, refused), (49, Refused::from(expected)));
}

fn require_envelope(case: &Case, envelope: &Envelope) {
    let same = |field: &str, found: Option<&str>| {
        if let Some(expected) = case.entry[field].as_str() {
            assert_eq!(found, Some(expected), "{}: {field}", case.id());
        }
    };
    same("message_id", Some(envelope.id.as_str()));
    same("destination", envelope.destination.as_deref());
    // The manifest's is trimmed; what was read is not.
    same("issuer", envelope.issuer.as_deref().map(str::trim));
    if let Some(instant) = case.entry["issue_instant"].as_str() {
        assert_eq!(SamlInstant::try_from(instant), Ok(envelope.issue_instant), "{}", case.id());
    }
}

/// Faults in parts of a document that are not read here.
fn passed_over(fault: &str) -> bool {
    const ELSEWHERE: [&str; 3] = [
        // Signatures are not read here.
        "Element '{http://www.w3.org/2000/09/xmldsig#}",
        "Element 'XPath'",
        // An `xsi:type` is not followed.
        "Element '{urn:oasis:names:tc:SAML:2.0:assertion}AttributeValue'",
    ];
    // The continuation of a fault whose value has line breaks in it.
    ELSEWHERE.iter().any(|elsewhere| fault.contains(elsewhere)) || !fault.contains("error : Element")
}

/// Documents that the schema admits and the specification forbids.
fn stricter(error: &SchemaError) -> bool {
    // A text that the schema lets be empty must say something [Core §1.3.1].
    let is_empty = matches!(error, SchemaError::AttributeValue { found, .. } | SchemaError::Text { found, .. }
        if found.trim().is_empty());
    let is_ours = matches!(
        error,
        SchemaError::AttributeValue { attribute: "Version" | "IssueInstant", .. }
            | SchemaError::NotSimpleText { .. }
            // The schema's `##other` keeps out one namespace of SAML, [Core §3.2.1] all of them.
            | SchemaError::SamlInExtensions { .. }
    );
    is_empty || is_ours
}

#[test]
fn agrees_with_the_schema_on_every_message_good_or_bad() {
    let (Some(responses), Some(messages)) = (cases("responses.json"), cases("messages.json")) else { return };
    let (mut documents, mut ours) = (Vec::new(), Vec::new());
    for case in responses.iter().chain(&messages) {
        let Some(octets) = case.octets() else { continue };
        let Ok(document) = Document::parse(octets.clone(), &Limits::MESSAGE) else { continue };
        if document.root().name().namespace == SAMLP
            && let Some(read) = message(document.root())
        {
            documents.push(octets);
            ours.push((case.id(), read.map(drop)));
        }
    }
    let Some(faults) = schema::faults("messages", &documents) else { return };
    for ((id, read), faults) in ours.iter().zip(faults) {
        match read {
            Ok(()) => assert!(faults.iter().all(|fault| passed_over(fault)), "{id}: {faults:#?}"),
            Err(error) => assert!(!faults.is_empty() || stricter(error), "{id}: {} {error:?}", error.code()),
        }
    }
    assert!(ours.len() > 500, "{}", ours.len());
}
