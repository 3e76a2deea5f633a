//! The sqlite-select step: point selects on the SQLite data set, as calls that block.

use std::path::{Path, PathBuf};

use protocol::SqliteSelect;
use rusqlite::{Connection, OpenFlags};

use crate::digest::{mix, nth};
use crate::error::{Error, Result};

/// One lane's own connection; it is moved into the call that blocks, and comes back.
#[derive(Debug)]
pub(crate) struct Sqlite {
    connection: Connection,
    path: PathBuf,
}

impl Sqlite {
    /// Opens the database read-only.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        // Without SQLite's own mutex: a connection is used by one thread at a time here, and the
        // lock would be paid for in every call.
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        match Connection::open_with_flags(path, flags) {
            Ok(connection) => Ok(Self {
                connection,
                path: path.to_owned(),
            }),
            Err(source) => Err(Error::Sqlite {
                path: path.to_owned(),
                source,
            }),
        }
    }

    /// Carries out the selects of one task and mixes the CRC-32 of what they find.
    pub(crate) fn select(&self, step: &SqliteSelect, seed: u64) -> Result<u64> {
        self.try_select(step, seed).map_err(|source| Error::Sqlite {
            path: self.path.clone(),
            source,
        })
    }

    fn try_select(&self, step: &SqliteSelect, seed: u64) -> rusqlite::Result<u64> {
        if step.transaction {
            self.connection.prepare_cached("BEGIN")?.execute([])?;
        }
        // After an error the transaction stays open: the lane's run is over with it.
        let value = self.select_all(step, seed)?;
        if step.transaction {
            self.connection.prepare_cached("COMMIT")?.execute([])?;
        }
        Ok(value)
    }

    fn select_all(&self, step: &SqliteSelect, seed: u64) -> rusqlite::Result<u64> {
        let mut select = self
            .connection
            .prepare_cached("SELECT body FROM rows WHERE id = ?1")?;
        let mut value = 0;
        for number in 0..step.count {
            let id = row_id(seed, number, step.rows);
            let crc = select.query_row([id.cast_signed()], |row| {
                // Hashed in place: the body is not copied out of SQLite's page.
                let body = row.get_ref(0)?.as_blob()?;
                Ok(crc32fast::hash(body))
            })?;
            value = mix(value, u64::from(crc));
        }
        Ok(value)
    }
}

/// Which row select number `number` of a step looks up: 1 to `rows`.
pub(crate) const fn row_id(seed: u64, number: u64, rows: u64) -> u64 {
    1 + nth(seed, number) % rows
}
