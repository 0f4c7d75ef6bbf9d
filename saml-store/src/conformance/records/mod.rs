//! The contract of [`Records`] as a test suite, for tests of any engine.
//!
//! ```
//! # use std::sync::Arc;
//! # use saml_store::{MemoryRecords, conformance};
//! # #[tokio::main(flavor = "multi_thread", worker_threads = 2)]
//! # async fn main() -> Result<(), conformance::Violation> {
//! conformance::records::run(Arc::new(MemoryRecords::new())).await
//! # }
//! ```
//!
//! Each function answers with the first [`Violation`] that it meets, and expects an engine that holds nothing in the
//! namespaces whose names begin with `conformance.`. What it stores it removes again, unless it says otherwise.

mod capacity;
mod export;
mod handles;
mod kill;
mod names;
mod pages;
mod race;
mod single_record;

use std::sync::Arc;

pub use self::capacity::refuses_when_full;
pub use self::export::moves;
pub use self::handles::in_turn;
pub use self::kill::{after_kill, write_until_killed};
use super::{Violation, require};
use crate::{EngineFailure, Namespace, Record, RecordName, Records, StoreError};

const PLACE: Namespace = Namespace::new("conformance.records");
const OTHER: Namespace = Namespace::new("conformance.other-records");

/// Every check that holds for every engine. Needs a multi-threaded runtime to race in earnest.
///
/// # Errors
/// The first [`Violation`].
pub async fn run(records: Arc<dyn Records>) -> Result<(), Violation> {
    single_record::run(records.as_ref()).await?;
    names::run(records.as_ref()).await?;
    capacity::run(records.as_ref()).await?;
    pages::run(&records).await?;
    export::run(records.as_ref()).await?;
    race::run(&records).await
}

fn at<'a>(owner: &'a str, name: &'a str) -> RecordName<'a> {
    RecordName { namespace: PLACE, owner, name }
}

/// Page after page of one owner; also that no page says that more follow and is empty.
async fn list(records: &dyn Records, namespace: Namespace, owner: &str) -> Result<Vec<Record>, StoreError> {
    let mut all: Vec<Record> = Vec::new();
    loop {
        let after = all.last().map(|record| record.name.clone());
        let page = records.records_of(namespace, owner, after.as_deref()).await?;
        require_progress(page.more, &page.records)?;
        all.extend(page.records);
        if !page.more {
            return Ok(all);
        }
    }
}

/// Page after page of all owners.
async fn export(records: &dyn Records, namespace: Namespace) -> Result<Vec<Record>, StoreError> {
    let mut all: Vec<Record> = Vec::new();
    loop {
        let last = all.last().cloned();
        let after = last.as_ref().map(|record| (record.owner.as_str(), record.name.as_str()));
        let page = records.export_records(namespace, after).await?;
        require_progress(page.more, &page.records)?;
        all.extend(page.records);
        if !page.more {
            return Ok(all);
        }
    }
}

fn require_progress(more: bool, records: &[Record]) -> Result<(), StoreError> {
    if more && records.is_empty() {
        return Err(StoreError::Corrupt(EngineFailure::from("an empty page that others follow")));
    }
    Ok(())
}

/// What is listed, by name.
fn sorted(listed: Result<Vec<Record>, StoreError>) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
    let mut listed: Vec<_> = listed?.into_iter().map(|record| (record.name, record.value)).collect();
    listed.sort();
    Ok(listed)
}
