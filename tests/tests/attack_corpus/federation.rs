//! The same metadata as a federation's reader takes it: in pieces, with nothing held.

use std::convert::Infallible;

use saml_core::base::{Coded as _, VerdictCode};
use saml_core::crypto::PeerPolicy;
use saml_core::trust::{MetadataPublisher, MetadataStreamError, read_published_entity};
use saml_testkit::forge::{Expected, Family, ForgedMessage, Outcome, Wire, examine};

use super::{CORPORA, report};

fn in_pieces(message: &ForgedMessage) -> Outcome {
    let Wire::Metadata(xml) = &message.wire else { panic!("{} is no metadata", message.id) };
    let context = &message.context;
    let policy = PeerPolicy::relaxed(context.relaxations);
    let publisher = MetadataPublisher { keys: &context.keys, policy: &policy };
    let mut pieces = xml.chunks(100);
    let read = read_published_entity(&context.idp, publisher, |buffer| {
        buffer.extend_from_slice(pieces.next().unwrap_or_default());
        Ok::<_, Infallible>(())
    });
    match read {
        Ok(descriptor) => Outcome::Accepted(format!("{:?}", descriptor.content)),
        Err(MetadataStreamError::Refused(error)) => Outcome::Refused(vec![error.code()]),
        Err(MetadataStreamError::Source(never)) => match never {},
    }
}

/// The codes of faults that a streaming reader finds first.
const FOUND_EARLIER: [(&str, &str); 3] = [
    ("047-metadata-the-signature-as-the-last-child", "signature.missing"),
    ("073-metadata-a-stranger-s-signature-before-the-genuine-one", "signature.invalid"),
    ("228-metadata-another-root", "message.unexpected"),
];

/// The message with the code that it gets in pieces.
fn expected_in_pieces(mut message: ForgedMessage) -> ForgedMessage {
    let name = message.id.split('/').next();
    if let Some((_, code)) = FOUND_EARLIER.iter().find(|(id, _)| name == Some(*id)) {
        message.expected = Expected::Refused(VerdictCode::new(code));
    }
    message
}

#[test]
fn forged_metadata_is_refused_while_it_is_read() {
    let is_metadata = |m: &&ForgedMessage| matches!(m.wire, Wire::Metadata(_));
    let corpus: Vec<ForgedMessage> =
        CORPORA.iter().filter(is_metadata).cloned().map(expected_in_pieces).collect();
    assert!(corpus.iter().any(|message| message.family == Family::Metadata));
    let examination = examine(&corpus, in_pieces);
    assert!(examination.faults.is_empty(), "faults:{}", report(&examination));
}
