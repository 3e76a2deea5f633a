//! The services that workloads are done against: started once, when the first workload needs them,
//! and shared by all runs of a comparison.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::bail;
use protocol::{
    Endpoints, POSTGRES_CONNECTIONS, PostgresServer, ServiceReady, ServiceRequest, Step, Workload,
};

use super::ledger::Ledger;
use super::machine;
use super::service::Service;
use catalog::{uses_origin, uses_postgres};

/// The services of one comparison. Dropping it ends those that still run.
#[derive(Debug)]
pub struct Services<'a> {
    program: PathBuf,
    data: PathBuf,
    ledger: &'a Ledger,
    origin: Option<Server<'a>>,
    pulses: Option<Server<'a>>,
    /// Where a PostgreSQL server is that is there already.
    postgres_url: Option<String>,
    postgres: Vec<Postgres<'a>>,
    sets: Vec<(ServiceRequest, PathBuf)>,
}

/// One that listens.
#[derive(Debug)]
struct Server<'a> {
    address: SocketAddr,
    service: Service<'a>,
}

/// A table of so many rows, and who serves it.
#[derive(Debug)]
struct Postgres<'a> {
    rows: u64,
    server: PostgresServer,
    service: Service<'a>,
}

/// The packages whose programs these workloads need, beside the models.
pub fn packages<'w>(workloads: impl IntoIterator<Item = &'w Workload>) -> Vec<&'static str> {
    let served = |step: &Step| {
        matches!(
            step,
            Step::HttpGet(_) | Step::PostgresSelect(_) | Step::SqliteSelect(_) | Step::ReadFile(_)
        )
    };
    let needs_services =
        |workload: &Workload| workload.steps.iter().any(served) || workload.is_paced_by_pulses();
    match workloads.into_iter().any(needs_services) {
        true => vec!["services", "workloads"],
        false => vec!["workloads"],
    }
}

/// Why so many lanes cannot all be connected to the server that we run, if they cannot.
pub fn too_many_connections(
    workload: &Workload,
    lanes: u64,
    postgres_url: Option<&str>,
) -> Option<String> {
    let lanes = lanes.min(workload.tasks);
    let is_too_many = lanes > POSTGRES_CONNECTIONS && uses_postgres(workload);
    (is_too_many && postgres_url.is_none()).then(|| {
        format!(
            "{lanes} in flight are too many for the PostgreSQL server that is run for this: it \
             takes {POSTGRES_CONNECTIONS} connections; `--postgres` names one that takes more"
        )
    })
}

impl Server<'_> {
    fn alive(&mut self) -> Option<SocketAddr> {
        (!self.service.has_ended()).then_some(self.address)
    }
}

impl<'a> Services<'a> {
    /// None of them started yet.
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
        }
    }

    /// Uses a PostgreSQL server that is there already, if one is named.
    pub fn with_postgres(mut self, url: Option<&str>) -> Services<'a> {
        self.postgres_url = url.map(str::to_owned);
        self
    }

    /// Sees to it that everything is there that a workload needs, and says where.
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
                Step::Wait(_) | Step::Compute(_) => {}
            }
        }
        if workload.is_paced_by_pulses() {
            endpoints.pulses = Some(self.pulses()?);
        }
        Ok(endpoints)
    }

    /// Processor time that those have had which a workload's tasks ask, where there are any and
    /// all of them are ours.
    pub fn cpu(&self, workload: &Workload) -> Option<u64> {
        let origin = uses_origin(workload).then(|| self.origin_cpu());
        let postgres = uses_postgres(workload).then(|| self.postgres_cpu());
        let asked = origin.into_iter().chain(postgres);
        asked.reduce(|one, other| Some(one? + other?)).flatten()
    }

    fn origin_cpu(&self) -> Option<u64> {
        machine::cpu_of(self.origin.as_ref()?.service.id())
    }

    /// A server is a process per connection: what matters is the whole tree.
    fn postgres_cpu(&self) -> Option<u64> {
        if self.postgres_url.is_some() {
            return None;
        }
        let trees = self.postgres.iter();
        trees
            .map(|postgres| machine::cpu_of_tree(postgres.service.id()))
            .sum()
    }

    /// The server with a table of so many rows, started again where it has ended.
    fn postgres(&mut self, rows: u64) -> anyhow::Result<PostgresServer> {
        self.postgres
            .retain_mut(|postgres| !postgres.service.has_ended());
        if let Some(found) = self.postgres.iter().find(|found| found.rows == rows) {
            return Ok(found.server.clone());
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
        if let Some(address) = self.origin.as_mut().and_then(Server::alive) {
            return Ok(address);
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
        if let Some(address) = self.pulses.as_mut().and_then(Server::alive) {
            return Ok(address);
        }
        let (port, parent) = (0, std::process::id());
        let (service, answer) = self.ask(&ServiceRequest::Pulses { port, parent })?;
        let ServiceReady::Pulses(address) = answer else {
            bail!("asked for pulses, `services` answered otherwise");
        };
        self.pulses = Some(Server { address, service });
        Ok(address)
    }

    fn set(&mut self, request: ServiceRequest) -> anyhow::Result<PathBuf> {
        if let Some((_, path)) = self.sets.iter().find(|(made, _)| *made == request) {
            return Ok(path.clone());
        }
        let (_service, answer) = self.ask(&request)?;
        let (ServiceReady::Sqlite { path, .. } | ServiceReady::Files { path, .. }) = answer else {
            bail!("asked for a data set, `services` answered otherwise");
        };
        self.sets.push((request, path.clone()));
        Ok(path)
    }

    fn ask(&self, request: &ServiceRequest) -> anyhow::Result<(Service<'a>, ServiceReady)> {
        Service::start(&self.program, request, self.ledger)
    }
}

impl Drop for Services<'_> {
    fn drop(&mut self) {
        // All at once: each is then waited for.
        self.postgres
            .iter_mut()
            .for_each(|postgres| postgres.service.close());
    }
}
