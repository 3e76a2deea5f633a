//! Rule 7: where the origin misbehaves, the run fails; it neither hangs nor goes on.

use std::net::{Ipv4Addr, SocketAddr};
use std::os::fd::OwnedFd;

use launch::RunError;
use protocol::{Endpoints, FailureKind, Message, ORDER_GO, Request, RunnerExit};
use rustix::net::{self, AddressFamily, SocketFlags, SocketType};
use serde_json::json;

use crate::cases::{LANES, PATIENCE, get, steps};
use crate::origin::{Origin, OriginFault};
use crate::outcome::{Cases, Fault, Outcome};
use crate::rule::Rule;
use crate::setting::Setting;
use crate::subject::Subject;
use crate::talk::{Ended, Said, ask, await_end, by_hand, hear, known};

pub(crate) const RULE: Rule = Rule {
    number: 7,
    name: "an origin that misbehaves",
    stated: "FORMAT \"HTTP\"",
    of_program: false,
    check,
};

const KEEP_ALIVE: &str = "keep-alive";
const NEW: &str = "new";

fn check(setting: &mut Setting<'_>, subject: &mut Subject) -> Result<Outcome, RunError> {
    // After the warm-up, whose requests are answered rightly, so that it is the run which fails.
    let warm = subject.lanes(LANES + 1);
    let table = [
        ("answers 500", warm, OriginFault::Status500, KEEP_ALIVE),
        ("cuts a body short", warm, OriginFault::CutsBody, KEEP_ALIVE),
        ("cuts a body short", warm, OriginFault::CutsBody, NEW),
        (
            "closes instead of answering",
            warm,
            OriginFault::ClosesInstead,
            KEEP_ALIVE,
        ),
        (
            "closes every connection at once",
            0,
            OriginFault::ClosesAtOnce,
            KEEP_ALIVE,
        ),
    ];
    let mut cases = Cases::default();
    for (case, right, fault, connection) in table {
        let origin = Origin::start(right, Some(fault))?;
        let case = format!("the origin {case}, `{connection}`");
        one(
            setting,
            subject,
            &case,
            (origin.address(), connection),
            &mut cases,
        )?;
    }
    let (_reserved, nobody) = address_of_nobody()?;
    one(
        setting,
        subject,
        "nobody listens",
        (nobody, KEEP_ALIVE),
        &mut cases,
    )?;
    Ok(cases.outcome("faults told"))
}

/// An address at which nobody listens, and the socket that has it for as long as it is kept, so that the system gives it
/// to no other.
fn address_of_nobody() -> std::io::Result<(OwnedFd, SocketAddr)> {
    let socket = net::socket_with(
        AddressFamily::INET,
        SocketType::STREAM,
        SocketFlags::CLOEXEC,
        None,
    )?;
    net::bind(&socket, &SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
    let address = SocketAddr::try_from(net::getsockname(&socket)?)?;
    Ok((socket, address))
}

fn one(
    setting: &Setting<'_>,
    subject: &Subject,
    case: &str,
    (origin, connection): (SocketAddr, &str),
    cases: &mut Cases,
) -> Result<(), RunError> {
    let endpoints = Endpoints {
        origin: Some(origin),
        ..Endpoints::default()
    };
    let workload = steps("faulty", &json!([get(1000, connection)]));
    let request = setting.request(subject, &workload, LANES + 1, endpoints);
    let (said, ended) = run(setting, subject, &request)?;
    match &said {
        Said::Message(Message::Error(failure)) if failure.kind == FailureKind::Unsupported => {
            cases.unsupported(case);
        }
        Said::Message(Message::Error(failure)) if is_right(failure.kind, &ended) => cases.hold(),
        _ => cases.fail(Fault {
            case: case.to_owned(),
            seen: format!("{}, and the program {}", said.words(), ended.words),
            due: "`error` of kind \"failed\", and exit code 1".to_owned(),
            request: Some(by_hand(&request)),
        }),
    }
    Ok(())
}

fn is_right(kind: FailureKind, ended: &Ended) -> bool {
    kind == FailureKind::Failed && ended.in_time && ended.code == Some(RunnerExit::Failed as i32)
}

/// The first thing that the program says besides `ready`, and how it ended with its input still open.
fn run(
    setting: &Setting<'_>,
    subject: &Subject,
    request: &Request,
) -> Result<(Said, Ended), RunError> {
    let before = known();
    let mut program = setting.start(subject, request, &[])?;
    ask(&mut program, request)?;
    let mut said = hear(&mut program, PATIENCE)?;
    if matches!(said, Said::Message(Message::Ready(_))) {
        program.send(ORDER_GO)?;
        said = hear(&mut program, PATIENCE)?;
    }
    if matches!(said, Said::Silence) {
        program.close_input();
    }
    let ended = await_end(&mut program, &before, PATIENCE)?;
    Ok((said, ended))
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;

    use super::*;

    #[test]
    fn nobody_listens_there_and_nobody_else_can() {
        let (_reserved, address) = address_of_nobody().unwrap();
        let refused = TcpStream::connect(address).unwrap_err();
        assert_eq!(refused.kind(), std::io::ErrorKind::ConnectionRefused);
        assert!(std::net::TcpListener::bind(address).is_err());
    }
}
