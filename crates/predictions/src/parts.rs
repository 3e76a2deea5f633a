//! The parts of a calibration, and the points of each.

use catalog::Selected;
use predict::{is_for_kernel, is_measured_at, reads_data, workloads_on};
use protocol::Workload;

/// The workloads for so many processors in parts, each of which is kept once it is measured: kernels, requests, waits, files and databases.
pub(crate) fn all_parts(processors: u64) -> Vec<Vec<Workload>> {
    let mut parts: Vec<Vec<Workload>> = vec![Vec::new(); 4];
    for workload in workloads_on(processors) {
        let at = if is_for_kernel(&workload) {
            0
        } else if reads(&workload) {
            3
        } else if waits(&workload) {
            2
        } else {
            1
        };
        parts[at].push(workload);
    }
    parts
}

/// Whether tasks read files or databases.
fn reads(workload: &Workload) -> bool {
    workload.steps.iter().any(reads_data)
}

/// Whether tasks wait.
fn waits(workload: &Workload) -> bool {
    !workload.wait_per_task().is_zero()
}

/// How often each point of a part is measured. Runs of kernels are short, and every prediction with computation depends on them; waits are as
/// long in each run, and most of the time of a calibration; and requests are the more like work that lasts the longer a run of them is. Files and
/// databases take one processor longer, and differ less: nothing decides there on which of several a call is made.
pub(crate) fn usual_blocks(part: &[Workload], processors: u64) -> u64 {
    if part.iter().all(is_for_kernel) {
        6
    } else if processors > 1 && part.iter().all(reads) {
        4
    } else {
        3
    }
}

/// The points that a part needs on so many processors: pairs of a workload and a variant.
pub(crate) fn needed<'a>(
    workloads: &'a [Workload],
    variants: &'a [Selected],
    processors: u64,
) -> impl Iterator<Item = (&'a Workload, String)> {
    workloads.iter().flat_map(move |workload| {
        let names = variants.iter().map(Selected::name);
        names
            .filter(move |name| is_measured_at(name, workload, processors))
            .map(move |name| (workload, name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use predict::workloads;

    #[test]
    fn every_workload_is_in_one_part_and_no_part_is_empty() {
        let blocks = |processors| -> Vec<u64> {
            let parts = all_parts(processors);
            let each = parts.iter().map(|part| usual_blocks(part, processors));
            each.collect()
        };
        let parts = all_parts(2);
        assert_eq!(parts.iter().map(Vec::len).sum::<usize>(), workloads().len());
        assert!(parts.iter().all(|part| !part.is_empty()));
        assert_eq!([1, 2].map(blocks), [[6, 3, 3, 3], [6, 3, 3, 4]]);
    }

    #[test]
    fn one_processor_has_half_the_work_and_computes_beside_nothing() {
        let tasks = |processors: u64| -> Vec<u64> {
            let parts = all_parts(processors);
            let firsts = parts.iter().filter_map(|part| part.first());
            firsts.map(|workload| workload.tasks).collect()
        };
        let [one, two] = [1, 2].map(tasks);
        assert_eq!(one, [two[0], two[1] / 2, two[2], two[3] / 2]);
        let kernel = &all_parts(1)[0][0];
        let measured = |processors| is_measured_at("threads/pool", kernel, processors);
        assert_eq!([1, 2].map(measured), [false, true]);
    }
}
