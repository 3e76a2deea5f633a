//! CPU times that steps were asked to take, and the sizes that these came to.

use protocol::{Compute, Kernel, Workload};
use results::{AskedCpu, WorkloadRecord};
use terminal::{bytes, count, duration_of};

/// A line for each CPU time that steps of a workload were asked to take: `sha256 for 1.00 ms of CPU: 1.70
/// MiB here`. Steps that say the same share one.
pub fn cpu_times(workload: &Workload, asked: &[AskedCpu]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for one in asked {
        let Some(compute) = one.compute(workload) else {
            continue;
        };
        let line = format!(
            "{} for {} of CPU: {} here",
            compute.kernel.name(),
            duration_of(one.cpu_ns),
            size(compute)
        );
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

/// How the sizes of two records of one workload differ although the same CPU times were asked for.
pub(crate) fn changed_sizes(first: &WorkloadRecord, second: &WorkloadRecord) -> Vec<String> {
    let mut changed = Vec::new();
    for one in first.cpu.iter().filter(|one| second.cpu.contains(one)) {
        let sizes = (one.compute(&first.workload), one.compute(&second.workload));
        if let (Some(was), Some(is)) = sizes
            && was != is
        {
            changed.push(format!(
                "{} of CPU of {} at {}: {} and {}",
                duration_of(one.cpu_ns),
                was.kernel.name(),
                first.workload.name,
                size(was),
                size(is)
            ));
        }
    }
    changed
}

fn size(compute: &Compute) -> String {
    match compute.kernel {
        Kernel::Sha256 => bytes(compute.size),
        kernel => format!("{} {}", count(compute.size as f64), kernel.unit()),
    }
}

#[cfg(test)]
mod tests {
    use protocol::parse;

    use super::*;

    fn workload(size: u64) -> Workload {
        let text = format!(
            "name = \"w\"\nabout = \"\"\nclass = \"cpu\"\ntasks = 9\nin_flight = 1\nseed = 1\n\
             [[step]]\ncompute = {{ kernel = \"sha256\", size = {size} }}\n\
             [[step]]\ncompute = {{ kernel = \"primes\", size = 12345 }}\n\
             [[step]]\ncompute = {{ kernel = \"sha256\", size = {size} }}\n"
        );
        parse(text.as_bytes(), "w.toml").unwrap()
    }

    #[test]
    fn a_line_says_what_a_cpu_time_came_to() {
        let asked = [0, 1, 2].map(|step| AskedCpu {
            step,
            cpu_ns: 1_000_000,
        });
        let lines = cpu_times(&workload(1_780_000), &asked);
        let expected = [
            "sha256 for 1.00 ms of CPU: 1.70 MiB here",
            "primes for 1.00 ms of CPU: 12.3k numbers here",
        ];
        assert_eq!(lines, expected);
        assert!(cpu_times(&workload(5), &[]).is_empty());
    }
}
