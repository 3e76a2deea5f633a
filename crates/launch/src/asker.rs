//! The load generator beside a program that serves: it asks, and takes the time.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use protocol::{Load, LoadMessage, LoadReady, LoadRequest, ORDER_GO};
use results::{Failure, Kind};

use crate::child::Child;
use crate::failure::{RunError, describe, from_unread, from_wait, quoted};
use host::Ledger;

/// Bytes of its standard error that are kept: the first and the last ones.
const KEEP_OF_STDERR: usize = 4 * 1024;

/// Where the load generator is, and what it is to write.
#[derive(Clone, Debug)]
pub(crate) struct LoadGenerator {
    /// Its program.
    pub(crate) program: PathBuf,
    /// The file to which the digest of each task is written, if any.
    pub(crate) digests: Option<PathBuf>,
}

/// A load generator that runs. Dropping it ends it, and its connections with it.
pub(crate) struct Asker<'l> {
    child: Child<'l>,
    deadline: Instant,
    limit: Duration,
}

impl<'l> Asker<'l> {
    /// Starts it, and waits until each of its connections has had an answer.
    pub(crate) fn start(
        generator: &LoadGenerator,
        request: &LoadRequest,
        ledger: &'l Ledger,
        deadline: Instant,
        limit: Duration,
    ) -> Result<(Asker<'l>, LoadReady), RunError> {
        let mut command = Command::new(&generator.program);
        let program = generator.program.display().to_string();
        let child = Child::spawn(&mut command, ledger, KEEP_OF_STDERR)
            .map_err(|error| RunError::unstarted(error, Kind::Service, &program))?;
        let mut asker = Asker {
            child,
            deadline,
            limit,
        };
        let line = serde_json::to_string(request).map_err(|error| RunError::Tool(error.into()))?;
        asker.send(&line)?;
        match asker.message("answers to the first requests")? {
            LoadMessage::Ready(ready) => Ok((asker, ready)),
            _ => Err(out_of_order()),
        }
    }

    /// Lets it ask for all tasks, and waits until they are answered.
    pub(crate) fn measure(&mut self) -> Result<Load, RunError> {
        self.send(ORDER_GO)?;
        match self.message("answers to all requests")? {
            LoadMessage::Done(load) => Ok(load),
            _ => Err(out_of_order()),
        }
    }

    fn send(&mut self, line: &str) -> Result<(), RunError> {
        let sent = self.child.send(line, self.deadline);
        sent.map_err(|waited| from_unread(waited, "the load generator's orders", self.limit))
    }

    /// What it says next. That it got no answer, or a wrong one, is a failure of the server.
    fn message(&mut self, awaited: &str) -> Result<LoadMessage, RunError> {
        let next = self.child.line(self.deadline);
        let Some(line) = next.map_err(|waited| from_wait(waited, awaited, self.limit))? else {
            let status = self.child.exit(self.deadline);
            let how = status.map_or_else(|_| "closed its output".to_owned(), describe);
            let words = self.child.stderr();
            return Err(broken(&format!("it {how}: {words}")));
        };
        match serde_json::from_str(&line) {
            Ok(LoadMessage::Error(failure)) => {
                Err(Failure::new(failure.kind.into(), failure.message).into())
            }
            Ok(message) => Ok(message),
            Err(error) => Err(broken(&format!("it printed {}: {error}", quoted(&line)))),
        }
    }
}

fn out_of_order() -> RunError {
    broken("it spoke out of order")
}

/// The fault of the generator, and of no server.
fn broken(what: &str) -> RunError {
    RunError::Tool(anyhow::anyhow!("the load generator: {what}"))
}
