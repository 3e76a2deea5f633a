//! A model's program that a caller speaks with line by line. Runs go through `Trial`; this is for callers
//! that leave the order of the protocol on purpose, to see what the program does then.

use std::time::{Duration, Instant};

use catalog::{Model, Workspace};
use protocol::Setup;
use results::{Failure, Kind};
use terminal::interrupt::Interrupted;

use crate::child::{Child, Waited};
use crate::failure::{RunError, describe, from_unread};
use crate::runner::runner_command;
use host::Ledger;
use host::TemporaryFolder;

/// Bytes of the program's standard error that are kept: the first and the last ones.
const KEEP_OF_STDERR: usize = 16 * 1024;
/// How long a program may leave its standard input unread where the pipe is full.
const SEND_LIMIT: Duration = Duration::from_secs(30);
/// Time between two looks at a process that ought to end.
const LOOK_INTERVAL: Duration = Duration::from_millis(2);

/// A running program of a model. Dropping it ends the program and what it has started.
#[derive(Debug)]
pub struct Conversation<'a> {
    child: Child<'a>,
    /// Behind the program, so that it is removed after the program's end.
    _temporary: TemporaryFolder,
}

/// What came from the program's standard output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// A line.
    Line(String),
    /// The end of its output.
    End,
    /// Nothing within the time that was given.
    Silence,
}

impl<'a> Conversation<'a> {
    /// Starts a model's program as for a run with this setup, with further arguments.
    ///
    /// # Errors
    ///
    /// [`RunError::Failed`] where it cannot be started; [`RunError::Tool`] where no program can, or where
    /// there is no room for its temporary files.
    pub fn start(
        model: &Model,
        arguments: &[&str],
        setup: &Setup,
        workspace: &Workspace,
        ledger: &'a Ledger,
    ) -> Result<Conversation<'a>, RunError> {
        let temporary = TemporaryFolder::make("").map_err(|unfit| RunError::Tool(unfit.into()))?;
        let mut command = runner_command(model, setup, 0, workspace, &temporary);
        command.args(arguments);
        let mut child = Child::spawn(&mut command, ledger, KEEP_OF_STDERR).map_err(|error| {
            RunError::unstarted(error, Kind::Start, &command.get_program().to_string_lossy())
        })?;
        child.with_its_orphans();
        Ok(Conversation {
            child,
            _temporary: temporary,
        })
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Writes a line to its standard input. That it has closed it is no error.
    ///
    /// # Errors
    ///
    /// [`RunError::Interrupted`]; [`RunError::Failed`] where the pipe is full and it does not read.
    pub fn send(&mut self, line: &str) -> Result<(), RunError> {
        self.child
            .send(line, Instant::now() + SEND_LIMIT)
            .map_err(|waited| from_unread(waited, "its standard input", SEND_LIMIT))
    }

    /// Closes its standard input.
    pub fn close_input(&mut self) {
        self.child.close_stdin();
    }

    /// The next line of its standard output.
    ///
    /// # Errors
    ///
    /// [`RunError::Interrupted`]; [`RunError::Failed`] for a line that is too long to be a message.
    pub fn line(&mut self, within: Duration) -> Result<Heard, RunError> {
        match self.child.line(Instant::now() + within) {
            Ok(Some(line)) => Ok(Heard::Line(line)),
            Ok(None) => Ok(Heard::End),
            Err(Waited::Late) => Ok(Heard::Silence),
            Err(Waited::Interrupted) => Err(Interrupted.into()),
            Err(Waited::TooLong) => {
                Err(Failure::new(Kind::Garbage, "a line of over 16 MiB").into())
            }
        }
    }

    /// Whether its process has ended. Its process group is left alone until [`Conversation::end`].
    pub fn has_ended(&mut self) -> bool {
        self.child.has_exited()
    }

    /// Waits until `is_over` is true, or until the time is up; returns the time that it took, if it came.
    ///
    /// # Errors
    ///
    /// [`RunError::Interrupted`].
    pub fn wait_until(
        &mut self,
        within: Duration,
        mut is_over: impl FnMut(&mut Self) -> bool,
    ) -> Result<Option<Duration>, RunError> {
        let began = Instant::now();
        while !is_over(self) {
            terminal::interrupt::check()?;
            // What waits for room in a full pipe cannot end.
            self.child.read();
            if began.elapsed() >= within {
                return Ok(None);
            }
            std::thread::sleep(LOOK_INTERVAL);
        }
        Ok(Some(began.elapsed()))
    }

    /// Ends it where it has not ended, kills what is left of its process group and of its orphans, and
    /// returns how it ended and its exit code, if it had one.
    pub fn end(&mut self) -> (String, Option<i32>) {
        match self.child.end() {
            Some(status) => (describe(status), status.code()),
            None => ("is gone".to_owned(), None),
        }
    }

    /// The first and the last part of what it wrote to standard error.
    pub fn stderr(&mut self) -> String {
        self.child.stderr()
    }
}
