//! What both roles do with HTTP itself: cookies, methods, addresses, documents.

#[path = "web_layer/bodies.rs"]
mod bodies;
#[path = "web_layer/cookies.rs"]
mod cookies;
#[path = "web_layer/documents.rs"]
mod documents;
#[path = "web_layer/fields.rs"]
mod fields;
#[path = "web_layer/guards.rs"]
mod guards;
#[path = "web_layer/kept_forms.rs"]
mod kept_forms;
#[path = "web_layer/languages.rs"]
mod languages;
#[path = "web_layer/messages.rs"]
mod messages;
#[path = "web_layer/methods.rs"]
mod methods;
#[path = "web_layer/names.rs"]
mod names;
#[path = "web_layer/refusals.rs"]
mod refusals;

use saml_tests::journal;
use saml_tests::raw::RawReply;

/// The code of a refusal in the log.
fn code(reply: &RawReply) -> String {
    let id =
        reply.correlation_id().unwrap_or_else(|| panic!("no refusal: {} {}", reply.status, reply.text()));
    journal::of(&id).unwrap_or_else(|| panic!("no line for {id}")).field("code").to_owned()
}
