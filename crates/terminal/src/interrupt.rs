//! SIGINT and SIGTERM as something that can be waited for beside other descriptors. Ending the
//! processes and keeping what was measured is left to whoever is waiting.

use std::io::{PipeReader, Write as _, pipe};
use std::os::fd::{AsFd as _, BorrowedFd};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Context as _;

/// The user asked to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("interrupted")]
pub struct Interrupted;

static REQUESTS: AtomicUsize = AtomicUsize::new(0);
static PIPE: OnceLock<PipeReader> = OnceLock::new();

/// From here on the signals set a flag and end every wait.
pub fn watch() -> anyhow::Result<()> {
    let (reader, mut writer) = pipe().context("a pipe for signals")?;
    // The byte is never read, so that the pipe stays readable for every later wait.
    ctrlc::set_handler(move || {
        if REQUESTS.fetch_add(1, Ordering::SeqCst) == 0 {
            let _ = writer.write_all(b"!");
        }
    })
    .context("a handler for signals")?;
    let _ = PIPE.set(reader);
    Ok(())
}

/// An error once a signal has come.
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

/// How many signals have come: whoever still waits after one ends that wait at the next.
pub fn requests() -> usize {
    REQUESTS.load(Ordering::SeqCst)
}

/// Readable once a signal has come; `None` before [`watch`].
pub fn descriptor() -> Option<BorrowedFd<'static>> {
    PIPE.get().map(|reader| reader.as_fd())
}
