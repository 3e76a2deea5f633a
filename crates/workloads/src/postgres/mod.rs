//! A PostgreSQL client: exchanges that touch no socket, and the few lines that move their bytes.
//! One for all models, so that models are compared and not database libraries.

mod client;
mod codec;
mod command;
mod connection;
mod error;
mod startup;
mod statement;

pub use client::PostgresClient;
pub use codec::{Exchange, Frame, feed};
pub use command::{Command, Copy};
pub use connection::PostgresConnection;
pub use error::{PostgresError, ServerError};
pub use startup::Startup;
pub use statement::{Prepare, Select, statement};
