//! The program of this model.

fn main() -> std::process::ExitCode {
    threads::main::<workloads::Steps>()
}
