//! The synchronous `postgres` crate, a thread per connection.

use std::sync::Arc;

use postgres::{Client, Config, NoTls, Statement};
use runner::{Model, Result, Running};
use workloads::{Task, Work};

use crate::select::{Select, digest_of, failed};
use crate::threads::{Exchange, Threads};

pub(crate) struct Postgres;

impl Model for Postgres {
    fn name(&self) -> &'static str {
        "postgres"
    }

    fn start(&self, work: &Arc<Work>) -> Result<Box<dyn Running>> {
        Ok(Threads::start(Select::of(&work.setup)?, work))
    }
}

impl Exchange for Select {
    type Connection = (Client, Statement);

    fn connect(&self) -> Result<Self::Connection> {
        let config = Config::from(self.config()?);
        let mut client = config.connect(NoTls).map_err(failed)?;
        let statement = client.prepare(&self.text).map_err(failed)?;
        Ok((client, statement))
    }

    fn exchange(&self, (client, statement): &mut Self::Connection, task: &Task) -> Result<u64> {
        client
            .query_one(&*statement, &[&self.id(task)])
            .and_then(|row| row.try_get(0).map(digest_of))
            .map_err(failed)
    }
}
