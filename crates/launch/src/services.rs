//! The services that workloads call: an HTTP origin, PostgreSQL servers, a source of pulses, data sets.
//! Each is started when the first workload needs it, and shared by all later runs.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::bail;
use catalog::{executables, uses_origin, uses_postgres};
use protocol::{
    Endpoints, POSTGRES_CONNECTIONS, PostgresServer, ServiceReady, ServiceRequest, Step, Workload,
};

use crate::lost::{Lost, Served};
use crate::service::{Asked, Service};
use host::Ledger;
use host::machine;

/// The services of one command. Dropping it ends those that still run.
#[derive(Debug)]
pub struct Services<'a> {
    program: PathBuf,
    data: PathBuf,
    ledger: &'a Ledger,
    origin: Option<Server<'a>>,
    pulses: Option<Server<'a>>,
    /// The URL of a PostgreSQL server that is there already, and is used instead of one of ours.
    postgres_url: Option<String>,
    postgres: Vec<Postgres<'a>>,
    /// Data sets that were made or found, and where they are.
    sets: Vec<(ServiceRequest, PathBuf)>,
    /// Services that ended by themselves, and how.
    lost: Lost,
}

/// A service that listens.
#[derive(Debug)]
struct Server<'a> {
    address: SocketAddr,
    service: Service<'a>,
}

/// A table of so many rows, and the PostgreSQL server that it is on.
#[derive(Debug)]
struct Postgres<'a> {
    rows: u64,
    server: PostgresServer,
    service: Service<'a>,
}

/// The packages whose programs these workloads need beside the models: that of the services where a workload
/// calls one, the one with the program `expected`, except for own work, which has its own, and the load generator
/// where one is served.
pub fn packages<'w>(workloads: impl IntoIterator<Item = &'w Workload>) -> Vec<&'static str> {
    let (mut services, mut expected, mut asked) = (false, false, false);
    for workload in workloads {
        services |= calls_services(workload);
        expected |= workload.work.is_none();
        asked |= workload.serve.is_some();
    }
    let needed = [
        (services, "services"),
        (expected, "workloads"),
        (asked, "load-generator"),
    ];
    let names = needed.iter().filter(|(is_needed, _)| *is_needed);
    names.map(|(_, name)| *name).collect()
}

fn calls_services(workload: &Workload) -> bool {
    workload.is_paced_by_pulses() || workload.steps.iter().any(is_served)
}

fn is_served(step: &Step) -> bool {
    matches!(
        step,
        Step::HttpGet(_) | Step::PostgresSelect(_) | Step::SqliteSelect(_) | Step::ReadFile(_)
    )
}

/// A sentence for people where so many lanes cannot all be connected to the PostgreSQL server that we
/// run; `None` where they can, or where another server is named.
pub fn too_many_connections(
    workload: &Workload,
    lanes: u64,
    postgres_url: Option<&str>,
) -> Option<String> {
    // A lane beyond the number of tasks would have nothing to do, and is not opened.
    let connections = lanes.min(workload.tasks);
    let is_too_many = connections > POSTGRES_CONNECTIONS && uses_postgres(workload);
    (is_too_many && postgres_url.is_none()).then(|| {
        format!(
            "{connections} in flight are too many for the PostgreSQL server that is run for this: it \
             takes {POSTGRES_CONNECTIONS} connections; `--postgres` names one that takes more"
        )
    })
}

impl<'a> Services<'a> {
    /// Services of which none is started yet. `program` starts each of them, and data sets are kept in
    /// the folder `data`.
    pub fn new(program: PathBuf, data: PathBuf, ledger: &'a Ledger) -> Services<'a> {
        Services {
            program,
            data,
            ledger,
            origin: None,
            pulses: None,
            postgres_url: None,
            postgres: Vec::new(),
            sets: Vec::new(),
            lost: Lost::default(),
        }
    }

    /// Uses a PostgreSQL server that is there already, if one is named.
    pub fn with_postgres(mut self, url: Option<&str>) -> Services<'a> {
        self.postgres_url = url.map(str::to_owned);
        self
    }

    /// Starts or makes everything that a workload needs and that is not there yet, and returns where
    /// all of it is.
    ///
    /// # Errors
    ///
    /// A `results::Failure` where the machine cannot give what a service needs, `Interrupted`, or another
    /// error where a service fails.
    pub fn endpoints(&mut self, workload: &Workload) -> anyhow::Result<Endpoints> {
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
                Step::PostgresSelect(select) => {
                    endpoints.postgres = Some(self.postgres(select.rows)?);
                }
                Step::Wait(_)
                | Step::Compute(_)
                | Step::Block(_)
                | Step::Only(_)
                | Step::Call(_) => {}
            }
        }
        if workload.is_paced_by_pulses() {
            endpoints.pulses = Some(self.pulses()?);
        }
        Ok(endpoints)
    }

    /// Processor time so far of the services that a workload's tasks call, in nanoseconds. `None` where
    /// they call none, or one that is not ours.
    pub fn cpu(&self, workload: &Workload) -> Option<u64> {
        let origin = uses_origin(workload).then(|| self.origin_cpu());
        let postgres = uses_postgres(workload).then(|| self.postgres_cpu());
        // The sum is unknown where one part of it is; the part that is known would look like all of it.
        origin
            .into_iter()
            .chain(postgres)
            .reduce(|one, other| Some(one? + other?))
            .flatten()
    }

    /// How many requests, or pulses, the tasks of a workload have been answered so far, where they ask for
    /// any. `None` also where the service does not answer: the run against it has failed then, and says
    /// so.
    pub(crate) fn answered(&mut self, workload: &Workload) -> Option<u64> {
        let asked = if uses_origin(workload) {
            &mut self.origin
        } else if workload.is_paced_by_pulses() {
            &mut self.pulses
        } else {
            return None;
        };
        asked.as_mut()?.service.answered().ok()
    }

    /// How many services that a workload uses have ended by themselves, as far as was noticed.
    pub(crate) fn losses(&self, workload: &Workload) -> usize {
        self.lost.number(workload)
    }

    /// Looks whether the services that a workload uses are still there, and says how the last one of them
    /// ended where more of them have than so many.
    pub(crate) fn lost_since(
        &mut self,
        workload: &Workload,
        losses: usize,
    ) -> anyhow::Result<Option<String>> {
        for served in [Served::Http, Served::Pulses, Served::Rows] {
            if served.is_used_by(workload) {
                self.look_at(served)?;
            }
        }
        Ok(self.lost.last_since(workload, losses))
    }

    /// Gives up the services of a kind that have ended or do not answer.
    fn look_at(&mut self, served: Served) -> anyhow::Result<()> {
        let end = match served {
            Served::Http => end_of(&mut self.origin)?,
            Served::Pulses => end_of(&mut self.pulses)?,
            Served::Rows => return self.look_at_postgres(),
        };
        if let Some(end) = end {
            self.lost.add(served, &end);
        }
        Ok(())
    }

    fn look_at_postgres(&mut self) -> anyhow::Result<()> {
        for mut running in std::mem::take(&mut self.postgres) {
            match running.service.end_in_words(Asked::No)? {
                Some(end) => self.lost.add(Served::Rows, &end),
                None => self.postgres.push(running),
            }
        }
        Ok(())
    }

    fn origin_cpu(&self) -> Option<u64> {
        machine::cpu_of(self.origin.as_ref()?.service.id())
    }

    /// Processor time of the servers' process trees: PostgreSQL has a process for each connection.
    fn postgres_cpu(&self) -> Option<u64> {
        if self.postgres_url.is_some() {
            return None;
        }
        self.postgres
            .iter()
            .map(|postgres| machine::cpu_of_tree(postgres.service.id()))
            .sum()
    }

    /// The server with a table of so many rows, started again where it has ended.
    fn postgres(&mut self, rows: u64) -> anyhow::Result<PostgresServer> {
        if self
            .postgres
            .iter_mut()
            .any(|running| running.service.has_ended())
        {
            self.look_at(Served::Rows)?;
        }
        if let Some(running) = self.postgres.iter().find(|running| running.rows == rows) {
            return Ok(running.server.clone());
        }
        let request = ServiceRequest::Postgres {
            rows,
            server: self.postgres_url.clone(),
            parent: std::process::id(),
        };
        let (service, answer) = self.ask(&request)?;
        let ServiceReady::Postgres(server) = answer else {
            bail!("asked for a PostgreSQL server, `services` answered otherwise");
        };
        self.postgres.push(Postgres {
            rows,
            server: server.clone(),
            service,
        });
        Ok(server)
    }

    /// The origin, started again where it has ended.
    fn origin(&mut self) -> anyhow::Result<SocketAddr> {
        if let Some(running) = &mut self.origin {
            if !running.service.has_ended() {
                return Ok(running.address);
            }
            self.look_at(Served::Http)?;
        }
        let (port, parent) = (0, std::process::id());
        let (service, answer) = self.ask(&ServiceRequest::Origin { port, parent })?;
        let ServiceReady::Origin(address) = answer else {
            bail!("asked for an origin, `services` answered otherwise");
        };
        self.origin = Some(Server { address, service });
        Ok(address)
    }

    /// The service of pulses, started again where it has ended.
    fn pulses(&mut self) -> anyhow::Result<SocketAddr> {
        if let Some(running) = &mut self.pulses {
            if !running.service.has_ended() {
                return Ok(running.address);
            }
            self.look_at(Served::Pulses)?;
        }
        let (port, parent) = (0, std::process::id());
        let (service, answer) = self.ask(&ServiceRequest::Pulses { port, parent })?;
        let ServiceReady::Pulses(address) = answer else {
            bail!("asked for pulses, `services` answered otherwise");
        };
        self.pulses = Some(Server { address, service });
        Ok(address)
    }

    /// The folder or file of a data set, which is made where it is missing.
    fn set(&mut self, request: ServiceRequest) -> anyhow::Result<PathBuf> {
        if let Some((_, path)) = self.sets.iter().find(|(made, _)| *made == request) {
            return Ok(path.clone());
        }
        // The service ends here: a data set needs nobody once it is on disk.
        let (_service, answer) = self.ask(&request)?;
        let (ServiceReady::Sqlite { path, .. } | ServiceReady::Files { path, .. }) = answer else {
            bail!("asked for a data set, `services` answered otherwise");
        };
        self.sets.push((request, path.clone()));
        Ok(path)
    }

    fn ask(&self, request: &ServiceRequest) -> anyhow::Result<(Service<'a>, ServiceReady)> {
        // It may have been built, into a place of cargo's choice, since this was made.
        let program = executables::place(self.program.clone());
        Service::start(&program, request, self.ledger)
    }
}

/// How a server ended, in words, if it has or does not answer. It is given up then.
fn end_of(server: &mut Option<Server<'_>>) -> anyhow::Result<Option<String>> {
    let Some(running) = server else {
        return Ok(None);
    };
    let end = running.service.end_in_words(Asked::Yes)?;
    if end.is_some() {
        *server = None;
    }
    Ok(end)
}

impl Drop for Services<'_> {
    fn drop(&mut self) {
        // All are asked to end before the first is waited for: a PostgreSQL server takes a while.
        for postgres in &mut self.postgres {
            postgres.service.close();
        }
    }
}
