//! The two phases of a run: the warm-up, and what is measured.

use std::net::SocketAddr;
use std::time::Duration;

use protocol::{Load, LoadRequest, OpenLoop};
use runner::{Recorded, Recorder};
use rustix::time::{ClockId, clock_gettime};
use workloads::{Tasks, monotonic_ns};

use crate::arrivals::Arrivals;
use crate::asking::Asking;
use crate::connections::Connections;
use crate::error::Result;
use crate::run::Run;

/// What asks a server.
pub(crate) struct Generator {
    connections: Connections,
}

impl Generator {
    /// Opens so many connections.
    pub(crate) fn connect(asking: Asking, server: SocketAddr, connections: u64) -> Result<Self> {
        let connections = Connections::open(asking, server, connections)?;
        Ok(Self { connections })
    }

    /// Lets every connection ask once, for tasks whose indices are beyond those of the workload.
    pub(crate) fn warm_up(&mut self, request: &LoadRequest) -> Result<()> {
        let tasks = Tasks {
            seed: request.workload.seed,
            first: request.workload.tasks,
            count: self.connections.all.len() as u64,
        };
        let record = Recorder::new(tasks);
        Run::new(
            &mut self.connections,
            Arrivals::closed(tasks),
            tasks.count,
            &record,
        )
        .until_answered()?;
        Ok(())
    }

    /// Asks for the tasks of a run, and returns its figures and the digest of every task.
    pub(crate) fn measure(&mut self, request: &LoadRequest) -> Result<(Load, Recorded)> {
        let tasks = Tasks {
            seed: request.workload.seed,
            first: 0,
            count: request.tasks,
        };
        let record = Recorder::new(tasks);
        let cpu = own_cpu();
        let start_ns = monotonic_ns();
        let (arrivals, window_end) = Arrivals::of(&request.workload, tasks, start_ns);
        record.set_window_end(window_end);
        let first_ns = arrivals.first_ns().unwrap_or(start_ns);
        let (last_ns, late) =
            Run::new(&mut self.connections, arrivals, tasks.count, &record).until_answered()?;
        let used = own_cpu().saturating_sub(cpu);
        let recorded = record.finish()?;
        let (late_starts, completed_in_time) = record.punctuality();
        let open = request.workload.rate.map(|_| OpenLoop {
            late_starts,
            completed_in_time,
            generator_late: late,
            // No part of what the server used.
            pacing_cpu_ns: 0,
        });
        let load = Load {
            digest: format!("{:016x}", recorded.digest),
            elapsed_ns: last_ns.saturating_sub(first_ns).max(1),
            latency: recorded.latency.clone(),
            open,
            cpu_ns: u64::try_from(used.as_nanos()).unwrap_or(u64::MAX),
        };
        Ok((load, recorded))
    }
}

fn own_cpu() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    let nanos = u32::try_from(time.tv_nsec).unwrap_or(0);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), nanos)
}

#[cfg(test)]
#[path = "generator_test.rs"]
mod tests;
