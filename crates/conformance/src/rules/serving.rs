//! Rule 12: the phases of a run that serves, its meters between two of them, and its end while connections are open.

use std::time::Duration;

use launch::RunError;
use protocol::{Message, ORDER_GO, ORDER_STOP, Request, RunnerExit};
use serde_json::json;

use crate::cases::{END, PATIENCE, compute, wait};
use crate::client::{Client, request as get};
use crate::outcome::{Cases, Fault, Outcome};
use crate::rule::Rule;
use crate::served::{Begun, Served, begin, check as right, request, requests};
use crate::setting::Setting;
use crate::subject::Subject;
use crate::talk::{Said, by_hand, hear};

pub(crate) const RULE: Rule = Rule {
    number: 12,
    name: "a run that serves",
    stated: "FORMAT \"A run that serves\"",
    of_program: false,
    check,
};

/// How often the meters are tried, at most.
const ATTEMPTS: usize = 3;
/// Time in which a program that waits for an order must say nothing.
const STANDSTILL: Duration = Duration::from_millis(30);
/// Requests that compute, where there are many of them and where there are few.
const MANY: u64 = 8;
const FEW: u64 = 2;
/// Bytes to hash that take milliseconds of CPU in any language.
const SHA256_BYTES: u64 = 16 << 20;
/// The least CPU time that `MANY` such requests take, in nanoseconds.
const LEAST_NS: u64 = 1_000_000;

/// What a part of the check came to: a problem in words, or nothing.
type Problem = Result<(), String>;

fn check(setting: &mut Setting<'_>, subject: &mut Subject) -> Result<Outcome, RunError> {
    let waits = requests("phases", &json!([wait(1)]));
    let plain = request(setting, subject, &waits);
    let held = Request {
        hold: true,
        ..plain.clone()
    };
    let computes = requests("meters", &json!([compute("sha256", SHA256_BYTES)]));
    let heavy = request(setting, subject, &computes);
    let mut cases = Cases::default();
    for (case, asked) in [("the phases", &plain), ("the phases, with `hold`", &held)] {
        let Some(problem) = phases(setting, subject, asked)? else {
            return Ok(Outcome::Unsupported("serving".to_owned()));
        };
        let due = format!(
            "`ready`, `serving` after `go`, `held` where that is asked for, `served` after `stop`, each once, answers in \
             all of them, and exit code 0 within 1 s (checked: {} s) with connections open",
            END.as_secs()
        );
        note(&mut cases, case, &due, asked, problem);
    }
    let ends = format!(
        "exit code 3 and no process left, within 1 s (checked: {} s)",
        END.as_secs()
    );
    if let Some(problem) = end_of_input(setting, subject, &plain)? {
        let case = "standard input closed while connections are open, one within a request";
        note(&mut cases, case, &ends, &plain, problem);
    }
    if let Some(problem) = meters(setting, subject, &heavy)? {
        let case = format!(
            "{MANY} requests that compute before `go` and {FEW} after it, and {MANY} after it"
        );
        let due = "`cpu_ns` of what was between `serving` and `stop`";
        note(&mut cases, &case, due, &heavy, problem);
    }
    Ok(cases.outcome("parts of a run"))
}

fn note(cases: &mut Cases, case: &str, due: &str, asked: &Request, problem: Problem) {
    match problem {
        Ok(()) => cases.hold(),
        Err(seen) => cases.fail(Fault {
            case: case.to_owned(),
            seen,
            due: due.to_owned(),
            request: Some(by_hand(asked)),
        }),
    }
}

/// Starts a program and carries out a part of the check with it; `None` where it does not serve.
fn with_server(
    setting: &Setting<'_>,
    subject: &Subject,
    asked: &Request,
    carry_out: impl FnOnce(&mut Served<'_>) -> Result<Problem, RunError>,
) -> Result<Option<Problem>, RunError> {
    match begin(setting, subject, asked)? {
        Begun::Unsupported => Ok(None),
        Begun::Other(seen) => Ok(Some(Err(seen))),
        Begun::Listens(mut served) => carry_out(&mut served).map(Some),
    }
}

/// Whether the phases follow each other as they should, and the program ends after them.
fn phases(
    setting: &Setting<'_>,
    subject: &Subject,
    asked: &Request,
) -> Result<Option<Problem>, RunError> {
    with_server(setting, subject, asked, |served| {
        let mut client = match served.connect() {
            Ok(client) => client,
            Err(problem) => return Ok(Err(problem)),
        };
        let talk = go_through_phases(served, &mut client, asked.hold)?;
        let ended = served.await_end(END)?;
        drop(client);
        let is_right = ended.in_time && ended.left.is_empty() && ended.code == Some(0);
        Ok(talk.and_then(|()| {
            let left = ended.left.len();
            is_right.then_some(()).ok_or_else(|| {
                format!(
                    "after `served` the program {}, with {left} processes left",
                    ended.words
                )
            })
        }))
    })
}

/// Goes through all phases, with a request before `go` and one after `serving`.
fn go_through_phases(
    served: &mut Served<'_>,
    client: &mut Client,
    hold: bool,
) -> Result<Problem, RunError> {
    if let Err(problem) = answered(client, 0, "before `go`") {
        return Ok(Err(problem));
    }
    if let Some(early) = said_early(served, "`go`")? {
        return Ok(Err(early));
    }
    served.program.send(ORDER_GO)?;
    if let Err(other) = await_message(served, "`serving`", |said| {
        matches!(said, Message::Serving {})
    })? {
        return Ok(Err(other));
    }
    if let Err(problem) = answered(client, 1, "after `serving`") {
        return Ok(Err(problem));
    }
    if let Some(early) = said_early(served, "`stop`")? {
        return Ok(Err(early));
    }
    served.program.send(ORDER_STOP)?;
    if hold {
        if let Err(other) =
            await_message(served, "`held`", |said| matches!(said, Message::Held {}))?
        {
            return Ok(Err(other));
        }
        if let Some(early) = said_early(served, "`go` after `held`")? {
            return Ok(Err(early));
        }
        served.program.send(ORDER_GO)?;
    }
    if let Err(other) = await_message(served, "`served`", |said| {
        matches!(said, Message::Served(_))
    })? {
        return Ok(Err(other));
    }
    Ok(match hear(&mut served.program, END)? {
        Said::End => Ok(()),
        other => Err(format!("{} after `served`", other.words())),
    })
}

fn answered(client: &mut Client, task: u64, when: &str) -> Problem {
    let given = client.ask(task).and_then(|answer| right(task, &answer));
    given.map_err(|problem| format!("{when}: {problem}"))
}

/// What the program says although it must wait for an order first.
fn said_early(served: &mut Served<'_>, order: &str) -> Result<Option<String>, RunError> {
    Ok(match hear(&mut served.program, STANDSTILL)? {
        Said::Silence => None,
        other => Some(format!("{} before {order}", other.words())),
    })
}

/// Waits for the message that is due, and refuses any other.
fn await_message(
    served: &mut Served<'_>,
    name: &str,
    is_it: fn(&Message) -> bool,
) -> Result<Problem, RunError> {
    Ok(match hear(&mut served.program, PATIENCE)? {
        Said::Message(message) if is_it(&message) => Ok(()),
        other => Err(format!("{} where {name} was due", other.words())),
    })
}

/// Whether the program ends with its input, though one connection is idle and another within a request.
fn end_of_input(
    setting: &Setting<'_>,
    subject: &Subject,
    asked: &Request,
) -> Result<Option<Problem>, RunError> {
    with_server(setting, subject, asked, |served| {
        let clients = [served.connect(), served.connect()];
        let [Ok(mut idle), Ok(mut within_request)] = clients else {
            return Ok(Err("two connections cannot be opened".to_owned()));
        };
        let begun = answered(&mut idle, 0, "before its end")
            .and_then(|()| within_request.send(&get(1)[..12]));
        served.program.close_input();
        let ended = served.await_end(END)?;
        drop((idle, within_request));
        let code = RunnerExit::Closed as i32;
        let is_right = ended.in_time && ended.left.is_empty() && ended.code == Some(code);
        Ok(begun.and_then(|()| {
            let left = ended.left.join("; ");
            is_right
                .then_some(())
                .ok_or_else(|| format!("the program {}; left: {left}", ended.words))
        }))
    })
}

/// Whether the CPU time that the program states leaves out what was before `go`. A busy machine may charge a program for
/// what others do, but not each time: it is a fault where every attempt shows it.
fn meters(
    setting: &Setting<'_>,
    subject: &Subject,
    asked: &Request,
) -> Result<Option<Problem>, RunError> {
    let mut judgement = Ok(());
    for _ in 0..ATTEMPTS {
        let figures = match metered_twice(setting, subject, asked)? {
            Some(Ok(figures)) => figures,
            Some(Err(seen)) => return Ok(Some(Err(seen))),
            None => return Ok(None),
        };
        judgement = judged(figures);
        if judgement.is_ok() {
            break;
        }
    }
    Ok(Some(judgement))
}

/// The CPU time that two runs state, in nanoseconds: of few requests after many that came before `go`, and of many. `None`
/// where the program does not serve, or in words what was no run.
fn metered_twice(
    setting: &Setting<'_>,
    subject: &Subject,
    asked: &Request,
) -> Result<Option<Result<[u64; 2], String>>, RunError> {
    let mut figures = [0; 2];
    for (figure, (before, within)) in figures.iter_mut().zip([(MANY, FEW), (0, MANY)]) {
        let mut cpu_ns = None;
        let problem = with_server(setting, subject, asked, |served| {
            cpu_ns = metered(served, before, within)?;
            served.await_end(END)?;
            Ok(Ok(()))
        })?;
        *figure = match (problem, cpu_ns) {
            (None, _) => return Ok(None),
            (Some(Err(seen)), _) => return Ok(Some(Err(seen))),
            (Some(Ok(())), None) => return Ok(Some(Err("a run without `served`".to_owned()))),
            (Some(Ok(())), Some(nanos)) => nanos,
        }
    }
    Ok(Some(Ok(figures)))
}

/// The CPU time that a program states, in nanoseconds, with so many requests before `go` and so many after `serving`.
fn metered(served: &mut Served<'_>, before: u64, within: u64) -> Result<Option<u64>, RunError> {
    let Ok(mut client) = served.connect() else {
        return Ok(None);
    };
    if !answers_all(&mut client, before) {
        return Ok(None);
    }
    served.program.send(ORDER_GO)?;
    if !matches!(
        hear(&mut served.program, PATIENCE)?,
        Said::Message(Message::Serving {})
    ) {
        return Ok(None);
    }
    if !answers_all(&mut client, within) {
        return Ok(None);
    }
    served.program.send(ORDER_STOP)?;
    Ok(match hear(&mut served.program, PATIENCE)? {
        Said::Message(Message::Served(figures)) => Some(figures.cpu_ns),
        _ => None,
    })
}

/// Whether each of so many requests has an answer.
fn answers_all(client: &mut Client, count: u64) -> bool {
    (0..count).all(|task| client.ask(task).is_ok())
}

/// Whether `FEW` requests, with `MANY` others before `go`, cost less than half of what `MANY` requests after it cost.
/// A meter that began before `go` would have them cost more.
fn judged([few_ns, many_ns]: [u64; 2]) -> Problem {
    if many_ns < LEAST_NS {
        return Err(format!(
            "`cpu_ns` {many_ns} of {MANY} requests that compute for milliseconds each"
        ));
    }
    if few_ns >= many_ns / 2 {
        return Err(format!(
            "`cpu_ns` {few_ns} of {FEW} requests after {MANY} before `go`, and {many_ns} of {MANY}"
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_before_go_is_in_no_meter() {
        assert!(judged([2_000_000, 8_000_000]).is_ok());
        let all = judged([10_000_000, 8_000_000]).unwrap_err();
        assert!(all.contains("10000000 of 2 requests after 8"), "{all}");
        assert!(judged([0, 0]).is_err());
    }
}
