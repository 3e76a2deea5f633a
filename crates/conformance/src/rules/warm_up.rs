//! Rule 9: the warm-up is one request a lane, with the indices behind the workload's last, and keeps its
//! connection; the origin counts.

use launch::RunError;
use protocol::{Endpoints, FailureKind, Message, ORDER_GO};
use serde_json::json;
use terminal::counted;

use crate::cases::{PATIENCE, SEED, TASKS, get, steps};
use crate::origin::{Asked, Origin, step_seed};
use crate::outcome::{Cases, Fault, Outcome};
use crate::rule::Rule;
use crate::setting::Setting;
use crate::subject::Subject;
use crate::talk::{Said, ask, by_hand, finish, hear, known};

pub(crate) const RULE: Rule = Rule {
    number: 9,
    name: "warm-up and connections",
    stated: "FORMAT \"Warm-up\"",
    of_program: false,
    check,
};

/// Tasks of the run: the key of the last one begins with 0, which a program may leave out.
const RUN: u64 = 23;
/// Bytes of a body.
const BYTES: u64 = 100;

fn check(setting: &mut Setting<'_>, subject: &mut Subject) -> Result<Outcome, RunError> {
    let lanes = subject.lanes(RUN);
    let mut cases = Cases::default();
    for (connection, due_at_ready, due_in_all) in
        [("keep-alive", lanes, lanes), ("new", lanes, lanes + RUN)]
    {
        let origin = Origin::start(u64::MAX, None)?;
        let workload = steps("warm-up", &json!([get(BYTES, connection)]));
        let endpoints = Endpoints {
            origin: Some(origin.address()),
            ..Endpoints::default()
        };
        let request = setting.request(subject, &workload, RUN, endpoints);
        let before = known();
        let mut program = setting.start(subject, &request, &[])?;
        ask(&mut program, &request)?;
        let ready = hear(&mut program, PATIENCE)?;
        let (warm, at_ready) = (origin.log(), origin.connections());
        program.send(ORDER_GO)?;
        let done = match &ready {
            Said::Message(Message::Ready(_)) => hear(&mut program, PATIENCE)?,
            other => other.clone(),
        };
        let ended = finish(&mut program, &before)?;
        let all = origin.log();
        let problem = match &done {
            Said::Message(Message::Done(_)) => problem_of(&warm, &all, lanes)
                .or_else(|| count_problem(at_ready, due_at_ready, "at `ready`"))
                .or_else(|| count_problem(origin.connections(), due_in_all, "in all")),
            Said::Message(Message::Error(failure)) if failure.kind == FailureKind::Unsupported => {
                cases.unsupported(connection);
                continue;
            }
            other => {
                let seen = format!("{}, and the program {}", other.words(), ended.words);
                Some((seen, "`ready`, and then `done`".to_owned()))
            }
        };
        match problem {
            None => cases.hold(),
            Some((seen, due)) => cases.fail(Fault {
                case: format!("{RUN} GETs on {}, `{connection}`", counted(lanes, "lane")),
                seen,
                due,
                request: Some(by_hand(&request)),
            }),
        }
    }
    Ok(cases.outcome("kinds of connection"))
}

fn count_problem(seen: u64, due: u64, when: &str) -> Option<(String, String)> {
    (seen != due).then(|| {
        (
            format!("{} {when}", counted(seen, "connection")),
            format!("{} {when}", counted(due, "connection")),
        )
    })
}

/// What is wrong with the requests up to `ready`, and with all of them.
fn problem_of(warm: &[Asked], all: &[Asked], lanes: u64) -> Option<(String, String)> {
    let due = format!(
        "{} before `ready`, one a lane, of the tasks {TASKS} and following",
        counted(lanes, "request")
    );
    if paths(warm) != due_paths(TASKS..TASKS + lanes) {
        let seen = warm.iter().map(|asked| asked.path.as_str());
        let seen: Vec<&str> = seen.take(8).collect();
        let text = format!(
            "{} before `ready`: {}",
            counted(warm.len() as u64, "request"),
            seen.join(" ")
        );
        return Some((text, due));
    }
    let mut connections: Vec<u64> = warm.iter().map(|asked| asked.connection).collect();
    connections.sort_unstable();
    connections.dedup();
    if connections.len() != warm.len() {
        let text = format!(
            "{} over {}",
            counted(warm.len() as u64, "request"),
            counted(connections.len() as u64, "connection")
        );
        return Some((text, due));
    }
    let run = &all[warm.len()..];
    (paths(run) != due_paths(0..RUN)).then(|| {
        (
            format!("{} after `go`", counted(run.len() as u64, "request")),
            format!(
                "{RUN} requests after `go`, one of each of the tasks 0 to {}",
                RUN - 1
            ),
        )
    })
}

/// The paths, sorted: lanes are served in any order.
fn paths(asked: &[Asked]) -> Vec<String> {
    let mut paths: Vec<String> = asked.iter().map(|asked| asked.path.clone()).collect();
    paths.sort_unstable();
    paths
}

fn due_paths(tasks: std::ops::Range<u64>) -> Vec<String> {
    let mut paths: Vec<String> = tasks
        .map(|task| format!("/body/{BYTES}/0/{:016x}", step_seed(SEED, task, 0)))
        .collect();
    paths.sort_unstable();
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(tasks: &[u64]) -> Vec<Asked> {
        let numbered = (0..).zip(tasks);
        let path = |task| format!("/body/{BYTES}/0/{:016x}", step_seed(SEED, task, 0));
        numbered
            .map(|(number, task)| Asked {
                connection: number % 2,
                path: path(*task),
            })
            .collect()
    }

    #[test]
    fn every_lane_is_warmed_up_once_and_by_the_right_task() {
        let run: Vec<u64> = (0..RUN).collect();
        let all = |warm: &[u64]| asked(&[warm, &run[..]].concat());
        let problem = |warm: &[u64]| problem_of(&asked(warm), &all(warm), 2);
        assert_eq!(problem(&[TASKS, TASKS + 1]), None);
        assert!(problem(&[TASKS]).is_some(), "a lane is cold");
        assert!(problem(&[RUN, RUN + 1]).is_some(), "indices of the request");
        assert!(problem(&[TASKS, TASKS + 1, TASKS]).is_some(), "twice");
        let mut one_lane = asked(&[TASKS, TASKS + 1]);
        one_lane[1].connection = 0;
        assert!(problem_of(&one_lane, &all(&[TASKS, TASKS + 1]), 2).is_some());
        let half = asked(&[TASKS, TASKS + 1, 0, 1]);
        assert!(
            problem_of(&half[..2], &half, 2).is_some(),
            "tasks are missing"
        );
    }
}
