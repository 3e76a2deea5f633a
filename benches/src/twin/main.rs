//! Twins: `http-fast` written by hand, each as one would write it without Manyways, and speaking
//! the run protocol, so that `compare` can put the seam's price beside it. They record like every
//! model, and compute nothing that a model does not.

mod blocking;
mod epoll;
mod request;
mod tokio_twin;

use std::process::ExitCode;

fn main() -> ExitCode {
    let variants: &[&dyn runner::Model] = &[&blocking::Blocking, &tokio_twin::Tokio, &epoll::Epoll];
    runner::main(concat!("twin ", env!("CARGO_PKG_VERSION")), variants)
}
