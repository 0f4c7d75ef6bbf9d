//! The tables in the file, and how a connection to it is made.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::error::{OpenError, meaning};
use super::place::Place;
use crate::{EngineFailure, StoreError};

/// SQLite's `application_id` of our files: `SAML`.
const APPLICATION: i64 = 0x5341_4d4c;
/// SQLite's `user_version` of our files. Files of an older one are brought to this one when they are opened.
///
/// 1: entries; 2: records beside them.
const FORMAT: i64 = 2;

/// Octets of a page of the file.
const PAGE: i64 = 4096;

/// How often an operation asks whether another process still writes, and how long it sleeps in between: five seconds in
/// all. SQLite's own pauses grow to a tenth of a second, in which the other one may have written a hundred times.
const TRIES: i32 = 2_500;
const PAUSE: Duration = Duration::from_millis(2);

/// `amount` has a row for each namespace (with the party '') and one for each party that holds something there.
const ENTRIES: [&str; 3] = [
    "CREATE TABLE amount (namespace TEXT NOT NULL, party TEXT NOT NULL, entries INTEGER NOT NULL, \
     octets INTEGER NOT NULL, PRIMARY KEY (namespace, party)) STRICT, WITHOUT ROWID",
    "CREATE TABLE entry (id INTEGER PRIMARY KEY, namespace TEXT NOT NULL, key TEXT NOT NULL, party TEXT, \
     expires_at INTEGER NOT NULL, value BLOB NOT NULL, UNIQUE (namespace, key)) STRICT",
    "CREATE INDEX entry_by_expiry ON entry (namespace, expires_at)",
];

/// `record_amount` has a row for each namespace that holds a record.
const RECORDS: [&str; 2] = [
    "CREATE TABLE record (id INTEGER PRIMARY KEY, namespace TEXT NOT NULL, owner TEXT NOT NULL, name TEXT NOT NULL, \
     value BLOB NOT NULL, UNIQUE (namespace, owner, name)) STRICT",
    "CREATE TABLE record_amount (namespace TEXT PRIMARY KEY, records INTEGER NOT NULL, octets INTEGER NOT NULL) \
     STRICT, WITHOUT ROWID",
];

/// How many rows `amount` has too many, too few or with other numbers than the entries have.
const WRONG_AMOUNTS: &str = "WITH counted AS ( \
      SELECT namespace, '' AS party, count(*) AS entries, sum(octet_length(key) + octet_length(value)) AS octets \
      FROM entry GROUP BY namespace \
      UNION ALL \
      SELECT namespace, party, count(*), sum(octet_length(key) + octet_length(value)) \
      FROM entry WHERE party IS NOT NULL GROUP BY namespace, party) \
    SELECT count(*) FROM ( \
      SELECT * FROM (SELECT * FROM counted EXCEPT SELECT * FROM amount) \
      UNION ALL \
      SELECT * FROM (SELECT * FROM amount EXCEPT SELECT * FROM counted))";

/// The same of `record_amount` and the records.
const WRONG_RECORD_AMOUNTS: &str = "WITH counted AS ( \
      SELECT namespace, count(*) AS records, \
        sum(octet_length(owner) + octet_length(name) + octet_length(value)) AS octets FROM record GROUP BY namespace) \
    SELECT count(*) FROM ( \
      SELECT * FROM (SELECT * FROM counted EXCEPT SELECT * FROM record_amount) \
      UNION ALL \
      SELECT * FROM (SELECT * FROM record_amount EXCEPT SELECT * FROM counted))";

/// What every connection is told. A log that grew beyond 16 MiB is cut again; freed octets are overwritten where that
/// costs no write of its own.
const MANNERS: &str = "PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON; \
    PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA secure_delete = FAST; \
    PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 16777216; PRAGMA cache_size = -4096; \
    PRAGMA temp_store = MEMORY";

/// Writes the tables into an empty file.
pub(super) fn lay_out(place: &Place, draft: &Path) -> Result<(), OpenError> {
    let make = || {
        let connection = Connection::open_with_flags(draft, flags())?;
        let shape = format!("PRAGMA page_size = {PAGE}; PRAGMA auto_vacuum = INCREMENTAL; BEGIN");
        connection.execute_batch(&shape)?;
        for table in ENTRIES.iter().chain(&RECORDS) {
            connection.execute_batch(table)?;
        }
        let marks = format!("PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {FORMAT}; COMMIT");
        connection.execute_batch(&marks)?;
        keep_a_log(&connection)?;
        connection.close().map_err(|(_, error)| error)
    };
    make().map_err(|error| place.engine(meaning(&error)))
}

/// Copies all that has been committed into an empty file.
pub(super) fn copy(from: &Connection, place: &Place, draft: &Path) -> Result<(), OpenError> {
    let failed = |error: rusqlite::Error| place.engine(meaning(&error));
    let Some(name) = draft.to_str() else {
        return Err(place.access("its path is not Unicode".to_owned()));
    };
    from.execute("VACUUM INTO ?1", [name]).map_err(failed)?;
    let copied = Connection::open_with_flags(draft, flags()).map_err(failed)?;
    require_whole(&copied).map_err(|error| place.engine(error))?;
    keep_a_log(&copied).map_err(failed)?;
    copied.close().map_err(|(_, error)| failed(error))
}

/// Makes it part of the file that there is a log beside it, while nobody else has opened it. When this connection is
/// closed, what is in the log goes into the file, and the log goes away.
fn keep_a_log(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))
}

/// What it means that there is no connection.
fn unopened(place: &Place, error: &rusqlite::Error) -> OpenError {
    match error.sqlite_error_code() {
        Some(ErrorCode::CannotOpen) => place.access(format!(
            "SQLite says: {error}; the file and its directory must be writable, for the log stands beside the file"
        )),
        Some(_) | None => place.engine(meaning(error)),
    }
}

/// A connection to a file of ours that this program knows the format of. It was only read so far.
fn reach(place: &Place) -> Result<Connection, OpenError> {
    let failed = |error: rusqlite::Error| unopened(place, &error);
    let mut connection = Connection::open_with_flags(place.path(), flags()).map_err(failed)?;
    connection.busy_handler(Some(wait)).map_err(failed)?;
    // Before anything is read: without a log, which can't be made here, nothing can be.
    if connection.is_readonly("main").map_err(failed)? {
        return Err(place.engine(StoreError::ReadOnly(EngineFailure::from("it was opened for reading only"))));
    }
    let number = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let application = number("application_id").map_err(failed)?;
    if application != APPLICATION {
        return Err(place.foreign(application));
    }
    let found = number("user_version").map_err(failed)?;
    if found > FORMAT {
        return Err(place.newer(found, FORMAT));
    }
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true).map_err(failed)?;
    connection.execute_batch(MANNERS).map_err(failed)?;
    Ok(connection)
}

/// A connection to a file of ours, which may be `octets` long. Nothing was done yet to see whether it is whole.
pub(super) fn connect(place: &Place, octets: Option<i64>) -> Result<Connection, OpenError> {
    let failed = |error: rusqlite::Error| unopened(place, &error);
    let connection = reach(place)?;
    // Otherwise a statement is compiled anew each time that it gets other values.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(failed)?;
    let mode: String =
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0)).map_err(failed)?;
    if mode != "wal" {
        return Err(place.access(format!("the file system allows no shared log (journal_mode is {mode})")));
    }
    if let Some(octets) = octets {
        let pages = (octets / PAGE).max(1);
        connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(())).map_err(failed)?;
    }
    connection.set_prepared_statement_cache_capacity(32);
    Ok(connection)
}

/// Looks whether the file is whole, with the tables of its own format, and leaves it as it is.
pub(super) fn look(place: &Place) -> Result<(), OpenError> {
    let connection = reach(place)?;
    let run = |statement: &str| connection.execute_batch(statement).map_err(|error| meaning(&error));
    let look = || {
        // One moment, for another process may bring the file up to date. It may write meanwhile.
        run("PRAGMA query_only = ON; BEGIN")?;
        let records = if is_present(&connection)? { RECORDS.as_slice() } else { &[] };
        require_tables(&connection, &[ENTRIES.as_slice(), records].concat())?;
        require_pages(&connection)?;
        run("COMMIT")
    };
    look().map_err(|error| place.engine(error))
}

/// Whether the file has the present format, or an older one.
fn is_present(connection: &Connection) -> Result<bool, StoreError> {
    let found = connection.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0));
    found.map(|found| found >= FORMAT).map_err(|error| meaning(&error))
}

/// Gives a file of an older format what the present one has beside that, at one moment and only if it is whole. It is
/// left as it is otherwise.
pub(super) fn bring_up_to_date(connection: &Connection) -> Result<(), StoreError> {
    let run = |statement: &str| connection.execute_batch(statement).map_err(|error| meaning(&error));
    if is_present(connection)? {
        return Ok(());
    }
    // This takes as long as the file is, and other processes may write meanwhile. They wait only for what follows.
    require_pages(connection)?;
    let bring = || {
        // Another process may have done it in between.
        if is_present(connection)? {
            return Ok(());
        }
        require_tables(connection, &ENTRIES)?;
        RECORDS.iter().try_for_each(|table| run(table))?;
        run(&format!("PRAGMA user_version = {FORMAT}"))?;
        run("COMMIT")
    };
    run("BEGIN IMMEDIATE")?;
    let brought = bring();
    if !connection.is_autocommit() {
        run("ROLLBACK")?;
    }
    brought
}

/// Looks whether the file is whole: its tables are ours, its pages are in order.
pub(super) fn require_whole(connection: &Connection) -> Result<(), StoreError> {
    require_tables(connection, &[ENTRIES.as_slice(), &RECORDS].concat())?;
    require_pages(connection)
}

fn require_tables(connection: &Connection, expected: &[&str]) -> Result<(), StoreError> {
    let look = || {
        let mut tables =
            connection.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY sql")?;
        tables.query_map((), |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()
    };
    let mut tables = look().map_err(|error| meaning(&error))?;
    tables.sort();
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    if tables != expected {
        return Err(StoreError::Corrupt(EngineFailure::from(format!("its tables are {tables:?}"))));
    }
    Ok(())
}

/// Reads the whole file.
fn require_pages(connection: &Connection) -> Result<(), StoreError> {
    let pages = connection.query_row("PRAGMA quick_check(1)", (), |row| row.get::<_, String>(0));
    let pages = pages.map_err(|error| meaning(&error))?;
    if pages != "ok" {
        return Err(StoreError::Corrupt(EngineFailure::from(pages)));
    }
    Ok(())
}

/// Looks whether the amounts are those of the entries and of the records.
pub(super) fn require_amounts(connection: &Connection) -> Result<(), StoreError> {
    let count = |query| connection.query_row(query, (), |row| row.get::<_, i64>(0));
    for (query, what) in [(WRONG_AMOUNTS, "entries"), (WRONG_RECORD_AMOUNTS, "records")] {
        let wrong = count(query).map_err(|error| meaning(&error))?;
        if wrong > 0 {
            let why = format!("{wrong} amounts are not those of the {what}");
            return Err(StoreError::Corrupt(EngineFailure::from(why)));
        }
    }
    Ok(())
}

/// Whether to try again after so many tries.
fn wait(tries: i32) -> bool {
    std::thread::sleep(PAUSE);
    tries < TRIES
}

fn flags() -> OpenFlags {
    OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW
}
