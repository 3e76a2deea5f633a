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

/// How the program is named in messages that does the tasks by code of the user's, and what its own begin
/// with.
const SEQUENTIAL_RUN: &str = "the sequential run";
/// What the messages of the program for steps begin with, some of which may call functions in libraries.
const EXPECTED: &str = "expected";

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
    /// What the first task by the user's code answered that failed.
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
    let answer = ask(&mut command, &question, ledger).map_err(|why| why.told(workload))?;
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
    /// It printed something else.
    Printed(String),
    /// It took longer than it may, or printed more.
    Unbounded(&'static str),
    /// What is no fault of the program.
    Other(anyhow::Error),
}

impl Unanswered {
    /// The error in words. Own work and libraries are the user's, whose mistakes are told as such.
    fn told(self, workload: &Workload) -> anyhow::Error {
        let name = &workload.name;
        let is_own = workload.runs_foreign_code();
        let who = if is_own { SEQUENTIAL_RUN } else { "`expected`" };
        let problem = match self {
            Self::Other(error) => return error.context(format!("the right digest of {name}")),
            Self::Refused { how, stderr } => match refusal(&stderr).filter(|_| is_own) {
                Some(refused) => {
                    return Usage::error(format!("{name}: {SEQUENTIAL_RUN}: {refused}"));
                }
                None if stderr.trim().is_empty() => format!("{who} {how} without an answer"),
                None => format!("{who} {how}: {stderr}"),
            },
            Self::Printed(line) => format!("{who} printed {} instead", quoted(&line)),
            Self::Unbounded(what) => format!("{who} {what}"),
        };
        let text = format!("the right digest of {name}: {problem}");
        if is_own {
            Usage::error(text)
        } else {
            anyhow::anyhow!(text)
        }
    }
}

/// What the program says of the user's code, behind everything that the code itself printed.
fn refusal(stderr: &str) -> Option<&str> {
    let last = stderr.trim().lines().last()?;
    let (who, refused) = last.split_once(": ")?;
    [SEQUENTIAL_RUN, EXPECTED].contains(&who).then_some(refused)
}

impl From<Waited> for Unanswered {
    fn from(waited: Waited) -> Unanswered {
        match waited {
            Waited::Interrupted => Self::Other(Interrupted.into()),
            Waited::Late => Self::Unbounded("does not end within half an hour"),
            Waited::TooLong => Self::Unbounded("prints a line of over 16 MiB"),
        }
    }
}

fn ask(command: &mut Command, question: &str, ledger: &Ledger) -> Result<Answer, Unanswered> {
    let program = command.get_program().to_string_lossy().into_owned();
    let deadline = Instant::now() + LIMIT;
    // It prints one line of error, and a panic with its backtrace fits into 4 KiB.
    let spawned = Child::spawn(command, ledger, 4096).context(program);
    let mut child = spawned.map_err(Unanswered::Other)?;
    child.send(question, deadline)?;
    let line = child.line(deadline)?;
    let status = child.exit(deadline)?;
    let Some(line) = line.filter(|_| status.success()) else {
        return Err(Unanswered::Refused {
            how: describe(status),
            stderr: child.stderr(),
        });
    };
    serde_json::from_str(&line).map_err(|_| Unanswered::Printed(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workload(more: &str) -> Workload {
        let text = format!(
            "name = \"w\"\nabout = \"\"\nclass = \"cpu\"\ntasks = 9\nin_flight = 1\nseed = 1\n{more}"
        );
        protocol::parse(text.as_bytes(), "w.toml").unwrap()
    }

    fn refused(stderr: &str) -> Unanswered {
        Unanswered::Refused {
            how: "ended with exit code 2".to_owned(),
            stderr: stderr.to_owned(),
        }
    }

    #[test]
    fn what_is_wrong_with_own_work_is_said_by_its_program() {
        let own = workload("[work]\npackage = \".\"\n");
        let two = "a line of the work\nthe sequential run: task 7 gave two answers\n";
        let text = refused(two).told(&own).to_string();
        assert_eq!(text, "w: the sequential run: task 7 gave two answers");
        let step =
            "[[step]]\ncall = { library = \"/l.so\", function = \"mix\", kind = \"compute\" }\n";
        let calls = workload(step);
        let without = "expected: /l.so has no function `mix`\n";
        let text = refused(without).told(&calls).to_string();
        assert_eq!(text, "w: the sequential run: /l.so has no function `mix`");
        let crashed = refused("stack overflow").told(&own).to_string();
        let says = "w: the sequential run ended with exit code 2: stack overflow";
        assert!(crashed.ends_with(says), "{crashed}");
        let printed = Unanswered::Printed("hello".to_owned()).told(&own);
        assert!(printed.is::<Usage>(), "{printed}");
        let of_steps = refused(two).told(&workload(""));
        assert!(!of_steps.is::<Usage>(), "{of_steps}");
        assert!(
            of_steps.to_string().contains("`expected` ended"),
            "{of_steps}"
        );
    }
}
