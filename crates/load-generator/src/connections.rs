//! All connections of a run, and what tells of events on them.

use std::net::SocketAddr;

use services::readiness::Readiness;

use crate::asking::Asking;
use crate::connection::Connection;
use crate::error::{Error, Result};

/// The connections to a server.
pub(crate) struct Connections {
    pub(crate) readiness: Readiness,
    /// Each stands at the key of its events.
    pub(crate) all: Vec<Connection>,
    pub(crate) asking: Asking,
}

impl Connections {
    /// Opens so many connections to a server.
    pub(crate) fn open(asking: Asking, server: SocketAddr, count: u64) -> Result<Self> {
        let mut connections = Self {
            readiness: Readiness::new().map_err(Error::system("cannot wait for sockets"))?,
            all: Vec::new(),
            asking,
        };
        for number in 1..=count {
            let key = connections.all.len();
            let stream = Connection::open(usize::try_from(number).unwrap_or(usize::MAX), server)?;
            let registered = connections.readiness.add(&stream, key);
            registered.map_err(Error::system("cannot wait for a socket"))?;
            connections.all.push(Connection::new(stream));
        }
        Ok(connections)
    }
}
