//! The program of this model.

fn main() -> std::process::ExitCode {
    runner::main(
        concat!("async-compio ", env!("CARGO_PKG_VERSION")),
        async_compio::VARIANTS,
    )
}
