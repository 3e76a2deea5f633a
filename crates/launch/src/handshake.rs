//! One run, from the tool's side: request, `ready`, `go`, `held`…, `done`, exit. What the answers
//! are worth is left to `compare::judge`.

use std::process::Command;
use std::time::{Duration, Instant};

use protocol::{Done, Message, ORDER_GO, Ready, Request};

use super::child::{Child, Waited};
use super::failure::{RunError, describe, from_exit, from_wait, quoted};
use super::ledger::Ledger;
use super::memory;
use super::placement::start_at;
use results::{Failure, Kind, Memory, Placement};

/// Of a runner's standard error this much is kept.
const KEEP_OF_STDERR: usize = 16 * 1024;

/// What a program said and what was seen from outside.
#[derive(Clone, Debug)]
pub struct Finished {
    pub ready: Ready,
    pub done: Done,
    /// From the start of the process to `ready`.
    pub until_ready: Duration,
    /// From the start of the process to its end.
    pub wall: Duration,
    /// The most memory at a barrier, where the request asked for barriers.
    pub memory: Option<Memory>,
    /// The two messages as they were printed.
    pub lines: [String; 2],
}

/// When the machine may be looked at without disturbing the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Right before the clock of the run starts.
    Go,
    /// Right after `done`.
    Done,
}

/// Runs a program once; `watch` is called at each moment.
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
            // What is on its way to standard error belongs to the reason.
            let _ = child.exit(Instant::now() + Duration::from_millis(50));
            RunError::Failed(Failure {
                stderr: child.stderr(),
                ..failure
            })
        }
        other => other,
    })
}

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
        if let Some(line) = self.child.left_over() {
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

    /// The next message, of which an `error` is none.
    fn message(&mut self, awaited: &str) -> Result<(String, Message), RunError> {
        let line = self.child.line(self.deadline);
        let line = line.map_err(|waited| from_wait(waited, awaited, self.limit))?;
        let Some(line) = line else {
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
