//! An event as one line of JSON.

use saml_core::base::{EntityId, Relaxation};
use serde_json::{Map, Value, json};

use super::json::inert_json;
use crate::event::{Event, Occurrence};

/// The event as one line of JSON, without a line feed: its own facts beside `at`, `event`, `entity_id` (ours), `peer`,
/// `correlation_id`, `client`, and `user_name`, `name_id` and
/// `attributes` of the person. What there is not is left out. Control
/// characters, and those that turn the direction of writing, are escaped.
#[must_use]
pub fn to_json(entity_id: &EntityId, occurrence: &Occurrence) -> String {
    let mut members = Map::new();
    let mut add = |name: &str, value: Value| {
        if !value.is_null() {
            members.insert(name.to_owned(), value);
        }
    };
    add("at", occurrence.at.to_string().into());
    add("event", occurrence.event.name().into());
    add("entity_id", entity_id.as_str().into());
    add("peer", occurrence.peer.as_ref().map(EntityId::as_str).into());
    add("correlation_id", occurrence.correlation_id.as_str().into());
    add("client", occurrence.client.as_deref().into());
    match &occurrence.event {
        Event::LoginStarted
        | Event::LoginCompleted
        | Event::NobodySignedIn
        | Event::RequestReceived
        | Event::LoginOffered
        | Event::SignedIn => {}
        Event::SessionEnded { cause } => add("cause", cause.name().into()),
        Event::LoginAccepted { name_id_format, authn_context, relaxations } => {
            add("name_id_format", name_id_format.as_deref().into());
            add("authn_context", authn_context.as_deref().into());
            add("relaxations", relaxations.iter().copied().map(Relaxation::name).collect());
        }
        Event::AssertionIssued { name_id_format, attributes } => {
            add("name_id_format", name_id_format.as_deref().into());
            add("released", attributes.clone().into());
        }
        Event::Refused { code, failures, .. } => {
            add("code", code.as_str().into());
            add("failures", failures.clone().into());
        }
    }
    if let Some(person) = &occurrence.person {
        add("user_name", person.user_name.as_deref().into());
        add("name_id", person.name_id.as_deref().into());
        let attributes: Vec<Value> = person
            .attributes
            .iter()
            .map(|(name, values)| match values.as_slice() {
                [] => json!({ "name": name }),
                values => json!({ "name": name, "values": values }),
            })
            .collect();
        add("attributes", if attributes.is_empty() { Value::Null } else { attributes.into() });
    }
    inert_json(&Value::Object(members).to_string())
}
