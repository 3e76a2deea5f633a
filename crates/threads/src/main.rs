//! The program of this model; everything is in the library and in `runner`.

fn main() -> std::process::ExitCode {
    runner::main(
        concat!("threads ", env!("CARGO_PKG_VERSION")),
        threads::VARIANTS,
    )
}
