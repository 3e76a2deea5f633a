//! A pool of threads that compute, beside a runtime.

use rayon::{ThreadPool, ThreadPoolBuilder};
use runner::{Error, Result};
use workloads::Shared;

/// The error of a runtime or pool that cannot be started.
pub(crate) const CANNOT_START: &str = "cannot start a tokio runtime";

/// A rayon pool with as many threads as workers.
pub(crate) fn computing_pool(work: &Shared) -> Result<ThreadPool> {
    let threads = usize::try_from(work.setup.workers).unwrap_or(usize::MAX);
    ThreadPoolBuilder::new()
        .num_threads(threads)
        // By default a kernel that panics aborts the process. With a handler it fails the task that
        // waits for it, as a kernel does that is computed inline.
        .panic_handler(drop)
        .build()
        .map_err(|error| Error::io(CANNOT_START, std::io::Error::other(error)))
}
