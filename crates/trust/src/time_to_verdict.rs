//! The time to a right verdict: seconds that a comparison of two real arms takes until its intervals are as
//! narrow as `compare` asks by default, and whether it then says what is true. The second arm has a twentieth
//! more tasks, or as many. As in `compare` the first arm runs twice a block, and two metrics are one family.

use std::time::Duration;

use catalog::Workspace;
use results::Metric;
use schedule::{Reached, Rules, Slot, fewest_blocks};
use serde::Serialize;
use terminal::progress;
use verdict::rng::Generator;
use verdict::stopping::Precision;
use verdict::{Comparison, Margin, judge, paired_ratio};

use crate::case::{Case, cases};
use crate::laboratory::{Figures, Laboratory, Subject};
use crate::request::Request;
use crate::state::{Entry, Size, State, Timed};

/// The second arm has one task more for each of so many.
const PARTS: u64 = 20;
/// The first arm, the second, and the first once more.
const ARMS: usize = 3;
/// Of the figures of a run, by their places: the elapsed time and the processor time.
const METRICS: [Metric; 2] = [Metric::TimePerTask, Metric::CpuPerTask];

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
    let mut subjects = Vec::new();
    for case in cases(workspace)? {
        progress::stage(&format!("preparing {}", case.variant));
        subjects.push(prepared(&mut laboratory, &mut state, &case)?);
    }
    progress::measured_stage("comparing");
    for number in 0..times {
        for (subject, case) in subjects.iter().zip(0..) {
            for injected in [false, true] {
                if find(&state, subject, injected, number).is_some() {
                    continue;
                }
                progress::step(&format!("{} of {times}: {}", number + 1, subject.name));
                let stream = (number * subjects.len() as u64 + case) * 2 + u64::from(injected);
                let seed = Generator::for_stream(request.seed, stream).next_u64();
                let run = &mut |slot: Slot| {
                    laboratory.run(subject, injected && slot.arm == 1, slot.padding)
                };
                let found = until_precise(metric_of(subject), most, seed, run)?;
                let timed = Timed {
                    variant: subject.name.clone(),
                    workload: subject.chosen.workload.name.clone(),
                    metric: metric_of(subject),
                    injected,
                    number,
                    blocks: found.blocks,
                    seconds: found.took.as_secs_f64(),
                    ratio: found.ratio,
                    verdict: found.verdict.to_owned(),
                };
                state.add(Entry::Timed(timed))?;
            }
        }
    }
    // An earlier call may have been asked for more. In the order of the kinds.
    let kinds = subjects.iter().flat_map(|its| [(its, false), (its, true)]);
    let all = kinds.flat_map(|(subject, injected)| {
        (0..times).filter_map({
            let state = &state;
            move |number| find(state, subject, injected, number).cloned()
        })
    });
    Ok(all.collect())
}

/// What the question that its workload puts first is measured by.
fn metric_of(subject: &Subject) -> Metric {
    Metric::of(&subject.chosen.workload, subject.chosen.headline)[0]
}

fn prepared(
    laboratory: &mut Laboratory<'_>,
    state: &mut State,
    case: &Case,
) -> anyhow::Result<Subject> {
    let (variant, workload) = (&case.variant, &case.workload);
    let mut subject = laboratory.subject(variant, workload)?;
    let tasks = match state.tasks(variant, workload) {
        Some(stored) => stored,
        None => {
            let tasks = laboratory.tasks_of_a_run(&subject, PARTS)?;
            state.add(Entry::Size(Size {
                variant: variant.clone(),
                workload: workload.clone(),
                tasks,
            }))?;
            tasks
        }
    };
    laboratory.fix(&mut subject, tasks, tasks / PARTS * (PARTS + 1))?;
    Ok(subject)
}

fn find<'s>(state: &'s State, subject: &Subject, injected: bool, number: u64) -> Option<&'s Timed> {
    state.timed().find(|timed| {
        timed.variant == subject.name
            && timed.workload == subject.chosen.workload.name
            && timed.injected == injected
            && timed.number == number
    })
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
    let mut arms: [[Vec<f64>; ARMS]; 2] = Default::default();
    let (mut blocks, mut took) = (0, Duration::ZERO);
    loop {
        // In `compare`, block 1 only checks answers, and the first block that counts is number 2.
        for slot in schedule::block(seed, blocks + 2, 1, ARMS) {
            let figures = run(slot)?;
            took += figures.wall;
            arms[0][slot.arm].push(figures.elapsed_ns);
            arms[1][slot.arm].push(figures.cpu_ns);
        }
        blocks += 1;
        let mut family = Vec::with_capacity(METRICS.len());
        for [first, second, control] in &arms {
            family.push(Comparison {
                ratio: paired_ratio(second, first)?,
                control: Some(paired_ratio(control, first)?),
            });
        }
        let place = METRICS.iter().position(|its| *its == metric).unwrap_or(0);
        let Comparison { ratio, control } = &family[place];
        let widths = control
            .iter()
            .chain([ratio])
            .map(verdict::PairedRatio::width);
        let reached = Reached::of(blocks, widths);
        if schedule::next(&rules, &[reached], Duration::ZERO).is_empty() {
            let judged = judge(&family, Margin::default())?;
            return Ok(Found {
                blocks,
                took,
                ratio: ratio.ratio,
                verdict: judged[place].verdict.name(),
            });
        }
    }
}

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

fn race(its: &[Timed]) -> Race {
    let first = &its[0];
    let count = |verdicts: &[&str]| {
        let called = its
            .iter()
            .filter(|one| verdicts.contains(&one.verdict.as_str()));
        called.count()
    };
    let right = if first.injected {
        count(&["slower"])
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
        called: count(&["slower", "faster"]),
        right,
        blocks: blocks as f64 / its.len() as f64,
        seconds: seconds / its.len() as f64,
        seconds_to_verdict: (right > 0).then(|| seconds / right as f64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(truth: f64, noise: f64, metric: Metric) -> Found {
        let mut random = Generator::new(9);
        let run = &mut |slot: Slot| {
            let factor = if slot.arm == 1 { truth } else { 1.0 };
            let elapsed_ns = 2e8 * factor * (noise * random.normal()).exp();
            Ok(Figures {
                elapsed_ns,
                // Ten times as steady as the time.
                cpu_ns: 1e8 * factor * (0.1 * noise * random.normal()).exp(),
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
