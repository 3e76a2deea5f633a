//! The program `expected`: it prints the digests that a workload of steps must give.

use std::process::ExitCode;

use protocol::Workload;
use workloads::answers::{self, Digests};
use workloads::expected::Reference;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    answers::main("expected", &arguments, &compute)
}

fn compute(workload: &Workload, tasks: u64) -> Result<Digests, String> {
    if workload.work.is_some() {
        return Err("own work has no answers here: its own program computes them".to_owned());
    }
    let mut reference = Reference::default();
    let digests = (0..tasks).map(|index| reference.task(workload, index));
    Ok(Digests {
        tasks: digests.collect(),
        failed: None,
    })
}
