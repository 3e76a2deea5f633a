//! One running service: it is started with a request, and what it printed last is shown to people when
//! it has ended, because that says why it did.

use std::path::Path;
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use protocol::{FailureKind, ORDER_ANSWERED, ServiceMessage, ServiceReady, ServiceRequest};
use results::Failure;
use terminal::{interrupt::Interrupted, output};

use crate::child::{Child, Waited};
use crate::command::beside_models;
use crate::failure::{describe, quoted};
use host::Ledger;

/// The time limit of a service's answer. Making the largest data set that a file may describe takes
/// minutes.
const LIMIT: Duration = Duration::from_secs(30 * 60);
/// The time limit of a question to a service that runs.
const ANSWERED_LIMIT: Duration = Duration::from_secs(30);
/// The time limit of the end of a service that has closed its output.
const LAST_LIMIT: Duration = Duration::from_secs(5);
/// How long a service that has lost its connections may take until it says why: a PostgreSQL server that lost
/// one of its processes first ends the others. Only a run that has failed waits for it.
const MOMENT: Duration = Duration::from_secs(2);
/// Bytes of its standard error that are kept: the first and the last ones.
const KEEP_OF_STDERR: usize = 16 * 1024;
/// What people wait for where the server takes long.
const DROPPING: &str = "waiting until our schema is dropped from the PostgreSQL server";

/// Whether a service answers questions while it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// It says how much it has answered.
    Yes,
    /// It says nothing more.
    No,
}

/// A service that runs. Dropping it ends it, and shows people why it failed, if it did.
#[derive(Debug)]
pub(crate) struct Service<'a> {
    child: Child<'a>,
    /// Whether it has a schema on a server that is not ours, which stays there unless the service
    /// drops it.
    is_guest: bool,
}

impl<'a> Service<'a> {
    /// Starts the program, and waits for its answer to a request.
    pub(crate) fn start(
        program: &Path,
        request: &ServiceRequest,
        ledger: &'a Ledger,
    ) -> anyhow::Result<(Service<'a>, ServiceReady)> {
        let mut command = beside_models(program);
        let child = Child::spawn(&mut command, ledger, KEEP_OF_STDERR)
            .with_context(|| program.display().to_string())?;
        let is_guest = matches!(
            request,
            ServiceRequest::Postgres {
                server: Some(_),
                ..
            }
        );
        let mut service = Service { child, is_guest };
        if is_guest {
            // Before the request: from the first moment in which the schema may exist, neither this
            // tool nor a later one may kill what drops it.
            service.child.let_clean_up(DROPPING)?;
        }
        let question = serde_json::to_string(request)?;
        let deadline = Instant::now() + LIMIT;
        service.child.send(&question, deadline).map_err(reason)?;
        let ready = service.answer()?;
        Ok((service, ready))
    }

    fn answer(&mut self) -> anyhow::Result<ServiceReady> {
        let failure = match self.message(LIMIT)? {
            ServiceMessage::Ready(ready) => return Ok(ready),
            ServiceMessage::Answered(_) => bail!("`services` answered what it was not asked"),
            ServiceMessage::Error(failure) => failure,
        };
        // A service that answers with an error has no schema left, so that its end is no cause for worry.
        self.is_guest = false;
        match failure.kind {
            FailureKind::Unavailable => {
                Err(Failure::new(failure.kind.into(), failure.message).into())
            }
            _ => bail!("a service: {}", failure.message),
        }
    }

    /// How it ended, in words, if it has ended or does not answer. One that is not asked is given a moment:
    /// whoever loses a connection to a process notices before the process is over.
    pub(crate) fn end_in_words(&mut self, is_asked: Asked) -> anyhow::Result<Option<String>> {
        let heard = match is_asked {
            Asked::Yes => self.answered().map(drop),
            Asked::No => match self.child.line(Instant::now() + MOMENT) {
                Err(Waited::Late) => Ok(()),
                Err(waited) => Err(reason(waited)),
                Ok(Some(line)) => Err(anyhow::anyhow!("`services` printed {}", quoted(&line))),
                Ok(None) => self.message(LAST_LIMIT).map(drop),
            },
        };
        match heard {
            Ok(()) => Ok(None),
            Err(error) if error.is::<Interrupted>() => Err(error),
            Err(error) => Ok(Some(format!("{error:#}"))),
        }
    }

    /// The next line that it prints.
    fn message(&mut self, limit: Duration) -> anyhow::Result<ServiceMessage> {
        let deadline = Instant::now() + limit;
        let Some(line) = self.child.line(deadline).map_err(reason)? else {
            let status = self.child.exit(deadline).map_err(reason)?;
            let how = describe(status);
            match self.child.stderr() {
                silent if silent.is_empty() => bail!("`services` {how}"),
                words => bail!("`services` {how}: {words}"),
            }
        };
        serde_json::from_str(&line).with_context(|| format!("`services` printed {}", quoted(&line)))
    }

    /// How much this service, an origin or one of pulses, has answered so far.
    pub(crate) fn answered(&mut self) -> anyhow::Result<u64> {
        let deadline = Instant::now() + ANSWERED_LIMIT;
        self.child.send(ORDER_ANSWERED, deadline).map_err(reason)?;
        match self.message(ANSWERED_LIMIT)? {
            ServiceMessage::Answered(count) => Ok(count),
            _ => bail!("asked how much it has answered, `services` answered otherwise"),
        }
    }

    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether its process has ended.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.has_exited()
    }

    /// Asks it to end, without waiting for that.
    pub(crate) fn close(&mut self) {
        self.child.close_stdin();
    }

    /// What people must know of its end.
    fn complaint(&self, status: Option<ExitStatus>) -> Option<String> {
        let last: Option<ServiceMessage> = self
            .child
            .unread_line()
            .and_then(|line| serde_json::from_str(line).ok());
        if let Some(ServiceMessage::Error(failure)) = last {
            return Some(format!("a service: {}", failure.message));
        }
        let is_well = status.is_some_and(|status| status.success());
        (self.is_guest && !is_well).then(|| {
            let how = status.map_or_else(|| "is gone".to_owned(), describe);
            format!(
                "`services` {how}: the schema `manyways_{}_…` may be left on the PostgreSQL server",
                self.id()
            )
        })
    }
}

impl Drop for Service<'_> {
    fn drop(&mut self) {
        let status = self.child.end();
        if let Some(complaint) = self.complaint(status) {
            output::complain(&complaint);
        }
    }
}

fn reason(waited: Waited) -> anyhow::Error {
    match waited {
        Waited::Interrupted => Interrupted.into(),
        Waited::Late => anyhow::anyhow!("`services` does not answer"),
        Waited::TooLong => anyhow::anyhow!("`services` prints a line of over 16 MiB"),
    }
}
