//! Messages of a stranger that are short as long as they are compressed.

use saml_core::base::Limits;
use saml_core::bindings::{MessageParameter, OutgoingMessage, redirect};
use saml_core::protocol::AuthnRequest;

use crate::shapes::SHAPES;
use crate::{Ledger, bound, nodes, peak};

/// A query with this message.
fn query(xml: &[u8]) -> String {
    let message = OutgoingMessage {
        destination: "https://idp.example.com/sso",
        parameter: MessageParameter::SamlRequest,
        xml,
        relay_state: None,
    };
    let url = redirect::encode(&message, None).unwrap();
    url.split_once('?').unwrap().1.to_owned()
}

fn request(content: &str) -> String {
    format!(
        "<samlp:AuthnRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" xmlns:x=\"urn:x\" ID=\"_q\" \
         Version=\"2.0\" IssueInstant=\"2026-11-20T12:00:00Z\"><samlp:Extensions>{content}</samlp:Extensions>\
         </samlp:AuthnRequest>"
    )
}

/// As much as may come out of DEFLATE, and more of it than anybody could hold.
#[test]
fn a_message_that_inflates_takes_a_multiple_of_what_may_come_out() {
    let mut ledger = Ledger::new();
    let limits = &Limits::MESSAGE;
    let mut read = 0;
    for shape in SHAPES {
        for octets in [limits.inflated_octets - 16 * 1024, limits.inflated_octets, 50_000_000] {
            let content = (shape.content)(octets.min(2_000_000));
            // Beyond, any rest will do: nobody gets that far.
            let filled = octets.saturating_sub(content.len());
            let xml = request(&format!("<x:any>{content}</x:any>{}", " ".repeat(filled)));
            let query = query(xml.as_bytes());
            if query.len() > limits.inflated_octets {
                continue;
            }
            let (taken, outcome) = peak(|| {
                let message = redirect::decode(&query, limits).ok()?;
                message.receive::<AuthnRequest>(limits).ok()
            });
            read += usize::from(outcome.is_some());
            let seen = xml.len().min(limits.inflated_octets);
            let most = bound(nodes(xml.as_bytes(), limits), seen);
            ledger.measured += 1;
            ledger.require(&format!("{} of {octets} octets", shape.name), taken, most);
        }
    }
    assert!(read >= 15, "{read}");
    ledger.close(90);
}

/// A block of zeros a thousand times as long as what it came in.
#[test]
fn what_inflates_a_thousandfold_takes_what_a_short_message_takes() {
    let mut ledger = Ledger::new();
    let limits = &Limits::MESSAGE;
    for octets in [limits.inflated_octets, limits.inflated_octets + 1, 100_000_000] {
        let query = query(&vec![b' '; octets]);
        assert!(query.len() < limits.inflated_octets);
        let (taken, outcome) = peak(|| redirect::decode(&query, limits).is_ok());
        assert_eq!(outcome, octets <= limits.inflated_octets, "{octets}");
        // What comes out, twice while its buffer moves, and what went in.
        ledger.measured += 1;
        ledger.require(&format!("{octets}"), taken, 2 * limits.inflated_octets + query.len() + 128 * 1024);
    }
    ledger.close(3);
}
