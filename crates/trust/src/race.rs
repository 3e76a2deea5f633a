//! What the comparisons that went on until they were precise come to: the time to a right verdict, by their kinds.

use results::Metric;
use serde::Serialize;

use crate::state::Timed;

/// The comparisons of one kind.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Race {
    pub(crate) variant: String,
    pub(crate) workload: String,
    pub(crate) metric: Metric,
    /// The true difference: `A/A`, or `+5 %`.
    pub(crate) truth: &'static str,
    pub(crate) comparisons: usize,
    /// Comparisons with `++` or `--`.
    pub(crate) called: usize,
    /// Those of them that are right.
    pub(crate) right: usize,
    /// Blocks of a comparison, on average.
    pub(crate) blocks: f64,
    /// Seconds of a comparison, on average.
    pub(crate) seconds: f64,
    /// Seconds of all comparisons for each right verdict; `None` where there is none.
    pub(crate) seconds_to_verdict: Option<f64>,
}

/// The comparisons by their kinds, in order.
pub(crate) fn races(all: &[Timed]) -> Vec<Race> {
    all.chunk_by(|a, b| {
        (&a.variant, &a.workload, a.injected) == (&b.variant, &b.workload, b.injected)
    })
    .map(race)
    .collect()
}

/// The number of comparisons with one of these verdicts.
fn count(its: &[Timed], verdicts: &[&str]) -> usize {
    let names = its.iter().map(|one| one.verdict.as_str());
    names.filter(|name| verdicts.contains(name)).count()
}

fn race(its: &[Timed]) -> Race {
    let first = &its[0];
    let right = if first.injected {
        count(its, &["slower"])
    } else {
        0
    };
    let (blocks, seconds) = its.iter().fold((0, 0.0), |(blocks, seconds), one| {
        (blocks + one.blocks, seconds + one.seconds)
    });
    Race {
        variant: first.variant.clone(),
        workload: first.workload.clone(),
        metric: first.metric,
        truth: if first.injected { "+5 %" } else { "A/A" },
        comparisons: its.len(),
        called: count(its, &["slower", "faster"]),
        right,
        blocks: blocks as f64 / its.len() as f64,
        seconds: seconds / its.len() as f64,
        seconds_to_verdict: (right > 0).then(|| seconds / right as f64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_to_a_verdict_is_that_of_all_comparisons_for_each_right_one() {
        let timed = |injected, number, verdict: &str| Timed {
            variant: "a/b".to_owned(),
            workload: "w".to_owned(),
            metric: Metric::CpuPerTask,
            injected,
            number,
            blocks: 12,
            seconds: 10.0,
            ratio: 1.0,
            verdict: verdict.to_owned(),
        };
        let all = [
            timed(false, 0, "faster"),
            timed(true, 0, "slower"),
            timed(true, 1, "faster"),
            timed(true, 2, "likely-slower"),
        ];
        let races = races(&all);
        let of = |race: &Race| (race.truth, race.called, race.right, race.seconds_to_verdict);
        assert_eq!(of(&races[0]), ("A/A", 1, 0, None));
        assert_eq!(of(&races[1]), ("+5 %", 2, 1, Some(30.0)));
    }
}
