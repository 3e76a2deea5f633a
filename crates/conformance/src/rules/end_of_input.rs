//! Rule 6: the end of standard input ends the program and every process that it started, at any time.

use std::time::Duration;

use launch::{Conversation, RunError};
use protocol::{Endpoints, FailureKind, Message, ORDER_GO, Request, RunnerExit, Workload};
use serde_json::{Value, json};
use terminal::counted;

use crate::cases::{END, LANES, PATIENCE, compute, get, steps, wait};
use crate::origin::Origin;
use crate::outcome::{Cases, Fault, Outcome};
use crate::rule::Rule;
use crate::setting::Setting;
use crate::subject::Subject;
use crate::talk::{Ended, Said, ask, await_end, by_hand, hear, known};

pub(crate) const RULE: Rule = Rule {
    number: 6,
    name: "the end of its input",
    stated: "FORMAT \"One run\"",
    of_program: false,
    check,
};

/// Time for a program to get from its answer to the step behind it.
const INTO_THE_STEP: Duration = Duration::from_millis(50);

/// When the input ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    BeforeRequest,
    BeforeGo,
    InStep,
    /// Not before the run is over: what is left then?
    AfterDone,
}

fn check(setting: &mut Setting<'_>, subject: &mut Subject) -> Result<Outcome, RunError> {
    let table = [
        ("closed before the request", json!([]), When::BeforeRequest),
        ("closed between `ready` and `go`", json!([]), When::BeforeGo),
        (
            "closed within a kernel that takes seconds",
            after_get(&compute("sum-squares", 10_000_000_000)),
            When::InStep,
        ),
        (
            "closed within a wait of a minute",
            after_get(&wait(60_000)),
            When::InStep,
        ),
        ("open until the run is over", json!([]), When::AfterDone),
    ];
    let mut cases = Cases::default();
    for (case, its_steps, when) in table {
        let origin = Origin::start(u64::MAX, None)?;
        let endpoints = Endpoints {
            origin: Some(origin.address()),
            ..Endpoints::default()
        };
        let workload: Workload = steps("long", &its_steps);
        let request = setting.request(subject, &workload, LANES + 1, endpoints);
        match ended(setting, subject, &request, when, &origin)? {
            Attempt::Unsupported => cases.unsupported(case),
            Attempt::Ended(ended) if is_right(&ended, when) => cases.hold(),
            Attempt::Ended(ended) => cases.fail(fault(case, words(&ended), when, &request)),
            Attempt::Other(seen) => cases.fail(fault(case, seen, when, &request)),
        }
    }
    Ok(cases.outcome("moments with nothing left behind"))
}

/// The steps of a task whose GET shows that the step behind it has begun.
fn after_get(step: &Value) -> Value {
    json!([get(0, "keep-alive"), step])
}

/// How an attempt to end a program went.
enum Attempt {
    Ended(Ended),
    Unsupported,
    /// It did not get as far as that.
    Other(String),
}

fn ended(
    setting: &Setting<'_>,
    subject: &Subject,
    request: &Request,
    when: When,
    origin: &Origin,
) -> Result<Attempt, RunError> {
    let before = known();
    let mut program = setting.start(subject, request, &[])?;
    if when != When::BeforeRequest {
        ask(&mut program, request)?;
    }
    let reached = match when {
        When::BeforeRequest => Ok(()),
        When::BeforeGo => until_ready(&mut program)?,
        When::InStep => until_asked(&mut program, origin)?,
        When::AfterDone => until_done(&mut program)?,
    };
    if let Err(other) = reached {
        program.close_input();
        await_end(&mut program, &before, END)?;
        return Ok(other);
    }
    if when != When::AfterDone {
        program.close_input();
    }
    Ok(Attempt::Ended(await_end(&mut program, &before, END)?))
}

fn until_ready(program: &mut Conversation<'_>) -> Result<Result<(), Attempt>, RunError> {
    Ok(match hear(program, PATIENCE)? {
        Said::Message(Message::Ready(_)) => Ok(()),
        other => Err(not_reached(&other)),
    })
}

fn until_done(program: &mut Conversation<'_>) -> Result<Result<(), Attempt>, RunError> {
    if let Err(other) = until_ready(program)? {
        return Ok(Err(other));
    }
    program.send(ORDER_GO)?;
    Ok(match hear(program, PATIENCE)? {
        Said::Message(Message::Done(_)) => Ok(()),
        other => Err(not_reached(&other)),
    })
}

/// Waits until the first task, which is one of the warm-up, has had its answer.
fn until_asked(
    program: &mut Conversation<'_>,
    origin: &Origin,
) -> Result<Result<(), Attempt>, RunError> {
    let asked = program.wait_until(PATIENCE, |program| {
        program.has_ended() || !origin.log().is_empty()
    })?;
    if asked.is_none() || program.has_ended() {
        return Ok(Err(not_reached(&hear(program, INTO_THE_STEP)?)));
    }
    std::thread::sleep(INTO_THE_STEP);
    Ok(Ok(()))
}

fn not_reached(said: &Said) -> Attempt {
    let not_done = [FailureKind::Unsupported, FailureKind::Unavailable];
    match said {
        Said::Message(Message::Error(failure)) if not_done.contains(&failure.kind) => {
            Attempt::Unsupported
        }
        other => Attempt::Other(format!("{} before that moment", other.words())),
    }
}

/// The exit code that is due.
fn due_code(when: When) -> i32 {
    match when {
        When::AfterDone => RunnerExit::Ok as i32,
        _ => RunnerExit::Closed as i32,
    }
}

fn is_right(ended: &Ended, when: When) -> bool {
    ended.in_time && ended.left.is_empty() && ended.code == Some(due_code(when))
}

fn words(ended: &Ended) -> String {
    let mut words = format!("the program {}", ended.words);
    if !ended.left.is_empty() {
        words.push_str(&format!(
            "; {} left after {} s: {}",
            counted(ended.left.len() as u64, "process"),
            END.as_secs(),
            ended.left.join("; ")
        ));
    }
    words
}

fn fault(case: &str, seen: String, when: When, request: &Request) -> Fault {
    let code = due_code(when);
    Fault {
        case: format!("standard input {case}"),
        seen,
        due: format!(
            "exit code {code} and no process left, within 1 s (checked: {} s)",
            END.as_secs()
        ),
        request: (when != When::BeforeRequest).then(|| by_hand(request)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_left_behind_is_a_fault_whatever_the_exit_code() {
        let ended = |code, left: &[&str]| Ended {
            words: "ended".to_owned(),
            code: Some(code),
            in_time: left.is_empty(),
            left: left.iter().map(|&text| text.to_owned()).collect(),
        };
        assert!(is_right(&ended(3, &[]), When::InStep));
        assert!(!is_right(&ended(0, &[]), When::InStep));
        assert!(is_right(&ended(0, &[]), When::AfterDone));
        let left = ended(3, &["sleep 1000"]);
        assert!(!is_right(&left, When::InStep));
        assert!(words(&left).contains("sleep 1000"), "{}", words(&left));
    }
}
