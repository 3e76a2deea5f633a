//! What to know about the figures of coordination: what is compared where a service sets the time,
//! what was counted besides, and that placement changes all of it. The counting is the models'.

use protocol::{Coordination, counts};
use results::{Compared, Placement, RunFile, VariantSummary, WorkloadRecord, WorkloadSummary};
use terminal::count;

/// The lines under the table; none where there is no coordination and nothing was counted.
pub(super) fn words(
    run: &RunFile,
    record: &WorkloadRecord,
    summary: &WorkloadSummary,
) -> Vec<String> {
    let coordination = record.workload.coordination.as_ref();
    let mut words: Vec<String> = coordination.and_then(pulses).into_iter().collect();
    words.extend(summary.variants.iter().filter_map(counted));
    if coordination.is_some() && run.options.profile.measures() {
        words.push(placement(run, &record.typed));
    }
    words
}

fn pulses(what: &Coordination) -> Option<String> {
    let latency = match what {
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
    // What is seen of units is the same in every run, and says nothing of their cost.
    let compared = variant
        .counts
        .iter()
        .filter(|(name, _)| *name != counts::SEEN);
    let shown = compared.map(|(name, found)| {
        let interval = found.interval;
        let interval =
            interval.map(|(least, most)| format!(" [{}, {}]", count(least), count(most)));
        format!(
            "{name} {}{}",
            count(found.median),
            interval.unwrap_or_default()
        )
    });
    let shown: Vec<String> = shown.collect();
    let name = &variant.variant;
    (!shown.is_empty()).then(|| format!("counted a run: {name}: {}", shown.join(", ")))
}

fn placement(run: &RunFile, typed: &str) -> String {
    let (here, other) = match run.options.placement {
        Placement::Free => ("wherever the system put them", Placement::OneCpu),
        Placement::OneCpu => ("on one processor", Placement::Free),
    };
    let other = other.name();
    format!(
        "with the model's processes {here}: coordination differs several times with that; the other \
         half is `cargo xtask compare {typed} --placement {other}`"
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
            words.starts_with("counted a run: threads/pool: lost 1006 ["),
            "{words}"
        );
    }
}
