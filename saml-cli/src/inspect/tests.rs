use std::cell::Cell;

use saml_core::base::{Limits, SamlInstant};
use saml_core::xml::Document;
use saml_testkit::wire::recognise;

use super::{Coverage, Inspection, json};

thread_local! {
    static TAKEN: Cell<usize> = const { Cell::new(0) };
}

/// An element was walked over.
pub(super) fn take_step() {
    TAKEN.set(TAKEN.get() + 1);
}

/// Octets of a message, elements that are walked over to tell of it, and octets that are told.
fn cost(xml: &str) -> (usize, usize, usize) {
    let document = Document::parse(xml.as_bytes().to_vec(), &Limits::METADATA).unwrap();
    let received = recognise(xml.as_bytes().to_vec()).unwrap();
    let now = SamlInstant::from_unix(1_800_000_000).unwrap();
    TAKEN.set(0);
    let inspection = Inspection::of(&received, &document, Coverage::of(&document), now);
    let told = json::value(&inspection).to_string().len();
    (xml.len(), TAKEN.get(), told)
}

const NAMESPACES: &str = "xmlns:samlp='urn:oasis:names:tc:SAML:2.0:protocol' \
    xmlns:saml='urn:oasis:names:tc:SAML:2.0:assertion' xmlns:md='urn:oasis:names:tc:SAML:2.0:metadata' \
    xmlns:ds='http://www.w3.org/2000/09/xmldsig#' xmlns:e='http://www.w3.org/2001/04/xmlenc#'";

fn signature(uri: &str) -> String {
    format!("<ds:Signature><ds:SignedInfo><ds:Reference URI='{uri}'/></ds:SignedInfo></ds:Signature>")
}

fn message(id: &str, content: &str) -> String {
    format!(
        "<samlp:Response {NAMESPACES} IssueInstant='2026-11-20T12:00:00Z' ID='_{id}'>{content}</samlp:Response>"
    )
}

fn numbered(count: usize, element: impl Fn(usize) -> String) -> String {
    (0..count).map(element).collect()
}

/// So many elements around something.
fn nested(tag: &str, depth: usize, content: &str) -> String {
    format!("{}{content}{}", format!("<{tag}>").repeat(depth), format!("</{tag}>").repeat(depth))
}

/// Each shape at two sizes: four times as much costs no more than four times as much, and a tenth.
#[test]
fn telling_of_a_message_costs_what_its_length_costs() {
    let long = |count: usize| "i".repeat(100 * count);
    let shapes: [(&str, &dyn Fn(usize) -> String); 11] = [
        ("signatures of one element with a long name", &|n| message(&long(n), &signature("").repeat(n))),
        ("certificates in one element with a long name", &|n| {
            message(&long(n), &"<ds:X509Certificate>AAAA</ds:X509Certificate>".repeat(n))
        }),
        ("ciphertexts beside each other", &|n| message("r", &"<e:EncryptedData/>".repeat(n))),
        ("ciphertexts in each other", &|n| message("r", &nested("e:EncryptedData", 30, "").repeat(n / 20))),
        ("assertions with their signatures", &|n| {
            message(
                "r",
                &numbered(n, |n| {
                    format!("<saml:Assertion ID='a{n}'>{}</saml:Assertion>", signature(&format!("#a{n}")))
                }),
            )
        }),
        ("signatures of elements deep inside", &|n| {
            let signed = |n| nested("x", 20, &format!("<x ID='a{n}'>{}</x>", signature(&format!("#a{n}"))));
            message("r", &numbered(n / 10, signed))
        }),
        ("attributes and values", &|n| {
            let value = "<saml:AttributeValue>v</saml:AttributeValue>";
            let attributes =
                numbered(n, |n| format!("<saml:Attribute Name='{n}'>{}</saml:Attribute>", value.repeat(3)));
            message(
                "r",
                &format!(
                    "<saml:Assertion><saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion>"
                ),
            )
        }),
        ("elements of a long namespace that nobody signed", &|n| {
            let uri = format!("urn:{}", "u".repeat(1000));
            message(
                "r",
                &format!("{}<y xmlns='{uri}'/>{}", signature("#_x"), format!("<x xmlns='{uri}'/>").repeat(n)),
            )
        }),
        ("statuses in statuses", &|n| {
            let codes = nested("samlp:StatusCode", 30, "").repeat(n / 20);
            message("r", &format!("<samlp:Status>{codes}</samlp:Status>"))
        }),
        ("entities in a group", &|n| {
            format!(
                "<md:EntitiesDescriptor {NAMESPACES}>{}</md:EntitiesDescriptor>",
                "<md:EntityDescriptor/>".repeat(n)
            )
        }),
        ("entities in groups of groups", &|n| {
            let groups = nested("md:EntitiesDescriptor", 40, &"<md:EntityDescriptor/>".repeat(n));
            groups.replacen("<md:EntitiesDescriptor", &format!("<md:EntitiesDescriptor {NAMESPACES}"), 1)
        }),
    ];
    for (shape, make) in shapes {
        let ((octets, steps, told), (more_octets, more_steps, more_told)) =
            (cost(&make(500)), cost(&make(2000)));
        let said = format!(
            "{shape}: {steps} steps and {told} told of {octets}, {more_steps} and {more_told} of {more_octets}"
        );
        assert!(10 * more_steps * octets < 11 * steps * more_octets, "{said}");
        assert!(10 * more_told * octets < 11 * told * more_octets, "{said}");
        assert!(more_steps < more_octets, "{said}");
        assert!(more_told < 12 * more_octets, "{said}");
    }
}
