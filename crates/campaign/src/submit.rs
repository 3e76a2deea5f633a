//! `campaign submit`: the shards that nobody does yet, as jobs of Slurm. Everything that is needed later lies in the
//! folder of the campaign or in the queue, so that whoever submitted may leave.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use compare::build;
use fleet::FoundAttempt;
use launch::Builds;
use protocol::ExitCode;
use terminal::{Usage, counted, output, progress, shown};

use crate::file::{Campaign, Kind};
use crate::planned::Planned;
use crate::queue::Queue;
use crate::request::{Context, SubmitRequest};
use crate::sbatch;
use crate::slurm::{self, FOLDER, Programs, job_name, script_name};
use crate::state::{self, State, ranges};

/// The shards of a kind that are to be submitted.
struct Missing<'a> {
    kind: &'a Kind,
    indices: Vec<u64>,
}

/// Submits what is missing, or says what would be submitted.
pub(crate) fn run(request: &SubmitRequest, context: &Context) -> anyhow::Result<ExitCode> {
    let mut planned = Planned::read(&request.campaign, context)?;
    let queue = sbatch::queue(&planned.campaign);
    if let Queue::Unknown(problem) = &queue
        && !request.dry_run
    {
        // Without it shards that run would be submitted once more.
        return Err(Usage::error(format!(
            "{problem}: a campaign is submitted where Slurm's programs are and its controller answers (`campaign plan \
             --format` has manifests and workflows for other schedulers)"
        )));
    }
    if !request.dry_run {
        build_all(&mut planned, request, context)?;
    }
    let campaign = &planned.campaign;
    let missing = missing_shards(campaign, &queue)?;
    let programs = context.programs();
    if request.dry_run {
        output::print(&dry_text(campaign, &missing, programs))?;
        return Ok(ExitCode::Ok);
    }
    progress::end();
    if missing.is_empty() {
        output::print("every shard is done, runs or waits: nothing to submit\n")?;
        return Ok(ExitCode::Ok);
    }
    write_scripts(campaign, programs)?;
    submit(campaign, &missing, &queue)?;
    Ok(ExitCode::Ok)
}

/// Builds all programs, so that no host waits for one.
fn build_all(
    planned: &mut Planned,
    request: &SubmitRequest,
    context: &Context,
) -> anyhow::Result<()> {
    if !request.no_build {
        planned.request.builds = Builds::Made;
    }
    for problem in build(&planned.request, context.workspace)? {
        output::complain(&format!("warning: {problem}: its rows will say so"));
    }
    Ok(())
}

/// The shards of each kind that are neither done nor in the queue.
fn missing_shards<'a>(campaign: &'a Campaign, queue: &Queue) -> anyhow::Result<Vec<Missing<'a>>> {
    let mut all = Vec::new();
    for kind in &campaign.kinds {
        let attempts = found_attempts(campaign, kind)?;
        let progress = state::progress(kind.shards, &job_name(kind), &attempts, queue);
        let indices: Vec<u64> = progress
            .iter()
            .filter(|its| matches!(its.state, State::Missing | State::Begun(_)))
            .map(|its| its.index)
            .collect();
        if !indices.is_empty() {
            all.push(Missing { kind, indices });
        }
    }
    Ok(all)
}

/// The attempts at shards of a kind; none before the first.
///
/// # Errors
/// A folder that cannot be read, or one with shards of another plan.
pub(crate) fn found_attempts(
    campaign: &Campaign,
    kind: &Kind,
) -> anyhow::Result<Vec<FoundAttempt>> {
    let folder = campaign.shards_of(kind);
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let found = fleet::attempts(&folder)?;
    let other = found
        .iter()
        .find(|attempt| attempt.name.shard.count != kind.shards);
    match other {
        None => Ok(found),
        Some(other) => Err(Usage::error(format!(
            "{}: this is of a plan with another number of shards: a campaign that was changed needs a folder of its own",
            shown(&other.path.display().to_string())
        ))),
    }
}

/// The scripts of all shards with their places, as files and for people.
fn scripts(campaign: &Campaign, programs: Programs<'_>) -> Vec<(PathBuf, String)> {
    let folder = campaign.folder.join(FOLDER);
    let of_kinds = campaign.kinds.iter().map(|kind| {
        let text = slurm::shards(campaign, kind, programs);
        (folder.join(script_name(kind)), text)
    });
    let collect = (collect_script(campaign), slurm::collect(campaign, programs));
    of_kinds.chain([collect]).collect()
}

/// The script that collects. No kind of hosts bears this name.
fn collect_script(campaign: &Campaign) -> PathBuf {
    campaign.folder.join(FOLDER).join("collect.sh")
}

/// All scripts, each below a line with its place.
pub(crate) fn scripts_text(campaign: &Campaign, programs: Programs<'_>) -> String {
    let all = scripts(campaign, programs).into_iter();
    all.map(|(path, text)| format!("# ==> {} <==\n{text}\n", path.display()))
        .collect()
}

fn dry_text(campaign: &Campaign, missing: &[Missing<'_>], programs: Programs<'_>) -> String {
    let mut text = scripts_text(campaign, programs);
    for its in missing {
        let script = campaign.folder.join(FOLDER).join(script_name(its.kind));
        text += &format!(
            "# sbatch --array={} {}\n",
            ranges(&its.indices),
            script.display()
        );
    }
    if missing.is_empty() {
        text += "# every shard is done, runs or waits: nothing would be submitted\n";
    }
    text
}

fn write_scripts(campaign: &Campaign, programs: Programs<'_>) -> anyhow::Result<()> {
    let folder = campaign.folder.join(FOLDER);
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    for (path, text) in scripts(campaign, programs) {
        fs::write(&path, text).with_context(|| path.display().to_string())?;
    }
    Ok(())
}

fn submit(campaign: &Campaign, missing: &[Missing<'_>], queue: &Queue) -> anyhow::Result<()> {
    let names: Vec<String> = campaign.kinds.iter().map(job_name).collect();
    let mut jobs = queue.jobs_of(&names);
    for its in missing {
        let script = campaign.folder.join(FOLDER).join(script_name(its.kind));
        let job = submit_shards(its, &script)?;
        jobs.push(job);
    }
    // `singleton`: a later job that collects waits for an earlier one, so that two never write the same files.
    let dependency = format!("--dependency=afterany:{},singleton", jobs.join(":"));
    let collect = sbatch::submit(&[dependency], &collect_script(campaign))?;
    output::print(&format!(
        "job {collect} merges them into {}\n",
        shown(&campaign.folder.join("merged").display().to_string())
    ))
}

fn submit_shards(missing: &Missing<'_>, script: &Path) -> anyhow::Result<String> {
    let indices = ranges(&missing.indices);
    let job = sbatch::submit(&[format!("--array={indices}")], script)?;
    let shards = counted(missing.indices.len() as u64, "shard");
    let name = &missing.kind.name;
    output::print(&format!("job {job}: {shards} of {name}: {indices}\n"))?;
    Ok(job)
}
