//! A service does not outlive whoever started it, even where that is killed and no pipe is closed
//! because a sibling holds its other end.

use crate::error::{Error, Result};

/// Asks the kernel to end this process with its parent. Where the system has no such thing, the
/// closing of standard input must do.
///
/// The kernel means the thread that started us: a tool must not start services from a thread that
/// ends before they do.
pub(crate) fn die_with_parent() {
    // A refusal leaves the service as it is on other systems: ended by its standard input.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL));
}

/// Takes that back, for a service that has something to put right once its input is closed.
pub(crate) fn outlive_parent() {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_parent_process_death_signal(None);
}

/// Checks that the parent of this process is the one expected. Call this after [`die_with_parent`]:
/// the kernel sends no signal for a parent that had ended before.
pub(crate) fn check(expected: u32) -> Result<()> {
    let parent = std::os::unix::process::parent_id();
    if parent == expected {
        Ok(())
    } else {
        Err(Error::Parent {
            expected,
            found: parent,
        })
    }
}
