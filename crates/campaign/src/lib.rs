//! `cargo xtask campaign`: a comparison over several hosts, from its file to the merged result. Slurm is the engine
//! behind `submit`; for others a manifest or a workflow of the same shards is printed.
//!
//! What shards are and what they leave is known in `fleet`, how one is done in `compare`, and how they are put together
//! in `merge`. Nothing is kept here: what is missing follows from the folders of the shards and from the queue,
//! whoever asks, and whenever.

mod check;
mod fields;
mod file;
mod github;
mod kubernetes;
mod planned;
mod queue;
mod request;
mod sbatch;
#[cfg(test)]
mod schemas_test;
mod shell;
mod slurm;
mod state;
mod submit;
mod words;
mod yaml;

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use protocol::ExitCode;
pub use request::{CollectRequest, Context, Format, PlanRequest, SubmitRequest};
use terminal::{output, shown};

use crate::file::Campaign;
use crate::planned::Planned;
use crate::queue::Queue;
use crate::slurm::job_name;

/// Prints the plan of a campaign, or what makes a scheduler carry it out.
///
/// # Errors
/// A file that is no campaign, or a container file that cannot be written.
pub fn plan(request: &PlanRequest, context: &Context) -> anyhow::Result<ExitCode> {
    let planned = Planned::read(&request.campaign, context)?;
    let campaign = &planned.campaign;
    let text = match request.format {
        None => planned::text(&planned),
        Some(Format::Slurm) => submit::scripts_text(campaign, context.programs()),
        Some(Format::Github) => github::workflow(campaign),
        Some(Format::Kubernetes) => kubernetes::manifest(campaign),
    };
    match (&request.container, request.format) {
        (Some(path), _) => fs::write(path, kubernetes::container_file(campaign))
            .with_context(|| path.display().to_string())?,
        (None, Some(Format::Kubernetes)) => {
            output::notice("`--container FILE` writes the file that the image is made from");
        }
        (None, _) => {}
    }
    output::print(&text)?;
    Ok(ExitCode::Ok)
}

/// Submits the shards that nobody does yet to Slurm, and a job that collects them.
///
/// # Errors
/// A file that is no campaign, programs that cannot be built, or a queue that cannot be asked.
pub fn submit(request: &SubmitRequest, context: &Context) -> anyhow::Result<ExitCode> {
    submit::run(request, context)
}

/// Says how far each shard is.
///
/// # Errors
/// A file that is no campaign, or folders that cannot be read.
pub fn status(named: &Path, context: &Context) -> anyhow::Result<ExitCode> {
    let planned = Planned::read(named, context)?;
    let queue = sbatch::queue(&planned.campaign);
    if let Queue::Unknown(problem) = &queue {
        output::notice(&format!(
            "{problem}: the folders alone tell how far shards are"
        ));
    }
    let mut text = String::new();
    for (kind, foreseen) in planned.campaign.kinds.iter().zip(&planned.kinds) {
        let attempts = submit::found_attempts(&planned.campaign, kind)?;
        let all = state::progress(kind.shards, &job_name(kind), &attempts, &queue);
        text += &state::text(&kind.name, &all, &planned::units(kind, foreseen));
    }
    output::print(&text)?;
    Ok(ExitCode::Ok)
}

/// Merges the shards of each kind of hosts; doing so again gives the same bytes.
///
/// # Errors
/// A file that is no campaign, or shards that are not of one campaign. Missing shards are told, with exit code 2.
pub fn collect(request: &CollectRequest, context: &Context) -> anyhow::Result<ExitCode> {
    let campaign = Campaign::read(&request.campaign)?;
    let mut code = ExitCode::Ok;
    for kind in &campaign.kinds {
        let folder = campaign.shards_of(kind);
        if submit::found_attempts(&campaign, kind)?.is_empty() {
            let place = shown(&folder.display().to_string());
            output::complain(&format!(
                "missing: all shards of {}: none has begun in {place}",
                kind.name
            ));
            if !request.partial {
                code = ExitCode::Usage;
            }
            continue;
        }
        let its = merge::run(
            &merge::Request {
                folders: vec![folder],
                out: Some(campaign.merged(kind)),
                partial: request.partial,
                by_node: request.by_node,
                style: request.style,
            },
            &context.workspace.results,
        );
        if its? != ExitCode::Ok {
            code = ExitCode::Usage;
        }
    }
    Ok(code)
}
