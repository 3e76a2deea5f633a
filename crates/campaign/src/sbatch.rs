//! The calls of Slurm's own programs.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, bail};
use terminal::{Usage, shown};

use crate::file::Campaign;
use crate::queue::{FORMAT, Queue, tasks};
use crate::slurm::{COLLECT, job_name};

/// What is known of the jobs of a campaign.
pub(crate) fn queue(campaign: &Campaign) -> Queue {
    let mut names: Vec<String> = campaign.kinds.iter().map(job_name).collect();
    names.push(COLLECT.to_owned());
    let called = Command::new("squeue")
        .args(["--me", "--noheader", "--array"])
        .arg(format!("--name={}", names.join(",")))
        .arg(format!("--format={FORMAT}"))
        .output();
    match called {
        Err(error) => Queue::Unknown(format!("squeue: {error}")),
        Ok(output) if !output.status.success() => {
            Queue::Unknown(complaint("squeue", &output.stderr))
        }
        Ok(output) => {
            let lines = String::from_utf8_lossy(&output.stdout);
            Queue::Known(tasks(&lines, &campaign.folder))
        }
    }
}

/// Submits a script, and returns the number of its job.
///
/// # Errors
/// No `sbatch`, or one that refuses.
pub(crate) fn submit(options: &[String], script: &Path) -> anyhow::Result<String> {
    let called = Command::new("sbatch")
        .arg("--parsable")
        .args(options)
        .arg(script)
        .output();
    let output = match called {
        Ok(output) => output,
        Err(error) => {
            return Err(Usage::error(format!(
                "sbatch: {error}: a campaign is submitted where Slurm's programs are (`campaign plan --format` has \
                 manifests and workflows for other schedulers)"
            )));
        }
    };
    if !output.status.success() {
        bail!(
            "{}: {}",
            script.display(),
            complaint("sbatch", &output.stderr)
        );
    }
    // `17`, or `17;cluster` where there are several clusters.
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let job = printed
        .trim()
        .split(';')
        .next()
        .filter(|job| !job.is_empty());
    job.map(str::to_owned)
        .with_context(|| format!("sbatch printed no job but `{}`", shown(&printed)))
}

/// The last line of what a program complained of, which says what came of it.
fn complaint(program: &str, stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let last = text
        .trim()
        .lines()
        .last()
        .unwrap_or("it failed without a word");
    let begin = format!("{program}: ");
    format!("{begin}{}", shown(last.trim_start_matches(&begin)))
}
