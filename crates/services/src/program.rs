//! The program around the services: reads the request, answers with one line, ends with its standard
//! input and with its parent.

use std::io::{self, BufRead, Read, StdinLock, Write};
use std::ops::RangeInclusive;

use protocol::{
    Failure, FailureKind, ORDER_ANSWERED, RunnerExit, ServiceMessage, ServiceReady, ServiceRequest,
};

use crate::answered::Answered;
use crate::dataset::{files, sqlite};
use crate::error::{Error, Result};
use crate::origin::Origin;
use crate::parent;
use crate::postgres::{Ending, Served};
use crate::pulses::Pulses;

/// A request is a few short fields and a path; more than this is not one.
const MAX_REQUEST: u64 = 64 * 1024;

// The same bounds as those of the steps in workload files.
const ROWS: RangeInclusive<u64> = 1..=1_000_000;
const FILES: RangeInclusive<u64> = 1..=65_536;
const FILE_BYTES: RangeInclusive<u64> = 1..=64 << 20;

/// Carries out the request on standard input.
#[must_use]
pub fn run() -> RunnerExit {
    // Before anything is read: a parent that ends while the request is on its way is noticed too.
    parent::die_with_parent();
    match serve() {
        Ok(()) => RunnerExit::Ok,
        Err(error) => {
            let failure = Failure {
                kind: error.kind(),
                message: error.to_string(),
            };
            let exit = exit_code(failure.kind);
            // Whoever does not listen any more learns it from the exit code.
            let _ = say(&ServiceMessage::Error(failure));
            exit
        }
    }
}

fn exit_code(kind: FailureKind) -> RunnerExit {
    match kind {
        FailureKind::Usage => RunnerExit::Usage,
        _ => RunnerExit::Failed,
    }
}

fn serve() -> Result<()> {
    match read_request(io::stdin().lock())? {
        ServiceRequest::Origin { port, parent } => {
            parent::check(parent)?;
            serve_origin(port)
        }
        ServiceRequest::Postgres {
            rows,
            server,
            parent,
        } => {
            parent::check(parent)?;
            within("rows", rows, ROWS)?;
            serve_postgres(rows, server.as_deref())
        }
        ServiceRequest::Pulses { port, parent } => {
            parent::check(parent)?;
            raise_file_limit();
            let pulses = Pulses::start(port)?;
            say(&ServiceMessage::Ready(ServiceReady::Pulses(
                pulses.address(),
            )))?;
            answer_questions(&pulses.answered());
            Ok(())
        }
        ServiceRequest::Sqlite { folder, rows } => {
            within("rows", rows, ROWS)?;
            let (path, made) = sqlite::provide(&folder, rows)?;
            say(&ServiceMessage::Ready(ServiceReady::Sqlite { path, made }))
        }
        ServiceRequest::Files {
            folder,
            files,
            bytes,
            cache,
        } => {
            within("files", files, FILES)?;
            within("bytes", bytes, FILE_BYTES)?;
            let (path, made) = files::provide(&folder, files, bytes, cache)?;
            say(&ServiceMessage::Ready(ServiceReady::Files { path, made }))
        }
    }
}

fn serve_origin(port: u16) -> Result<()> {
    raise_file_limit();
    let (origin, leash) = Origin::bind(port)?;
    say(&ServiceMessage::Ready(ServiceReady::Origin(
        origin.address(),
    )))?;
    // The origin has the main thread, which exists without being asked for; the other only waits.
    let answered = origin.answered();
    std::thread::spawn(move || {
        answer_questions(&answered);
        drop(leash);
    });
    origin.run()
}

fn serve_postgres(rows: u64, url: Option<&str>) -> Result<()> {
    let mut served = Served::provide(rows, url)?;
    let (tell, endings) = std::sync::mpsc::channel();
    served.watch(tell.clone());
    say(&ServiceMessage::Ready(ServiceReady::Postgres(
        served.server().clone(),
    )))?;
    std::thread::spawn(move || {
        wait_for_end_of_input();
        // Where the server ended before, nobody listens.
        let _ = tell.send(Ending::InputClosed);
    });
    served.serve(&endings)
}

/// Tells how much was answered whenever standard input asks [`ORDER_ANSWERED`], until it is closed; whatever
/// else is written there is nothing to us.
fn answer_questions(answered: &Answered) {
    for line in io::stdin().lock().lines() {
        match line {
            Ok(line) if line == ORDER_ANSWERED => {
                // Whoever asked and does not listen closes our input too.
                let _ = say(&ServiceMessage::Answered(answered.so_far()));
            }
            Ok(_) => {}
            // A line that is no text is nothing either; an input that fails is as good as closed.
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {}
            Err(_) => break,
        }
    }
}

fn wait_for_end_of_input() {
    // An input that fails is as good as closed.
    let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
}

/// A connection is a descriptor: as many as the system lets us have without asking anyone.
fn raise_file_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    // Where it is refused, fewer connections are served.
    let _ = setrlimit(
        Resource::Nofile,
        Rlimit {
            current: limit.maximum,
            ..limit
        },
    );
}

fn read_request(input: StdinLock<'_>) -> Result<ServiceRequest> {
    let mut line = Vec::new();
    input
        .take(MAX_REQUEST)
        .read_until(b'\n', &mut line)
        .map_err(|error| Error::Usage(format!("cannot read the request: {error}")))?;
    parse_request(&line)
}

fn parse_request(line: &[u8]) -> Result<ServiceRequest> {
    if line.trim_ascii().is_empty() {
        return Err(Error::Usage("standard input has no request".to_owned()));
    }
    // Reading stops at the limit, so that a line of just this length may have been cut.
    if line.len() as u64 == MAX_REQUEST {
        return Err(Error::Usage(format!(
            "a request of {MAX_REQUEST} bytes or more"
        )));
    }
    serde_json::from_slice(line)
        .map_err(|error| Error::Usage(format!("not a request of this program: {error}")))
}

fn within(name: &str, value: u64, allowed: RangeInclusive<u64>) -> Result<()> {
    if allowed.contains(&value) {
        return Ok(());
    }
    let (least, most) = allowed.into_inner();
    Err(Error::Usage(format!(
        "{name}: {value} is out of bounds: allowed are {least} to {most}"
    )))
}

fn say(message: &ServiceMessage) -> Result<()> {
    let mut line = serde_json::to_string(message)
        .map_err(|error| Error::Usage(format!("an answer that JSON cannot hold: {error}")))?;
    line.push('\n');
    let mut output = io::stdout().lock();
    let told = output
        .write_all(line.as_bytes())
        .and_then(|()| output.flush());
    told.map_err(Error::path("answer on", "standard output".as_ref()))
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::{Index, select};

    use super::*;
    use crate::fuzz;

    fn refusal(line: &[u8]) -> String {
        let error = parse_request(line).unwrap_err();
        assert_eq!(error.kind(), FailureKind::Usage);
        error.to_string()
    }

    #[test]
    fn what_is_no_request_is_refused_with_a_reason() {
        assert!(refusal(b" \n").contains("no request"));
        assert!(refusal(b"serve me").contains("line 1 column 1"));
        assert!(refusal(b"{\"origin\":{\"port\":70000,\"parent\":1}}").contains("70000"));
        assert!(refusal(b"{\"origin\":{\"port\":0,\"parent\":1,\"x\":1}}").contains("`x`"));
        assert!(refusal(b"{\"files\xff").contains("not a request"));
        assert!(refusal(&vec![b'['; MAX_REQUEST as usize]).contains("65536 bytes"));
        assert!(refusal(&[b'['; 60_000]).contains("not a request"));
    }

    const GOOD: [&str; 5] = [
        r#"{"origin":{"port":0,"parent":4711}}"#,
        r#"{"pulses":{"port":0,"parent":4711}}"#,
        r#"{"postgres":{"rows":100,"server":"postgres://me@h/db","parent":4711}}"#,
        r#"{"sqlite":{"folder":"f","rows":100}}"#,
        r#"{"files":{"folder":"f","files":9,"bytes":8,"cache":"cold"}}"#,
    ];

    #[test]
    fn what_is_damaged_below_is_whole() {
        for line in GOOD {
            assert!(parse_request(line.as_bytes()).is_ok(), "{line}");
        }
    }

    proptest! {
        #![proptest_config(fuzz::config())]

        #[test]
        fn a_damaged_request_is_read_or_refused_as_wrong_usage(
            line in select(&GOOD[..]),
            at in any::<Index>(),
            lost in 0..9_usize,
            instead in vec(select(b"{}[]\",:\\0 9-e\xff".to_vec()), 0..4),
        ) {
            let mut bytes = line.as_bytes().to_vec();
            let start = at.index(bytes.len());
            let end = (start + lost).min(bytes.len());
            bytes.splice(start..end, instead);
            if let Err(error) = parse_request(&bytes) {
                prop_assert_eq!(error.kind(), FailureKind::Usage);
            }
        }
    }

    #[test]
    fn sizes_have_bounds_that_are_named() {
        assert!(within("rows", 1, ROWS).is_ok());
        let error = within("rows", 0, ROWS).unwrap_err().to_string();
        assert_eq!(error, "rows: 0 is out of bounds: allowed are 1 to 1000000");
        assert!(within("bytes", u64::MAX, FILE_BYTES).is_err());
    }
}
