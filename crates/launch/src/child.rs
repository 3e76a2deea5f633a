//! A child process in a process group of its own: it is sent lines, its lines are read, it is waited
//! for and ended, together with everything in its group.
//!
//! One thread does all of this with `poll`. A second thread would take processor time from what is
//! being measured, and a child's parent-death signal (`PR_SET_PDEATHSIG`) is sent when the thread that
//! started it ends, not when the process does.

use std::io::{ErrorKind, Write as _};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::process::CommandExt as _;
use std::process::{self, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use terminal::{interrupt, output, progress};

use crate::ledger::{Known, Ledger};
use crate::lines::{Excerpt, Lines, TooLong};
use crate::orphans::{Program, RunMark, end_adopted};
use crate::seen::Used;

/// How long a process may take to end once its standard input is closed.
const GRACE: Duration = Duration::from_millis(500);
/// The same for a process that first cleans up: longer than a server that is alive makes it wait.
const TIME_TO_CLEAN_UP: Duration = Duration::from_secs(150);
/// Time between two checks whether a process has ended.
const CHECK_INTERVAL: Duration = Duration::from_millis(2);

/// Why a wait ended without what was waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waited {
    /// The deadline passed.
    Late,
    /// The user asked to stop.
    Interrupted,
    /// A line is longer than any message.
    TooLong,
}

/// How long a process may take to end once its standard input is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ShutdownPolicy {
    /// [`GRACE`]; then it is killed.
    Prompt,
    /// [`TIME_TO_CLEAN_UP`], because it restores something first that nobody else will. `notice` tells
    /// people what they wait for.
    CleanUp { notice: &'static str },
}

/// A started process. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct Child<'a> {
    process: process::Child,
    stdin: Option<ChildStdin>,
    stdout: Lines<ChildStdout>,
    stderr: Excerpt<ChildStderr>,
    ledger: &'a Ledger,
    spawned: Instant,
    /// Set once it is reaped: from then on its number may be another process's.
    ended: Option<ExitStatus>,
    /// The first line of its standard output that nobody had read when it ended.
    unread_line: Option<String>,
    shutdown: ShutdownPolicy,
    /// Set where its orphans end with it.
    family: Option<Family>,
}

/// What is known of a process whose orphans end with it.
#[derive(Clone, Copy, Debug)]
struct Family {
    program: Program,
    /// What the children that this tool had reaped before have used.
    before: Option<Used>,
}

impl<'a> Child<'a> {
    /// Starts a program in a process group of its own, with pipes for its three standard streams. The
    /// first and the last bytes of its standard error are kept, `keep_of_stderr` in all.
    pub(crate) fn spawn(
        command: &mut Command,
        ledger: &'a Ledger,
        keep_of_stderr: usize,
    ) -> std::io::Result<Child<'a>> {
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let spawned = Instant::now();
        let mut process = ledger.start(command.process_group(0))?;
        let (Some(stdout), Some(stderr)) = (process.stdout.take(), process.stderr.take()) else {
            return Err(std::io::Error::other("a pipe is missing"));
        };
        let child = Child {
            stdin: process.stdin.take(),
            stdout: Lines::new(stdout),
            stderr: Excerpt::new(stderr, keep_of_stderr),
            process,
            ledger,
            spawned,
            ended: None,
            unread_line: None,
            shutdown: ShutdownPolicy::Prompt,
            family: None,
        };
        let outputs = [
            child.stdout.source().map(AsFd::as_fd),
            child.stderr.source().map(AsFd::as_fd),
        ];
        // After each `poll` a stream is read until it is empty, which must not wait for more.
        for descriptor in outputs.into_iter().flatten() {
            do_not_block(descriptor)?;
        }
        Ok(child)
    }

    /// Ends its orphans with it, wherever they went, and counts what they use as used by it. `mark` is in
    /// its environment.
    pub(crate) fn with_its_orphans(&mut self, mark: RunMark) {
        let known = Known::of(self.id());
        self.family = Some(Family {
            program: Program { known, mark },
            before: Used::by_children(),
        });
    }

    /// Its process id, which is also that of its group.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Gives it time to clean up before it ends. People are shown `notice` where that takes long.
    pub(crate) fn let_clean_up(&mut self, notice: &'static str) -> std::io::Result<()> {
        self.shutdown = ShutdownPolicy::CleanUp { notice };
        self.ledger.leave_alone(self.id())
    }

    /// When it was started.
    pub(crate) fn spawned(&self) -> Instant {
        self.spawned
    }

    /// The first and the last part of what it wrote to standard error.
    pub(crate) fn stderr(&mut self) -> String {
        self.stderr.text()
    }

    /// Writes a line to its standard input.
    pub(crate) fn send(&mut self, line: &str) -> std::io::Result<()> {
        let Some(stdin) = &mut self.stdin else {
            return Ok(());
        };
        match stdin.write_all(format!("{line}\n").as_bytes()) {
            // It has ended or closes its input. Whoever reads its answer learns why, which says more
            // than a broken pipe.
            Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error),
            _ => Ok(()),
        }
    }

    /// Closes its standard input, which is how it is asked to end.
    pub(crate) fn close_stdin(&mut self) {
        self.stdin = None;
    }

    /// The next line of its standard output; `None` at the end of it.
    pub(crate) fn line(&mut self, deadline: Instant) -> Result<Option<String>, Waited> {
        loop {
            match self.stdout.take() {
                Ok(Some(line)) => return Ok(Some(line)),
                Ok(None) if self.stdout.source().is_none() => return Ok(None),
                Ok(None) => self.wait(deadline)?,
                Err(TooLong) => return Err(Waited::TooLong),
            }
        }
    }

    /// Waits for its end, and kills what is left of its group.
    pub(crate) fn exit(&mut self, deadline: Instant) -> Result<ExitStatus, Waited> {
        self.wait_for_exit(deadline)?;
        self.reap().ok_or(Waited::Late)
    }

    /// Waits for its end as [`Child::exit`] does, and then for that of its orphans, for `patience` at
    /// most. Those that are left by then are killed, and returned in words.
    pub(crate) fn exit_with_orphans(
        &mut self,
        deadline: Instant,
        patience: Duration,
    ) -> Result<(ExitStatus, Vec<String>), Waited> {
        self.wait_for_exit(deadline)?;
        self.close_stdin();
        let left = self.end_orphans(patience);
        let status = self.reap().ok_or(Waited::Late)?;
        Ok((status, left))
    }

    fn wait_for_exit(&mut self, deadline: Instant) -> Result<(), Waited> {
        while !self.has_exited() {
            self.keep_unread()?;
            match self.wait(deadline.min(Instant::now() + CHECK_INTERVAL)) {
                Err(Waited::Late) if Instant::now() >= deadline => return Err(Waited::Late),
                Err(Waited::Late) | Ok(()) => {}
                Err(other) => return Err(other),
            }
        }
        self.stdout.fill();
        self.stderr.fill();
        self.keep_unread()
    }

    /// What it and its orphans have used in all, once they are reaped.
    pub(crate) fn used(&self) -> Option<Used> {
        Some(Used::by_children()?.since(self.family?.before?))
    }

    fn end_orphans(&self, patience: Duration) -> Vec<String> {
        let Some(family) = self.family else {
            return Vec::new();
        };
        end_adopted(family.program, self.ledger, patience)
    }

    /// The first line of its standard output that nobody had read when it ended.
    pub(crate) fn unread_line(&self) -> Option<&str> {
        self.unread_line.as_deref()
    }

    /// Takes all unread lines and keeps the first: a full pipe would keep the process from ending.
    fn keep_unread(&mut self) -> Result<(), Waited> {
        while let Some(line) = self.stdout.take().map_err(|TooLong| Waited::TooLong)? {
            self.unread_line.get_or_insert(line);
        }
        Ok(())
    }

    /// Waits until a stream can be read, and reads it.
    fn wait(&mut self, deadline: Instant) -> Result<(), Waited> {
        let descriptors = [
            interrupt::descriptor(),
            self.stdout.source().map(AsFd::as_fd),
            self.stderr.source().map(AsFd::as_fd),
        ];
        let pending = descriptors.into_iter().flatten();
        let mut polled: Vec<PollFd> = pending
            .map(|descriptor| PollFd::new(descriptor, PollFlags::POLLIN))
            .collect();
        let left = deadline.saturating_duration_since(Instant::now());
        progress::tick();
        // A signal that interrupts `poll` counts as nothing to read: the callers wait in a loop.
        let readable = poll(&mut polled, timeout(left.min(progress::next_tick()))).unwrap_or(0);
        if interrupt::is_requested() {
            return Err(Waited::Interrupted);
        }
        if readable == 0 && Instant::now() >= deadline {
            return Err(Waited::Late);
        }
        self.stdout.fill();
        self.stderr.fill();
        Ok(())
    }

    /// Whether the process has ended. It is not reaped (`WNOWAIT`): until it is, its number, and so
    /// that of its group, belongs to no other process, and the group can be killed safely.
    pub(crate) fn has_exited(&mut self) -> bool {
        if self.ended.is_some() {
            return true;
        }
        #[cfg(target_os = "linux")]
        {
            use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid};
            let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOHANG | WaitPidFlag::WNOWAIT;
            let status = waitid(Id::Pid(self.group()), flags);
            !matches!(status, Ok(WaitStatus::StillAlive))
        }
        #[cfg(not(target_os = "linux"))]
        {
            !matches!(self.process.try_wait(), Ok(None))
        }
    }

    fn group(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.process.id()).unwrap_or(i32::MAX))
    }

    /// Kills the whole group, and reaps the process.
    fn reap(&mut self) -> Option<ExitStatus> {
        if self.ended.is_none() {
            // The signal comes before the wait: afterwards the number may belong to another group.
            let _ = killpg(self.group(), Signal::SIGKILL);
            self.ended = self.process.wait().ok();
            self.end_orphans(Duration::ZERO);
        }
        self.ended
    }

    /// Asks it to end, kills it where it does not, and returns how it ended.
    pub(crate) fn end(&mut self) -> Option<ExitStatus> {
        self.close_stdin();
        let deadline = Instant::now() + GRACE;
        while !self.has_exited() && Instant::now() < deadline {
            self.drain_and_pause();
        }
        if let ShutdownPolicy::CleanUp { notice } = self.shutdown
            && !self.has_exited()
        {
            output::notice(&format!("{notice} (interrupt once more to wait no longer)"));
            self.wait_for_clean_up();
        }
        let status = self.reap();
        // Its last lines are still in the pipe: a service says there why it ended.
        self.stdout.fill();
        let _ = self.keep_unread();
        self.ledger.remove(self.id());
        status
    }

    /// Waits for its end, for [`TIME_TO_CLEAN_UP`] at most, and no longer once another signal comes.
    fn wait_for_clean_up(&mut self) {
        let deadline = Instant::now() + TIME_TO_CLEAN_UP;
        // The signal that ended the run is counted already; only a further one ends this wait.
        let requests = interrupt::requests();
        while !self.has_exited() && Instant::now() < deadline && interrupt::requests() == requests {
            self.drain_and_pause();
        }
    }

    /// Reads its streams, so that a full pipe does not keep it from ending, and waits a little.
    fn drain_and_pause(&mut self) {
        self.stdout.fill();
        self.stderr.fill();
        progress::tick();
        std::thread::sleep(CHECK_INTERVAL);
    }
}

impl Drop for Child<'_> {
    fn drop(&mut self) {
        self.end();
    }
}

/// The time that is left as `poll` takes it: rounded up to milliseconds, so that a wait never spins
/// through its last one.
fn timeout(left: Duration) -> PollTimeout {
    let millis = left.as_nanos().div_ceil(1_000_000);
    i32::try_from(millis)
        .ok()
        .and_then(|ms| PollTimeout::try_from(ms).ok())
        .unwrap_or(PollTimeout::MAX)
}

fn do_not_block(descriptor: BorrowedFd<'_>) -> std::io::Result<()> {
    let flags = OFlag::from_bits_retain(fcntl(descriptor, FcntlArg::F_GETFL)?);
    fcntl(descriptor, FcntlArg::F_SETFL(flags | OFlag::O_NONBLOCK))?;
    Ok(())
}
