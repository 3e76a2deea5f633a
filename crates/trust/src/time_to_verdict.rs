//! The time to a right verdict: seconds that a comparison of two real arms takes until its intervals are as
//! narrow as `compare` asks by default, and whether it then says what is true. The second arm has a twentieth
//! more tasks, or as many. As in `compare` the first arm runs twice a block, and two metrics are one family.

use std::time::Duration;

use catalog::Workspace;
use results::Metric;
use schedule::{Reached, Rules, Slot, fewest_blocks};
use terminal::progress;
use verdict::stopping::Precision;

use crate::arms::Arms;
use crate::laboratory::{Figures, Laboratory};
use crate::metrics::METRICS;
use crate::pairs::judged;
use crate::request::Request;
use crate::state::{Entry, State, Timed};
use crate::turns::{prepare, turns};

/// The second arm has one task more for each of so many.
const PARTS: u64 = 20;
/// The first arm, the second, and the first once more.
const ARMS: usize = 3;

/// Compares until there are `times` comparisons of each kind. Those that an earlier call with the same
/// seed and number of blocks has stored count too.
///
/// # Errors
/// A run that fails, a state that cannot be kept, or an interrupt; what was compared stays stored.
pub(crate) fn compare(
    request: &Request,
    times: u64,
    most: u64,
    workspace: &Workspace,
) -> anyhow::Result<Vec<Timed>> {
    let name = format!("time-to-verdict-seed-{}-blocks-{most}.jsonl", request.seed);
    let mut state = State::open(&workspace.target.join("trust").join(name))?;
    let ledger = launch::begin(&workspace.results)?;
    let mut laboratory = Laboratory::new(workspace, &ledger);
    let prepared = prepare(&mut laboratory, &mut state, workspace, PARTS)?;
    progress::measured_stage("comparing");
    for turn in turns(&prepared, times, request.seed) {
        let case = turn.case;
        if state.timed_at(case, turn.injected, turn.number).is_some() {
            continue;
        }
        progress::step(&format!("{} of {times}: {}", turn.number + 1, case.variant));
        let found = until_precise(case.headline, most, turn.seed, &mut |slot| {
            laboratory.run(turn.subject, turn.injected && slot.arm == 1, slot.padding)
        })?;
        state.add(Entry::Timed(Timed {
            variant: case.variant.clone(),
            workload: case.workload.clone(),
            metric: case.headline,
            injected: turn.injected,
            number: turn.number,
            blocks: found.blocks,
            seconds: found.took.as_secs_f64(),
            ratio: found.ratio,
            verdict: found.verdict.to_owned(),
        }))?;
    }
    // An earlier call may have been asked for more. In the order of the kinds.
    let mut all = Vec::new();
    for its in &prepared {
        for injected in [false, true] {
            let timed = (0..times).filter_map(|at| state.timed_at(&its.case, injected, at));
            all.extend(timed.cloned());
        }
    }
    Ok(all)
}

/// What a comparison came to.
#[derive(Debug)]
struct Found {
    blocks: u64,
    took: Duration,
    ratio: f64,
    verdict: &'static str,
}

/// Runs blocks until the intervals of a metric are as narrow as `compare` asks by default, and judges then.
/// Nothing but widths decides when that is.
fn until_precise(
    metric: Metric,
    most: u64,
    seed: u64,
    run: &mut dyn FnMut(Slot) -> anyhow::Result<Figures>,
) -> anyhow::Result<Found> {
    let fewest = fewest_blocks(METRICS.len()).min(most);
    let rules = Rules {
        fewest,
        together: fewest,
        most,
        precision: Some(Precision::default()),
        budget: None,
    };
    let mut arms = Arms::new(ARMS, seed);
    loop {
        arms.measure(run)?;
        let ratios = arms.ratios(true)?;
        let pairs = ratios.variants.iter().chain([&ratios.controls]);
        let widths = pairs.map(|pair| pair[&metric].width());
        let reached = Reached::of(arms.blocks, widths);
        if schedule::next(&rules, &[reached], Duration::ZERO).is_empty() {
            let both = judged(&[ratios])?;
            let paired = both[0].of(metric);
            return Ok(Found {
                blocks: arms.blocks,
                took: arms.took,
                ratio: paired.ratio.ratio,
                verdict: paired.judgement.verdict.name(),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use verdict::rng::Generator;

    use super::*;
    use crate::metrics::ByMetric;

    fn found(truth: f64, noise: f64, metric: Metric) -> Found {
        let mut random = Generator::new(9);
        let run = &mut |slot: Slot| {
            let factor = if slot.arm == 1 { truth } else { 1.0 };
            Ok(Figures {
                by: ByMetric {
                    time: 2e8 * factor * (noise * random.normal()).exp(),
                    // Ten times as steady as the time.
                    cpu: 1e8 * factor * (0.1 * noise * random.normal()).exp(),
                },
                wall: Duration::from_millis(250),
            })
        };
        until_precise(metric, 60, 7, run).unwrap()
    }

    #[test]
    fn a_twentieth_is_called_once_it_is_known_well_enough() {
        let quiet = found(1.05, 0.01, Metric::TimePerTask);
        assert_eq!((quiet.blocks, quiet.verdict), (12, "slower"));
        assert_eq!(quiet.took, Duration::from_millis(250) * 3 * 12);
        let loud = found(1.05, 0.04, Metric::TimePerTask);
        assert!(loud.blocks > 12, "{loud:?}");
        let cost = found(1.05, 0.04, Metric::CpuPerTask);
        assert_eq!((cost.blocks, cost.verdict), (12, "slower"));
    }

    #[test]
    fn equals_are_not_called_and_blocks_have_an_end() {
        let equal = found(1.0, 0.01, Metric::TimePerTask);
        assert!(!["slower", "faster"].contains(&equal.verdict), "{equal:?}");
        assert_eq!(found(1.0, 0.5, Metric::TimePerTask).blocks, 60);
    }
}
