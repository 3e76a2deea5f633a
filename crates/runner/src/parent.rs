//! The tie of a process to its parent: it ends with the parent, even if the parent is killed.

use crate::error::{Error, Result};

/// Makes this program end with the process that sent its request; 0 stands for none, as in a request that a
/// person typed.
///
/// # Errors
/// When another process is the parent of this one.
pub fn tie_to(parent: u32) -> Result<()> {
    if parent != 0 && die_with_parent() && !is_child_of(parent) {
        return Err(Error::Usage(format!(
            "process {parent} is not the parent of this one"
        )));
    }
    Ok(())
}

/// Asks the kernel to kill this process when its parent ends. `false` where the system cannot.
#[must_use]
pub fn die_with_parent() -> bool {
    #[cfg(target_os = "linux")]
    return rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))
        .is_ok();
    #[cfg(not(target_os = "linux"))]
    false
}

/// Whether `parent` is still this process's parent. Call it after [`die_with_parent`], which has no
/// effect if the parent ended before it was called.
#[must_use]
pub fn is_child_of(parent: u32) -> bool {
    std::os::unix::process::parent_id() == parent
}
