//! `cargo xtask trace`: one recorded run, from the request to the exit code.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use catalog::{Registry, Workspace, workloads};
use host::{Ledger, TemporaryFolder};
use launch::{
    Bench, Calibrator, Finished, LazyLedger, RunError, Sizes, Trial, too_many_connections,
    workload_error,
};
use protocol::ExitCode;
use report::export::refuse_unwritable;
use results::{Failure, Kind, Profile};
use schedule::{Ability, Settings, first_of, share, too_long};
use terminal::{Usage, counted, output, progress, shown};

use crate::agreement::{Agreement, agreement};
use crate::chrome::chrome;
use crate::folder::{NAME, read};
use crate::pages::{html, svg};
use crate::summary::Summary;
use crate::text::lines;
use crate::timeline::Timeline;

/// What is to be recorded, and where that is to be shown.
#[derive(Clone, Debug)]
pub struct Request {
    /// The variant, such as `threads/pool`.
    pub variant: String,
    /// A workload's name, or the path of a workload file.
    pub workload: String,
    /// Only so many tasks.
    pub tasks: Option<u64>,
    /// How large the run is, and where it takes place.
    pub sizes: Sizes,
    /// The file for the page.
    pub html: Option<PathBuf>,
    /// The file for the timelines as a picture.
    pub svg: Option<PathBuf>,
    /// The file for Chrome's trace events.
    pub chrome: Option<PathBuf>,
}

/// Records one run, prints what it comes to, and writes the files that are asked for.
///
/// # Errors
/// What was asked for wrongly, an interrupt, or a tool that cannot go on. A run that fails, or has no trace, is no
/// error: it makes the exit code [`ExitCode::Failed`].
pub fn run(request: &Request, workspace: &Workspace) -> anyhow::Result<ExitCode> {
    refuse_files(request)?;
    let sizes = &request.sizes;
    let lazy_ledger = LazyLedger::new(&workspace.results);
    let calibrator = Calibrator::new(workspace, &lazy_ledger);
    let chosen =
        workloads::choose_one(workspace, &request.workload, &calibrator).map_err(workload_error)?;
    let selected = Registry::find(workspace)
        .for_work(workspace, chosen.workload.work.as_ref())
        .map_err(Usage::error)?
        .exactly(&request.variant)
        .map_err(Usage::error)?;
    let wanted = sizes.wanted().with_workers(chosen.workers());
    let ability = Ability::of(&selected, &chosen.workload);
    let settings = Settings::of(Profile::Standard);
    let planned = share(&chosen.workload, ability, &wanted, &settings);
    let lanes = wanted.lanes(&chosen.workload);
    let postgres_url = sizes.postgres.as_deref();
    if let Some(problem) = too_many_connections(&chosen.workload, lanes, postgres_url) {
        return Err(Usage::error(problem));
    }
    let mut trial = Trial {
        share: first_of(planned, request.tasks, chosen.workload.tasks).map_err(Usage::error)?,
        selected: &selected,
        chosen: &chosen,
        wanted,
        limit: sizes.time_limit,
        placement: sizes.placement,
        padding: 0,
        hold: false,
        digests: None,
        trace: None,
    };
    if let Some(problem) = too_long(&chosen.workload, trial.share, trial.limit) {
        return Err(Usage::error(problem));
    }
    let ledger = lazy_ledger.get()?;
    // Removed with the files in it when this function ends.
    let folder = TemporaryFolder::make("trace-")?;
    trial.trace = Some(folder.path().join(NAME));
    match attempt(&trial, postgres_url, workspace, ledger) {
        Ok(finished) => show(request, &trial, &finished, folder.path()),
        Err(RunError::Failed(failure)) => Ok(fail(&trial, &without_trace(failure))),
        Err(other) => Err(other.into_anyhow()),
    }
}

/// Refuses files that could not be written after the run.
fn refuse_files(request: &Request) -> anyhow::Result<()> {
    let files = [
        ("html", &request.html),
        ("svg", &request.svg),
        ("chrome", &request.chrome),
    ];
    let named: Vec<(&str, &Path)> = files
        .iter()
        .filter_map(|(flag, file)| Some((*flag, file.as_deref()?)))
        .collect();
    if let Some((flag, _)) = named.iter().find(|(_, path)| path.as_os_str() == "-") {
        return Err(Usage::error(format!(
            "--{flag} -: standard output is for the summary; name a file"
        )));
    }
    refuse_unwritable(named)
}

fn attempt(
    trial: &Trial<'_>,
    postgres_url: Option<&str>,
    workspace: &Workspace,
    ledger: &Ledger,
) -> Result<Finished, RunError> {
    let (workload, tasks) = (&trial.chosen.workload, trial.share.tasks);
    let mut bench = Bench::new(workspace, ledger, postgres_url);
    progress::stage("building");
    bench.build(trial.selected, workload)?;
    progress::stage("computing the right answer");
    let expected = bench.expected(workload, &[tasks])?;
    progress::measured_stage("recording");
    let run = bench.judged_run(trial, &expected[&tasks])?;
    progress::end();
    Ok(run.into_believed()?)
}

/// A program refuses a field of a request that it does not know: then it has no traces.
fn without_trace(failure: Failure) -> Failure {
    let is_refusal = failure.kind == Kind::Failed
        && ["`trace`", "'trace'", "\"trace\""]
            .iter()
            .any(|field| failure.message.contains(field));
    if !is_refusal {
        return failure;
    }
    let message = format!(
        "its program records no trace: it refuses the field of the request that asks for one ({})",
        failure.message
    );
    Failure {
        kind: Kind::Unsupported,
        message,
        ..failure
    }
}

fn fail(trial: &Trial<'_>, failure: &Failure) -> ExitCode {
    let mut text = format!(
        "{}: {}: {}",
        trial.selected.name(),
        failure.kind.word(),
        shown(&failure.to_string())
    );
    for line in failure.stderr.lines() {
        text += &format!("\n  | {line}");
    }
    progress::end();
    output::complain(&text);
    failure.kind.exit_code()
}

/// Reads what was recorded, and shows it.
fn show(
    request: &Request,
    trial: &Trial<'_>,
    finished: &Finished,
    folder: &Path,
) -> anyhow::Result<ExitCode> {
    let recorded = match read(folder) {
        Ok(recorded) => recorded,
        Err(problem) => {
            return Ok(fail(
                trial,
                &Failure::new(Kind::Garbage, format!("{problem:#}")),
            ));
        }
    };
    if recorded.is_empty() {
        let none = "its program ended well and wrote no trace";
        return Ok(fail(trial, &Failure::new(Kind::Unsupported, none)));
    }
    let timeline = match Timeline::of(&recorded) {
        Ok(timeline) => timeline,
        Err(problem) => return Ok(fail(trial, &Failure::new(Kind::Garbage, problem))),
    };
    let summary = Summary::of(&timeline);
    let agreed = agreement(&timeline, &summary, &finished.done);
    let workload = &trial.chosen.workload.name;
    let title = format!("{} · {}", trial.selected.name(), workload);
    print(&title, &timeline, &summary, finished, &agreed)?;
    if let Some(file) = &request.chrome {
        write(file, &chrome(&timeline, &title)?)?;
    }
    if let Some(file) = &request.svg {
        write(file, svg(&timeline, &title).as_bytes())?;
    }
    if let Some(file) = &request.html {
        let opening: Vec<String> = std::iter::once(nature(&timeline, finished))
            .chain(agreed.lines)
            .collect();
        let page = html(&timeline, &summary, &title, &opening)?;
        write(file, page.as_bytes())?;
    }
    Ok(if agreed.holds {
        ExitCode::Ok
    } else {
        ExitCode::Failed
    })
}

fn print(
    title: &str,
    timeline: &Timeline,
    summary: &Summary,
    finished: &Finished,
    agreement: &Agreement,
) -> anyhow::Result<()> {
    let width = output::style(false).width;
    let mut text = format!("{}\n{}\n\n", shown(title), nature(timeline, finished));
    let sums = lines(summary, timeline.length_ns, width);
    for line in sums.iter().chain([&String::new()]).chain(&agreement.lines) {
        text += &format!("{line}\n");
    }
    output::print(&text)
}

/// What kind of figures these are.
fn nature(timeline: &Timeline, finished: &Finished) -> String {
    format!(
        "One recorded run, {} in flight, {} in {}. Recording takes time itself, so that these figures are in no \
         comparison.",
        finished.ready.in_flight,
        counted(timeline.events, "event"),
        counted(timeline.processes.len() as u64, "process")
    )
}

fn write(file: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    fs::write(file, bytes).with_context(|| format!("cannot write {}", file.display()))?;
    output::notice(&format!("wrote {}", file.display()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_does_not_know_the_field_has_no_traces() {
        let failed = |message: &str| without_trace(Failure::new(Kind::Failed, message));
        let python = failed("the request has no field 'trace'");
        assert_eq!(python.kind, Kind::Unsupported);
        assert!(python.message.starts_with("its program records no trace"));
        assert_eq!(failed("unknown field `trace`").kind, Kind::Unsupported);
        let other = failed("task 5: connection refused");
        assert_eq!(
            (other.kind, other.message.as_str()),
            (Kind::Failed, "task 5: connection refused")
        );
    }
}
