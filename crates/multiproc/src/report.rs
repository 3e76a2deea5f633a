//! What a worker reports to its parent: the record of each task, and the resources it has used.

use std::path::Path;
use std::time::Instant;

use runner::own_usage;
use workloads::{Error, Shared, monotonic_ns, trace};

use crate::message::{Record, Reply, Report};

/// The record of a task of a closed loop that started and ended at these times.
pub(crate) fn done(index: u64, start: Instant, end: Instant, digest: u64) -> Record {
    Record {
        index,
        latency_ns: u64::try_from((end - start).as_nanos()).unwrap_or(u64::MAX),
        digest,
        arrival: None,
    }
}

/// The record of a task of an open loop that ends now.
pub(crate) fn arrived(index: u64, intended_ns: u64, started_ns: u64, digest: u64) -> Record {
    let latency_ns = monotonic_ns().saturating_sub(intended_ns);
    Record {
        index,
        latency_ns,
        digest,
        arrival: Some((intended_ns, started_ns)),
    }
}

/// What this process has used since it began, and how many of its waiting tasks were alive at once.
pub(crate) fn report(work: &Shared) -> Report {
    trace::end_as_worker();
    Report {
        alive: work
            .alive()
            .map(|alive| (alive.count, alive.from, alive.until)),
        ..used()
    }
}

/// Begins to record; the reply that says so.
pub(crate) fn begin_trace() -> Reply {
    trace::begin_as_worker();
    Reply::TraceBegun
}

/// Writes what this process has recorded to a file; the reply that says so.
pub(crate) fn write_trace(file: &Path, name: &str) -> workloads::Result<Reply> {
    trace::write(file, name).map_err(|source| Error::File {
        path: file.to_owned(),
        source,
    })?;
    Ok(Reply::TraceWritten)
}

/// What this process has used since it began.
pub(crate) fn used() -> Report {
    let usage = own_usage();
    Report {
        cpu_ns: u64::try_from(usage.cpu.as_nanos()).unwrap_or(u64::MAX),
        voluntary: usage.switches.voluntary,
        involuntary: usage.switches.involuntary,
        threads: usage.threads,
        run_queue_wait_ns: u64::try_from(usage.run_queue_wait.as_nanos()).unwrap_or(u64::MAX),
        owner_changes: 0,
        alive: None,
    }
}
