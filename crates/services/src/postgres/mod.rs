//! PostgreSQL: a private cluster that is made for this service and goes with it, or a schema in a
//! server that is there already.

mod cluster;
mod ending;
mod folders;
mod guarded;
mod guest;
mod keeper;
mod lock;
mod log;
mod owner;
mod password;
mod place;
mod process;
mod programs;
mod sweep;
mod table;
mod url;

pub use cluster::check;
pub use sweep::sweep;

use std::sync::mpsc::Receiver;

use protocol::PostgresServer;

use crate::error::Result;
use cluster::Cluster;
pub(crate) use ending::Ending;
use guest::Guest;

/// The table, wherever it is.
#[derive(Debug)]
pub(crate) enum Served {
    /// A cluster of our own.
    Cluster(Cluster),
    /// A schema of our own on a server that is not ours.
    Guest(Guest),
}

impl Served {
    /// Makes the table with the rows 1 to `rows`, on the server at this URL or on one of our own.
    pub(crate) fn provide(rows: u64, url: Option<&str>) -> Result<Self> {
        match url {
            Some(url) => Guest::provide(rows, url).map(Self::Guest),
            None => Cluster::provide(rows).map(Self::Cluster),
        }
    }

    /// How models reach it.
    pub(crate) fn server(&self) -> &PostgresServer {
        match self {
            Self::Cluster(cluster) => cluster.server(),
            Self::Guest(guest) => guest.server(),
        }
    }

    /// Waits for the end, and removes what was made.
    pub(crate) fn serve(self, endings: &Receiver<Ending>) -> Result<()> {
        // Nobody left to send is as good as a closed input.
        let ending = endings.recv().unwrap_or(Ending::InputClosed);
        match self {
            Self::Cluster(cluster) => cluster.end(ending),
            Self::Guest(guest) => guest.end(),
        }
    }

    /// Lets somebody else know when the server ends by itself, where that can be known.
    pub(crate) fn watch(&mut self, tell: std::sync::mpsc::Sender<Ending>) {
        if let Self::Cluster(cluster) = self {
            cluster.watch(tell);
        }
    }
}
