//! The inspection as data.

use serde_json::{Value, json};

use super::{Inspection, walk};

/// The same as on the screen, without the XML.
pub(super) fn value(inspection: &Inspection<'_>) -> Value {
    let sections: Vec<Value> = inspection
        .sections
        .iter()
        .map(|section| {
            let facts: Vec<Value> = section
                .facts
                .iter()
                .map(|fact| json!({ "name": fact.label.trim(), "value": fact.value }))
                .collect();
            json!({ "element": section.title, "facts": facts })
        })
        .collect();
    let signatures: Vec<Value> = inspection
        .coverage
        .signatures
        .iter()
        .map(|signature| {
            json!({
                "covers": signature.covers,
                "algorithm": signature.algorithm,
                "digest": signature.digest,
                "canonicalization": signature.canonicalization,
                "reference": signature.reference,
                "remark": signature.remark,
            })
        })
        .collect();
    let certificates: Vec<Value> = inspection
        .certificates
        .iter()
        .map(|note| {
            json!({
                "in": note.place,
                "subject": note.certificate.as_ref().map(saml_core::crypto::Certificate::subject),
                "key": note.certificate.as_ref().map(|c| c.public_key().kind().to_string()),
                "notAfter": note.certificate.as_ref().map(|c| c.not_after().to_string()),
                "expired": note.is_expired(inspection.now),
                "sha256": note.fingerprint(),
            })
        })
        .collect();
    json!({
        "root": walk::labelled(inspection.document.root()),
        "octets": inspection.document.octets().len(),
        "wrapping": inspection.received.wrapping.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "relayState": inspection.received.relay_state,
        "bindingFault": inspection.received.fault.as_ref().map(ToString::to_string),
        "sections": sections,
        "signatures": signatures,
        "encrypted": inspection.coverage.encrypted,
        "certificates": certificates,
        "uncovered": inspection.coverage.uncovered,
    })
}
