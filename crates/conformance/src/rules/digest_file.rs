//! Rule 4: the file of the tasks' digests has the right lines.

use std::fs;
use std::path::Path;

use launch::{RunError, expected, first_difference};
use serde_json::{Value, json};

use crate::cases::{chosen, compute, steps};
use crate::outcome::{Cases, Fault, Outcome};
use crate::rule::Rule;
use crate::setting::Setting;
use crate::subject::Subject;
use crate::talk::by_hand;

pub(crate) const RULE: Rule = Rule {
    number: 4,
    name: "the file of digests",
    stated: "FORMAT \"The request\"",
    of_program: false,
    check,
};

/// Tasks of the run: more than lanes, so that they end out of order somewhere.
const RUN: u64 = 11;
/// The most bytes of a file of digests that are read: many times what there should be.
const MOST_BYTES: u64 = 64 * RUN;

fn check(setting: &mut Setting<'_>, subject: &mut Subject) -> Result<Outcome, RunError> {
    // What most programs do comes last: tasks without steps all have one digest, so that it shows least.
    let mut works = [
        json!([compute("sha256", 100), compute("primes", 50)]),
        json!([compute("sha256", 100)]),
        json!([compute("sum-squares", 100)]),
        json!([]),
    ]
    .into_iter();
    loop {
        let Some(work) = works.next() else {
            return Ok(Outcome::Unsupported("tasks without steps".to_owned()));
        };
        match one(setting, subject, &work)? {
            Outcome::Unsupported(_) => {}
            outcome => return Ok(outcome),
        }
    }
}

/// The file of tasks with these steps.
fn one(setting: &mut Setting<'_>, subject: &Subject, work: &Value) -> Result<Outcome, RunError> {
    let work = chosen(steps("digest-file", work));
    let workload = &work.workload;
    let [right, given] = ["right", "given"].map(|name| setting.file(name));
    let program = setting.workspace.program("expected");
    let due = expected(&program, workload, &[RUN], Some(&right), setting.ledger)
        .map_err(RunError::Tool)?;
    let mut trial = setting.trial(subject, &work, RUN);
    trial.digests = Some(given.clone());
    let request = by_hand(&trial.request(Default::default()));
    let mut cases = Cases::default();
    let run = match setting.bench.judged_run(&trial, &due[&RUN]) {
        Ok(run) => run,
        Err(error) => {
            let failure = error.into_row()?;
            if !failure.kind.is_fault() {
                return Ok(Outcome::Unsupported(failure.message));
            }
            cases.fail(fault(
                format!("{}: {failure}", failure.kind.word()),
                request,
            ));
            return Ok(cases.outcome("lines"));
        }
    };
    let [given_text, right_text] = [&given, &right].map(|path| text_of(path));
    if given_text.lines().eq(right_text.lines()) {
        drop(run);
        return Ok(Outcome::Holds(format!(
            "{RUN} lines, in the order of indices"
        )));
    }
    let seen = if given.is_file() {
        first_difference(&right, &given, RUN)
    } else {
        "no file".to_owned()
    };
    cases.fail(fault(seen, request));
    Ok(cases.outcome("lines"))
}

/// The text of a file that can be one of digests; a program may have put anything in its place.
fn text_of(path: &Path) -> String {
    let data = fs::symlink_metadata(path);
    let is_file = data.is_ok_and(|data| data.is_file() && data.len() < MOST_BYTES);
    let text = is_file.then(|| fs::read_to_string(path).ok()).flatten();
    text.unwrap_or_default()
}

fn fault(seen: String, request: String) -> Fault {
    Fault {
        case: format!("{RUN} tasks, with `digests`"),
        seen,
        due: format!(
            "a file of {RUN} lines, each the digest of a task as 16 hexadecimal digits, by index"
        ),
        request: Some(request),
    }
}
