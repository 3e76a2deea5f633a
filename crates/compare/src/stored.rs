//! Comparisons for those who draw their own conclusions: they are measured and kept like any other,
//! and handed back instead of shown.

use std::collections::BTreeSet;

use catalog::Workspace;
use host::Ledger;
use launch::RunError;
use results::{Folder, Stored};

use crate::choice::Choice;
use crate::forecast::Part;
use crate::scheduler::Scheduler;
use crate::session::Session;
use crate::{ending, prepare};

/// Workload and variant, by their names.
type Names = BTreeSet<(String, String)>;

/// The pairs that run, where not every variant runs every workload.
#[derive(Clone, Debug, Default)]
pub struct Pairs {
    /// These are timed.
    pub timed: Names,
    /// The memory of these is read.
    pub memory: Names,
    /// The number of blocks.
    pub memory_blocks: u64,
    /// Whether a block whose times do not count comes first. The answers of every run are judged with or without it.
    pub warms_up: bool,
}

/// Correctness and measured blocks of everything that was chosen. What was measured stays in its
/// folder even if it cannot go on.
pub fn measure(workspace: &Workspace, ledger: &Ledger, choice: &Choice) -> anyhow::Result<Stored> {
    let folder = Folder::create(&workspace.results, &workspace.commit())?;
    let mut session = Session::new(workspace, ledger, choice, folder, None);
    let ended = all_blocks(&mut session);
    ending::stored(session, ended)
}

fn all_blocks(session: &mut Session<'_>) -> Result<(), RunError> {
    prepare::prepare(session)?;
    session.correctness_block()?;
    session.measured_blocks()
}

/// The same for these pairs alone, without the second arm of the reference, and with memory. The scheduler
/// decides on the measured blocks.
pub fn measure_pairs<'a>(
    workspace: &'a Workspace,
    ledger: &'a Ledger,
    choice: &'a Choice,
    pairs: &Pairs,
    scheduler: &'a mut dyn Scheduler,
    folder: Folder,
) -> anyhow::Result<Stored> {
    let mut session = Session::new(workspace, ledger, choice, folder, None);
    session.controls = false;
    session.scheduler = Some(scheduler);
    forget_shares(&mut session, pairs);
    let ended = blocks_of_pairs(&mut session, pairs);
    ending::stored(session, ended)
}

/// What does not run needs no right answers.
fn forget_shares(session: &mut Session<'_>, pairs: &Pairs) {
    for record in &mut session.log.run.workloads {
        let name = &record.workload.name;
        record.shares.retain(|variant, _| {
            let pair = (name.clone(), variant.clone());
            pairs.timed.contains(&pair) || pairs.memory.contains(&pair)
        });
    }
}

fn blocks_of_pairs(session: &mut Session<'_>, pairs: &Pairs) -> Result<(), RunError> {
    let (timed, memory) = (pairs.timed.len() as u64, pairs.memory.len() as u64);
    let fewest = session.choice.options.fewest_blocks;
    let checked = if pairs.warms_up { timed } else { 0 };
    session.forecast.expect(Part::Check, checked);
    session.forecast.expect(Part::Measure, timed * fewest);
    session.forecast.owe(timed * fewest);
    session
        .forecast
        .expect(Part::Memory, memory * pairs.memory_blocks);
    prepare::prepare(session)?;
    run_only(session, &pairs.timed);
    if pairs.warms_up {
        session.correctness_block()?;
    }
    session.measured_blocks()?;
    run_only(session, &pairs.memory);
    if pairs.memory.is_empty() {
        return Ok(());
    }
    session.begin_memory();
    let first = session.log.last_block() + 1;
    for block in first..first + pairs.memory_blocks {
        session.memory_block(block)?;
    }
    Ok(())
}

/// Everything else is excluded.
fn run_only(session: &mut Session<'_>, wanted: &Names) {
    session.excluded.clear();
    for (position, chosen) in session.choice.workloads.iter().enumerate() {
        for selected in &session.choice.variants {
            let pair = (chosen.workload.name.clone(), selected.name());
            if !wanted.contains(&pair) {
                session.excluded.insert((position, pair.1));
            }
        }
    }
}
