//! One comparison, from what was asked for to the exit code: every selected variant runs every
//! selected workload, in blocks whose order is random.

mod attempt;
pub mod baseline;
mod choice;
mod choose;
mod crew;
mod early;
mod ending;
mod executor;
mod forecast;
mod foreseen;
mod foretold;
mod levels;
mod log;
mod memory;
mod outlook;
mod passes;
mod pilot;
mod place;
mod predictor;
mod prepare;
mod programs;
mod ranking;
mod repetition;
mod request;
mod resume;
mod run_file;
mod scheduler;
mod scripted;
mod session;
mod shard;
mod shard_wish;
mod side_by_side;
mod source;
mod stored;
mod sweep;

use protocol::ExitCode;

use catalog::Workspace;
pub use choice::Choice;
pub use foreseen::{Foreseen, build, foresee};
use launch::{Calibrator, LazyLedger};
pub use predictor::{AskedRun, Predictor};
use ranking::Ranking;
use report::export;
pub use request::{Request, Wish};
use results::Folder;
pub use scheduler::Scheduler;
pub use scripted::{Beside, Bursts, Conditions, Drift, Machine, Noise, Script, Spikes};
use session::Session;
pub use shard_wish::ShardWish;
pub use stored::{Pairs, measure, measure_pairs};
use terminal::{Style, output};

/// Everything from the command line to the exit code. What the predictor says is kept beside what is measured; it decides
/// on what is measured only where that is asked for.
///
/// # Errors
/// A request that cannot be met, an interrupt, and what keeps programs from being built or run.
pub fn run(
    request: &Request,
    workspace: &Workspace,
    predictor: Option<&dyn Predictor>,
) -> anyhow::Result<ExitCode> {
    export::refuse_what_cannot_be_written(&request.exports, &[])?;
    if let Some(wish) = &request.shard {
        return shard::run(request, wish, workspace);
    }
    let ledger = LazyLedger::new(&workspace.results);
    let resumed = request.resume.as_deref().map(|named| {
        let scripted = request.scripted.as_deref();
        resume::open(
            workspace,
            named,
            scripted,
            request.sizes.postgres.as_deref(),
            request.builds,
        )
    });
    let ranking = request
        .predict
        .then(|| Ranking::of(workspace, request, predictor))
        .transpose()?;
    let (choice, resumed) = match resumed.transpose()? {
        Some((choice, folder, before)) => (choice, Some((folder, before))),
        None => {
            let calibrator = Calibrator::new(workspace, &ledger).with_builds(request.builds);
            let choice = choose::choose(workspace, request, &calibrator)?;
            match &ranking {
                Some(ranking) => (ranking.narrowed(choice), None),
                None => (choice, None),
            }
        }
    };
    request
        .baselines
        .refuse(workspace, || run_file::run_file(&choice, workspace))?;
    let opened_ledger = ledger.get()?;
    let (folder, before) = match resumed {
        Some((folder, before)) => (folder, Some(before)),
        None => {
            let folder = Folder::create(&workspace.results, &workspace.commit())?;
            (folder, None)
        }
    };
    let is_new = before.is_none();
    let mut session = Session::new(workspace, opened_ledger, &choice, folder, before);
    // What was measured before an interruption can no longer be predicted.
    session.predictor = predictor.filter(|_| is_new);
    if let Some(ranking) = ranking {
        ranking.note(&mut session);
    }
    session.leave_out_as_predicted();
    let path = session.log.path().to_owned();
    let ended = passes::everything(&mut session);
    let style = Style {
        verbose: request.verbose,
        ..output::style(request.knobs)
    };
    let code = ending::report(session, ended, style, &request.exports)?;
    let stdout_is_taken = request.exports.take_stdout();
    request
        .baselines
        .conclude(workspace, &path, code, stdout_is_taken)
}
