//! The MPI job: how `mpirun` is started, and how it is ended.

use std::io::{ErrorKind, Write as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use runner::{Error, Result};
use rustix::process::{Pid, Signal, kill_process};

use crate::arguments::RANK_ARGUMENT;

/// How long `mpirun` may take to end its ranks and itself.
const GRACE: Duration = Duration::from_secs(1);
/// How much longer it may take for each rank where they end by themselves: all of them wait for each other then, and
/// where many share a processor each polls in its turn.
const GRACE_OF_RANK: Duration = Duration::from_millis(250);
/// The interval at which it is checked for having ended.
const LOOK: Duration = Duration::from_millis(2);

/// A running job.
pub(crate) struct Job {
    mpirun: Child,
    ranks: u64,
    input: Option<ChildStdin>,
}

impl Job {
    /// Starts a job of so many ranks of this program.
    ///
    /// # Errors
    /// When there is no `mpirun`, or it cannot be started.
    pub(crate) fn start(ranks: u64, yields: bool) -> Result<Self> {
        let program = std::env::current_exe()
            .map_err(|error| Error::io("cannot find this program", error))?;
        let mut command = Command::new("mpirun");
        command
            .args(["-np", &ranks.to_string()])
            // More ranks than processors are asked for on purpose, and the system places them as it places the
            // threads of other models.
            .args(["--oversubscribe", "--bind-to", "none"])
            .args([
                "--mca",
                "mpi_yield_when_idle",
                if yields { "1" } else { "0" },
            ])
            // A rank has nothing to put in order at its end: it is not waited for between two signals.
            .args(["--mca", "odls_base_sigkill_timeout", "0"])
            .arg(program)
            .arg(RANK_ARGUMENT)
            // Whoever kills the group of this program must not kill `mpirun` with it, which would leave the ranks'
            // shared memory in the system. It ends with its standard input, and cleans up.
            .process_group(0)
            .env("OMPI_ALLOW_RUN_AS_ROOT", "1")
            .env("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut mpirun = command.spawn().map_err(|error| match error.kind() {
            ErrorKind::NotFound => Error::Unavailable(
                "no `mpirun` is on the PATH: apt-get install openmpi-bin".to_owned(),
            ),
            _ => Error::io("cannot start mpirun", error),
        })?;
        let input = mpirun.stdin.take();
        Ok(Self {
            mpirun,
            ranks,
            input,
        })
    }

    /// The process of `mpirun`.
    pub(crate) fn mpirun(&mut self) -> &mut Child {
        &mut self.mpirun
    }

    /// Sends a line to rank 0.
    pub(crate) fn send(&mut self, line: &str) {
        if let Some(input) = &mut self.input {
            // Where the job has ended, that is told where its output ends.
            let _ = writeln!(input, "{line}").and_then(|()| input.flush());
        }
    }

    /// Waits for the end of a job that ends by itself; `None` where it does not in time, and is ended.
    pub(crate) fn wait(&mut self) -> Option<ExitStatus> {
        let ranks = u32::try_from(self.ranks).unwrap_or(u32::MAX);
        let status = self.ended_within(GRACE + GRACE_OF_RANK.saturating_mul(ranks));
        if status.is_none() {
            self.end();
        }
        status
    }

    /// Ends the job: every rank, and what started them.
    pub(crate) fn end(&mut self) {
        self.input = None;
        if let Ok(None) = self.mpirun.try_wait() {
            // It then ends its ranks, also those on other hosts, and removes what they have left.
            self.signal(Signal::TERM);
        }
        if self.ended_within(GRACE).is_none() {
            // Ranks end with the process that started them.
            let _ = self.mpirun.kill();
            let _ = self.mpirun.wait();
        }
    }

    fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.mpirun.id()).ok().and_then(Pid::from_raw);
        if let Some(pid) = pid {
            let _ = kill_process(pid, signal);
        }
    }

    fn ended_within(&mut self, limit: Duration) -> Option<ExitStatus> {
        let deadline = Instant::now() + limit;
        loop {
            match self.mpirun.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if Instant::now() < deadline => std::thread::sleep(LOOK),
                _ => return None,
            }
        }
    }
}
