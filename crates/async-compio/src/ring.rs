//! The settings of a runtime and of its io_uring instance, and why there may be none.

use std::io::{Error as IoError, ErrorKind};

use compio::driver::{DriverType, ProactorBuilder};
use compio::runtime::{Runtime, RuntimeBuilder};
use runner::{Error, Knobs};

/// Entries of the submission queue.
const ENTRIES: u32 = 1024;
/// Polls of tasks after which the runtime looks for completions.
const EVENT_INTERVAL: usize = 61;

/// The settings of the runtime of one thread.
#[derive(Clone, Copy)]
pub(crate) struct Ring {
    /// Most threads for calls that block.
    blocking: u64,
}

impl Ring {
    pub(crate) fn with_blocking(blocking: u64) -> Self {
        Self { blocking }
    }

    /// The runtime of the calling thread.
    pub(crate) fn runtime(self) -> std::io::Result<Runtime> {
        let mut proactor = ProactorBuilder::new();
        proactor
            .driver_type(DriverType::IoUring)
            .capacity(ENTRIES)
            .single_issuer(true)
            .coop_taskrun(true)
            .taskrun_flag(true)
            // What completes is dealt with where the runtime looks for it, in one go, and not at whichever system
            // call comes next.
            .defer_taskrun(true)
            .thread_pool_limit(usize::try_from(self.blocking).unwrap_or(usize::MAX));
        let runtime = RuntimeBuilder::new()
            .with_proactor(proactor)
            .event_interval(EVENT_INTERVAL)
            .build()?;
        // compio has another driver, over `poll`, which must not take the place of this one unsaid.
        if runtime.driver_type().is_iouring() {
            Ok(runtime)
        } else {
            let driver = runtime.driver_type();
            let problem = format!("compio chose the driver {driver:?}");
            Err(IoError::new(ErrorKind::Unsupported, problem))
        }
    }

    pub(crate) fn knobs(self) -> Knobs {
        Knobs::from([
            ("driver".to_owned(), "io_uring".to_owned()),
            ("ring_entries".to_owned(), ENTRIES.to_string()),
            (
                "ring_flags".to_owned(),
                "single issuer, coop taskrun, taskrun flag, defer taskrun".to_owned(),
            ),
            ("event_interval".to_owned(), EVENT_INTERVAL.to_string()),
            (
                "max_blocking_threads_each".to_owned(),
                self.blocking.to_string(),
            ),
        ])
    }
}

/// The error of a runtime that cannot be started: a kernel without io_uring, or without the flags
/// that it is set up with (Linux 6.1), and one that forbids it make the model unavailable.
pub(crate) fn cannot_start(error: IoError) -> Error {
    match error.kind() {
        ErrorKind::PermissionDenied => {
            Error::Unavailable(format!("the kernel or container refuses io_uring: {error}"))
        }
        ErrorKind::Unsupported | ErrorKind::InvalidInput => Error::Unavailable(format!(
            "the kernel or container refuses io_uring, or is older than Linux 6.1: {error}"
        )),
        _ => Error::io("cannot start a compio runtime", error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kernel_that_refuses_makes_the_model_unavailable_and_says_why() {
        // EPERM of a container, ENOSYS of an old kernel, EINVAL of one that lacks the flags.
        for number in [1, 38, 22] {
            let error = cannot_start(IoError::from_raw_os_error(number));
            let text = error.to_string();
            assert!(matches!(error, Error::Unavailable(_)), "{text}");
            let says = "unavailable: the kernel or container refuses io_uring";
            assert!(text.starts_with(says), "{text}");
        }
        // EMFILE says nothing about io_uring.
        let other = cannot_start(IoError::from_raw_os_error(24));
        assert!(matches!(other, Error::Io { .. }), "{other}");
    }

    #[test]
    fn a_runtime_that_starts_is_over_io_uring() {
        match Ring::with_blocking(1).runtime() {
            Ok(runtime) => assert!(runtime.driver_type().is_iouring()),
            Err(error) => assert!(matches!(cannot_start(error), Error::Unavailable(_))),
        }
    }
}
