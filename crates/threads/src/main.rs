//! The program of this model.

fn main() -> std::process::ExitCode {
    runner::main(
        concat!("threads ", env!("CARGO_PKG_VERSION")),
        threads::VARIANTS,
    )
}
