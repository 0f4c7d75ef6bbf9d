//! The line of the log.

use saml_core::base::{EntityId, Relaxation};

use super::{Event, Occurrence, Refused};

/// Writes the one line that an event leaves in the log. `person` is what [`PersonKey::tag`](super::PersonKey::tag) makes
/// of the person.
pub fn write_line(occurrence: &Occurrence, person: Option<&str>) {
    let correlation_id = &occurrence.correlation_id;
    let (peer, client) = (occurrence.peer.as_ref().map(EntityId::as_str), occurrence.client.as_deref());
    let event = occurrence.event.name();
    match &occurrence.event {
        Event::LoginStarted
        | Event::LoginCompleted
        | Event::NobodySignedIn
        | Event::RequestReceived
        | Event::LoginOffered
        | Event::SignedIn => tracing::info!(event, peer, client, person, %correlation_id, "{event}"),
        Event::SessionEnded { cause } => {
            tracing::info!(event, peer, person, cause = cause.name(), %correlation_id, "{event}");
        }
        Event::LoginAccepted { name_id_format, authn_context, relaxations } => {
            let relaxations =
                relaxations.iter().copied().map(Relaxation::name).collect::<Vec<_>>().join(", ");
            let (name_id_format, authn_context) = (name_id_format.as_deref(), authn_context.as_deref());
            tracing::info!(
                event, peer, person, name_id_format, authn_context, relaxations, %correlation_id, "{event}"
            );
        }
        Event::AssertionIssued { name_id_format, attributes } => {
            let (name_id_format, attributes) = (name_id_format.as_deref(), attributes.join(", "));
            tracing::info!(event, peer, person, name_id_format, attributes, %correlation_id, "{event}");
        }
        Event::Refused { what, code, failures } => {
            let failures = failures.join("; ");
            match what {
                Refused::Login | Refused::Request | Refused::Throttled => {
                    tracing::warn!(event, peer, client, person, %code, %correlation_id, failures, "{event}");
                }
                // A request that can't be met and a mistyped password are no cause for alarm.
                Refused::Answer | Refused::SignIn => {
                    tracing::info!(event, peer, client, person, %code, %correlation_id, failures, "{event}");
                }
            }
        }
    }
}
