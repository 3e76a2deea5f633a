//! A comparison in which not every variant runs every workload, for those who compare many things at
//! once and draw their own conclusions: without a control, and with memory in as many blocks as time.

use std::collections::BTreeSet;
use std::time::Duration;

use super::choice::Choice;
use super::prepare;
use super::session::Session;
use catalog::Workspace;
use launch::{Ledger, RunError};
use report::statistics;
use results::{Folder, Pass, Row, Stored, time};
use terminal::output;

/// Workload and variant, by their names.
type Names = BTreeSet<(String, String)>;

/// What runs.
#[derive(Clone, Debug, Default)]
pub struct Pairs {
    pub timed: Names,
    pub memory: Names,
}

/// Measures these pairs of what was chosen; what was measured stays even if it cannot go on.
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
    let ended = blocks(&mut session, pairs);
    session.progress.finish_and_clear();
    session.run.interrupted = matches!(ended, Err(RunError::Interrupted(_)));
    session.run.ended = Some(time::readable(time::now_ms()));
    session.run.statistics = statistics(&session.run, &session.rows);
    let saved = session.save();
    ended.and(saved).map_err(RunError::into_anyhow)?;
    Ok(Stored {
        path: session.folder.path().to_owned(),
        run: session.run,
        rows: session.rows,
    })
}

/// What does not run needs no right answers.
fn forget_shares(session: &mut Session<'_>, pairs: &Pairs) {
    for record in &mut session.run.workloads {
        let name = &record.workload.name;
        record.shares.retain(|variant, _| {
            let pair = (name.clone(), variant.clone());
            pairs.timed.contains(&pair) || pairs.memory.contains(&pair)
        });
    }
}

fn blocks(session: &mut Session<'_>, pairs: &Pairs) -> Result<(), RunError> {
    session.save()?;
    prepare::prepare(session)?;
    let failed = session.gone.clone();
    only(session, &failed, &pairs.timed);
    session.correctness_block()?;
    forecast(session);
    session.measured_blocks()?;
    let failed = failures(session);
    only(session, &failed, &pairs.memory);
    let first = session.last_block() + 1;
    for block in first..first + session.choice.options.blocks {
        if !pairs.memory.is_empty() {
            session.memory_block(block)?;
        }
    }
    Ok(())
}

/// Everything else counts as gone.
fn only(session: &mut Session<'_>, failed: &BTreeSet<(usize, String)>, wanted: &Names) {
    session.gone = failed.clone();
    for (at, chosen) in session.choice.workloads.iter().enumerate() {
        let names = session
            .choice
            .variants
            .iter()
            .map(|selected| selected.name());
        let other =
            |variant: &String| !wanted.contains(&(chosen.workload.name.clone(), variant.clone()));
        let others = names.filter(other).map(|variant| (at, variant));
        session.gone.extend(others);
    }
}

/// By the rows, because `gone` also holds what was never wanted.
fn failures(session: &Session<'_>) -> BTreeSet<(usize, String)> {
    let failed = session.rows.iter().filter_map(|row| match row {
        Row::Run(run) if matches!(run.outcome, results::Outcome::Failed(_)) => Some(run),
        _ => None,
    });
    let place = |run: &results::Run| {
        let mut workloads = session.choice.workloads.iter();
        workloads.position(|chosen| chosen.workload.name == run.workload)
    };
    let named = failed.filter_map(|run| Some((place(run)?, run.variant.clone())));
    named.collect()
}

/// How long the rest will take, from the block that is over.
fn forecast(session: &Session<'_>) {
    let took = session.rows.iter().map(|row| match row {
        Row::Run(run) if run.pass == Pass::Correctness => run.took_ms,
        _ => 0,
    });
    let block = Duration::from_millis(took.sum());
    let (seconds, blocks) = (block.as_secs_f64(), session.choice.options.blocks);
    let minutes = seconds * blocks as f64 / 60.0;
    output::complain(&format!(
        "the first block took {seconds:.1} s: about {minutes:.1} min for {blocks} more"
    ));
}
