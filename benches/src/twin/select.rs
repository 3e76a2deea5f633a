//! The select that the twins with a library share: the row that a task looks up, the settings of
//! the connection, and the digest of what comes back. Its text is that of the models.

use std::path::Path;

use runner::protocol::{Connection, PostgresServer, Setup, Step};
use runner::{Error, Result};
use tokio_postgres::Config;
use workloads::postgres::statement;
use workloads::{Address, Task, digest};

/// The one select that every task makes.
#[derive(Clone)]
pub(crate) struct Select {
    server: PostgresServer,
    rows: u64,
    pub(crate) text: String,
}

impl Select {
    /// The select of a workload that consists of nothing else.
    pub(crate) fn of(setup: &Setup) -> Result<Self> {
        let postgres = setup.endpoints.postgres.as_ref();
        match (setup.workload.steps.as_slice(), postgres) {
            ([Step::PostgresSelect(select)], Some(server))
                if select.connection == Connection::KeepAlive =>
            {
                Ok(Self {
                    server: server.clone(),
                    rows: select.rows,
                    text: statement(&server.table, select.wait),
                })
            }
            _ => Err(Error::Unsupported(
                "this twin does only one postgres-select over kept connections".to_owned(),
            )),
        }
    }

    /// The settings of a connection, for both libraries: `postgres` is built on `tokio-postgres`.
    pub(crate) fn config(&self) -> Result<Config> {
        let mut config = Config::new();
        config.user(&self.server.user).dbname(&self.server.database);
        if let Some(password) = &self.server.password {
            config.password(password);
        }
        match Address::parse(&self.server.address) {
            Some(Address::Tcp(address)) => {
                config.host(address.ip().to_string()).port(address.port());
            }
            // The libraries derive the socket's name from its folder and the port, so the path must
            // be taken apart.
            Some(Address::Unix(path)) => {
                let port = path
                    .extension()
                    .and_then(|port| port.to_str()?.parse().ok());
                config.host_path(path.parent().unwrap_or(Path::new("/")));
                config.port(port.unwrap_or(5432));
            }
            None => return Err(failed("the server's address cannot be read")),
        }
        Ok(config)
    }

    /// The row that a task looks up.
    pub(crate) fn id(&self, task: &Task) -> i64 {
        (1 + digest::nth(task.step_seed(0), 0) % self.rows).cast_signed()
    }
}

/// The digest of a task whose row has this body.
pub(crate) fn digest_of(body: &[u8]) -> u64 {
    digest::of_task([u64::from(crc32fast::hash(body))])
}

/// The error of a twin.
pub(crate) fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::io("the twin's connection", std::io::Error::other(error))
}
