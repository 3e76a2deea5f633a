//! The program of this model.

fn main() -> std::process::ExitCode {
    runner::main(
        concat!("async-smol ", env!("CARGO_PKG_VERSION")),
        async_smol::VARIANTS,
    )
}
