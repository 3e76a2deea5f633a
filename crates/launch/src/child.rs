//! A child process in a process group of its own: it is sent lines, its lines are read, it is waited
//! for and ended, together with everything in its group.
//!
//! One thread does all of this with `poll`. A second thread would take processor time from what is
//! being measured, and a child's parent-death signal (`PR_SET_PDEATHSIG`) is sent when the thread that
//! started it ends, not when the process does.
//!
//! What a child may do is bounded like this: every wait has a deadline, which is looked at before any stream
//! is, so that no flood and no unread input outlasts it; what is kept of its output is bounded; it leaves no
//! core file; and its process group, and on Linux also what has left the group (see
//! [`Child::with_its_orphans`]), ends with it. Its memory and the number of its processes have no bound
//! but those of the user and of the container: models of thousands of threads are compared, and a bound per
//! user (`RLIMIT_NPROC`) would count every other program too.

mod ending;

use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::os::fd::AsFd;
use std::process::{self, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, poll};
use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;
use terminal::{interrupt, progress};

use crate::lines::{Excerpt, Lines, TooLong};
use crate::polling::{do_not_block, timeout};
use crate::seen::Used;
use host::Unstarted;
use host::{Family, RunMark, orphans_since};
use host::{Known, Ledger};

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

/// What a wait is for, besides output of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Awaited {
    /// Nothing besides.
    Output,
    /// Room in the pipe to its standard input.
    Room,
}

/// How long a process may take to end once its standard input is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ShutdownPolicy {
    /// A moment; then it is killed.
    Prompt,
    /// Minutes, because it restores something first that nobody else will. `notice` tells
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
    /// Its number and when it started.
    known: Known,
    /// Set once it is reaped: from then on its number may be another process's.
    ended: Option<ExitStatus>,
    /// The first line of its standard output that nobody had read when it ended.
    unread_line: Option<String>,
    shutdown: ShutdownPolicy,
    mark: RunMark,
    /// Set where its orphans end with it.
    family: Option<Family>,
    /// What the children that this tool had reaped before it have used.
    used_before: Option<Used>,
}

impl<'a> Child<'a> {
    /// Starts a program in a process group of its own, with pipes for its three standard streams. The
    /// first and the last bytes of its standard error are kept, `keep_of_stderr` in all.
    pub(crate) fn spawn(
        command: &mut Command,
        ledger: &'a Ledger,
        keep_of_stderr: usize,
    ) -> Result<Child<'a>, Unstarted> {
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Self::start(command, ledger, keep_of_stderr)
    }

    /// Starts a program in a process group of its own which is told nothing, and whose output goes to a file: as much
    /// as it likes, whoever waits for what.
    pub(crate) fn spawn_unheard(
        command: &mut Command,
        ledger: &'a Ledger,
        output: File,
    ) -> Result<Child<'a>, Unstarted> {
        command
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output);
        Self::start(command, ledger, 0)
    }

    /// Starts a program whose standard streams are set.
    fn start(
        command: &mut Command,
        ledger: &'a Ledger,
        keep_of_stderr: usize,
    ) -> Result<Child<'a>, Unstarted> {
        let mark = RunMark::put(command);
        let spawned = Instant::now();
        let mut process = ledger.start(command)?;
        let stdout = process.stdout.take().map_or_else(Lines::ended, Lines::new);
        let stderr = match process.stderr.take() {
            Some(stream) => Excerpt::new(stream, keep_of_stderr),
            None => Excerpt::ended(),
        };
        let known = Known::of(process.id());
        let child = Child {
            known,
            stdin: process.stdin.take(),
            stdout,
            stderr,
            process,
            ledger,
            spawned,
            ended: None,
            unread_line: None,
            shutdown: ShutdownPolicy::Prompt,
            mark,
            family: None,
            used_before: None,
        };
        let streams = [
            child.stdin.as_ref().map(AsFd::as_fd),
            child.stdout.source().map(AsFd::as_fd),
            child.stderr.source().map(AsFd::as_fd),
        ];
        // Between two looks at the deadline nothing may wait for the child.
        for descriptor in streams.into_iter().flatten() {
            do_not_block(descriptor)?;
        }
        Ok(child)
    }

    /// Ends its orphans with it, wherever they went, and counts what they use as used by it. These are
    /// found on Linux alone, where this tool adopts them; one that clears its environment and outlives
    /// its program beside other runs is ended, but cannot be held against one of them.
    pub(crate) fn with_its_orphans(&mut self) {
        self.used_before = Used::by_children();
        self.family = Some(Family::begin(self.known, self.mark));
    }

    /// The orphans that were started since it was, and still run, in words: those that it has left behind,
    /// where nothing ran beside it and its orphans do not end with it.
    pub(crate) fn left_running(&self) -> Vec<String> {
        orphans_since(self.known, self.ledger)
    }

    /// Its process id, which is also that of its group.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Gives it time to clean up before it ends. People are shown `notice` where that takes long.
    pub(crate) fn let_clean_up(&mut self, notice: &'static str) -> Result<(), Unstarted> {
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

    /// Writes a line to its standard input. A child that has closed its input, or has ended, is no error:
    /// whoever reads its answer learns why.
    pub(crate) fn send(&mut self, line: &str, deadline: Instant) -> Result<(), Waited> {
        let text = format!("{line}\n");
        let mut left = text.as_bytes();
        while let Some(stdin) = &mut self.stdin
            && !left.is_empty()
        {
            match stdin.write(left) {
                Ok(written) => left = &left[written..],
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.wait(deadline, Awaited::Room)?;
                }
                Err(_) => self.close_stdin(),
            }
        }
        Ok(())
    }

    /// Closes its standard input, which is how it is asked to end.
    pub(crate) fn close_stdin(&mut self) {
        self.stdin = None;
    }

    /// The next line of its standard output; `None` at the end of it.
    pub(crate) fn line(&mut self, deadline: Instant) -> Result<Option<String>, Waited> {
        loop {
            time_left(deadline)?;
            match self.stdout.take() {
                Ok(Some(line)) => return Ok(Some(line)),
                Ok(None) if self.stdout.source().is_none() => return Ok(None),
                Ok(None) => self.wait(deadline, Awaited::Output)?,
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
        let family = self.family.as_ref();
        let left = family
            .map(|family| family.end_orphans(self.ledger, patience))
            .unwrap_or_default();
        let status = self.reap().ok_or(Waited::Late)?;
        Ok((status, left))
    }

    fn wait_for_exit(&mut self, deadline: Instant) -> Result<(), Waited> {
        while !self.has_exited() {
            self.drain();
            let next_look = Instant::now() + CHECK_INTERVAL;
            match self.wait(deadline.min(next_look), Awaited::Output) {
                Err(Waited::Late) if next_look < deadline => {}
                waited => waited?,
            }
        }
        self.drain();
        Ok(())
    }

    /// What it and its orphans have used in all, once they are reaped.
    pub(crate) fn used(&self) -> Option<Used> {
        Some(Used::by_children()?.since(self.used_before?))
    }

    /// The first line of its standard output that nobody had read when it ended.
    pub(crate) fn unread_line(&self) -> Option<&str> {
        self.unread_line.as_deref()
    }

    /// Reads its streams, so that a full pipe does not keep it from ending: the first line that nobody has
    /// read is kept, and the rest forgotten.
    fn drain(&mut self) {
        self.read();
        if self.unread_line.is_none() {
            // A line without end is none; nobody waits for a message here.
            self.unread_line = self.stdout.take().unwrap_or_default();
        }
        if self.unread_line.is_some() || !self.stdout.has_room() {
            self.stdout.discard();
        }
    }

    /// Waits until an output can be read, or its input takes more where that is awaited, and reads the
    /// outputs.
    fn wait(&mut self, deadline: Instant, awaited: Awaited) -> Result<(), Waited> {
        let left = time_left(deadline)?;
        // A full buffer takes no more, and would end every wait at once.
        let stdout = self.stdout.source().filter(|_| self.stdout.has_room());
        let stdin = self.stdin.as_ref().filter(|_| awaited == Awaited::Room);
        let pending = [
            (interrupt::descriptor(), PollFlags::POLLIN),
            (stdout.map(AsFd::as_fd), PollFlags::POLLIN),
            (self.stderr.source().map(AsFd::as_fd), PollFlags::POLLIN),
            (stdin.map(AsFd::as_fd), PollFlags::POLLOUT),
        ];
        let mut polled: Vec<PollFd> = pending
            .into_iter()
            .filter_map(|(descriptor, flags)| Some(PollFd::new(descriptor?, flags)))
            .collect();
        progress::tick();
        // A signal that interrupts `poll` counts as nothing to read: the callers wait in a loop.
        let _ = poll(&mut polled, timeout(left.min(progress::next_tick())));
        self.read();
        Ok(())
    }

    /// Takes in what is on its outputs now.
    pub(crate) fn read(&mut self) {
        self.stdout.fill();
        self.stderr.fill();
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
            // It can have moved to another group of its session, and would be waited for without end.
            let _ = kill(self.group(), Signal::SIGKILL);
            self.ended = self.process.wait().ok();
            if let Some(family) = self.family.take() {
                family.end(self.ledger);
            }
        }
        self.ended
    }
}

impl Drop for Child<'_> {
    fn drop(&mut self) {
        self.end();
    }
}

/// The time until a deadline. It is asked for before any stream is looked at: one that never pauses would
/// hide that the deadline has passed.
fn time_left(deadline: Instant) -> Result<Duration, Waited> {
    if interrupt::is_requested() {
        return Err(Waited::Interrupted);
    }
    let left = deadline.saturating_duration_since(Instant::now());
    if left.is_zero() {
        Err(Waited::Late)
    } else {
        Ok(left)
    }
}
