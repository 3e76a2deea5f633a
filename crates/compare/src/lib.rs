//! One comparison, from what was asked for to the exit code: every selected variant runs every
//! selected workload, in blocks whose order is random.

mod attempt;
pub mod baseline;
mod choice;
mod ending;
mod pairs;
mod prepare;
mod request;
mod resume;
mod rows;
mod scripted;
mod session;
mod sweep;
mod unjudged;

use protocol::ExitCode;

use catalog::Workspace;
pub use choice::Choice;
use launch::{Ledger, RunError, reap_orphans};
pub use pairs::{Pairs, measure_pairs};
use report::export;
pub use request::{Request, Wish};
use results::Folder;
pub use scripted::{Drift, Machine, Noise, Script, Spikes};
use session::Session;
use terminal::{interrupt, output};
pub use unjudged::measure;

/// Everything from the command line to the exit code.
pub fn run(request: &Request, workspace: &Workspace) -> anyhow::Result<ExitCode> {
    export::refuse_what_cannot_be_written(&request.exports)?;
    let resumed = request.resume.as_deref().map(|named| {
        let scripted = request.scripted.as_deref();
        resume::open(
            workspace,
            named,
            scripted,
            request.sizes.postgres.as_deref(),
        )
    });
    let (choice, resumed) = match resumed.transpose()? {
        Some((choice, folder, before)) => (choice, Some((folder, before))),
        None => (choice::choose(workspace, request)?, None),
    };
    request
        .baselines
        .refuse(workspace, || choice.run_file(workspace))?;
    interrupt::watch()?;
    let ledger = Ledger::open(&workspace.results)?;
    let swept = reap_orphans(&workspace.results);
    if swept > 0 {
        output::complain(&format!(
            "ended {swept} processes that an earlier run left behind"
        ));
    }
    let (folder, before) = match resumed {
        Some((folder, before)) => (folder, Some(before)),
        None => {
            let folder = Folder::create(&workspace.results, &workspace.commit())?;
            (folder, None)
        }
    };
    let mut session = Session::new(workspace, &ledger, &choice, folder, before);
    let path = session.folder.path().to_owned();
    let ended = everything(&mut session);
    let code = ending::report(session, ended, request.knobs, &request.exports)?;
    let stdout_is_taken = request.exports.take_stdout();
    request
        .baselines
        .conclude(workspace, &path, code, stdout_is_taken)
}

/// Preparation, correctness, measured blocks, memory; what was done until then stands if one of
/// them cannot go on.
fn everything(session: &mut Session<'_>) -> Result<(), RunError> {
    // From here on a kill at any moment leaves something to go on with.
    session.save()?;
    prepare::prepare(session)?;
    session.correctness_block()?;
    if session.choice.options.profile.measures() {
        session.leave_out_what_does_not_fit()?;
        session.measured_blocks()?;
        session.memory_runs()?;
    }
    Ok(())
}
