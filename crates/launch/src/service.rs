//! One service while it runs: started with a request, and listened to once it has ended, for nobody
//! else hears why. Which services there are is left to `services`.

use std::path::Path;
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use protocol::{FailureKind, ServiceMessage, ServiceReady, ServiceRequest};

use super::child::{Child, Waited};
use super::failure::{describe, quoted};
use super::ledger::Ledger;
use results::Failure;
use terminal::{interrupt::Interrupted, output};

/// Making the largest data set that a file may describe takes minutes.
const LIMIT: Duration = Duration::from_secs(30 * 60);
const KEEP_OF_STDERR: usize = 16 * 1024;
const DROPPING: &str = "waiting until our schema is dropped from the PostgreSQL server";

/// A service that runs. Dropping it ends it, and tells what it had to say.
#[derive(Debug)]
pub(super) struct Service<'a> {
    child: Child<'a>,
    /// Whether a server that is not ours keeps a schema of it where it does not end by itself.
    is_guest: bool,
}

impl<'a> Service<'a> {
    /// Starts the program, and waits for its answer to a request.
    pub(super) fn start(
        program: &Path,
        request: &ServiceRequest,
        ledger: &'a Ledger,
    ) -> anyhow::Result<(Service<'a>, ServiceReady)> {
        let mut command = Command::new(program);
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
            // Before it has anything to put right.
            service.child.let_clean_up(DROPPING)?;
        }
        service.child.send(&serde_json::to_string(request)?)?;
        let ready = service.answer()?;
        Ok((service, ready))
    }

    fn answer(&mut self) -> anyhow::Result<ServiceReady> {
        let deadline = Instant::now() + LIMIT;
        let Some(line) = self.child.line(deadline).map_err(reason)? else {
            let status = self.child.exit(deadline).map_err(reason)?;
            bail!("`services` {}: {}", describe(status), self.child.stderr());
        };
        let message = serde_json::from_str(&line)
            .with_context(|| format!("`services` printed {}", quoted(&line)))?;
        let failure = match message {
            ServiceMessage::Ready(ready) => return Ok(ready),
            ServiceMessage::Error(failure) => failure,
        };
        // It has said everything.
        self.is_guest = false;
        match failure.kind {
            FailureKind::Unavailable => {
                Err(Failure::new(failure.kind.into(), failure.message).into())
            }
            _ => bail!("a service: {}", failure.message),
        }
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(super) fn has_ended(&mut self) -> bool {
        self.child.has_exited()
    }

    /// Lets it end, without waiting for that.
    pub(super) fn close(&mut self) {
        self.child.close_stdin();
    }

    /// What people must know of its end.
    fn complaint(&self, status: Option<ExitStatus>) -> Option<String> {
        let last: Option<ServiceMessage> = self
            .child
            .left_over()
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
