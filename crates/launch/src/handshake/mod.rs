//! One run, from the tool's side of the protocol: request, `ready`, `go`, `held` at each barrier,
//! `done`, exit.

mod barriers;
#[cfg(test)]
mod hostile_test;
mod limits;
mod message;
mod serving;

use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

use protocol::{Done, Message, ORDER_GO, Ready, Request};
use results::{Failure, Kind, Memory, Placement};

use self::barriers::Barriers;
use self::limits::{check_done, check_ready};
use self::message::{parse, unexpected};
use crate::asker::LoadGenerator;
use crate::child::{Child, Waited};
use crate::failure::{RunError, describe, from_exit, from_unread, from_wait, quoted};
use crate::memory;
use crate::placement::start_at;
use crate::seen::{Barrier, Clock, Seen};
use host::Ledger;
use host::machine::{CpuRange, cpu_range_of_tree, processors_at_once};

/// Bytes of a runner's standard error that are kept: the first and the last ones.
const KEEP_OF_STDERR: usize = 16 * 1024;
/// How long the processes that a program has started may outlive it. They end with a pipe from it, for
/// which a machine that does other things may need a while.
const ORPHANS_PATIENCE: Duration = Duration::from_secs(2);
/// How long a program that has reported an error may take to end.
const ERROR_PATIENCE: Duration = Duration::from_millis(500);

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
    /// `ready` and `done` as they were printed, or `served` where the program serves.
    pub lines: [String; 2],
    /// Nanoseconds of CPU that the load generator took, where there was one. It is no part of the model's.
    pub generator_cpu_ns: Option<u64>,
}

/// A moment at which the machine can be observed without disturbing the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// Right before the clock of the run starts.
    Go,
    /// Right after `done`.
    Done,
}

/// Runs a program once. Where it serves, `generator` asks it. It has so long, and these processors. `watch` is called at each [`Moment`].
pub(crate) fn run(
    command: &mut Command,
    request: &Request,
    generator: Option<&LoadGenerator>,
    (limit, placement): (Duration, Placement),
    ledger: &Ledger,
    watch: &mut dyn FnMut(Moment),
) -> Result<(Finished, Seen), RunError> {
    let started = start_at(placement, || Child::spawn(command, ledger, KEEP_OF_STDERR))
        .map_err(|why| Failure::new(Kind::Unavailable, why))?;
    let mut child = started.map_err(|error| {
        RunError::unstarted(error, Kind::Start, &command.get_program().to_string_lossy())
    })?;
    child.with_its_orphans();
    let mut talk = Talk {
        deadline: child.spawned() + limit,
        limit,
        processors: match placement {
            Placement::Free => processors_at_once(),
            Placement::OneCpu => Some(1),
        },
        child: &mut child,
    };
    let outcome = match generator {
        Some(generator) => talk.serving(request, generator, ledger, watch),
        None => talk.whole(request, watch),
    };
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
    /// The processors on which its processes may run at once.
    processors: Option<u64>,
}

/// `done` with its line, and what was read at barriers before it.
struct Answer {
    line: String,
    done: Done,
    memory: Option<Memory>,
    barrier: Option<Barrier>,
}

impl Talk<'_, '_> {
    fn whole(
        &mut self,
        request: &Request,
        watch: &mut dyn FnMut(Moment),
    ) -> Result<(Finished, Seen), RunError> {
        self.ask(request)?;
        let (ready_line, ready) = self.ready()?;
        // Taken before `watch`, whose reading of `/proc` is no part of the start.
        let until_ready = self.child.spawned().elapsed();
        let cpu_at_go = cpu_range_of_tree(self.child.id());
        watch(Moment::Go);
        let go = Instant::now();
        self.send(ORDER_GO, "`go`")?;
        let answer = self.done(Barriers::of(request))?;
        let until_done = go.elapsed();
        watch(Moment::Done);
        self.end()?;
        let clock = Clock {
            until_ready,
            until_done,
            until_end: go.elapsed(),
        };
        let seen = self.seen(clock, cpu_at_go, answer.barrier);
        let finished = Finished {
            ready,
            done: answer.done,
            until_ready,
            wall: self.child.spawned().elapsed(),
            memory: answer.memory,
            lines: [ready_line, answer.line],
            generator_cpu_ns: None,
        };
        Ok((finished, seen))
    }

    /// What was seen of a run that has ended.
    fn seen(&self, clock: Clock, cpu_at_go: Option<CpuRange>, barrier: Option<Barrier>) -> Seen {
        Seen {
            clock: Some(clock),
            processors: self.processors,
            used: self.child.used(),
            cpu_at_go,
            barrier,
        }
    }

    fn ask(&mut self, request: &Request) -> Result<(), RunError> {
        let line = serde_json::to_string(request).map_err(|error| RunError::Tool(error.into()))?;
        self.send(&line, "the request")
    }

    /// The end of a program that is done: with 0, without another word, and with all its processes.
    fn end(&mut self) -> Result<(), RunError> {
        let exit = self
            .child
            .exit_with_orphans(self.deadline, ORPHANS_PATIENCE);
        let (status, left) = exit.map_err(|waited| {
            let since = match self.child.unread_line() {
                Some(line) => format!("after `done`, behind which it printed {}", quoted(line)),
                None => "after `done`".to_owned(),
            };
            self.no_exit(waited, &since)
        })?;
        if !status.success() {
            let message = format!("{} after `done`", describe(status));
            return Err(Failure::new(Kind::Crashed, message).into());
        }
        // A program that goes on talking may have gone on working, so that its figures say nothing.
        if let Some(line) = self.child.unread_line() {
            let message = format!("printed {} after `done`", quoted(line));
            return Err(Failure::new(Kind::Garbage, message).into());
        }
        if !left.is_empty() {
            let (left, patience) = (left.join(", "), ORPHANS_PATIENCE.as_secs());
            let message = format!("still running {patience} s after its end: {left}");
            return Err(Failure::new(Kind::LeftBehind, message).into());
        }
        Ok(())
    }

    fn ready(&mut self) -> Result<(String, Ready), RunError> {
        let (line, message) = self.message("`ready`")?;
        let Message::Ready(ready) = message else {
            return Err(unexpected(&message, "`ready`").into());
        };
        if ready.protocol != protocol::VERSION {
            let (its, ours) = (ready.protocol, protocol::VERSION);
            let message = format!("speaks protocol {its}, and this tool {ours}");
            return Err(Failure::new(Kind::Garbage, message).into());
        }
        check_ready(&ready)?;
        Ok((line, ready))
    }

    /// Lets it pass every barrier until it is done. Barriers come only where the request asks for them,
    /// and then there is one at least.
    fn done(&mut self, barriers: Barriers) -> Result<Answer, RunError> {
        let mut most: Option<Memory> = None;
        let mut last = None;
        let mut passed = 0;
        loop {
            let (line, message) = self.message("`done`")?;
            match message {
                Message::Done(_) if barriers.are_due(passed) => {
                    return Err(unexpected(&message, "`held`").into());
                }
                Message::Done(done) => {
                    check_done(&done)?;
                    return Ok(Answer {
                        line,
                        done,
                        memory: most,
                        barrier: last,
                    });
                }
                Message::Held {} if barriers.may_follow(passed) => {
                    passed += 1;
                    let (now, barrier) = memory::of_tree(self.child.id());
                    most = Some(most.map_or_else(|| now.clone(), |before| before.max(&now)));
                    last = barrier;
                    self.send(ORDER_GO, "`go`")?;
                }
                Message::Held {} if passed > 0 => return Err(barriers.too_many().into()),
                other => return Err(unexpected(&other, "`done`").into()),
            }
        }
    }

    fn send(&mut self, line: &str, name: &str) -> Result<(), RunError> {
        let sent = self.child.send(line, self.deadline);
        sent.map_err(|waited| from_unread(waited, name, self.limit))
    }

    /// The next message with its line. An `error` message is returned as the failure that it states.
    fn message(&mut self, awaited: &str) -> Result<(String, Message), RunError> {
        let next = self.child.line(self.deadline);
        let Some(line) = next.map_err(|waited| from_wait(waited, awaited, self.limit))? else {
            let status = self.child.exit(self.deadline).map_err(|waited| {
                let since = format!("after it closed its standard output, where {awaited} was due");
                self.no_exit(waited, &since)
            })?;
            return Err(from_exit(status, awaited).into());
        };
        match parse(&line, awaited)? {
            Message::Error(failure) => Err(self.reported(failure).into()),
            message => Ok((line, message)),
        }
    }

    /// The failure that a program reports. One that exits with 0 says at the same time that all is well.
    fn reported(&mut self, failure: protocol::Failure) -> Failure {
        let status = self.child.exit(Instant::now() + ERROR_PATIENCE);
        if status.is_ok_and(|status| ExitStatus::success(&status)) {
            let message = format!(
                "ended with exit code 0 after the error \"{}\": allowed are 1 to 3",
                failure.message
            );
            return Failure::new(Kind::Garbage, message);
        }
        Failure::new(failure.kind.into(), failure.message)
    }

    fn no_exit(&self, waited: Waited, since: &str) -> RunError {
        match waited {
            Waited::Late => {
                let limit = protocol::format_duration(self.limit);
                let message = format!(
                    "did not end {since}, within the time limit of {limit}: its standard input was \
                     still open"
                );
                Failure::new(Kind::Hung, message).into()
            }
            other => from_wait(other, "the end of the process", self.limit),
        }
    }
}
