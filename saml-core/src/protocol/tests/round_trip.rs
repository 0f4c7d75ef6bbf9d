//! A written value is read back unchanged, and the schema accepts it.

use super::examples::*;
use crate::assertion::tests::round_trip::{SIGNATURE, parsed, written};
use crate::assertion::tests::schema;
use crate::assertion::tests::source::Source;
use crate::protocol::*;

/// The tests that every message passes.
macro_rules! round_trips {
    ($($message:ident: $type:ident, $common:ident;)+) => {$(
        mod $message {
            use super::*;

            #[test]
            fn reads_what_it_wrote() {
                for mut source in Source::many() {
                    let value = super::$message(&mut source);
                    let written = written(|writer| value.write(writer));
                    assert_eq!($type::read(parsed(written.octets()).root()), Ok(value));
                }
            }

            #[test]
            fn passes_over_a_signature_in_its_slot() {
                for mut source in Source::many() {
                    let value = super::$message(&mut source);
                    let mut written = written(|writer| value.write(writer));
                    written.insert_signature(value.$common.id.as_str(), SIGNATURE).unwrap();
                    assert_eq!($type::read(parsed(written.octets()).root()), Ok(value));
                }
            }

            // ADFS-15.
            #[test]
            fn writes_what_the_schema_allows() {
                let documents: Vec<_> = Source::many().map(|mut source| {
                    let value = super::$message(&mut source);
                    written(|writer| value.write(writer)).into_octets()
                }).collect();
                schema::require_valid(stringify!($message), &documents);
            }
        }
    )+};
}

round_trips! {
    authn_request: AuthnRequest, request;
    response: Response, status_response;
    logout_request: LogoutRequest, request;
    logout_response: LogoutResponse, status_response;
    artifact_resolve: ArtifactResolve, request;
    artifact_response: ArtifactResponse, status_response;
}

#[test]
fn reads_the_envelope_of_a_response_alone() {
    for mut source in Source::many() {
        let value = response(&mut source);
        let written = written(|writer| value.write(writer));
        assert_eq!(Response::read_envelope(parsed(written.octets()).root()), Ok(value.status_response));
    }
}

#[test]
fn finds_the_message_in_an_artifact_response_where_it_stands() {
    let value = artifact_response(&mut Source::full(0));
    let octets = written(|writer| value.write(writer)).into_octets();
    let document = parsed(&octets);
    let (status_response, message) = ArtifactResponse::read_parts(document.root()).unwrap();
    assert_eq!(status_response, value.status_response);
    assert_eq!(message.unwrap().parent(), Some(document.root()));
}
