//! The program of this model.

fn main() -> std::process::ExitCode {
    async_compio::main::<workloads::Steps>()
}
