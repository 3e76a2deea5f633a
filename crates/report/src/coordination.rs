//! Notes about the figures of coordination: what is compared where a service sets the time, what was
//! counted besides, and that placement changes all of it.

use protocol::{Coordination, counts};
use results::{Compared, Placement, RunFile, VariantSummary, WorkloadRecord, WorkloadSummary};
use terminal::count;

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
        .chain(is_measured.then(|| placement(run, &record.typed)))
        .collect()
}

fn pulses(coordination: &Coordination) -> Option<String> {
    let latency = match coordination {
        Coordination::Stall(_) => "how late a heartbeat was read",
        Coordination::Echo(_) => "how long a byte was under way, as the service measured it",
        _ => return None,
    };
    let compared = Compared::MedianLatency.name();
    Some(format!(
        "a pulse's latency is {latency}; ratios and verdicts are of the {compared}: the service sets the time"
    ))
}

fn counted(variant: &VariantSummary) -> Option<String> {
    let shown: Vec<String> = variant
        .counts
        .iter()
        // What is seen of units is the same in every run, and says nothing of their cost.
        .filter(|(name, _)| *name != counts::SEEN)
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

fn placement(run: &RunFile, typed: &str) -> String {
    let (here, other) = match run.options.placement {
        Placement::Free => ("wherever the system put them", Placement::OneCpu),
        Placement::OneCpu => ("on one processor", Placement::Free),
    };
    format!(
        "with the model's processes {here}: coordination differs several times with that; the other \
         half is `cargo xtask compare {typed} --placement {}`",
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
        variant.counts.insert(counts::LOST.to_owned(), lost);
        let words = counted(&variant).unwrap();
        assert!(
            words.starts_with("counts per run: threads/pool: lost 1006 ["),
            "{words}"
        );
    }
}
