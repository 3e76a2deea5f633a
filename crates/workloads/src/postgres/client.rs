//! The PostgreSQL client of a lane: a connection with the workload's selects prepared on it.

use std::time::Duration;

use bytes::BytesMut;
use futures_util::io::{AsyncRead, AsyncWrite};
use protocol::PostgresServer;

use super::connection::PostgresConnection;
use super::error::PostgresError;
use super::statement::{Execution, Prepare, Select};

/// Prepared point selects on one connection, used by one task at a time.
#[derive(Debug)]
pub struct PostgresClient<S> {
    connection: PostgresConnection<S>,
    /// The prepared selects, each with the time that the server sleeps in it; hardly ever more than
    /// one.
    prepared: Vec<(Duration, Execution)>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> PostgresClient<S> {
    /// Starts up over an open connection, and prepares a select for each of these waits.
    ///
    /// # Errors
    /// When the server refuses, or the table has another shape than the workload's.
    pub async fn open(
        stream: S,
        server: &PostgresServer,
        waits: &[Duration],
    ) -> Result<Self, PostgresError> {
        let connection = PostgresConnection::open(stream, server).await?;
        let prepared = Vec::new();
        let mut client = Self {
            connection,
            prepared,
        };
        for &wait in waits {
            // Two steps may wait as long as each other, and a name can be prepared only once.
            if client.prepared.iter().all(|(other, _)| *other != wait) {
                client.prepare(&server.table, wait).await?;
            }
        }
        Ok(client)
    }

    async fn prepare(&mut self, table: &str, wait: Duration) -> Result<(), PostgresError> {
        let mut request = BytesMut::new();
        let prepare = Prepare::begin(table, wait, &mut request)?;
        self.connection.exchange(&request, prepare).await?;
        self.prepared.push((wait, Execution::new(wait)?));
        Ok(())
    }

    /// Looks up one row by the select with this wait, and gives the CRC-32 of its body.
    ///
    /// # Errors
    /// Whatever is not the one row that was asked for.
    pub async fn select(&mut self, wait: Duration, id: u64) -> Result<u32, PostgresError> {
        // A list is searched, not a map: with one entry that is a single comparison.
        let prepared = self
            .prepared
            .iter_mut()
            .find(|(prepared_wait, _)| *prepared_wait == wait);
        let (_, execution) = prepared.ok_or_else(|| {
            PostgresError::Shape(format!("no select that waits {wait:?} was prepared"))
        })?;
        let request = execution.of(id);
        self.connection.exchange(request, Select::default()).await
    }
}
