//! Twins: programs that do the work of `http-fast` and of `serve` by hand and of `postgres-select` with a library,
//! as one would write them without Manyways. They speak the run protocol and record like every
//! model, so that `compare` can show what the `Io` seam costs beside them.

mod answers;
mod blocking;
mod epoll;
mod epoll_server;
mod postgres_twin;
mod request;
mod select;
mod tasks;
#[cfg(test)]
mod tests;
mod threads;
mod tokio_postgres_twin;
mod tokio_server;
mod tokio_twin;

use std::process::ExitCode;

fn main() -> ExitCode {
    let variants: &[&dyn runner::Model] = &[
        &blocking::Blocking,
        &tokio_twin::Tokio,
        &epoll::Epoll::One,
        &epoll::Epoll::PerWorker,
        &epoll_server::EpollServer,
        &tokio_server::TokioServer,
        &tokio_postgres_twin::TokioPostgres,
        &postgres_twin::Postgres,
    ];
    runner::main(concat!("twin ", env!("CARGO_PKG_VERSION")), variants)
}
