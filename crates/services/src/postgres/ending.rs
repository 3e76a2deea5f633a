//! What ends the service of a PostgreSQL table.

/// What ends the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Standard input was closed: whoever asked wants no more.
    InputClosed,
    /// The server ended by itself.
    ServerEnded,
}
