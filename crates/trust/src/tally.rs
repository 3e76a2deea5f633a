//! Counts of the verdicts of real comparisons, by variant, workload, truth and metric, and what they come to.

use results::Metric;
use serde::Serialize;

use crate::case::Case;
use crate::metrics::METRICS;
use crate::state::{Compared, Judged, State};

/// The names of the verdicts with the signs `+` and `-`.
const HINTS: [&str; 4] = [
    "likely-faster",
    "slightly-faster",
    "slightly-slower",
    "likely-slower",
];

/// How many comparisons of equals may have a false verdict, as a part of 1.
const FALSE: f64 = 0.01;
/// How many true tenths should be found, as a part of 1.
const FOUND: f64 = 0.95;

/// The verdicts on the comparisons of one kind by one metric.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Tally {
    pub(crate) variant: String,
    pub(crate) workload: String,
    pub(crate) metric: Metric,
    /// Whether the workload puts this metric first.
    pub(crate) is_headline: bool,
    /// The true difference: `A/A`, or `+10 %`.
    pub(crate) truth: &'static str,
    pub(crate) blocks: u64,
    pub(crate) comparisons: usize,
    pub(crate) faster: usize,
    pub(crate) slower: usize,
    pub(crate) slight: usize,
    /// The least ratio, the median and the largest.
    pub(crate) ratios: String,
}

/// What is promised of real comparisons, and how many keep it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct RealBar {
    pub(crate) promise: &'static str,
    /// What was compared, and by which metric.
    pub(crate) of: String,
    pub(crate) count: usize,
    pub(crate) total: usize,
    pub(crate) met: bool,
}

/// All tallies of the real part, and the bars that they are held against.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct RealFigures {
    pub(crate) tallies: Vec<Tally>,
    pub(crate) bars: Vec<RealBar>,
}

/// The figures of each case without and with the injected difference, over the first `times` comparisons of each.
pub(crate) fn count(state: &State, cases: &[&Case], times: u64, blocks: u64) -> RealFigures {
    let mut tallies = Vec::new();
    let mut bars = Vec::new();
    let mut equals: Vec<&Compared> = Vec::new();
    for case in cases {
        for injected in [false, true] {
            // An earlier call may have been asked for more comparisons. Those are left out, so that the
            // same command shows the same table.
            let done: Vec<&Compared> = (0..times)
                .filter_map(|number| state.compared_at(case, injected, number))
                .collect();
            tallies.extend(METRICS.map(|metric| tally(case, metric, injected, blocks, &done)));
            if injected {
                bars.push(found(case, &done));
            } else {
                equals.extend(done);
            }
        }
    }
    bars.push(never_false(&equals));
    RealFigures { tallies, bars }
}

fn tally(case: &Case, metric: Metric, injected: bool, blocks: u64, done: &[&Compared]) -> Tally {
    let judged = by(metric, done);
    Tally {
        variant: case.variant.clone(),
        workload: case.workload.clone(),
        metric,
        is_headline: metric == case.headline,
        truth: if injected { "+10 %" } else { "A/A" },
        blocks,
        comparisons: judged.len(),
        faster: with(&judged, &["faster"]),
        slower: with(&judged, &["slower"]),
        slight: with(&judged, &HINTS),
        ratios: range(judged.iter().map(|one| one.ratio).collect()),
    }
}

/// Whether a true tenth is found by the metric that the workload puts first.
fn found(case: &Case, injected: &[&Compared]) -> RealBar {
    let judged = by(case.headline, injected);
    let (count, total) = (with(&judged, &["slower"]), judged.len());
    RealBar {
        promise: "a true tenth of the headline found: at least 95 %",
        of: format!(
            "{} {}, {}",
            case.variant,
            case.workload,
            case.headline.short_name()
        ),
        count,
        total,
        met: total > 0 && count as f64 >= FOUND * total as f64,
    }
}

/// Whether equals are left without a verdict by whichever metric.
fn never_false(equals: &[&Compared]) -> RealBar {
    let judged = equals
        .iter()
        .map(|one| one.judged.iter().collect::<Vec<_>>());
    let count = judged
        .filter(|both| with(both, &["faster", "slower"]) > 0)
        .count();
    let total = equals.len();
    RealBar {
        promise: "comparisons of equals with a false verdict: at most 1 %",
        of: "all, either metric".to_owned(),
        count,
        total,
        met: count as f64 <= FALSE * total as f64,
    }
}

/// What was judged by one metric.
fn by<'a>(metric: Metric, done: &[&'a Compared]) -> Vec<&'a Judged> {
    done.iter()
        .flat_map(|one| &one.judged)
        .filter(|one| one.metric == metric)
        .collect()
}

fn with(judged: &[&Judged], verdicts: &[&str]) -> usize {
    judged
        .iter()
        .filter(|one| verdicts.contains(&one.verdict.as_str()))
        .count()
}

fn range(mut ratios: Vec<f64>) -> String {
    ratios.sort_by(f64::total_cmp);
    match (ratios.first(), verdict::median(&ratios), ratios.last()) {
        (Some(least), Ok(middle), Some(most)) => format!("{least:.3} … {middle:.3} … {most:.3}"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::tests::marked;
    use crate::state::Entry;

    /// A comparison of the first marked case, whose headline is the time.
    fn compared(injected: bool, number: u64, ratio: f64, verdicts: [&str; 2]) -> Entry {
        let judged = METRICS
            .iter()
            .zip(verdicts)
            .map(|(metric, verdict)| Judged {
                metric: *metric,
                ratio,
                interval: None,
                p_value: 0.001,
                verdict: verdict.to_owned(),
            });
        Entry::Comparison(Compared {
            variant: "threads/pool".to_owned(),
            workload: "sha256".to_owned(),
            injected,
            number,
            judged: judged.collect(),
        })
    }

    #[test]
    fn verdicts_are_counted_by_metric_and_later_ones_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let mut state = State::open(&folder.path().join("s.jsonl")).unwrap();
        for entry in [
            compared(true, 0, 1.1, ["slower", "slower"]),
            compared(true, 1, 1.08, ["slightly-slower", "slower"]),
            compared(true, 2, 1.2, ["slower", "slower"]),
            compared(false, 0, 1.0, ["equivalent", "faster"]),
            compared(false, 1, 1.0, ["faster", "slower"]),
        ] {
            state.add(entry).unwrap();
        }
        let marked = marked();
        let cases: Vec<&Case> = marked.iter().collect();
        let figures = count(&state, &cases, 2, 20);
        let of = |at: usize| {
            let its: &Tally = &figures.tallies[at];
            (
                its.truth,
                its.is_headline,
                its.faster,
                its.slower,
                its.slight,
            )
        };
        assert_eq!(figures.tallies.len(), 8);
        assert_eq!(of(0), ("A/A", true, 1, 0, 0));
        assert_eq!(of(1), ("A/A", false, 1, 1, 0));
        assert_eq!(of(2), ("+10 %", true, 0, 1, 1));
        assert_eq!(of(3), ("+10 %", false, 0, 2, 0));
        assert_eq!(figures.tallies[2].ratios, "1.080 … 1.090 … 1.100");
        assert_eq!(figures.tallies[4].comparisons, 0);
        let bars = figures
            .bars
            .iter()
            .map(|bar| (bar.count, bar.total, bar.met));
        let expected = [(1, 2, false), (0, 0, false), (2, 2, false)];
        assert_eq!(
            bars.collect::<Vec<_>>(),
            expected,
            "found by the headline, false by either"
        );
    }
}
