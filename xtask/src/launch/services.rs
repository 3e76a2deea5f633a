//! The services that workloads are done against: started once, when the first workload needs them,
//! and shared by all runs of a comparison.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use protocol::{Endpoints, ServiceMessage, ServiceReady, ServiceRequest, Step, Workload};

use super::child::{Child, Waited};
use super::failure::{describe, quoted};
use super::ledger::Ledger;
use super::machine;
use crate::interrupt::Interrupted;

/// Making the largest data set that a file may describe takes minutes.
const LIMIT: Duration = Duration::from_secs(30 * 60);
const KEEP_OF_STDERR: usize = 16 * 1024;

/// The services of one comparison. Dropping it ends those that still run.
#[derive(Debug)]
pub(crate) struct Services<'a> {
    program: PathBuf,
    data: PathBuf,
    ledger: &'a Ledger,
    origin: Option<Origin<'a>>,
    sets: Vec<(ServiceRequest, PathBuf)>,
}

#[derive(Debug)]
struct Origin<'a> {
    address: std::net::SocketAddr,
    child: Child<'a>,
}

/// The packages whose programs these workloads need, beside the models.
pub(crate) fn packages<'w>(workloads: impl IntoIterator<Item = &'w Workload>) -> Vec<&'static str> {
    let served = |step: &Step| {
        matches!(
            step,
            Step::HttpGet(_) | Step::SqliteSelect(_) | Step::ReadFile(_)
        )
    };
    match workloads
        .into_iter()
        .any(|workload| workload.steps.iter().any(served))
    {
        true => vec!["services", "workloads"],
        false => vec!["workloads"],
    }
}

impl<'a> Services<'a> {
    /// None of them started yet.
    pub(crate) fn new(program: PathBuf, data: PathBuf, ledger: &'a Ledger) -> Services<'a> {
        Services {
            program,
            data,
            ledger,
            origin: None,
            sets: Vec::new(),
        }
    }

    /// Sees to it that everything is there that a workload needs, and says where.
    pub(crate) fn endpoints(&mut self, workload: &Workload) -> anyhow::Result<Endpoints> {
        let mut endpoints = Endpoints::default();
        for step in &workload.steps {
            match step {
                Step::HttpGet(_) => endpoints.origin = Some(self.origin()?),
                Step::SqliteSelect(select) => {
                    let (folder, rows) = (self.data.clone(), select.rows);
                    endpoints.sqlite = Some(self.set(ServiceRequest::Sqlite { folder, rows })?);
                }
                Step::ReadFile(read) => {
                    let (folder, files) = (self.data.clone(), read.files);
                    let (bytes, cache) = (read.bytes, read.cache);
                    let request = ServiceRequest::Files {
                        folder,
                        files,
                        bytes,
                        cache,
                    };
                    endpoints.files = Some(self.set(request)?);
                }
                Step::PostgresSelect(_) => bail!("no PostgreSQL service yet"),
                Step::Wait(_) | Step::Compute(_) => {}
            }
        }
        Ok(endpoints)
    }

    /// Processor time that the origin has had, where there is one.
    pub(crate) fn origin_cpu(&self) -> Option<u64> {
        machine::cpu_of(self.origin.as_ref()?.child.id())
    }

    /// The origin, started again where it has ended.
    fn origin(&mut self) -> anyhow::Result<std::net::SocketAddr> {
        if let Some(origin) = &mut self.origin
            && !origin.child.has_exited()
        {
            return Ok(origin.address);
        }
        self.origin = None;
        let request = ServiceRequest::Origin {
            port: 0,
            parent: std::process::id(),
        };
        let (child, answer) = self.ask(&request)?;
        let ServiceReady::Origin(address) = answer else {
            bail!("asked for an origin, `services` answered {answer:?}");
        };
        self.origin = Some(Origin { address, child });
        Ok(address)
    }

    fn set(&mut self, request: ServiceRequest) -> anyhow::Result<PathBuf> {
        if let Some((_, path)) = self.sets.iter().find(|(made, _)| *made == request) {
            return Ok(path.clone());
        }
        let (_child, answer) = self.ask(&request)?;
        let (ServiceReady::Sqlite { path, .. } | ServiceReady::Files { path, .. }) = answer else {
            bail!("asked for a data set, `services` answered {answer:?}");
        };
        self.sets.push((request, path.clone()));
        Ok(path)
    }

    fn ask(&self, request: &ServiceRequest) -> anyhow::Result<(Child<'a>, ServiceReady)> {
        let deadline = Instant::now() + LIMIT;
        let mut command = Command::new(&self.program);
        let mut child = Child::spawn(&mut command, self.ledger, KEEP_OF_STDERR)
            .with_context(|| self.program.display().to_string())?;
        child.send(&serde_json::to_string(request)?)?;
        let Some(line) = child.line(deadline).map_err(reason)? else {
            let status = child.exit(deadline).map_err(reason)?;
            bail!("`services` {}: {}", describe(status), child.stderr());
        };
        let message = serde_json::from_str(&line)
            .with_context(|| format!("`services` printed {}", quoted(&line)))?;
        match message {
            ServiceMessage::Ready(ready) => Ok((child, ready)),
            ServiceMessage::Error(failure) => bail!("a service: {}", failure.message),
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
