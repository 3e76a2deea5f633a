//! SIGHUP, SIGINT and SIGTERM as a flag, and as a descriptor that can be waited for beside others. Code that
//! waits for processes ends them and keeps what was measured when one of these signals comes.

use std::io::{PipeReader, PipeWriter, Write as _, pipe};
use std::os::fd::{AsFd as _, BorrowedFd};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{fs, thread};

use anyhow::{Context as _, anyhow};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

/// The error of work that ended early because the user asked to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("interrupted")]
pub struct Interrupted;

/// The signals that ask this tool to stop.
const WATCHED: [i32; 3] = [SIGHUP, SIGINT, SIGTERM];

static REQUESTS: AtomicUsize = AtomicUsize::new(0);
static PIPE: OnceLock<PipeReader> = OnceLock::new();

/// Takes over the signals for the whole process: from here on they set the flag and make the
/// descriptor readable, instead of ending the process. A signal that was ignored when the process
/// started stays ignored, as after `nohup`; that is known on Linux only.
///
/// # Errors
/// Where the system has no pipe, handler or thread to give, and at a second call.
pub fn watch() -> anyhow::Result<()> {
    let (reader, mut writer) = pipe().context("a pipe for signals")?;
    PIPE.set(reader)
        .map_err(|_| anyhow!("signals are watched already"))?;
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mut signals = Signals::new(watched(&status)).context("a handler for signals")?;
    thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || count(&mut signals, &mut writer))
        .context("a thread for signals")?;
    Ok(())
}

/// Counts signals for as long as the process lives.
fn count(signals: &mut Signals, writer: &mut PipeWriter) {
    for _ in signals.forever() {
        // A flag alone would not end a `poll` that began just before the signal; a pipe does. Its byte
        // is never read, so that every later wait ends at once too.
        if REQUESTS.fetch_add(1, Ordering::SeqCst) == 0 {
            let _ = writer.write_all(b"!");
        }
    }
}

/// The signals to watch, by a process's `/proc/PID/status`: those that it does not ignore.
fn watched(status: &str) -> Vec<i32> {
    let ignored = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or(0);
    // Signals are numbered from 1, and bits from 0.
    WATCHED
        .into_iter()
        .filter(|signal| ignored >> (signal - 1) & 1 == 0)
        .collect()
}

/// Ends work between two steps with `?`.
///
/// # Errors
/// [`Interrupted`] once a signal has come.
pub fn check() -> Result<(), Interrupted> {
    if is_requested() {
        Err(Interrupted)
    } else {
        Ok(())
    }
}

/// Whether a signal has come.
pub fn is_requested() -> bool {
    requests() > 0
}

/// How many signals have come. A second one means that the user does not want to wait for an orderly end.
pub fn requests() -> usize {
    REQUESTS.load(Ordering::SeqCst)
}

/// A descriptor that is readable once a signal has come; `None` before [`watch`].
pub fn descriptor() -> Option<BorrowedFd<'static>> {
    PIPE.get().map(|reader| reader.as_fd())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ignored_is_not_watched() {
        assert_eq!(watched("Name:\tx\nSigIgn:\t0000000000001000\n"), WATCHED);
        assert_eq!(watched("SigIgn:\t0000000000000001\n"), [SIGINT, SIGTERM]);
        assert_eq!(watched("SigIgn:\t0000000000004003\n"), []);
        assert_eq!(watched(""), WATCHED, "where the system does not tell");
    }
}
