//! This model on the suite that all models run; see the `benches` package. Its workers are this very
//! program, executed again.

use std::process::ExitCode;

use criterion::Criterion;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.split_first() {
        Some((first, rest)) if first == multiproc::WORKER_ARGUMENT => {
            multiproc::worker_main::<workloads::Steps>(rest)
        }
        _ => {
            let mut criterion = Criterion::default().configure_from_args();
            benches::suite(&mut criterion, "multiproc", multiproc::VARIANTS);
            criterion.final_summary();
            ExitCode::SUCCESS
        }
    }
}
