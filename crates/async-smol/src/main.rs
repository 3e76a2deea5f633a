//! The program of this model.

fn main() -> std::process::ExitCode {
    async_smol::main::<workloads::Steps>()
}
