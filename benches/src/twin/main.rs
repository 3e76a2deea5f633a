//! Twins: `http-fast` written by hand and `postgres` with a library, each as one would write it
//! without Manyways, and speaking the run protocol, so that `compare` can put the seam's price
//! beside it. They record like every model, and compute nothing that a model does not.

mod blocking;
mod epoll;
mod postgres_twin;
mod request;
mod select;
mod tasks;
#[cfg(test)]
mod tests;
mod threads;
mod tokio_postgres_twin;
mod tokio_twin;

use std::process::ExitCode;

fn main() -> ExitCode {
    let variants: &[&dyn runner::Model] = &[
        &blocking::Blocking,
        &tokio_twin::Tokio,
        &epoll::Epoll,
        &tokio_postgres_twin::TokioPostgres,
        &postgres_twin::Postgres,
    ];
    runner::main(concat!("twin ", env!("CARGO_PKG_VERSION")), variants)
}
