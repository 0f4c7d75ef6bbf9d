//! What whoever runs a program asks it: whether it lives, whether it can work, what it did.

use std::ptr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use actix_web::{HttpResponse, web};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use saml_core::base::EntityId;
use saml_store::{Namespace, Store};
use tokio::task::JoinSet;

use super::clock::now;
use crate::counts::{Counted, Counts};
use crate::store_instant;

/// How long a store has to answer.
pub const STORE_DEADLINE: Duration = Duration::from_secs(2);

/// The media type of the counts. [OpenMetrics 1.0]
const METRICS_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Whether a store answers, or the code of its error.
type Answer = Result<(), &'static str>;

const UNAVAILABLE: &str = "store.unavailable";

/// Nothing is ever stored here.
const PROBE: Namespace = Namespace::new("provider.probe");

/// A provider, as those who run it see it.
#[derive(Clone)]
pub struct Operated {
    /// Its entity ID.
    pub entity_id: EntityId,
    /// What happened.
    pub counts: Counts,
    /// What it remembers with.
    pub store: Arc<dyn Store>,
}

/// Routes for those who run these providers. They belong on a listener of their own that strangers don't reach: nothing asks who
/// is there, and each `/ready` and `/metrics` asks the store.
///
/// - `/live`: 200 as long as the program answers. Whether it can work is another question, so that nobody restarts a program
///   because its store is down.
/// - `/ready`: 200 if every store answers within [`STORE_DEADLINE`], otherwise 503, with a line for each that doesn't and its
///   code. It reads; that a store still takes new entries is not tried.
/// - `/metrics`: counts in the text form that Prometheus reads: `saml_events_total`, `saml_audit_failures_total`,
///   `saml_store_up`, each with the label `entity`.
///
/// ```no_run
/// # use saml_provider::web::operation::{Operated, operation};
/// # fn serve(operated: Operated) {
/// let app = actix_web::App::new().configure(operation(vec![operated]));
/// # }
/// ```
pub fn operation(providers: Vec<Operated>) -> impl FnOnce(&mut web::ServiceConfig) {
    move |config| {
        config
            .app_data(web::Data::new(providers))
            .service(web::resource("/live").get(live).head(live))
            .service(web::resource("/ready").get(ready).head(ready))
            .service(web::resource("/metrics").get(metrics).head(metrics));
    }
}

async fn live() -> HttpResponse {
    text(StatusCode::OK, "text/plain; charset=utf-8", "live\n".to_owned())
}

async fn ready(providers: web::Data<Vec<Operated>>) -> HttpResponse {
    let mut lines = String::new();
    for (provider, answer) in providers.iter().zip(answers(&providers).await) {
        if let Err(code) = answer {
            lines.push_str(&format!("{code} {}\n", provider.entity_id));
        }
    }
    if lines.is_empty() {
        return text(StatusCode::OK, "text/plain; charset=utf-8", "ready\n".to_owned());
    }
    text(StatusCode::SERVICE_UNAVAILABLE, "text/plain; charset=utf-8", lines)
}

async fn metrics(providers: web::Data<Vec<Operated>>) -> HttpResponse {
    let (events, failures, up) = (Family::default(), Family::default(), Family::default());
    for (Operated { entity_id, counts, .. }, answer) in providers.iter().zip(answers(&providers).await) {
        for (Counted { event, code }, count) in counts.events() {
            let labels = EventLabels { entity: entity_id.to_string(), event, code };
            Family::<_, Counter>::get_or_create(&events, &labels).inc_by(count);
        }
        let labels = Labels { entity: entity_id.to_string() };
        Family::<_, Counter>::get_or_create(&failures, &labels).inc_by(counts.audit_failures());
        Family::<_, Gauge>::get_or_create(&up, &labels).set(i64::from(answer.is_ok()));
    }
    let mut registry = Registry::default();
    registry.register("saml_events", "What happened, as the log names it", events);
    registry.register("saml_audit_failures", "Events that the audit did not get", failures);
    registry.register("saml_store_up", "Whether the store answers", up);
    let mut written = String::new();
    match encode(&mut written, &registry) {
        Ok(()) => text(StatusCode::OK, METRICS_TYPE, written),
        Err(_error) => HttpResponse::InternalServerError().finish(),
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    entity: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct EventLabels {
    entity: String,
    event: &'static str,
    code: &'static str,
}

/// Whether the store of each provider answers; otherwise the code of its error. Each store is asked once, all at the same time.
async fn answers(providers: &[Operated]) -> Vec<Answer> {
    let mut stores: Vec<&Arc<dyn Store>> = Vec::new();
    let mut store_of = Vec::new();
    for Operated { store, .. } in providers {
        let known = stores.iter().position(|other| ptr::addr_eq(Arc::as_ptr(other), Arc::as_ptr(store)));
        store_of.push(known.unwrap_or(stores.len()));
        if known.is_none() {
            stores.push(store);
        }
    }
    let mut answers = vec![Err(UNAVAILABLE); stores.len()];
    let mut asked = JoinSet::new();
    for (number, store) in stores.into_iter().enumerate() {
        let store = Arc::clone(store);
        asked.spawn(async move { (number, answer(&*store).await) });
    }
    while let Some(joined) = asked.join_next().await {
        if let Ok((number, told)) = joined
            && let Some(answer) = answers.get_mut(number)
        {
            *answer = told;
        }
    }
    store_of.into_iter().map(|number| answers.get(number).copied().unwrap_or(Err(UNAVAILABLE))).collect()
}

async fn answer(store: &dyn Store) -> Answer {
    match tokio::time::timeout(STORE_DEADLINE, store.get(PROBE, "probe", store_instant(now()))).await {
        Ok(Ok(_nothing)) => Ok(()),
        Ok(Err(error)) => Err(error.code()),
        Err(_elapsed) => Err(UNAVAILABLE),
    }
}

fn text(status: StatusCode, content_type: &'static str, body: String) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((CONTENT_TYPE, content_type))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(body)
}

#[cfg(test)]
mod tests;
