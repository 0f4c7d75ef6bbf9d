//! The floor of the file engine: the bare statements on a connection of the same manners.

use std::hint::black_box;
use std::path::Path;

use rusqlite::{Connection, params};
use saml_benches::Failure;

/// An SQLite file with the table and the index of an engine, and nothing that counts, bounds or expires.
pub struct BareFile(Connection);

const LAYOUT: &str = "PRAGMA page_size = 4096; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; \
    PRAGMA synchronous = FULL; PRAGMA secure_delete = FAST; PRAGMA cell_size_check = ON; \
    PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 16777216; PRAGMA cache_size = -4096; \
    CREATE TABLE entry (id INTEGER PRIMARY KEY, namespace TEXT NOT NULL, key TEXT NOT NULL, party TEXT, \
      expires_at INTEGER NOT NULL, value BLOB NOT NULL, UNIQUE (namespace, key)) STRICT; \
    CREATE INDEX entry_by_expiry ON entry (namespace, expires_at)";

impl BareFile {
    pub fn new(path: &Path) -> Result<Self, Failure> {
        let connection = Connection::open(path)?;
        connection.execute_batch(LAYOUT)?;
        Ok(Self(connection))
    }

    /// One transaction that inserts all of them, and one that takes all of them.
    pub fn insert_and_take(&self, keys: &[String], value: &[u8], expires_at: i64) -> Result<(), Failure> {
        self.0.execute_batch("BEGIN IMMEDIATE")?;
        let mut insert = self.0.prepare_cached(
            "INSERT INTO entry (namespace, key, party, expires_at, value) VALUES (?1, ?2, NULL, ?3, ?4) \
             ON CONFLICT (namespace, key) DO NOTHING",
        )?;
        for key in keys {
            insert.execute(params!["bench.engines", key, expires_at, value])?;
        }
        self.0.execute_batch("COMMIT; BEGIN IMMEDIATE")?;
        let mut take = self.0.prepare_cached(
            "DELETE FROM entry WHERE namespace = ?1 AND key = ?2 AND expires_at > ?3 RETURNING value",
        )?;
        for key in keys {
            let taken = take
                .query_row(params!["bench.engines", key, expires_at - 1], |row| row.get::<_, Vec<u8>>(0))?;
            black_box(taken);
        }
        self.0.execute_batch("COMMIT")?;
        Ok(())
    }
}
