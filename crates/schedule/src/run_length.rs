//! How long the runs of a workload are: as long as the workload says, or shorter and more of them. Which is
//! sooner as precise as asked depends on the noise. Noise that is new in each run (where its memory lies, on
//! which processor it starts) asks for many runs. Noise within a run evens out in a long one as it does over
//! many, and then long ones are cheaper, because each run has to start and to end.
//!
//! Only the spread of figures and the cost of runs are looked at, and not which variant is faster.

use std::time::Duration;

use protocol::Workload;
use results::{Options, Profile, TASKS_FOR_P999, TriedLength, WorkloadRecord};
use verdict::stopping::Precision;

/// Rounds in which both lengths are tried. With three arms the spread of a length has ten degrees of freedom.
pub const PILOT_ROUNDS: u64 = 6;
/// The most arms that try lengths, the second arm of the reference included.
pub const PILOT_ARMS: usize = 4;
/// Trying may take this part of the workload's time.
const PILOT_PART: u32 = 10;
/// What other processes did during a shorter run is not known.
const SHORTEST_RUN: Duration = Duration::from_millis(100);
/// Short runs have this part of the tasks at the least.
const SHORTEST_PART: u64 = 4;
/// Short runs are chosen where they take at most this part of the time that long ones take: spreads of few
/// runs are not exact, and a workload as it is written needs no explanation.
const CLEARLY_SOONER: f64 = 0.75;
/// The 97.5 % quantile of the normal distribution, of which 95 % intervals are made.
const QUANTILE: f64 = 1.96;

/// Whether the length of a workload's runs may be chosen. Where a parameter, an arrival rate or a number of
/// blocks was asked for, it was not left open; `rigorous` runs workloads as they are written; the tasks of
/// coordination and of pulses are what is measured there; and where a model serves, those who ask set the pace.
pub fn is_open(options: &Options, record: &WorkloadRecord) -> bool {
    let workload = &record.workload;
    let profile = options.profile;
    options.chooses_length
        && matches!(profile, Profile::Quick | Profile::Standard)
        && options.precision.is_some()
        && record.cell.is_none()
        && sets_its_own_pace(workload)
}

/// Whether nothing but the model decides when tasks begin.
fn sets_its_own_pace(workload: &Workload) -> bool {
    workload.rate.is_none() && workload.serve.is_none() && workload.coordination.is_none()
}

/// The tasks of a short run, where the fastest variant took so long for all of them on so many lanes: a
/// quarter in whole rounds of the lanes, unless that takes too little time or leaves out a percentile of
/// latency. `None` where hardly fewer are left.
pub fn shorter(tasks: u64, lanes: u64, fastest: Duration) -> Option<u64> {
    let part = SHORTEST_RUN.as_secs_f64() / fastest.as_secs_f64().max(1e-9);
    let for_time = (tasks as f64 * part).ceil() as u64;
    let for_tail = if tasks >= TASKS_FOR_P999 {
        TASKS_FOR_P999
    } else {
        0
    };
    let round = lanes.max(1);
    let least = (tasks / SHORTEST_PART)
        .max(for_time)
        .max(for_tail)
        .max(round.saturating_mul(2));
    let short = least.div_ceil(round).saturating_mul(round);
    (short.saturating_mul(3) <= tasks.saturating_mul(2)).then_some(short)
}

/// Whether lengths are tried, where a round of it takes so long: it must leave a workload nearly all of its
/// time.
pub fn is_worth_trying(round: Duration, time_of_workload: Option<Duration>) -> bool {
    let rounds = u32::try_from(PILOT_ROUNDS).unwrap_or(u32::MAX);
    time_of_workload.is_none_or(|time| round.saturating_mul(rounds) <= time / PILOT_PART)
}

/// The standard deviation of the logarithms of figures, a row for each round with a figure for each arm:
/// what is left without the mean of the round and that of the arm (the residuals of a two-way layout). `None`
/// with fewer than two rounds or two arms, or where a figure is missing or not above 0.
pub fn spread(rounds: &[Vec<f64>]) -> Option<f64> {
    let (count, arms) = (rounds.len(), rounds.first()?.len());
    let are_whole = rounds.iter().all(|round| round.len() == arms);
    let mut figures = rounds.iter().flatten();
    let are_numbers = figures.all(|figure| *figure > 0.0 && figure.is_finite());
    if count < 2 || arms < 2 || !are_whole || !are_numbers {
        return None;
    }
    let logs: Vec<Vec<f64>> = rounds
        .iter()
        .map(|round| round.iter().map(|figure| figure.ln()).collect())
        .collect();
    let of_rounds: Vec<f64> = logs.iter().map(|round| mean(round)).collect();
    let of_arms: Vec<f64> = (0..arms)
        .map(|arm| logs.iter().map(|round| round[arm]).sum::<f64>() / count as f64)
        .collect();
    let of_all = mean(&of_rounds);
    let squares: f64 = logs
        .iter()
        .zip(&of_rounds)
        .flat_map(|(round, its)| {
            round
                .iter()
                .zip(&of_arms)
                .map(move |(log, arm)| log - its - arm)
        })
        .map(|residual| (residual + of_all).powi(2))
        .sum();
    let freedom = ((count - 1) * (arms - 1)) as f64;
    Some((squares / freedom).sqrt())
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// What runs of a length come to, by the spread of their figures and the time of a round of them.
pub fn tried(
    tasks: u64,
    spread: f64,
    round: Duration,
    precision: Precision,
    fewest: u64,
) -> TriedLength {
    // Of two runs with the same spread, so that the variance of their ratio is twice that of one.
    let half_width = QUANTILE * spread * 2_f64.sqrt();
    let for_width = (half_width / precision.relative().ln_1p()).powi(2).ceil();
    let blocks = for_width.max(fewest as f64);
    TriedLength {
        tasks,
        spread,
        round_ms: u64::try_from(round.as_millis()).unwrap_or(u64::MAX),
        // A product beyond the range of the type becomes its largest number.
        wanted_ms: (blocks * round.as_secs_f64() * 1e3) as u64,
    }
}

/// The tasks of a run, of two lengths that were tried.
pub fn chosen_length(long: &TriedLength, short: &TriedLength) -> u64 {
    if short.wanted_ms as f64 <= CLEARLY_SOONER * long.wanted_ms as f64 {
        short.tasks
    } else {
        long.tasks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn chosen(long_spread: f64, short_spread: f64, fixed: Duration) -> u64 {
        let of = |tasks: u64, spread| {
            let round = fixed + MS * u32::try_from(tasks).unwrap();
            tried(tasks, spread, round, Precision::default(), 12)
        };
        chosen_length(&of(400, long_spread), &of(100, short_spread))
    }

    #[test]
    fn runs_at_the_pace_of_somebody_else_are_as_long_as_their_file_says() {
        let sets_it = |class: &str, kind: &str| {
            let text = format!(
                "name = \"w\"\nabout = \"\"\nclass = \"{class}\"\ntasks = 400\nin_flight = 2\nseed = 1\n{kind}"
            );
            sets_its_own_pace(&protocol::parse(text.as_bytes(), "w.toml").unwrap())
        };
        assert!(sets_it("io", ""));
        assert!(!sets_it("io", "rate = \"50/s\"\n"));
        assert!(!sets_it("serve", "[serve]\nbytes = \"256B\"\n"));
        assert!(!sets_it("coordination", "coordination = { spawn = {} }\n"));
    }

    #[test]
    fn noise_within_runs_keeps_them_long_as_each_has_a_price() {
        assert_eq!(chosen(0.05, 0.1, 50 * MS), 400);
        assert_eq!(chosen(0.05, 0.1, Duration::ZERO), 400);
    }

    #[test]
    fn noise_that_each_run_brings_makes_them_short() {
        assert_eq!(chosen(0.05, 0.05, 50 * MS), 100);
        assert_eq!(chosen(0.05, 0.06, 50 * MS), 100);
        assert_eq!(chosen(0.05, 0.05, 2000 * MS), 400, "all is start and end");
    }

    #[test]
    fn where_the_fewest_blocks_are_precise_enough_short_ones_are_over_sooner() {
        assert_eq!(chosen(0.005, 0.01, 50 * MS), 100);
    }

    #[test]
    fn the_time_until_precise_follows_the_square_of_the_spread() {
        let of = |spread| tried(1, spread, 1000 * MS, Precision::default(), 12).wanted_ms;
        assert_eq!((of(0.001), of(0.05), of(0.1)), (12_000, 49_000, 196_000));
        assert_eq!(of(f64::INFINITY), u64::MAX);
    }

    #[test]
    fn a_spread_is_without_what_rounds_and_arms_have_in_common() {
        let drifting = |noise: f64| -> Vec<Vec<f64>> {
            let round = |at: i32| {
                let sign = f64::from(1 - 2 * (at % 2));
                let drift = 1.3_f64.powi(at);
                vec![
                    drift * (sign * noise).exp(),
                    2.0 * drift * (-sign * noise).exp(),
                ]
            };
            (0..6).map(round).collect()
        };
        assert!(spread(&drifting(0.0)).unwrap() < 1e-12);
        // Twelve residuals of 0.1 with five degrees of freedom.
        let expected = (12.0 * 0.01 / 5.0_f64).sqrt();
        assert!((spread(&drifting(0.1)).unwrap() - expected).abs() < 1e-12);
    }

    #[test]
    fn figures_that_are_missing_have_no_spread() {
        let rounds = |last: Vec<f64>| [vec![1.0, 2.0], last];
        assert!(spread(&rounds(vec![1.0, 2.0])).is_some());
        for last in [vec![1.0], vec![1.0, 0.0], vec![1.0, f64::NAN]] {
            assert_eq!(spread(&rounds(last)), None);
        }
        assert_eq!(spread(&[]), None);
        assert_eq!(spread(&[vec![1.0], vec![2.0]]), None);
    }

    #[test]
    fn short_runs_have_whole_rounds_enough_time_and_all_percentiles() {
        assert_eq!(shorter(2000, 100, 1000 * MS), Some(500));
        assert_eq!(shorter(2000, 100, 250 * MS), Some(800));
        assert_eq!(shorter(2000, 100, 120 * MS), None);
        assert_eq!(shorter(20_000, 64, 1000 * MS), Some(10_048));
        assert_eq!(shorter(300, 100, 1000 * MS), Some(200));
        assert_eq!(shorter(200, 100, 1000 * MS), None);
        assert_eq!(shorter(400, 2, Duration::ZERO), None);
    }

    #[test]
    fn trying_leaves_nine_tenths_of_the_time() {
        let minute = Some(Duration::from_secs(60));
        assert!(is_worth_trying(1000 * MS, minute));
        assert!(!is_worth_trying(1001 * MS, minute));
        assert!(is_worth_trying(Duration::from_secs(9), None));
    }
}
