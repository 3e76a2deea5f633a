//! One run of a server that is no model: it is started, asked by the load generator, and ended. It says nothing of
//! itself, so that what it used is read from outside.

mod usage;

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use catalog::{Model, Workspace};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use protocol::{Done, Load, LoadReady, LoadRequest, Message, Question, Ready, Request, VERSION};
use results::{Failure, Kind, Placement};
use terminal::interrupt::{self, Interrupted};

use self::usage::{Usage, threads};
use crate::asker::{Asker, LoadGenerator};
use crate::build::OWN_SERVER_VERSION;
use crate::child::Child;
use crate::failure::{RunError, describe};
use crate::handshake::{Finished, Moment};
use crate::memory;
use crate::placement::start_at;
use crate::runner::runner_command;
use crate::seen::{Clock, Seen};
use host::machine::processors_at_once;
use host::{Ledger, TemporaryFolder, tree};

/// Time between two checks whether it listens or has ended.
const INTERVAL: Duration = Duration::from_millis(2);
/// The longest wait for a connection of which nothing is heard.
const CONNECT: Duration = Duration::from_millis(200);
/// How long it may take to end once it is told to.
const STOP_PATIENCE: Duration = Duration::from_secs(5);
/// How long it is waited for the end of a server whose connections have ended: its end would be the reason.
const REASON_PATIENCE: Duration = Duration::from_millis(500);
/// Bytes of what it printed that are shown where it fails: the last ones.
const KEEP_OF_OUTPUT: usize = 8 * 1024;

/// A run of a server that is no model.
pub(crate) struct OwnServerRun<'a> {
    pub(crate) model: &'a Model,
    pub(crate) asks: &'a Question,
    pub(crate) request: &'a Request,
    pub(crate) generator: &'a LoadGenerator,
    pub(crate) limit: Duration,
    pub(crate) placement: Placement,
    pub(crate) padding: usize,
}

impl OwnServerRun<'_> {
    /// Runs it once. `watch` is called at each [`Moment`].
    pub(crate) fn run(
        &self,
        workspace: &Workspace,
        ledger: &Ledger,
        watch: &mut dyn FnMut(Moment),
    ) -> Result<(Finished, Seen), RunError> {
        // Dropped, and so removed, after the server has ended.
        let temporary = TemporaryFolder::make("").map_err(|unfit| RunError::Tool(unfit.into()))?;
        let log = temporary.path().join("output");
        let address = free_address()?;
        let mut child = self.start(workspace, &temporary, &log, address, ledger)?;
        let outcome = self.talk(&mut child, address, ledger, watch);
        stop(&mut child);
        outcome.map_err(|error| match error {
            RunError::Failed(failure) => RunError::Failed(Failure {
                stderr: last_of(&log),
                ..failure
            }),
            other => other,
        })
    }

    fn start<'l>(
        &self,
        workspace: &Workspace,
        temporary: &TemporaryFolder,
        log: &Path,
        address: SocketAddr,
        ledger: &'l Ledger,
    ) -> Result<Child<'l>, RunError> {
        let setup = &self.request.setup;
        let model = Model {
            run: filled(&self.model.run, address.port(), setup.workers),
            ..self.model.clone()
        };
        let mut command = runner_command(&model, setup, self.padding, workspace, temporary);
        command.current_dir(&self.model.folder);
        let output = File::create(log)?;
        let started = start_at(self.placement, || {
            Child::spawn_unheard(&mut command, ledger, output)
        });
        let mut child = started
            .map_err(|why| Failure::new(Kind::Unavailable, why))?
            .map_err(|error| {
                let program = command.get_program().to_string_lossy();
                RunError::unstarted(error, Kind::Start, &program)
            })?;
        child.with_its_orphans();
        Ok(child)
    }

    fn talk(
        &self,
        child: &mut Child<'_>,
        address: SocketAddr,
        ledger: &Ledger,
        watch: &mut dyn FnMut(Moment),
    ) -> Result<(Finished, Seen), RunError> {
        let deadline = child.spawned() + self.limit;
        self.until_it_listens(child, address, deadline)?;
        let start = child.spawned().elapsed();
        let load_request = self.load_request(address);
        let started = Asker::start(self.generator, &load_request, ledger, deadline, self.limit);
        let (mut asker, warm) = started.map_err(|error| reason(child, error))?;
        let until_ready = child.spawned().elapsed();
        let before = Usage::of(child.id());
        watch(Moment::Go);
        let go = Instant::now();
        let load = asker.measure().map_err(|error| reason(child, error))?;
        let until_done = go.elapsed();
        // What is read of a process that has ended says nothing, so that its end is looked for afterwards.
        let used = Usage::of(child.id()).since(before);
        if child.has_exited() {
            return Err(ended(child, "although all requests were answered"));
        }
        watch(Moment::Done);
        let (memory, barrier) = memory::of_tree(child.id());
        let ready = self.ready(start, warm);
        let generator_cpu_ns = Some(load.cpu_ns);
        let done = self.done(
            child.id(),
            used,
            load,
            barrier.and_then(|seen| seen.vm_hwm_bytes),
        );
        let finished = Finished {
            until_ready,
            wall: child.spawned().elapsed(),
            memory: self.request.hold.then_some(memory),
            lines: [
                line(&Message::Ready(ready.clone())),
                line(&Message::Done(done.clone())),
            ],
            ready,
            done,
            generator_cpu_ns,
        };
        let seen = Seen {
            clock: Some(Clock {
                until_ready,
                until_done,
                until_end: go.elapsed(),
            }),
            processors: match self.placement {
                Placement::Free => processors_at_once(),
                Placement::OneCpu => Some(1),
            },
            barrier: barrier.filter(|_| self.request.hold),
            ..Seen::default()
        };
        Ok((finished, seen))
    }

    /// Waits until somebody accepts connections at its address. That connection is closed again at once.
    fn until_it_listens(
        &self,
        child: &mut Child<'_>,
        address: SocketAddr,
        deadline: Instant,
    ) -> Result<(), RunError> {
        let port = address.port();
        while TcpStream::connect_timeout(&address, CONNECT).is_err() {
            if child.has_exited() {
                let how = how_it_ended(child);
                let message = format!("{how} before it accepted a connection on port {port}");
                return Err(Failure::new(Kind::Crashed, message).into());
            }
            if interrupt::is_requested() {
                return Err(Interrupted.into());
            }
            if Instant::now() >= deadline {
                let limit = protocol::format_duration(self.limit);
                let message = format!(
                    "accepted no connection on port {port} of 127.0.0.1 within the time limit of {limit}: it is \
                     given the port in the place of {{port}}"
                );
                return Err(Failure::new(Kind::Hung, message).into());
            }
            std::thread::sleep(INTERVAL);
        }
        Ok(())
    }

    fn load_request(&self, server: SocketAddr) -> LoadRequest {
        let request = self.request;
        LoadRequest {
            server,
            workload: request.setup.workload.clone(),
            tasks: request.tasks,
            connections: request.setup.in_flight.min(request.tasks),
            asks: Some(self.asks.clone()),
            digests: None,
            parent: std::process::id(),
        }
    }

    fn ready(&self, start: Duration, warm: LoadReady) -> Ready {
        let command = ("command".to_owned(), self.model.run.join(" "));
        Ready {
            protocol: VERSION,
            version: OWN_SERVER_VERSION.to_owned(),
            in_flight: self.request.setup.in_flight.min(self.request.tasks),
            start_ns: nanos(start),
            connect_ns: warm.connect_ns,
            warm_up_ns: warm.warm_up_ns,
            knobs: [command].into(),
            listens: None,
            elsewhere: None,
        }
    }

    fn done(&self, pid: u32, used: Usage, load: Load, vm_hwm_bytes: Option<u64>) -> Done {
        let processes = tree(pid);
        let threads = processes.iter().map(|process| threads(*process).max(1));
        Done {
            tasks: self.request.tasks,
            digest: load.digest,
            elapsed_ns: load.elapsed_ns,
            latency: load.latency,
            cpu_ns: used.cpu_ns,
            switches: used.switches,
            vm_hwm_bytes,
            threads: threads.sum::<u64>().max(1),
            processes: (processes.len() as u64).max(1),
            alive_at_once: None,
            run_queue_wait_ns: None,
            counts: Default::default(),
            open: load.open,
            shut_down_ns: 0,
        }
    }
}

/// The words of its command, with the port and the number of workers put in.
fn filled(words: &[String], port: u16, workers: u64) -> Vec<String> {
    words
        .iter()
        .map(|word| {
            word.replace("{port}", &port.to_string())
                .replace("{workers}", &workers.to_string())
        })
        .collect()
}

/// An address that nobody listens at just now.
fn free_address() -> std::io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}

/// What a failure of the generator comes from: where the server has ended, that is the reason.
fn reason(child: &mut Child<'_>, error: RunError) -> RunError {
    let RunError::Failed(failure) = error else {
        return error;
    };
    let deadline = Instant::now() + REASON_PATIENCE;
    while !child.has_exited() && Instant::now() < deadline {
        std::thread::sleep(INTERVAL);
    }
    if child.has_exited() {
        return ended(child, &failure.to_string());
    }
    failure.into()
}

/// The failure of a server that has ended by itself.
fn ended(child: &mut Child<'_>, consequence: &str) -> RunError {
    let message = format!("{} while it was asked: {consequence}", how_it_ended(child));
    Failure::new(Kind::Crashed, message).into()
}

fn how_it_ended(child: &mut Child<'_>) -> String {
    let status = child.exit(Instant::now() + REASON_PATIENCE);
    status.map_or_else(|_| "ended".to_owned(), describe)
}

/// Tells it to end by SIGTERM, and kills what is left after a while.
fn stop(child: &mut Child<'_>) {
    if !child.has_exited() {
        let pid = Pid::from_raw(i32::try_from(child.id()).unwrap_or(i32::MAX));
        let _ = kill(pid, Signal::SIGTERM);
        let deadline = Instant::now() + STOP_PATIENCE;
        while !child.has_exited() && Instant::now() < deadline {
            std::thread::sleep(INTERVAL);
        }
    }
    child.end();
}

/// The last part of what it printed.
fn last_of(log: &Path) -> String {
    let bytes = fs::read(log).unwrap_or_default();
    let start = bytes.len().saturating_sub(KEEP_OF_OUTPUT);
    String::from_utf8_lossy(&bytes[start..]).trim().to_owned()
}

fn line(message: &Message) -> String {
    serde_json::to_string(message).unwrap_or_default()
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_told_its_port_and_its_workers() {
        let words = ["./s", "--listen=127.0.0.1:{port}", "{workers}"].map(str::to_owned);
        assert_eq!(
            filled(&words, 8080, 2),
            ["./s", "--listen=127.0.0.1:8080", "2"]
        );
    }
}
