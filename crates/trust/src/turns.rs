//! The comparisons of real programs in the order in which they are made, and the programs that they need.

use catalog::Workspace;
use terminal::progress;
use verdict::rng::Generator;

use crate::case::{Case, cases};
use crate::laboratory::{Laboratory, Subject};
use crate::state::{Entry, Size, State};

/// A case whose program is built.
#[derive(Clone, Debug)]
pub(crate) struct Prepared {
    pub(crate) case: Case,
    pub(crate) subject: Subject,
}

/// A comparison whose turn it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn<'a> {
    pub(crate) case: &'a Case,
    pub(crate) subject: &'a Subject,
    /// Whether the second arm has more tasks.
    pub(crate) injected: bool,
    /// The number of the comparison among those of its kind, from 0.
    pub(crate) number: u64,
    /// The seed of the order of its runs.
    pub(crate) seed: u64,
}

/// All comparisons, as many of each kind. Kinds take turns, so that an hour in which the machine is busy does not
/// fall on one kind alone.
pub(crate) fn turns(all: &[Prepared], times: u64, seed: u64) -> Vec<Turn<'_>> {
    let mut turns = Vec::new();
    for number in 0..times {
        for Prepared { case, subject } in all {
            for injected in [false, true] {
                // Each comparison has a stream of its own, so that its order of runs is the same
                // whether or not the comparisons before it were made by this call.
                let stream = turns.len() as u64;
                turns.push(Turn {
                    case,
                    subject,
                    injected,
                    number,
                    seed: Generator::for_stream(seed, stream).next_u64(),
                });
            }
        }
    }
    turns
}

/// Builds the programs of the marked cases, and settles how many tasks their runs have. The second arm may have one
/// task more for each of so many.
///
/// # Errors
/// Nothing marked, a build or a run that fails, a state that cannot be kept, or an interrupt.
pub(crate) fn prepare(
    laboratory: &mut Laboratory<'_>,
    state: &mut State,
    workspace: &Workspace,
    parts: u64,
) -> anyhow::Result<Vec<Prepared>> {
    let mut all = Vec::new();
    for case in cases(workspace)? {
        progress::stage(&format!("preparing {}", case.variant));
        all.push(Prepared {
            subject: subject(laboratory, state, &case, parts)?,
            case,
        });
    }
    Ok(all)
}

fn subject(
    laboratory: &mut Laboratory<'_>,
    state: &mut State,
    case: &Case,
    parts: u64,
) -> anyhow::Result<Subject> {
    let mut subject = laboratory.subject(&case.variant, &case.workload)?;
    // The number of tasks is measured once and stored, so that a call that goes on with an earlier
    // one compares runs of the same length.
    let tasks = match state.tasks(case) {
        Some(stored) => stored,
        None => {
            let tasks = laboratory.tasks_of_a_run(&subject, parts)?;
            state.add(Entry::Size(Size {
                variant: case.variant.clone(),
                workload: case.workload.clone(),
                tasks,
            }))?;
            tasks
        }
    };
    laboratory.fix(&mut subject, tasks, tasks / parts * (parts + 1))?;
    Ok(subject)
}
