//! `cargo xtask compare`: every selected variant runs every selected workload, in blocks. What is
//! run is decided in `choice`, one run is made in `session`, figures come from `report`.

mod attempt;
mod choice;
mod ending;
mod pairs;
mod prepare;
mod resume;
mod rows;
mod session;
mod sweep;
mod unjudged;

use protocol::ExitCode;

use crate::cli::{CompareArgs, Places};
use crate::export;
use crate::interrupt;
use crate::launch::{Ledger, RunError, sweep};
use crate::output;
use crate::store::Folder;
use crate::workspace::Workspace;
pub(crate) use choice::Choice;
pub(crate) use pairs::{Pairs, measure_pairs};
use session::Session;
pub(crate) use unjudged::measure;

/// Everything from the command line to the exit code.
pub(crate) fn run(args: &CompareArgs, places: &Places) -> anyhow::Result<ExitCode> {
    let workspace = Workspace::find(places.results.as_deref(), &places.more_models)?;
    export::refuse_what_cannot_be_written(&args.exports)?;
    let resumed = args.resume.as_deref().map(|named| {
        let scripted = args.scripted.as_deref();
        resume::open(&workspace, named, scripted, args.sizes.postgres.as_deref())
    });
    let (choice, resumed) = match resumed.transpose()? {
        Some((choice, folder, before)) => (choice, Some((folder, before))),
        None => (choice::choose(&workspace, args)?, None),
    };
    args.baselines
        .refuse(&workspace, || choice.run_file(&workspace))?;
    interrupt::watch()?;
    let ledger = Ledger::open(&workspace.results)?;
    let swept = sweep(&workspace.results);
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
    let mut session = Session::new(&workspace, &ledger, &choice, folder, before);
    let path = session.folder.path().to_owned();
    let ended = everything(&mut session);
    let code = ending::report(session, ended, args.knobs, &args.exports)?;
    let stdout_is_taken = args.exports.take_stdout();
    args.baselines
        .conclude(&workspace, &path, code, stdout_is_taken)
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
