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
    let failed = |source| Error::Server {
        address: to.address.clone(),
        source,
    };
    let Some(address) = Address::parse(&to.address) else {
        return Err(Error::Usage(format!("{} is no address", to.address)));
    };
    let stream = run_ready(BlockingIo.connect(&address));
    let lost = |error| failed(PostgresError::Connection(error));
    let stream = stream.map_err(lost)?;
    limit(stream.get_ref(), patience).map_err(lost)?;
    run_ready(PostgresConnection::open(stream, to)).map_err(failed)
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
    run(connection, &format!("VACUUM (FREEZE, ANALYZE) {table}"))
}

/// Carries out one command.
pub(super) fn run(connection: &mut Connection, command: &str) -> Result<()> {
    let done = run_ready(connection.command(command));
    done.map(drop).map_err(|source| Error::Table { source })
}
