//! Programs that do not outlive whoever started them, even where that is killed.

/// Asks the kernel to end this process when its parent ends. `false` where the system cannot.
#[must_use]
pub fn die_with_parent() -> bool {
    #[cfg(target_os = "linux")]
    return rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))
        .is_ok();
    #[cfg(not(target_os = "linux"))]
    false
}

/// Whether `parent` is still this process's parent. To be asked after [`die_with_parent`], for a
/// parent that ended before.
#[must_use]
pub fn is_child_of(parent: u32) -> bool {
    std::os::unix::process::parent_id() == parent
}
