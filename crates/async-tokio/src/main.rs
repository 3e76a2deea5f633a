//! The program of this model.

fn main() -> std::process::ExitCode {
    runner::main(
        concat!("async-tokio ", env!("CARGO_PKG_VERSION")),
        async_tokio::VARIANTS,
    )
}
