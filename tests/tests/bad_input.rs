//! Whatever comes in: a 4xx, a constant page with a correlation id and no detail, a line in the log with the verdict
//! code under that id, and a server that goes on serving.

#[path = "bad_input/identity_provider.rs"]
mod identity_provider;
#[path = "bad_input/refusal.rs"]
mod refusal;
#[path = "bad_input/service_provider.rs"]
mod service_provider;
