//! Notes about the figures of an open loop.

use analysis::{is_generator_late, keeps_up};
use protocol::Spread;
use results::{VariantSummary, WorkloadRecord};
use terminal::counted;

/// The most names in a note.
const MOST_NAMES: usize = 4;

/// The notes of a workload; none in a closed loop.
pub(crate) fn notes(record: &WorkloadRecord, variants: &[VariantSummary]) -> Vec<String> {
    if record.workload.rate.is_none() {
        return Vec::new();
    }
    let spread = match record.workload.arrivals {
        Spread::Uniform => "uniform",
        Spread::Poisson => "Poisson",
    };
    // Latency from the intended start counts the time that a task waited for its turn. From the
    // actual start it would leave out just the tasks that a stall delayed (coordinated omission).
    let loads = if record.workload.serve.is_some() {
        format!(
            "open loop, {spread} arrivals: a task is a request; latency counts from the time at which it is due, and is \
             that of the load generator"
        )
    } else {
        format!(
            "open loop, {spread} arrivals: verdicts are on CPU per task alone; latency counts from the intended start"
        )
    };
    [loads]
        .into_iter()
        .chain(overloaded(variants))
        .chain(other_lengths(variants))
        .chain(variants.iter().filter_map(generator_late))
        .collect()
}

/// The variants whose queue grew for as long as tasks arrived.
fn overloaded(variants: &[VariantSummary]) -> Option<String> {
    let behind: Vec<&str> = variants
        .iter()
        .filter(|variant| is_overloaded(variant))
        .map(|variant| variant.variant.as_str())
        .collect();
    let measured = variants
        .iter()
        .filter(|variant| variant.punctuality.is_some())
        .count();
    let who = match behind.len() {
        0 => return None,
        all if all == measured => "no variant".to_owned(),
        many if many > MOST_NAMES => format!("{many} of {}", counted(measured as u64, "variant")),
        _ => behind.join(", "),
    };
    let words = if behind.len() == measured {
        "kept up"
    } else {
        "did not keep up"
    };
    Some(format!(
        "{who} {words}: where a queue grows, latency tells how long the run was"
    ))
}

/// What is said of latencies that are not shown, since those of runs of two lengths do not compare.
fn other_lengths(variants: &[VariantSummary]) -> Option<String> {
    let hidden: Vec<String> = variants
        .iter()
        .filter(|variant| !has_comparable_latency(variant, variants))
        .map(|variant| format!("{} ({})", variant.variant, counted(variant.tasks, "task")))
        .collect();
    (!hidden.is_empty()).then(|| {
        format!(
            "latency not shown, since a growing queue makes it longer with every task, and the others \
             ran more tasks: {}",
            hidden.join(", ")
        )
    })
}

/// Whether the latencies of a variant may stand beside those of the others. In an overloaded open loop
/// they grow with the run, so that runs of another length have others.
pub fn has_comparable_latency(variant: &VariantSummary, variants: &[VariantSummary]) -> bool {
    let measured = variants.iter().filter(|other| other.punctuality.is_some());
    let most = measured.clone().map(|other| other.tasks).max();
    let is_other_length = variant.punctuality.is_some() && Some(variant.tasks) != most;
    !(is_other_length && measured.clone().any(is_overloaded))
}

fn is_overloaded(variant: &VariantSummary) -> bool {
    variant
        .punctuality
        .as_ref()
        .is_some_and(|punctuality| !keeps_up(punctuality))
}

fn generator_late(variant: &VariantSummary) -> Option<String> {
    let punctuality = variant.punctuality.filter(is_generator_late)?;
    let late = percent_to_tenth(punctuality.generator_late);
    Some(format!(
        "generator late: {}: {late} of the tasks were handed over more than 1 ms late, so that nothing \
         is judged by this load",
        variant.variant
    ))
}

/// A part as a percentage with one decimal. `terminal::percent` chooses the decimals by the size of the
/// number, which would make the cells of a column hard to compare.
pub(crate) fn percent_to_tenth(part: f64) -> String {
    format!("{:.1} %", 100.0 * part)
}

#[cfg(test)]
mod tests {
    use results::Punctuality;

    use super::*;

    fn variant(name: &str, tasks: u64, completed_in_time: f64) -> VariantSummary {
        VariantSummary {
            variant: name.to_owned(),
            tasks,
            punctuality: Some(Punctuality {
                late_starts: 0.0,
                completed_in_time,
                generator_late: 0.0,
            }),
            ..VariantSummary::default()
        }
    }

    #[test]
    fn latencies_of_two_lengths_stand_beside_each_other_only_where_no_queue_grows() {
        let (long, short) = (variant("long", 800, 0.99), variant("short", 400, 0.98));
        let calm = [long.clone(), short.clone()];
        assert!(calm.iter().all(|one| has_comparable_latency(one, &calm)));
        assert_eq!((overloaded(&calm), other_lengths(&calm)), (None, None));
        let full = [variant("full", 800, 0.3), long, short];
        let comparable = full
            .each_ref()
            .map(|one| has_comparable_latency(one, &full));
        assert_eq!(comparable, [true, true, false]);
        assert!(other_lengths(&full).unwrap().ends_with("short (400 tasks)"));
        assert!(
            overloaded(&full)
                .unwrap()
                .starts_with("full did not keep up:")
        );
        let all = [variant("a", 8, 0.3), variant("b", 8, 0.9)];
        assert!(overloaded(&all).unwrap().starts_with("no variant kept up:"));
    }
}
