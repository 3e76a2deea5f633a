//! Rule 11: a program that serves answers requests rightly, on connections that are kept, whatever other clients do.

use launch::RunError;
use serde_json::json;

use crate::cases::wait;
use crate::client::{Client, request as get};
use crate::outcome::{Cases, Fault, Outcome};
use crate::rule::Rule;
use crate::served::{Begun, Served, begin, check as right, request, requests};
use crate::setting::Setting;
use crate::subject::Subject;
use crate::talk::by_hand;

pub(crate) const RULE: Rule = Rule {
    number: 11,
    name: "answers to requests",
    stated: "FORMAT \"A run that serves\"",
    of_program: false,
    check,
};

/// What is done to the program; what is wrong then, in words.
type Case = fn(&Served<'_>) -> Result<(), String>;

fn check(setting: &mut Setting<'_>, subject: &mut Subject) -> Result<Outcome, RunError> {
    let table: [(&str, &str, Case); 6] = [
        (
            "several tasks on one connection",
            "the right body of each, on a connection that stays open",
            several,
        ),
        (
            "a request that comes in pieces",
            "one answer, once all of it is there",
            in_pieces,
        ),
        ("a path that is not there", "status 404", not_there),
        (
            "a client that stops within a request",
            "answers to the others meanwhile, and to it once it goes on",
            one_that_stops,
        ),
        (
            "a client that leaves within a request",
            "answers to others, also to one that comes after it",
            one_that_leaves,
        ),
        (
            "as many connections as lanes at once",
            "an answer on each, though none has ended",
            all_at_once,
        ),
    ];
    let work = requests("answers", &json!([wait(1)]));
    let asked = request(setting, subject, &work);
    let mut cases = Cases::default();
    for (case, due, carry_out) in table {
        let problem = match begin(setting, subject, &asked)? {
            Begun::Unsupported => return Ok(Outcome::Unsupported("serving".to_owned())),
            Begun::Other(seen) => Err(seen),
            Begun::Listens(mut served) => {
                let outcome = carry_out(&served);
                served.program.end();
                outcome
            }
        };
        match problem {
            Ok(()) => cases.hold(),
            Err(seen) => cases.fail(Fault {
                case: case.to_owned(),
                seen,
                due: due.to_owned(),
                request: Some(by_hand(&asked)),
            }),
        }
    }
    Ok(cases.outcome("ways of asking"))
}

fn asked(client: &mut Client, task: u64) -> Result<(), String> {
    right(task, &client.ask(task)?)
}

fn several(served: &Served<'_>) -> Result<(), String> {
    let mut client = served.connect()?;
    [0, 3, 1, 39]
        .iter()
        .try_for_each(|task| asked(&mut client, *task))
}

fn in_pieces(served: &Served<'_>) -> Result<(), String> {
    let mut client = served.connect()?;
    let whole = get(2);
    for at in [5, 20, whole.len() - 1] {
        let (first, rest) = whole.split_at(at);
        client.send(first)?;
        // So that the pieces are read apart, as far as that can be had: the answer must be the same.
        std::thread::sleep(std::time::Duration::from_millis(5));
        client.send(rest)?;
        right(2, &client.answer()?)?;
    }
    Ok(())
}

fn not_there(served: &Served<'_>) -> Result<(), String> {
    let mut client = served.connect()?;
    client.send("GET /nothing HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")?;
    match client.answer()?.status {
        404 => Ok(()),
        other => Err(format!("status {other}")),
    }
}

fn one_that_stops(served: &Served<'_>) -> Result<(), String> {
    let (mut stops, mut other) = (served.connect()?, served.connect()?);
    let whole = get(1);
    let (first, rest) = whole.split_at(12);
    stops.send(first)?;
    [4, 5]
        .iter()
        .try_for_each(|task| asked(&mut other, *task))?;
    stops.send(rest)?;
    right(1, &stops.answer()?)
}

fn one_that_leaves(served: &Served<'_>) -> Result<(), String> {
    let (mut leaves, mut other) = (served.connect()?, served.connect()?);
    leaves.send("GET /task/1 HT")?;
    asked(&mut other, 4)?;
    drop(leaves);
    asked(&mut other, 5)?;
    asked(&mut served.connect()?, 6)
}

fn all_at_once(served: &Served<'_>) -> Result<(), String> {
    let mut clients = Vec::new();
    for _ in 0..served.lanes {
        clients.push(served.connect()?);
    }
    for (task, client) in (0..).zip(&mut clients) {
        asked(client, task)?;
    }
    Ok(())
}
