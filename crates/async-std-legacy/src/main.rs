//! The program of this model.

fn main() -> std::process::ExitCode {
    runner::main(
        concat!("async-std-legacy ", env!("CARGO_PKG_VERSION")),
        async_std_legacy::VARIANTS,
    )
}
