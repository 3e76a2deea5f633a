//! Comparisons for those who draw their own conclusions: they are measured and kept like any other,
//! and handed back instead of shown.

use std::collections::BTreeSet;
use std::time::Duration;

use catalog::Workspace;
use launch::{Ledger, RunError};
use results::{Folder, Pass, Stored};
use terminal::output;

use crate::choice::Choice;
use crate::session::Session;
use crate::{ending, prepare};

/// Workload and variant, by their names.
type Names = BTreeSet<(String, String)>;

/// The pairs that run, where not every variant runs every workload.
#[derive(Clone, Debug, Default)]
pub struct Pairs {
    /// These are timed.
    pub timed: Names,
    /// The memory of these is read, in as many blocks as there are timed ones.
    pub memory: Names,
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

/// The same for these pairs alone, without the second arm of the reference, and with memory.
pub fn measure_pairs(
    workspace: &Workspace,
    ledger: &Ledger,
    choice: &Choice,
    pairs: &Pairs,
    folder: Folder,
) -> anyhow::Result<Stored> {
    let mut session = Session::new(workspace, ledger, choice, folder, None);
    session.controls = false;
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
    prepare::prepare(session)?;
    run_only(session, &pairs.timed);
    session.correctness_block()?;
    forecast(session);
    session.measured_blocks()?;
    run_only(session, &pairs.memory);
    let first = session.log.last_block() + 1;
    for block in first..first + session.choice.options.blocks {
        if !pairs.memory.is_empty() {
            session.memory_block(block)?;
        }
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

/// Says how long the rest will take, from the block that is over.
fn forecast(session: &Session<'_>) {
    let took_ms = session
        .log
        .run_rows()
        .filter(|run| run.pass == Pass::Correctness)
        .map(|run| run.took_ms)
        .sum();
    let (seconds, blocks) = (
        Duration::from_millis(took_ms).as_secs_f64(),
        session.choice.options.blocks,
    );
    let minutes = seconds * blocks as f64 / 60.0;
    output::complain(&format!(
        "the first block took {seconds:.1} s: about {minutes:.1} min for {blocks} more"
    ));
}
