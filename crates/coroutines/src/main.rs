//! The program of this model.

fn main() -> std::process::ExitCode {
    coroutines::main::<workloads::Steps>()
}
