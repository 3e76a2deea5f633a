//! The parts of a calibration, and the points of each.

use catalog::Selected;
use predict::{is_for_kernel, is_measured_at, reads_data, workloads};
use protocol::Workload;

/// The workloads in parts, each of which is kept once it is measured: kernels, requests, waits, files and databases.
pub(crate) fn all_parts() -> Vec<Vec<Workload>> {
    let mut parts: Vec<Vec<Workload>> = vec![Vec::new(); 4];
    for workload in workloads() {
        let at = if is_for_kernel(&workload) {
            0
        } else if workload.steps.iter().any(reads_data) {
            3
        } else if workload.wait_per_task().as_nanos() > 0 {
            2
        } else {
            1
        };
        parts[at].push(workload);
    }
    parts
}

/// The points that a part needs: pairs of a workload and a variant.
pub(crate) fn needed<'a>(
    workloads: &'a [Workload],
    variants: &'a [Selected],
) -> impl Iterator<Item = (&'a Workload, String)> {
    workloads.iter().flat_map(|workload| {
        let names = variants.iter().map(Selected::name);
        names
            .filter(|name| is_measured_at(name, workload))
            .map(move |name| (workload, name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_workload_is_in_one_part_and_no_part_is_empty() {
        let parts = all_parts();
        assert_eq!(parts.iter().map(Vec::len).sum::<usize>(), workloads().len());
        assert!(parts.iter().all(|part| !part.is_empty()));
    }
}
