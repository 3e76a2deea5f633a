//! The program of this model.

fn main() -> std::process::ExitCode {
    runner::main(concat!("null ", env!("CARGO_PKG_VERSION")), null::VARIANTS)
}
