//! Comparisons of real programs on this machine: each of a variant with itself, and each again with a
//! tenth more tasks in the second arm, which truly takes and costs a tenth more. There are two arms and no
//! control, because a control would only hide false verdicts. Both metrics are one family, as in `compare`.

use catalog::Workspace;
use schedule::Slot;
use terminal::progress;

use crate::arms::Arms;
use crate::case::Case;
use crate::laboratory::{Figures, Laboratory};
use crate::metrics::METRICS;
use crate::pairs::judged;
use crate::request::Request;
use crate::state::{Compared, Entry, Judged, State};
use crate::tally::{RealFigures, count};
use crate::turns::{prepare, turns};

/// The second arm has one task more for each of so many.
const PARTS: u64 = 10;

/// Compares until there are `times` comparisons of each kind, and counts their verdicts. Those that
/// an earlier call with the same seed and number of blocks has stored count too.
///
/// # Errors
/// A run that fails, a state that cannot be kept, or an interrupt; what was compared stays stored.
pub(crate) fn compare(
    request: &Request,
    times: u64,
    blocks: u64,
    workspace: &Workspace,
) -> anyhow::Result<RealFigures> {
    // Seed and blocks are in the name, because comparisons with other ones must not be mixed; and the metrics,
    // because a family of both corrects more than one of time alone, which older files are of.
    let name = format!(
        "real-time-and-cpu-seed-{}-blocks-{blocks}.jsonl",
        request.seed
    );
    let mut state = State::open(&workspace.target.join("trust").join(name))?;
    let ledger = launch::begin(&workspace.results)?;
    let mut laboratory = Laboratory::new(workspace, &ledger);
    let prepared = prepare(&mut laboratory, &mut state, workspace, PARTS)?;
    progress::measured_stage("comparing");
    for turn in turns(&prepared, times, request.seed) {
        let case = turn.case;
        if state
            .compared_at(case, turn.injected, turn.number)
            .is_some()
        {
            continue;
        }
        progress::step(&format!("{} of {times}: {}", turn.number + 1, case.variant));
        let judged = judge_two_arms(blocks, turn.seed, &mut |slot| {
            laboratory.run(turn.subject, turn.injected && slot.arm == 1, slot.padding)
        })?;
        state.add(Entry::Comparison(Compared {
            variant: case.variant.clone(),
            workload: case.workload.clone(),
            injected: turn.injected,
            number: turn.number,
            judged,
        }))?;
    }
    let cases: Vec<&Case> = prepared.iter().map(|its| &its.case).collect();
    Ok(count(&state, &cases, times, blocks))
}

/// Measures two arms in so many blocks, and judges both metrics.
fn judge_two_arms(
    blocks: u64,
    seed: u64,
    run: &mut dyn FnMut(Slot) -> anyhow::Result<Figures>,
) -> anyhow::Result<Vec<Judged>> {
    let mut arms = Arms::new(2, seed);
    for _ in 0..blocks {
        arms.measure(run)?;
    }
    let both = judged(&[arms.ratios(false)?])?;
    Ok(METRICS
        .iter()
        .zip(both[0].both())
        .map(|(metric, paired)| {
            let interval = paired.ratio.intervals.map(|intervals| intervals.at_95);
            Judged {
                metric: *metric,
                ratio: paired.ratio.ratio,
                interval: interval.map(|its| (its.lower, its.upper)),
                p_value: paired.ratio.p_value,
                verdict: paired.judgement.verdict.name().to_owned(),
            }
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::metrics::ByMetric;

    #[test]
    fn two_arms_are_judged_by_time_and_by_cpu_in_one_family() {
        let mut runs = 0_u32;
        let judged = judge_two_arms(12, 7, &mut |slot| {
            runs += 1;
            let noise = 1.0 + 0.002 * f64::from(runs * 7 % 5);
            let more = if slot.arm == 1 { 1.1 } else { 1.0 };
            Ok(Figures {
                by: ByMetric {
                    time: 2e8 * noise,
                    cpu: 1e8 * noise * more,
                },
                wall: Duration::from_millis(250),
            })
        });
        let judged = judged.unwrap();
        assert_eq!(runs, 24);
        let found: Vec<_> = judged
            .iter()
            .map(|its| (its.metric, its.verdict.as_str()))
            .collect();
        assert_eq!(found, [(METRICS[0], "equivalent"), (METRICS[1], "slower")]);
        assert!(judged.iter().all(|its| its.interval.is_some()));
    }
}
