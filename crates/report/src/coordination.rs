//! Notes about the figures of coordination: what is compared where a service sets the time, what was
//! counted besides, and that placement changes all of it.

use protocol::{Coordination, counts};
use results::{Metric, Placement, RunFile, VariantSummary, WorkloadRecord, WorkloadSummary};
use terminal::count;

/// The counts that have a column, and what is seen of units, which is the same in every run and says nothing
/// of their cost.
const WITHOUT_NOTE: [&str; 4] = [
    counts::LOST,
    counts::OUT_OF_ORDER,
    counts::OWNER_CHANGES,
    counts::SEEN,
];

/// The notes of a workload; none where there is no coordination and nothing was counted.
pub(crate) fn notes(
    run: &RunFile,
    record: &WorkloadRecord,
    summary: &WorkloadSummary,
) -> Vec<String> {
    let coordination = record.workload.coordination.as_ref();
    let is_measured = coordination.is_some() && run.options.profile.measures();
    coordination
        .and_then(pulses)
        .into_iter()
        .chain(summary.variants.iter().filter_map(counted))
        .chain(is_measured.then(|| placement(run)))
        .collect()
}

fn pulses(coordination: &Coordination) -> Option<String> {
    let latency = match coordination {
        Coordination::Stall(_) => "how late a heartbeat was read",
        Coordination::Echo(_) => "how long a byte was under way, as the service measured it",
        _ => return None,
    };
    let compared = Metric::MedianLatency.name();
    Some(format!(
        "a pulse's latency is {latency}; the primary metrics are {compared} and CPU: the service sets the time"
    ))
}

/// The counts for which there is no column: those of models from elsewhere.
fn counted(variant: &VariantSummary) -> Option<String> {
    let shown: Vec<String> = variant
        .counts
        .iter()
        .filter(|(name, _)| !WITHOUT_NOTE.contains(&name.as_str()))
        .map(|(name, estimate)| match estimate.interval {
            Some((lower, upper)) => {
                let (lower, upper) = (count(lower), count(upper));
                format!("{name} {} [{lower}, {upper}]", count(estimate.median))
            }
            None => format!("{name} {}", count(estimate.median)),
        })
        .collect();
    if shown.is_empty() {
        return None;
    }
    let name = &variant.variant;
    Some(format!("counts per run: {name}: {}", shown.join(", ")))
}

fn placement(run: &RunFile) -> String {
    let (here, other) = match run.options.placement {
        Placement::Free => ("not pinned", Placement::OneCpu),
        Placement::OneCpu => ("pinned to one CPU", Placement::Free),
    };
    format!(
        "{here}: the cost of coordination depends on that several times over; measure it with \
         `--placement {}` too",
        other.name()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use results::Estimate;

    #[test]
    fn what_was_counted_has_a_line_with_its_interval() {
        let mut variant = VariantSummary {
            variant: "threads/pool".to_owned(),
            ..VariantSummary::default()
        };
        assert_eq!(counted(&variant), None);
        let runs: Vec<f64> = (0..12).map(|n| 1000.0 + f64::from(n)).collect();
        let lost = Estimate::of(&runs).unwrap();
        variant.counts.insert("retries".to_owned(), lost);
        let words = counted(&variant).unwrap();
        assert!(
            words.starts_with("counts per run: threads/pool: retries 1006 ["),
            "{words}"
        );
    }
}
