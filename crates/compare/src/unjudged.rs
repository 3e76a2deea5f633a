//! Correctness and measured blocks alone, kept like any comparison: for those who draw their own
//! conclusions.

use super::choice::Choice;
use super::prepare;
use super::session::Session;
use analysis::sweeps;
use catalog::Workspace;
use launch::{Ledger, RunError};
use report::statistics;
use results::{Folder, Stored, time};

/// Measures everything that was chosen; what was measured stays even if it cannot go on.
pub fn measure(workspace: &Workspace, ledger: &Ledger, choice: &Choice) -> anyhow::Result<Stored> {
    let folder = Folder::create(&workspace.results, &workspace.commit())?;
    let mut session = Session::new(workspace, ledger, choice, folder, None);
    let ended = blocks(&mut session);
    session.progress.finish_and_clear();
    session.run.interrupted = matches!(ended, Err(RunError::Interrupted(_)));
    session.run.ended = Some(time::readable(time::now_ms()));
    session.run.statistics = statistics(&session.run, &session.rows);
    session.run.sweeps = sweeps(&session.run, &session.rows, &session.run.statistics);
    let saved = session.save();
    ended.and(saved).map_err(RunError::into_anyhow)?;
    Ok(Stored {
        path: session.folder.path().to_owned(),
        run: session.run,
        rows: session.rows,
    })
}

fn blocks(session: &mut Session<'_>) -> Result<(), RunError> {
    session.save()?;
    prepare::prepare(session)?;
    session.correctness_block()?;
    session.measured_blocks()
}
