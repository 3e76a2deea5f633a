//! Steps that ask a server: the HTTP origin and PostgreSQL, over kept connections or new ones.

use std::time::Duration;

use protocol::{Connection, HttpGet, PostgresSelect, Step};

use super::Carrier;
use crate::error::{Error, Result};
use crate::http::HttpClient;
use crate::io::{Address, Io};
use crate::postgres::PostgresClient;
use crate::sqlite::row_id;

impl<I: Io> Carrier<'_, '_, '_, I> {
    pub(super) async fn http_get(&mut self, get: &HttpGet, key: u64) -> Result<u64> {
        let mut fresh = None;
        if get.connection == Connection::New {
            // Boxed, because the future of every task in flight has room for it otherwise.
            fresh = Some(Box::pin(self.http_client()).await?);
        }
        let client = fresh.as_mut().or(self.kept().http.as_mut());
        let crc = client
            .ok_or(Error::NoEndpoint("an HTTP origin"))?
            .get(get, key)
            .await?;
        // A new connection is closed here, with its client.
        Ok(u64::from(crc))
    }

    pub(super) async fn connect_http(&mut self) -> Result<()> {
        if self.kept().http.is_none() {
            let client = self.http_client().await?;
            self.kept().http = Some(client);
        }
        Ok(())
    }

    /// A client over a new connection to the origin.
    async fn http_client(&mut self) -> Result<Box<HttpClient<I::Stream>>> {
        let origin = self
            .shared
            .setup
            .endpoints
            .origin
            .ok_or(Error::NoEndpoint("an HTTP origin"))?;
        let connected = self.io.connect(&Address::Tcp(origin)).await;
        let stream = connected.map_err(|source| Error::Connect {
            address: origin.to_string(),
            source,
        })?;
        Ok(Box::new(HttpClient::new(stream, &origin.to_string())))
    }

    pub(super) async fn postgres_select(
        &mut self,
        select: &PostgresSelect,
        seed: u64,
    ) -> Result<u64> {
        if self.kept().postgres.is_none() {
            // Boxed for the same reason as above.
            Box::pin(self.connect_postgres()).await?;
        }
        let client = self.kept().postgres.as_mut().expect("connected above");
        let id = row_id(seed, 0, select.rows);
        let crc = client.select(select.wait, id).await?;
        if select.connection == Connection::New {
            self.kept().postgres = None;
        }
        Ok(u64::from(crc))
    }

    pub(super) async fn connect_postgres(&mut self) -> Result<()> {
        if self.kept().postgres.is_some() {
            return Ok(());
        }
        let setup = &self.shared.setup;
        let server = setup
            .endpoints
            .postgres
            .as_ref()
            .ok_or(Error::NoEndpoint("a PostgreSQL server"))?;
        let stream = connect_to(self.io, &server.address)
            .await
            .map_err(|source| Error::Connect {
                address: server.address.clone(),
                source,
            })?;
        let waits = postgres_waits(&setup.workload.steps);
        let client = PostgresClient::open(stream, server, &waits).await?;
        self.kept().postgres = Some(Box::new(client));
        Ok(())
    }
}

/// Connects to an address in text form.
// No method, which would borrow the lane across the wait: a lane is not `Sync`, and a future that
// holds such a borrow cannot move between threads.
async fn connect_to<I: Io>(io: &I, address: &str) -> std::io::Result<I::Stream> {
    match Address::parse(address) {
        Some(parsed) => io.connect(&parsed).await,
        None => Err(std::io::Error::other(
            "neither ip:port nor an absolute path",
        )),
    }
}

/// What a connection must have prepared: a select for each time that the server sleeps.
fn postgres_waits(steps: &[Step]) -> Vec<Duration> {
    steps
        .iter()
        .filter_map(|step| match step {
            Step::PostgresSelect(select) => Some(select.wait),
            _ => None,
        })
        .collect()
}
