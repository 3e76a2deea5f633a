//! The program of the load generator.

fn main() -> std::process::ExitCode {
    load_generator::main()
}
