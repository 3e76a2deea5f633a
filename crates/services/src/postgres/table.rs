//! The table, made and filled over a connection that blocks, by the same client that the models
//! use.

use std::io;
use std::time::Duration;

use protocol::PostgresServer;
use workloads::blocking::{BlockingIo, BlockingStream, run_ready};
use workloads::postgres::{PostgresConnection, PostgresError};
use workloads::{Address, Io};

use crate::error::{Error, Result};

/// A connection that blocks.
pub(super) type Connection = PostgresConnection<<BlockingIo as Io>::Stream>;

/// Connects once. Where patience has an end, so has every wait for the server's answer; what the
/// system does about a host that does not answer at all has an end of its own.
pub(super) fn connect(to: &PostgresServer, patience: Option<Duration>) -> Result<Connection> {
    let Some(address) = Address::parse(&to.address) else {
        return Err(Error::Usage(format!("{} is no address", to.address)));
    };
    open(&address, to, patience).map_err(|source| Error::Server {
        address: to.address.clone(),
        source,
    })
}

fn open(
    address: &Address,
    to: &PostgresServer,
    patience: Option<Duration>,
) -> std::result::Result<Connection, PostgresError> {
    let stream = run_ready(BlockingIo.connect(address)).map_err(PostgresError::Connection)?;
    // Before the greeting: a server that accepts and then says nothing would hold this for ever.
    limit(stream.get_ref(), patience).map_err(PostgresError::Connection)?;
    run_ready(PostgresConnection::open(stream, to))
}

fn limit(stream: &BlockingStream, patience: Option<Duration>) -> io::Result<()> {
    match stream {
        BlockingStream::Tcp(stream) => stream
            .set_read_timeout(patience)
            .and_then(|()| stream.set_write_timeout(patience)),
        BlockingStream::Unix(stream) => stream
            .set_read_timeout(patience)
            .and_then(|()| stream.set_write_timeout(patience)),
    }
}

/// Makes the table with the rows 1 to `rows`. Its statistics and its visibility are brought up to
/// date, so that the first select finds it as the last one will.
pub(super) fn make(connection: &mut Connection, table: &str, rows: u64) -> Result<()> {
    let columns = "id bigint PRIMARY KEY, body bytea NOT NULL";
    run(connection, &format!("CREATE TABLE {table} ({columns})"))?;
    run_ready(connection.fill(table, rows)).map_err(|source| Error::Table { source })?;
    // Autovacuum is off in a cluster of our own: without this the planner would have no statistics,
    // and the first select of a row would write its hint bits, work that later ones do not have.
    run(connection, &format!("VACUUM (FREEZE, ANALYZE) {table}"))
}

/// Carries out one command.
pub(super) fn run(connection: &mut Connection, command: &str) -> Result<()> {
    let done = run_ready(connection.command(command));
    done.map(drop).map_err(|source| Error::Table { source })
}
