//! One process that can be talked to, waited for and ended with everything in its group. What is
//! said is left to `handshake`, `services` and `build`.
//!
//! One thread does it all with `poll`: a second thread would take the processor from what is being
//! measured, and a child's parent-death signal follows the thread that started it.

use std::io::{ErrorKind, Write as _};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::process::CommandExt as _;
use std::process::{self, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use super::ledger::Ledger;
use super::lines::{Lines, Tail, TooLong};
use terminal::{interrupt, output};

/// How long a process may take to end once its standard input is closed.
const GRACE: Duration = Duration::from_millis(500);
/// The same where it has something to put right that nobody else will: longer than any server that is
/// alive lets it wait.
const TIME_TO_CLEAN_UP: Duration = Duration::from_secs(150);
/// Between two looks at whether a process has ended.
const LOOK: Duration = Duration::from_millis(2);

/// Why a wait ended without what was waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waited {
    /// The deadline passed.
    Late,
    /// The user asked to stop.
    Interrupted,
    /// A line grew beyond every message.
    TooLong,
}

/// A started process. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct Child<'a> {
    process: process::Child,
    stdin: Option<ChildStdin>,
    stdout: Lines<ChildStdout>,
    stderr: Tail<ChildStderr>,
    ledger: &'a Ledger,
    spawned: Instant,
    /// Set once it is reaped: from then on its number may be another process's.
    ended: Option<ExitStatus>,
    /// A line that nobody took before it ended.
    left_over: Option<String>,
    /// What is told where it takes its time to put something right, if it has anything.
    cleans_up: Option<&'static str>,
}

impl<'a> Child<'a> {
    /// Starts a program in a process group of its own, with pipes in its three streams; of its
    /// standard error the last part is kept.
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
        let mut process = command.process_group(0).spawn()?;
        let missing = || std::io::Error::other("a pipe is missing");
        let stdout = process.stdout.take().ok_or_else(missing)?;
        let stderr = process.stderr.take().ok_or_else(missing)?;
        let child = Child {
            stdin: process.stdin.take(),
            stdout: Lines::new(stdout),
            stderr: Tail::new(stderr, keep_of_stderr),
            process,
            ledger,
            spawned,
            ended: None,
            left_over: None,
            cleans_up: None,
        };
        child.ledger.add(child.id())?;
        child
            .stdout
            .source()
            .map_or(Ok(()), |source| do_not_block(source.as_fd()))?;
        child
            .stderr
            .source()
            .map_or(Ok(()), |source| do_not_block(source.as_fd()))?;
        Ok(child)
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// It has something to put right before it ends, and gets the time for that; where it takes long,
    /// people are told what they wait for.
    pub(crate) fn let_clean_up(&mut self, what: &'static str) -> std::io::Result<()> {
        self.cleans_up = Some(what);
        self.ledger.leave_alone(self.id())
    }

    /// When it was started.
    pub(crate) fn spawned(&self) -> Instant {
        self.spawned
    }

    /// The last part of what it wrote to standard error.
    pub(crate) fn stderr(&self) -> String {
        self.stderr.text()
    }

    /// Writes a line. That nobody reads it any more is noticed by whoever waits for the answer.
    pub(crate) fn send(&mut self, line: &str) -> std::io::Result<()> {
        let Some(stdin) = &mut self.stdin else {
            return Ok(());
        };
        match stdin.write_all(format!("{line}\n").as_bytes()) {
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

    /// Waits for its end, and ends what is left of its group.
    pub(crate) fn exit(&mut self, deadline: Instant) -> Result<ExitStatus, Waited> {
        while !self.has_exited() {
            self.set_aside()?;
            match self.wait(deadline.min(Instant::now() + LOOK)) {
                Err(Waited::Late) if Instant::now() >= deadline => return Err(Waited::Late),
                Err(Waited::Late) | Ok(()) => {}
                Err(other) => return Err(other),
            }
        }
        self.stdout.fill();
        self.stderr.fill();
        self.set_aside()?;
        self.reap().ok_or(Waited::Late)
    }

    /// The first line that was printed after all that were taken, once it has ended.
    pub(crate) fn left_over(&self) -> Option<&str> {
        self.left_over.as_deref()
    }

    fn set_aside(&mut self) -> Result<(), Waited> {
        while let Some(line) = self.stdout.take().map_err(|TooLong| Waited::TooLong)? {
            self.left_over.get_or_insert(line);
        }
        Ok(())
    }

    /// Waits until a stream has something to say, and takes it in.
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
        let found = poll(&mut polled, timeout(left)).unwrap_or(0);
        if interrupt::is_requested() {
            return Err(Waited::Interrupted);
        }
        if found == 0 && Instant::now() >= deadline {
            return Err(Waited::Late);
        }
        self.stdout.fill();
        self.stderr.fill();
        Ok(())
    }

    /// Whether the process has ended, without forgetting it: while it is not reaped its number,
    /// and so that of its group, belongs to nobody else.
    pub(crate) fn has_exited(&mut self) -> bool {
        if self.ended.is_some() {
            return true;
        }
        #[cfg(target_os = "linux")]
        {
            use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid};
            let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOHANG | WaitPidFlag::WNOWAIT;
            let found = waitid(Id::Pid(self.group()), flags);
            !matches!(found, Ok(WaitStatus::StillAlive))
        }
        #[cfg(not(target_os = "linux"))]
        {
            !matches!(self.process.try_wait(), Ok(None))
        }
    }

    fn group(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.process.id()).unwrap_or(i32::MAX))
    }

    /// Ends the whole group while its number is still its own, and forgets the process.
    fn reap(&mut self) -> Option<ExitStatus> {
        if self.ended.is_none() {
            let _ = killpg(self.group(), Signal::SIGKILL);
            self.ended = self.process.wait().ok();
        }
        self.ended
    }

    /// Asks it to end, and ends it where it does not; how it ended.
    pub(crate) fn end(&mut self) -> Option<ExitStatus> {
        self.close_stdin();
        self.wait_for_its_end(GRACE);
        if let Some(what) = self.cleans_up.filter(|_| !self.has_exited()) {
            output::complain(&format!("{what} (interrupt once more to wait no longer)"));
            self.wait_for_its_end(TIME_TO_CLEAN_UP);
        }
        let status = self.reap();
        // What it said last lies there still.
        self.stdout.fill();
        let _ = self.set_aside();
        self.ledger.remove(self.id());
        status
    }

    /// Waits for so long, or until another signal comes where it is a long time.
    fn wait_for_its_end(&mut self, grace: Duration) {
        let (deadline, requests) = (Instant::now() + grace, interrupt::requests());
        let is_given_up = || grace > GRACE && interrupt::requests() > requests;
        while !self.has_exited() && Instant::now() < deadline && !is_given_up() {
            self.stdout.fill();
            self.stderr.fill();
            std::thread::sleep(LOOK);
        }
    }
}

impl Drop for Child<'_> {
    fn drop(&mut self) {
        self.end();
    }
}

/// Rounded up, so that a wait never spins through its last millisecond.
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
