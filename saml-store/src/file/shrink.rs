//! Gives pages that nothing uses back to the disk, a few at a time.

use rusqlite::Connection;

/// Free pages that the file keeps in any case, for what comes next: 4 MiB.
const KEPT: i64 = 1024;
/// Pages that one transaction gives back at most. Each may move another page.
const AT_ONCE: i64 = 32;

/// Shortens the file where most of it is free. Free pages are reused first, so that a file grows only if none is left.
pub(super) fn shrink(connection: &Connection) -> Result<(), rusqlite::Error> {
    let number = |pragma: &str| connection.prepare_cached(pragma)?.query_row((), |row| row.get::<_, i64>(0));
    let free = number("PRAGMA freelist_count")?;
    if free <= KEPT || free <= number("PRAGMA page_count")? / 2 {
        return Ok(());
    }
    let mut shorten = connection.prepare(&format!("PRAGMA incremental_vacuum({AT_ONCE})"))?;
    let mut pages = shorten.query(())?;
    while pages.next()?.is_some() {}
    Ok(())
}
