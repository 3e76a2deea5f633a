//! The program of this model.

fn main() -> std::process::ExitCode {
    async_tokio::main::<workloads::Steps>()
}
