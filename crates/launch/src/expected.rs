//! The expected digests of a workload, asked from the program `expected`, which computes them in a
//! plain loop without any concurrency model.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use protocol::Workload;
use serde::{Deserialize, Serialize};
use terminal::{Usage, counted, interrupt::Interrupted, output, shown};

use crate::child::{Child, Waited};
use crate::failure::{describe, quoted};
use host::Ledger;

/// The time limit. The largest workload that a file may describe takes long to compute, and whoever
/// describes one knows that.
const LIMIT: Duration = Duration::from_secs(30 * 60);

/// The digest of each prefix of a workload, by the number of its tasks.
pub(crate) type Expected = BTreeMap<u64, String>;

#[derive(Serialize)]
struct Question<'a> {
    workload: &'a Workload,
    tasks: &'a [u64],
}

#[derive(Deserialize)]
struct Answer {
    digests: Vec<String>,
    /// What the first task of own work answered that failed.
    failed: Option<String>,
}

/// Asks `program` for the digests of prefixes of a workload, one for each number of `tasks`. The
/// digests of single tasks of the longest prefix are written to the file `digests`, if one is named.
///
/// # Errors
///
/// The program fails, does not end within half an hour, or answers other than it was asked; an interrupt.
pub fn expected(
    program: &Path,
    workload: &Workload,
    tasks: &[u64],
    digests: Option<&Path>,
    ledger: &Ledger,
) -> anyhow::Result<Expected> {
    let mut command = Command::new(program);
    if let Some(file) = digests {
        command.arg("--digests").arg(file);
    }
    let question = serde_json::to_string(&Question { workload, tasks })?;
    let name = &workload.name;
    let answered = ask(&mut command, &question, ledger);
    let answer = match (answered, workload.work.is_some()) {
        // What is wrong is in the user's package, and said by its own program.
        (Err(Unanswered::Refused { stderr, .. }), true) => {
            let problem = stderr.trim().lines().last().unwrap_or_default().to_owned();
            return Err(Usage::error(format!("{name}: {problem}")));
        }
        (answered, _) => answered
            .map_err(Unanswered::into_anyhow)
            .with_context(|| format!("the right digest of {name}"))?,
    };
    if let Some(failed) = &answer.failed {
        output::complain(&format!(
            "warning: {}: a task fails without any model: {}",
            shown(name),
            shown(failed)
        ));
    }
    if answer.digests.len() != tasks.len() {
        bail!(
            "{} to {} about {name}",
            counted(answer.digests.len() as u64, "answer"),
            counted(tasks.len() as u64, "question")
        );
    }
    Ok(tasks.iter().copied().zip(answer.digests).collect())
}

/// Why there is no answer.
enum Unanswered {
    /// The program ended with an error, which it said.
    Refused { how: String, stderr: String },
    /// Anything else.
    Other(anyhow::Error),
}

impl Unanswered {
    fn into_anyhow(self) -> anyhow::Error {
        match self {
            Self::Refused { how, stderr } => anyhow::anyhow!("`expected` {how}: {stderr}"),
            Self::Other(error) => error,
        }
    }
}

impl From<anyhow::Error> for Unanswered {
    fn from(error: anyhow::Error) -> Unanswered {
        Self::Other(error)
    }
}

fn ask(command: &mut Command, question: &str, ledger: &Ledger) -> Result<Answer, Unanswered> {
    let program = command.get_program().to_string_lossy().into_owned();
    let deadline = Instant::now() + LIMIT;
    // It prints one line of error, and a panic with its backtrace fits into 4 KiB.
    let mut child = Child::spawn(command, ledger, 4096).context(program)?;
    child.send(question, deadline).map_err(reason)?;
    let line = child.line(deadline).map_err(reason)?;
    let status = child.exit(deadline).map_err(reason)?;
    let Some(line) = line.filter(|_| status.success()) else {
        return Err(Unanswered::Refused {
            how: describe(status),
            stderr: child.stderr(),
        });
    };
    let answer = serde_json::from_str(&line)
        .with_context(|| format!("`expected` printed {}", quoted(&line)))?;
    Ok(answer)
}

fn reason(waited: Waited) -> anyhow::Error {
    match waited {
        Waited::Interrupted => Interrupted.into(),
        Waited::Late => anyhow::anyhow!("`expected` does not end"),
        Waited::TooLong => anyhow::anyhow!("`expected` prints a line of over 16 MiB"),
    }
}
