//! Rule 5: with `hold` a program stops at every barrier and at no other place, and without it at none.

use std::time::Duration;

use launch::RunError;
use protocol::{Endpoints, FailureKind, Message, ORDER_GO, Request, Workload};
use serde_json::json;

use crate::cases::{LANES, PATIENCE, coordination, open_loop, steps, wait};
use crate::outcome::{Cases, Fault, Outcome};
use crate::rule::Rule;
use crate::setting::Setting;
use crate::subject::Subject;
use crate::talk::{Ended, Said, ask, by_hand, finish, hear, known};

pub(crate) const RULE: Rule = Rule {
    number: 5,
    name: "barriers",
    stated: "FORMAT \"One run\"",
    of_program: false,
    check,
};

/// Time in which a program that stands at a barrier must say nothing.
const STANDSTILL: Duration = Duration::from_millis(30);
/// Messages after which a program that goes on talking is given up.
const MOST: usize = 20;

fn check(setting: &mut Setting<'_>, subject: &mut Subject) -> Result<Outcome, RunError> {
    let waits = json!([wait(1)]);
    let table: [(&str, Workload, bool, usize); 5] = [
        ("tasks without steps", steps("nothing", &json!([])), true, 1),
        ("tasks that wait", steps("wait", &waits), true, 2),
        (
            "tasks that wait, in an open loop",
            open_loop("open", "uniform"),
            true,
            1,
        ),
        (
            "`spawn`",
            coordination("spawn", &json!({ "spawn": {} })),
            true,
            1,
        ),
        (
            "tasks that wait, without `hold`",
            steps("wait", &waits),
            false,
            0,
        ),
    ];
    let mut cases = Cases::default();
    for (case, workload, hold, barriers) in table {
        let request = Request {
            hold,
            ..setting.request(subject, &workload, LANES + 1, Endpoints::default())
        };
        let (heard, ended) = talk(setting, subject, &request)?;
        if is_unsupported(&heard) {
            cases.unsupported(case);
        } else if is_right(&heard, barriers)
            || (barriers == 2 && has_processes(&heard) && is_right(&heard, 1))
        {
            cases.hold();
        } else {
            cases.fail(Fault {
                case: case.to_owned(),
                seen: format!("{}, and it {}", words(&heard), ended.words),
                due: format!(
                    "`ready`, {barriers} × `held` with a stop for `go`, `done`, the end of its output"
                ),
                request: Some(by_hand(&request)),
            });
        }
    }
    Ok(cases.outcome("runs with the right barriers"))
}

/// One run, and everything that the program said; [`Said::Silence`] follows each `held` at which it stood
/// still.
fn talk(
    setting: &Setting<'_>,
    subject: &Subject,
    request: &Request,
) -> Result<(Vec<Said>, Ended), RunError> {
    let before = known();
    let mut program = setting.start(subject, request, &[])?;
    ask(&mut program, request)?;
    let mut heard = Vec::new();
    while heard.len() < MOST {
        let said = hear(&mut program, PATIENCE)?;
        heard.push(said.clone());
        match said {
            Said::Message(Message::Ready(_)) => program.send(ORDER_GO)?,
            Said::Message(Message::Held {}) => {
                heard.push(hear(&mut program, STANDSTILL)?);
                program.send(ORDER_GO)?;
            }
            Said::End | Said::Silence => break,
            _ => {}
        }
    }
    let ended = finish(&mut program, &before)?;
    Ok((heard, ended))
}

fn is_unsupported(heard: &[Said]) -> bool {
    let not_done = [FailureKind::Unsupported, FailureKind::Unavailable];
    matches!(heard.first(), Some(Said::Message(Message::Error(failure))) if not_done.contains(&failure.kind))
}

/// Whether a program said `ready`, stood still at so many barriers, said `done`, and nothing else.
fn is_right(heard: &[Said], barriers: usize) -> bool {
    let [
        Said::Message(Message::Ready(_)),
        between @ ..,
        Said::Message(Message::Done(_)),
        Said::End,
    ] = heard
    else {
        return false;
    };
    let stops = between.chunks(2);
    stops.len() == barriers
        && between
            .chunks(2)
            .all(|stop| matches!(stop, [Said::Message(Message::Held {}), Said::Silence]))
}

/// Whether a program has several processes, which need not agree on the moment at which all wait.
fn has_processes(heard: &[Said]) -> bool {
    heard
        .iter()
        .any(|said| matches!(said, Said::Message(Message::Done(done)) if done.processes > 1))
}

/// What was heard, for people.
fn words(heard: &[Said]) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut is_at_barrier = false;
    for said in heard {
        let stood_still = is_at_barrier && matches!(said, Said::Silence);
        is_at_barrier = matches!(said, Said::Message(Message::Held {})) && !is_at_barrier;
        if !stood_still {
            parts.push(said.words());
        }
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> Said {
        Said::Message(serde_json::from_str(text).unwrap())
    }

    fn ready() -> Said {
        message(
            r#"{"ready": {"protocol": 1, "version": "x 1", "in_flight": 1, "start_ns": 0,
                "connect_ns": 0, "warm_up_ns": 0, "knobs": {}}}"#,
        )
    }

    fn done() -> Said {
        message(
            r#"{"done": {"tasks": 1, "digest": "00", "elapsed_ns": 1, "latency": [], "cpu_ns": 0,
                "switches": {"voluntary": 0, "involuntary": 0}, "vm_hwm_bytes": null, "threads": 1,
                "processes": 1, "alive_at_once": null, "shut_down_ns": 0}}"#,
        )
    }

    #[test]
    fn barriers_are_counted_and_stood_at() {
        let held = || message(r#"{"held": {}}"#);
        let right = [ready(), held(), Said::Silence, done(), Said::End];
        assert!(is_right(&right, 1));
        assert!(!is_right(&right, 2) && !is_right(&right, 0));
        assert_eq!(
            words(&right),
            "`ready`, `held`, `done`, the end of its output"
        );
        let runs_through = [ready(), held(), done(), Said::End];
        assert!(!is_right(&runs_through, 1));
        let early = [held(), Said::Silence, ready(), done(), Said::End];
        assert!(!is_right(&early, 1));
        let late = [ready(), done(), held(), Said::Silence, Said::End];
        assert!(!is_right(&late, 1));
        assert!(is_right(&[ready(), done(), Said::End], 0));
        assert!(!is_right(&[ready(), done(), Said::Silence], 0));
    }
}
