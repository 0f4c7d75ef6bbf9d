//! The servers' log.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, OnceLock, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

/// A line of the log.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its level.
    pub level: Level,
    /// Its fields, `message` among them.
    pub fields: BTreeMap<&'static str, String>,
}

impl Line {
    /// The value of a field, empty if there is none.
    #[must_use]
    pub fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }
}

static LINES: Mutex<Vec<Line>> = Mutex::new(Vec::new());
static STARTED: OnceLock<()> = OnceLock::new();

/// Begins to keep the log lines of all threads. Safe to call more than once.
pub fn keep() {
    STARTED.get_or_init(|| {
        let subscriber = tracing_subscriber::registry().with(Keeper);
        tracing::subscriber::set_global_default(subscriber).unwrap();
    });
}

/// The line with this correlation id. Each test sees its own lines by it, though all share one journal.
#[must_use]
pub fn of(correlation_id: &str) -> Option<Line> {
    let lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
    lines.iter().find(|line| line.field("correlation_id") == correlation_id).cloned()
}

/// The lines in which a field has this value, in the order in which they were written.
#[must_use]
pub fn with_field(name: &str, value: &str) -> Vec<Line> {
    let lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
    lines.iter().filter(|line| line.field(name) == value).cloned().collect()
}

/// Whether a text stands anywhere in the log.
#[must_use]
pub fn mentions(text: &str) -> bool {
    let lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
    lines.iter().any(|line| line.fields.values().any(|value| value.contains(text)))
}

struct Keeper;

impl<S: Subscriber> Layer<S> for Keeper {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        let mut fields = Fields(BTreeMap::new());
        event.record(&mut fields);
        record(event.metadata(), fields);
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, _id: &Id, _context: Context<'_, S>) {
        let mut fields = Fields(BTreeMap::new());
        attributes.record(&mut fields);
        record(attributes.metadata(), fields);
    }
}

/// Keeps whatever our crates say, at every level, and of others what an operator would see.
fn record(metadata: &Metadata<'_>, fields: Fields) {
    let level = *metadata.level();
    if level <= Level::INFO || metadata.target().starts_with("saml") {
        LINES.lock().unwrap_or_else(PoisonError::into_inner).push(Line { level, fields: fields.0 });
    }
}

struct Fields(BTreeMap<&'static str, String>);

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}
