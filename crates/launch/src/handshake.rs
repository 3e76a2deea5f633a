//! One run, from the tool's side of the protocol: request, `ready`, `go`, `held` at each barrier,
//! `done`, exit.

use std::process::Command;
use std::time::{Duration, Instant};

use protocol::{Done, Message, ORDER_GO, Ready, Request};

use results::{Failure, Kind, Memory, Placement};

use crate::child::{Child, Waited};
use crate::failure::{RunError, describe, from_exit, from_wait, quoted};
use crate::ledger::Ledger;
use crate::memory;
use crate::placement::start_at;

/// Bytes of a runner's standard error that are kept: the last ones.
const KEEP_OF_STDERR: usize = 16 * 1024;

/// What a program said and what was seen from outside.
#[derive(Clone, Debug)]
pub struct Finished {
    /// The program's answer to the request, before the run.
    pub ready: Ready,
    /// The program's result, after the run.
    pub done: Done,
    /// The time from the start of the process to `ready`.
    pub until_ready: Duration,
    /// The time from the start of the process to its end.
    pub wall: Duration,
    /// The most memory at any barrier, where the request asked for barriers.
    pub memory: Option<Memory>,
    /// `ready` and `done` as they were printed.
    pub lines: [String; 2],
}

/// A moment at which the machine can be observed without disturbing the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Right before the clock of the run starts.
    Go,
    /// Right after `done`.
    Done,
}

/// Runs a program once. `watch` is called at each [`Moment`].
pub(crate) fn run(
    command: &mut Command,
    request: &Request,
    limit: Duration,
    placement: Placement,
    ledger: &Ledger,
    watch: &mut dyn FnMut(Moment),
) -> Result<Finished, RunError> {
    let started = start_at(placement, || Child::spawn(command, ledger, KEEP_OF_STDERR))
        .map_err(|why| Failure::new(Kind::Unavailable, why))?;
    let mut child = started.map_err(|error| {
        let program = command.get_program().to_string_lossy();
        RunError::Failed(Failure::new(Kind::Start, format!("{program}: {error}")))
    })?;
    let mut talk = Talk {
        deadline: child.spawned() + limit,
        limit,
        child: &mut child,
    };
    let outcome = talk.whole(request, watch);
    outcome.map_err(|error| match error {
        RunError::Failed(failure) => {
            // Standard error often says why, and its last part may still be on its way.
            let _ = child.exit(Instant::now() + Duration::from_millis(50));
            RunError::Failed(Failure {
                stderr: child.stderr(),
                ..failure
            })
        }
        other => other,
    })
}

/// The conversation with one child, which has to be over at `deadline`.
struct Talk<'a, 'l> {
    child: &'a mut Child<'l>,
    deadline: Instant,
    limit: Duration,
}

impl Talk<'_, '_> {
    fn whole(
        &mut self,
        request: &Request,
        watch: &mut dyn FnMut(Moment),
    ) -> Result<Finished, RunError> {
        self.child
            .send(&serde_json::to_string(request).map_err(std::io::Error::other)?)?;
        let (ready_line, ready) = self.ready()?;
        // Taken before `watch`, whose reading of `/proc` is no part of the start.
        let until_ready = self.child.spawned().elapsed();
        watch(Moment::Go);
        self.child.send(ORDER_GO)?;
        let (done_line, done, memory) = self.done()?;
        watch(Moment::Done);
        let status = self
            .child
            .exit(self.deadline)
            .map_err(|waited| self.no_exit(waited))?;
        let wall = self.child.spawned().elapsed();
        if !status.success() {
            let message = format!("{} after `done`", describe(status));
            return Err(Failure::new(Kind::Crashed, message).into());
        }
        // A program that goes on talking may have gone on working, so that its figures say nothing.
        if let Some(line) = self.child.unread_line() {
            let message = format!("printed {} after `done`", quoted(line));
            return Err(Failure::new(Kind::Garbage, message).into());
        }
        Ok(Finished {
            ready,
            done,
            until_ready,
            wall,
            memory,
            lines: [ready_line, done_line],
        })
    }

    fn ready(&mut self) -> Result<(String, Ready), RunError> {
        let (line, message) = self.message("`ready`")?;
        let Message::Ready(ready) = message else {
            return Err(unexpected(&line, "`ready`"));
        };
        if ready.protocol != protocol::VERSION {
            let (its, ours) = (ready.protocol, protocol::VERSION);
            let message = format!("speaks protocol {its}, and this tool {ours}");
            return Err(Failure::new(Kind::Garbage, message).into());
        }
        Ok((line, ready))
    }

    fn done(&mut self) -> Result<(String, Done, Option<Memory>), RunError> {
        let mut most: Option<Memory> = None;
        loop {
            let (line, message) = self.message("`done`")?;
            match message {
                Message::Done(done) => return Ok((line, done, most)),
                Message::Held {} => {
                    let now = memory::of_tree(self.child.id());
                    most = Some(most.map_or_else(|| now.clone(), |before| before.max(&now)));
                    self.child.send(ORDER_GO)?;
                }
                Message::Ready(_) | Message::Error(_) => return Err(unexpected(&line, "`done`")),
            }
        }
    }

    /// The next message with its line. An `error` message is returned as the failure that it states.
    fn message(&mut self, awaited: &str) -> Result<(String, Message), RunError> {
        let next = self.child.line(self.deadline);
        let Some(line) = next.map_err(|waited| from_wait(waited, awaited, self.limit))? else {
            let status = self
                .child
                .exit(self.deadline)
                .map_err(|waited| self.no_exit(waited))?;
            return Err(from_exit(status, awaited).into());
        };
        match serde_json::from_str(&line) {
            Ok(Message::Error(failure)) => {
                Err(Failure::new(failure.kind.into(), failure.message).into())
            }
            Ok(message) => Ok((line, message)),
            Err(error) => {
                let message = format!("printed {} where {awaited} was due: {error}", quoted(&line));
                Err(Failure::new(Kind::Garbage, message).into())
            }
        }
    }

    fn no_exit(&self, waited: Waited) -> RunError {
        from_wait(waited, "end of the process", self.limit)
    }
}

fn unexpected(line: &str, awaited: &str) -> RunError {
    let message = format!("printed {} where {awaited} was due", quoted(line));
    Failure::new(Kind::Garbage, message).into()
}
