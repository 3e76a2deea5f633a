//! The program of this model.

fn main() -> std::process::ExitCode {
    runner::main(
        concat!("coroutines ", env!("CARGO_PKG_VERSION")),
        coroutines::VARIANTS,
    )
}
