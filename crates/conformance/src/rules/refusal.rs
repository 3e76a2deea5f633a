//! Rule 2: a request that asks for what is not there is refused as wrong usage.

use launch::RunError;
use protocol::{Endpoints, FailureKind, Message, Request};
use serde_json::{Value, json};

use crate::cases::{PATIENCE, steps, wait};
use crate::outcome::{Cases, Fault, Outcome};
use crate::rule::Rule;
use crate::setting::Setting;
use crate::subject::Subject;
use crate::talk::{Said, finish, hear, known};

pub(crate) const RULE: Rule = Rule {
    number: 2,
    name: "wrong requests",
    stated: "FORMAT \"The request\"",
    of_program: true,
    check,
};

/// The exit code for wrong usage.
const USAGE: i32 = protocol::RunnerExit::Usage as i32;

/// A process that starts nothing: beyond the largest number that Linux gives.
const NOBODY: u32 = 1 << 23;

fn check(setting: &mut Setting<'_>, subject: &mut Subject) -> Result<Outcome, RunError> {
    let workload = steps("wait-1ms", &json!([wait(1)]));
    // Not tied to this process, so that what is shown can be sent again by hand.
    let request = Request {
        parent: 0,
        ..setting.request(subject, &workload, 1, Endpoints::default())
    };
    let mut cases = Cases::default();
    for (case, line) in wrong(&request) {
        let before = known();
        let mut program = setting.start(subject, &request, &[])?;
        program.send(&line)?;
        let said = hear(&mut program, PATIENCE)?;
        let ended = finish(&mut program, &before)?;
        let is_refused = matches!(
            &said,
            Said::Message(Message::Error(failure)) if failure.kind == FailureKind::Usage
        );
        let is_unsupported = matches!(
            &said,
            Said::Message(Message::Error(failure)) if failure.kind == FailureKind::Unsupported
        );
        if is_refused && ended.code == Some(USAGE) {
            cases.hold();
        } else if is_unsupported {
            // A program that does not wait need not look at what is wrong beside that.
            cases.unsupported(case);
        } else {
            cases.fail(Fault {
                case: case.to_owned(),
                seen: format!("{}, and the program {}", said.words(), ended.words),
                due: "`error` of kind \"usage\", and exit code 2".to_owned(),
                request: Some(line),
            });
        }
    }
    Ok(cases.outcome("wrong requests refused"))
}

/// Requests that are each wrong in one way.
fn wrong(request: &Request) -> Vec<(&'static str, String)> {
    vec![
        ("no JSON", "hello".to_owned()),
        ("`protocol` 2", with(request, "", "protocol", json!(2))),
        (
            "a variant that there is not",
            with(request, "", "variant", json!("no-such-variant")),
        ),
        ("0 tasks", with(request, "", "tasks", json!(0))),
        (
            "a field of the request that there is not",
            with(request, "", "surprise", json!(1)),
        ),
        (
            "a field of `setup` that there is not",
            with(request, "/setup", "surprise", json!(1)),
        ),
        (
            "a field of `endpoints` that there is not",
            with(request, "/setup/endpoints", "surprise", json!(1)),
        ),
        (
            "a field of `workload` that there is not",
            with(request, "/setup/workload", "surprise", json!(1)),
        ),
        (
            "a field of a step that there is not",
            with(request, "/setup/workload/step/0/wait", "surprise", json!(1)),
        ),
        (
            "a `parent` that has not started it",
            with(request, "", "parent", json!(NOBODY)),
        ),
    ]
}

/// The request with one field of the object at `path` set.
fn with(request: &Request, path: &str, name: &str, value: Value) -> String {
    let mut changed = serde_json::to_value(request).unwrap_or_default();
    if let Some(object) = changed.pointer_mut(path) {
        object[name] = value;
    }
    changed.to_string()
}
