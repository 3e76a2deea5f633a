//! Whether two comparisons gave a variant the same work to do.

use protocol::Workload;
use results::{Share, WorkloadRecord};

/// Whether two workloads are the same work, whatever their descriptions say.
pub fn is_same_work(one: &Workload, other: &Workload) -> bool {
    without_about(one) == without_about(other)
}

fn without_about(workload: &Workload) -> Workload {
    Workload {
        about: String::new(),
        ..workload.clone()
    }
}

/// The shares of a variant in two comparisons, where these differ.
pub(crate) fn other_share(
    record: &WorkloadRecord,
    other: &WorkloadRecord,
    variant: &str,
) -> Option<(Share, Share)> {
    let both = (*record.shares.get(variant)?, *other.shares.get(variant)?);
    (both.0 != both.1).then_some(both)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_about_a_workload_is_no_part_of_it() {
        let text =
            "name = \"w\"\nabout = \"x\"\nclass = \"cpu\"\ntasks = 5\nin_flight = 1\nseed = 1\n";
        let one = protocol::parse(text.as_bytes(), "w.toml").unwrap();
        let renamed = Workload {
            about: "y".to_owned(),
            ..one.clone()
        };
        let larger = Workload {
            tasks: 6,
            ..one.clone()
        };
        assert!(is_same_work(&one, &renamed));
        assert!(!is_same_work(&one, &larger));
    }
}
