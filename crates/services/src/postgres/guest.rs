//! A server that is there already: a schema of our own in it, which goes with this process. Where
//! this process itself is killed the schema stays; its name says whose it was.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use protocol::PostgresServer;

use super::table;
use super::url;
use crate::error::{Error, Result};
use crate::parent;

/// Longer than a server that is alive lets anybody wait for an answer, even to a million rows. What
/// nobody ends from outside must end by itself.
const PATIENCE: Option<Duration> = Some(Duration::from_secs(120));

/// The schema, and how to reach it. Dropping it removes the schema.
#[derive(Debug)]
pub(crate) struct Guest {
    server: PostgresServer,
    schema: String,
    is_removed: bool,
}

impl Guest {
    pub(super) fn provide(rows: u64, url: &str) -> Result<Self> {
        let server = url::parse(url)?;
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let schema = format!("manyways_{}_{:x}", std::process::id(), now.as_nanos());
        let mut connection = table::connect(&server, PATIENCE)?;
        // Until here there is nothing to put right, and a server that does not answer keeps nobody.
        // From here on nobody else drops the schema: rather be a moment late.
        parent::outlive_parent();
        let table = format!("{schema}.rows");
        let mut guest = Self {
            server: PostgresServer { table, ..server },
            schema,
            is_removed: false,
        };
        match guest.make(&mut connection, rows) {
            Ok(()) => Ok(guest),
            // The first error is the one to tell, and whether anything is left.
            Err(error) => Err(match guest.remove() {
                Ok(()) => error,
                Err(_) => guest.left(error),
            }),
        }
    }

    fn make(&self, connection: &mut table::Connection, rows: u64) -> Result<()> {
        table::run(connection, &format!("CREATE SCHEMA {}", self.schema))?;
        table::make(connection, &self.server.table, rows)
    }

    pub(super) fn server(&self) -> &PostgresServer {
        &self.server
    }

    pub(super) fn end(mut self) -> Result<()> {
        self.remove().map_err(|error| self.left(error))
    }

    fn left(&self, source: Error) -> Error {
        Error::Left {
            schema: self.schema.clone(),
            source: Box::new(source),
        }
    }

    /// Tries it once: what failed is told, and not tried again by dropping.
    fn remove(&mut self) -> Result<()> {
        self.is_removed = true;
        let mut connection = table::connect(&self.server, PATIENCE)?;
        // It may not have come to be.
        let command = format!("DROP SCHEMA IF EXISTS {} CASCADE", self.schema);
        table::run(&mut connection, &command)
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        if !self.is_removed {
            // Whoever would be told that it failed is gone.
            let _ = self.remove();
        }
    }
}
