//! The trait of a model that has been started in order to answer requests.

use std::net::TcpListener;

use crate::error::Result;
use crate::input::NextLine;
use crate::meters::Usage;
use crate::told::{Counts, Knobs};

/// A model that answers requests. Dropping it shuts it down, whatever is still connected.
pub trait Server {
    /// Every setting that was chosen, as it took effect.
    fn knobs(&self) -> Knobs;

    /// How many sockets it accepts connections from. Where there are several, the system deals new connections out
    /// to them by their addresses (`SO_REUSEPORT`).
    fn listeners(&self) -> usize {
        1
    }

    /// Accepts connections from these sockets from now on, and answers what comes on them by
    /// [`workloads::serve::answer_connection`]. The sockets are bound, listen, and block.
    ///
    /// # Errors
    /// When the system refuses.
    fn listen(&mut self, sockets: Vec<TcpListener>) -> Result<()>;

    /// Answers until an order comes, and gives the order. Connections stay open from one call to the next, and a model
    /// may go on answering between the two.
    ///
    /// # Errors
    /// When the model fails.
    fn answer(&mut self, order: NextLine) -> Result<String>;

    /// The model's own counts since it started.
    ///
    /// # Errors
    /// When another process cannot be asked.
    fn counts(&mut self) -> Result<Counts> {
        Ok(Counts::new())
    }

    /// What the model used outside this process, which the runner adds to what it measures of this one.
    ///
    /// # Errors
    /// When another process cannot be asked.
    fn usage(&mut self) -> Result<Usage> {
        Ok(Usage::default())
    }
}
