//! The program of this model.

fn main() -> std::process::ExitCode {
    async_std_legacy::main::<workloads::Steps>()
}
