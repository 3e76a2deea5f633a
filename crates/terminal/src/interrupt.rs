//! SIGINT and SIGTERM as a flag, and as a descriptor that can be waited for beside others. Code that
//! waits for processes ends them and keeps what was measured when the signal comes.

use std::io::{PipeReader, Write as _, pipe};
use std::os::fd::{AsFd as _, BorrowedFd};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Context as _;

/// The error of work that ended early because the user asked to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("interrupted")]
pub struct Interrupted;

static REQUESTS: AtomicUsize = AtomicUsize::new(0);
static PIPE: OnceLock<PipeReader> = OnceLock::new();

/// Takes over the signals for the whole process: from here on they set the flag and make the
/// descriptor readable, instead of ending the process.
///
/// # Errors
/// Where the system has no pipe or handler to give, and at a second call.
pub fn watch() -> anyhow::Result<()> {
    let (reader, mut writer) = pipe().context("a pipe for signals")?;
    // A flag alone would not end a `poll` that began just before the signal; a pipe does. Its byte is
    // never read, so that every later wait ends at once too.
    ctrlc::set_handler(move || {
        if REQUESTS.fetch_add(1, Ordering::SeqCst) == 0 {
            let _ = writer.write_all(b"!");
        }
    })
    .context("a handler for signals")?;
    let _ = PIPE.set(reader);
    Ok(())
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
