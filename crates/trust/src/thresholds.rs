//! Thresholds of disturbed rounds, each tried beside neighbours of many kinds, on runs of three lengths.

use compare::Bursts;
use schedule::Thresholds;
use serde::Serialize;
use terminal::progress;
use verdict::StatisticsError;
use verdict::rng::Generator;

use crate::counted::share;
use crate::experiment::{comparisons, reports};
use crate::plan::{REPORT, three_arms};
use crate::setting::{DRIFT, START_SECONDS, Setting, computation_beside};

/// How many comparisons there are for each report of 60, which takes twenty times as long.
const COMPARISONS_A_REPORT: u64 = 20;
/// A threshold that nothing exceeds: all rounds count.
pub(crate) const NEVER: f64 = 1e9;

/// The thresholds that are tried: the part of the processors, milliseconds, and times the typical control.
const CANDIDATES: [(f64, u64, f64); 12] = [
    (NEVER, 50, NEVER),
    (0.05, 20, 1.2),
    (0.05, 50, 1.2),
    (0.1, 20, 1.2),
    (0.1, 50, 1.2),
    (0.1, 50, 1.1),
    (0.1, 50, 1.5),
    (0.1, 100, 1.2),
    (0.15, 50, 1.2),
    (0.2, 50, 1.2),
    (0.25, 50, 1.2),
    (0.3, 50, 1.2),
];

/// The neighbours: seconds of a burst, the part of the time that it is on, and the seconds of a run.
const NEIGHBOURS: [(f64, f64, f64); 12] = [
    (2.0, 0.1, 0.2),
    (5.0, 0.3, 0.2),
    (10.0, 0.33, 0.2),
    (10.0, 0.6, 0.2),
    (30.0, 0.3, 0.2),
    (60.0, 0.1, 0.2),
    (60.0, 0.33, 0.2),
    (120.0, 0.6, 0.2),
    // A neighbour that computes for 40 of 100 ms is not in bursts: it meets every run.
    (0.04, 0.4, 0.2),
    (10.0, 0.33, 1.0),
    (60.0, 0.33, 1.0),
    (10.0, 0.33, 0.05),
];

/// What thresholds come to, over all neighbours: false verdicts by either metric, intervals and true differences by
/// time, which is the headline.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Tried {
    pub(crate) share: f64,
    pub(crate) least_ms: u64,
    pub(crate) slow: f64,
    pub(crate) reports: u64,
    pub(crate) with_verdict: u64,
    pub(crate) comparisons: u64,
    pub(crate) covered: u64,
    pub(crate) slower: u64,
    /// The part of intervals that cover the truth, beside the neighbour where it is least.
    pub(crate) least_covered: f64,
    /// Rounds that were measured, for each true difference that was found.
    pub(crate) rounds_a_verdict: f64,
    pub(crate) beside: Vec<Beside>,
}

/// What thresholds come to beside one neighbour.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Beside {
    pub(crate) burst_seconds: f64,
    pub(crate) duty: f64,
    pub(crate) run_seconds: f64,
    pub(crate) covered: f64,
    pub(crate) slower: f64,
    pub(crate) rounds: f64,
}

/// Tries all thresholds beside all neighbours, in so many comparisons each.
///
/// # Errors
/// Statistics that cannot be computed.
pub(crate) fn try_all(times: u64, seed: u64) -> Result<Vec<Tried>, StatisticsError> {
    CANDIDATES
        .iter()
        .map(|candidate| {
            progress::step(&format!("others over {:.0} %", candidate.0 * 100.0));
            try_one(*candidate, times, seed)
        })
        .collect()
}

fn try_one(
    (part, least_ms, slow): (f64, u64, f64),
    times: u64,
    seed: u64,
) -> Result<Tried, StatisticsError> {
    let thresholds = Thresholds {
        share: part,
        least_ns: least_ms * 1_000_000,
        slow,
    };
    let mut tried = Tried {
        share: part,
        least_ms,
        slow,
        reports: 0,
        with_verdict: 0,
        comparisons: 0,
        covered: 0,
        slower: 0,
        least_covered: 1.0,
        rounds_a_verdict: 0.0,
        beside: Vec::new(),
    };
    let plan = three_arms(30, 1.05);
    let mut runs = 0;
    for (neighbour, stream) in NEIGHBOURS.iter().zip(1..) {
        let setting = machine(*neighbour, thresholds);
        // All thresholds meet the same machines, so that they differ by what they do alone.
        let own_seed = Generator::for_stream(seed, stream).next_u64();
        let equal = reports(
            &setting,
            &REPORT,
            times.div_ceil(COMPARISONS_A_REPORT),
            own_seed,
        )?;
        let different = comparisons(&setting, &plan, times, own_seed)?;
        let found = different.by.of(setting.headline);
        tried.reports += equal.reports;
        tried.with_verdict += equal.with_verdict;
        tried.comparisons += found.comparisons;
        tried.covered += found.covered;
        tried.slower += found.slower;
        runs += different.runs;
        let covered = share(found.covered, found.comparisons);
        tried.least_covered = tried.least_covered.min(covered);
        tried.beside.push(Beside {
            burst_seconds: neighbour.0,
            duty: neighbour.1,
            run_seconds: neighbour.2,
            covered,
            slower: share(found.slower, found.comparisons),
            rounds: share(different.runs, found.comparisons) / plan.arms() as f64,
        });
    }
    tried.rounds_a_verdict = share(runs, tried.slower) / plan.arms() as f64;
    Ok(tried)
}

/// A machine beside a neighbour, where disturbed rounds are measured again from these thresholds on.
fn machine((burst_seconds, duty, run_seconds): (f64, f64, f64), thresholds: Thresholds) -> Setting {
    let setting = computation_beside("beside a neighbour", 1.0, DRIFT);
    let on_runs = burst_seconds / (run_seconds + START_SECONDS);
    Setting {
        bursts: setting.bursts.map(|bursts| Bursts {
            on_runs,
            off_runs: on_runs * (1.0 - duty) / duty,
            ..bursts
        }),
        run_seconds,
        thresholds,
        ..setting
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_compare_goes_by_is_among_what_is_tried() {
        let of = |(share, least_ms, slow): (f64, u64, f64)| Thresholds {
            share,
            least_ns: least_ms * 1_000_000,
            slow,
        };
        assert!(CANDIDATES.iter().any(|its| of(*its) == Thresholds::CHOSEN));
    }

    #[test]
    fn rounds_are_measured_again_from_the_thresholds_on() {
        let rounds = |candidate| try_one(candidate, 10, 1).unwrap().beside[2].rounds;
        assert!((rounds(CANDIDATES[0]) - 30.0).abs() < 1e-9);
        assert!(rounds(CANDIDATES[4]) > 31.0);
    }
}
