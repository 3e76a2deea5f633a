//! Comparisons of real programs on this machine: each of a variant with itself, and each again with a
//! tenth more tasks in the second arm, which truly takes a tenth longer. There are two arms and no
//! control, because a control would only hide false verdicts.

use catalog::Workspace;
use terminal::progress;
use verdict::rng::Generator;
use verdict::{Comparison, Margin, judge, paired_ratio};

use crate::case::{Case, cases};
use crate::laboratory::{Laboratory, Subject};
use crate::request::Request;
use crate::state::{Compared, Entry, Size, State};
use crate::tally::{Tally, tallies};

/// Compares until there are `times` comparisons of each kind, and tallies their verdicts. Those that
/// an earlier call with the same seed and number of blocks has stored count too.
///
/// # Errors
/// A run that fails, a state that cannot be kept, or an interrupt; what was compared stays stored.
pub(crate) fn compare(
    request: &Request,
    times: u64,
    blocks: u64,
    workspace: &Workspace,
) -> anyhow::Result<Vec<Tally>> {
    // Seed and blocks are in the name, because comparisons with other ones must not be mixed.
    let name = format!("real-seed-{}-blocks-{blocks}.jsonl", request.seed);
    let mut state = State::open(&workspace.target.join("trust").join(name))?;
    let ledger = launch::begin(&workspace.results)?;
    let mut laboratory = Laboratory::new(workspace, &ledger);
    let marked = cases(workspace)?;
    let mut subjects = Vec::new();
    for Case { variant, workload } in &marked {
        progress::stage(&format!("preparing {variant}"));
        subjects.push(prepared(&mut laboratory, &mut state, variant, workload)?);
    }
    progress::measured_stage("comparing");
    // Kinds take turns, so that an hour in which the machine is busy does not fall on one kind alone.
    for number in 0..times {
        for (subject, case) in subjects.iter().zip(0..) {
            for injected in [false, true] {
                if state
                    .compared()
                    .any(|done| is_same(done, subject, injected, number))
                {
                    continue;
                }
                let name = &subject.name;
                progress::step(&format!("{} of {times}: {name}", number + 1));
                // Each comparison has a stream of its own, so that its order of runs is the same
                // whether or not the comparisons before it were made by this call.
                let stream = (number * marked.len() as u64 + case) * 2 + u64::from(injected);
                let seed = Generator::for_stream(request.seed, stream).next_u64();
                let arm_times = measure(&mut laboratory, subject, injected, blocks, seed)?;
                let result = compared(subject, injected, number, &arm_times)?;
                state.add(Entry::Comparison(result))?;
            }
        }
    }
    Ok(tallies(&state, &marked, times, blocks))
}

/// Prepares a case: builds its program, settles the number of tasks, and computes the right answers.
fn prepared(
    laboratory: &mut Laboratory<'_>,
    state: &mut State,
    variant: &str,
    workload: &str,
) -> anyhow::Result<Subject> {
    let mut subject = laboratory.subject(variant, workload)?;
    // The number of tasks is measured once and stored, so that a call that goes on with an earlier
    // one compares runs of the same length.
    let tasks = match state.tasks(variant, workload) {
        Some(stored) => stored,
        None => {
            let fitting = laboratory.tasks_of_a_run(&subject, 10)?;
            state.add(Entry::Size(Size {
                variant: variant.to_owned(),
                workload: workload.to_owned(),
                tasks: fitting,
            }))?;
            fitting
        }
    };
    laboratory.fix(&mut subject, tasks, tasks / 10 * 11)?;
    Ok(subject)
}

fn is_same(done: &Compared, subject: &Subject, injected: bool, number: u64) -> bool {
    done.variant == subject.name
        && done.workload == subject.chosen.workload.name
        && done.injected == injected
        && done.number == number
}

/// The run times of the two arms in nanoseconds, measured in the order in which `compare` would run
/// them.
fn measure(
    laboratory: &mut Laboratory<'_>,
    subject: &Subject,
    injected: bool,
    blocks: u64,
    seed: u64,
) -> anyhow::Result<[Vec<f64>; 2]> {
    let mut times = [Vec::new(), Vec::new()];
    for block in 0..blocks {
        // In `compare`, block 1 only checks answers, and the first block that counts is number 2.
        for slot in schedule::block(seed, block + 2, 1, 2) {
            let more = injected && slot.arm == 1;
            times[slot.arm].push(laboratory.run(subject, more, slot.padding)?.elapsed_ns);
        }
    }
    Ok(times)
}

fn compared(
    subject: &Subject,
    injected: bool,
    number: u64,
    times: &[Vec<f64>; 2],
) -> anyhow::Result<Compared> {
    let ratio = paired_ratio(&times[1], &times[0])?;
    let control = None;
    let judged = judge(&[Comparison { ratio, control }], Margin::default())?;
    let intervals = ratio.intervals;
    Ok(Compared {
        variant: subject.name.clone(),
        workload: subject.chosen.workload.name.clone(),
        injected,
        number,
        ratio: ratio.ratio,
        interval: intervals.map(|both| (both.at_95.lower, both.at_95.upper)),
        p_value: ratio.p_value,
        verdict: judged[0].verdict.name().to_owned(),
    })
}
