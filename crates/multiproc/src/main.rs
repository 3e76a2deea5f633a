//! The program of this model, which is also the program of its workers and units.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.split_first() {
        Some((first, rest)) if first == multiproc::WORKER_ARGUMENT => multiproc::worker_main(rest),
        Some((first, rest)) if first == multiproc::UNIT_ARGUMENT => multiproc::unit_main(rest),
        _ => runner::main(
            concat!("multiproc ", env!("CARGO_PKG_VERSION")),
            multiproc::VARIANTS,
        ),
    }
}
