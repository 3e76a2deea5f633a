//! A server that is there already: a schema of our own in it, which goes with this process. Where
//! this process is killed the schema stays; its name says whose it was.

use std::time::{SystemTime, UNIX_EPOCH};

use protocol::PostgresServer;

use super::table;
use super::url;
use crate::error::Result;

/// The schema, and how to reach it.
#[derive(Debug)]
pub(crate) struct Guest {
    server: PostgresServer,
    schema: String,
}

impl Guest {
    pub(super) fn provide(rows: u64, url: &str) -> Result<Self> {
        let server = url::parse(url)?;
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let schema = format!("manyways_{}_{:x}", std::process::id(), now.as_nanos());
        let mut connection = table::connect(&server)?;
        table::run(&mut connection, &format!("CREATE SCHEMA {schema}"))?;
        let table = format!("{schema}.rows");
        let guest = Self {
            server: PostgresServer { table, ..server },
            schema,
        };
        let made = table::make(&mut connection, &guest.server.table, rows);
        match made {
            Ok(()) => Ok(guest),
            Err(error) => {
                // The first error is the one to tell.
                let _ = guest.end();
                Err(error)
            }
        }
    }

    pub(super) fn server(&self) -> &PostgresServer {
        &self.server
    }

    pub(super) fn end(self) -> Result<()> {
        let mut connection = table::connect(&self.server)?;
        table::run(
            &mut connection,
            &format!("DROP SCHEMA {} CASCADE", self.schema),
        )
    }
}
