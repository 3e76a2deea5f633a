//! Pulses: heartbeats and bytes to be echoed, at times that no model's own timer has a part in. A
//! connection asks with one line and then only answers; each has a thread of its own, because there
//! are few of them and each must be punctual. The lines are in `docs/FORMAT.md`.
//!
//! There are at most 256 connections at a time; a run has one. One that neither reads nor answers for a
//! minute is closed. It holds 8 bytes for each echo.

mod ask;
mod connection;

use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use crate::answered::Answered;
use crate::error::{Error, Result};

/// Short for a client that waits, and long for a processor that others are measured on.
const REST_AFTER_ERROR: Duration = Duration::from_millis(10);

/// Connections at a time.
const MOST_CONNECTIONS: usize = 256;

/// A service that listens, and serves as long as this process lives.
#[derive(Debug)]
pub struct Pulses {
    address: SocketAddr,
    answered: Answered,
}

impl Pulses {
    /// Takes a port of the loopback address, 0 takes a free one, and serves from threads of its own.
    ///
    /// # Errors
    /// When the port is taken, or no thread can be had.
    pub fn start(port: u16) -> Result<Self> {
        let listener =
            TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(Error::listen(port))?;
        let address = listener.local_addr().map_err(Error::listen(port))?;
        let answered = Answered::default();
        std::thread::Builder::new()
            .name("pulses".to_owned())
            .spawn({
                let counted = answered.clone();
                move || accept(&listener, &counted)
            })
            .map_err(Error::Pulses)?;
        Ok(Self { address, answered })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many pulses it was asked for, now and later.
    pub(crate) fn answered(&self) -> Answered {
        self.answered.clone()
    }
}

fn accept(listener: &TcpListener, answered: &Answered) {
    // Every connection's thread has a clone.
    let seats = Arc::new(());
    for connection in listener.incoming() {
        // One that failed before it was accepted is its client's loss alone. Where descriptors have
        // run out the next one fails at once too, until somebody closes.
        let Ok(connection) = connection else {
            std::thread::sleep(REST_AFTER_ERROR);
            continue;
        };
        if Arc::strong_count(&seats) > MOST_CONNECTIONS {
            refuse(&connection);
            continue;
        }
        let seat = Arc::clone(&seats);
        // Without a thread the connection is dropped, and its client told by that. Hence the
        // builder: `thread::spawn` would end the whole service by a panic.
        let counted = answered.clone();
        let _ = std::thread::Builder::new().spawn(move || {
            // A client that goes away has what it wanted.
            let _: io::Result<()> = connection::serve(&connection, &counted);
            // Closed before its seat is free, so that there are never more than seats.
            drop(connection);
            drop(seat);
        });
    }
}

/// Tells a client that there are too many. It does not wait for it: a fresh socket takes a line.
fn refuse(mut connection: &TcpStream) {
    let why = format!("error: over {MOST_CONNECTIONS} connections at a time\n");
    // Whoever is gone need not be told.
    let _ = connection.write_all(why.as_bytes());
}
