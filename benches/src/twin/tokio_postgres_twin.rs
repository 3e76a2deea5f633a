//! The `tokio-postgres` crate on tokio's current-thread runtime with a task per select.

use std::sync::Arc;

use runner::{Model, Result, Running};
use tokio_postgres::{Client, NoTls, Statement};
use workloads::{Task, Work};

use crate::select::{Select, digest_of, failed};
use crate::tasks::{CurrentThread, Exchange};

pub(crate) struct TokioPostgres;

impl Model for TokioPostgres {
    fn name(&self) -> &'static str {
        "tokio-postgres"
    }

    fn start(&self, work: &Arc<Work>) -> Result<Box<dyn Running>> {
        CurrentThread::start(Select::of(&work.setup)?, work)
    }
}

impl Exchange for Select {
    type Connection = (Client, Statement);

    async fn connect(&self) -> Result<Self::Connection> {
        let (client, connection) = self.config()?.connect(NoTls).await.map_err(failed)?;
        // The library reads and writes a connection in a future of its own, which must be running.
        tokio::spawn(connection);
        let statement = client.prepare(&self.text).await.map_err(failed)?;
        Ok((client, statement))
    }

    async fn exchange(
        &self,
        (client, statement): &mut Self::Connection,
        task: &Task,
    ) -> Result<u64> {
        let id = self.id(task);
        client
            .query_one(&*statement, &[&id])
            .await
            .and_then(|row| row.try_get(0).map(digest_of))
            .map_err(failed)
    }
}
