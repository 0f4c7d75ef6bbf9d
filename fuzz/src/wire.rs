//! The bindings, back and forth.

use saml_core::base::{Limits, RelayState};
use saml_core::bindings::{MessageParameter, OutgoingMessage, post, redirect};

fn outgoing<'a>(
    parameter: MessageParameter,
    xml: &'a [u8],
    relay_state: Option<&'a RelayState>,
) -> OutgoingMessage<'a> {
    OutgoingMessage { destination: "https://peer.example", parameter, xml, relay_state }
}

/// A query that is read can be written, and then says the same.
///
/// # Panics
/// It doesn't.
pub fn query_survives(query: &str) {
    let Ok(message) = redirect::decode(query, &Limits::MESSAGE) else { return };
    let (parameter, xml, relay_state) =
        (message.parameter(), message.unverified_xml(), message.relay_state());
    let url = redirect::encode(&outgoing(parameter, xml, relay_state), None).expect("a URL");
    let (_, query) = url.split_once('?').expect("a query");
    let again = redirect::decode(query, &Limits::MESSAGE).expect("a message");
    assert_eq!(
        (parameter, xml, relay_state),
        (again.parameter(), again.unverified_xml(), again.relay_state())
    );
}

/// A form that is read can be written, and then says the same.
///
/// # Panics
/// It doesn't.
pub fn form_survives(body: &[u8]) {
    let decode =
        |body: &[u8]| post::decode(Some("application/x-www-form-urlencoded"), body, &Limits::MESSAGE);
    let Ok(message) = decode(body) else { return };
    let outgoing = outgoing(message.parameter, &message.xml, message.relay_state.as_ref());
    let form = post::PostForm::new(&outgoing).expect("a form");
    assert_eq!(decode(form.body().as_bytes()), Ok(message.clone()));
}
