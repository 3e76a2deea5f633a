//! The program of this model; everything is in the library and in `runner`.

fn main() -> std::process::ExitCode {
    runner::main(
        concat!("async-std-legacy ", env!("CARGO_PKG_VERSION")),
        async_std_legacy::VARIANTS,
    )
}
