//! The program of this model.

fn main() -> std::process::ExitCode {
    multiproc::main::<workloads::Steps>()
}
