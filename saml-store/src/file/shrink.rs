//! Gives pages that nothing uses back to the disk, a few at a time.

use rusqlite::Connection;

/// Free pages that the file keeps in any case, for what comes next: 4 MiB.
const KEPT: i64 = 1024;
/// Pages that are given back for each operation at most. Each may move another page.
const PER_OPERATION: usize = 4;

/// Shortens the file where most of it is free, at the end of a transaction of so many operations. Free pages are used
/// first, so that a file grows only if there is none left.
pub(super) fn shrink(connection: &Connection, operations: usize) -> Result<(), rusqlite::Error> {
    let number = |pragma: &str| connection.prepare_cached(pragma)?.query_row((), |row| row.get::<_, i64>(0));
    let free = number("PRAGMA freelist_count")?;
    if free <= KEPT || free <= number("PRAGMA page_count")? / 2 {
        return Ok(());
    }
    let pages = operations.saturating_mul(PER_OPERATION);
    let mut shorten = connection.prepare(&format!("PRAGMA incremental_vacuum({pages})"))?;
    let mut pages = shorten.query(())?;
    while pages.next()?.is_some() {}
    Ok(())
}
