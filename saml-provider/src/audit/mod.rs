//! The audit: every event of [`crate::event`] for somebody's own records, with names.

mod json;
mod json_lines;
mod record;
mod sink;

pub use json::{hides, inert_json, steers};
pub use json_lines::{JsonLines, JsonLinesError};
pub use record::to_json;
pub use sink::{Audit, AuditError, AuditSink};
pub(crate) use sink::{Failure, Values};
