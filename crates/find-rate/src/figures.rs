//! What one run at a rate came to, as far as a condition and the name of a limit need it.

use protocol::Done;
use results::{Others, Punctuality};

/// One run at a rate.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Figures {
    /// Tasks a second that were due.
    pub(crate) rate: u64,
    /// Tasks in all.
    pub(crate) tasks: u64,
    /// Nanoseconds from `go` to the end of the last task.
    pub(crate) elapsed_ns: u64,
    /// Nanoseconds from the time at which a task was due to its end, and how many tasks took them; ascending.
    pub(crate) latency: Vec<(u64, u64)>,
    /// The fraction of the tasks that ended in time.
    pub(crate) completed_in_time: f64,
    /// The fraction of the tasks that started more than 1 ms after they were due.
    pub(crate) late_starts: f64,
    /// The fraction of the tasks that were handed over more than 1 ms late.
    pub(crate) generator_late: f64,
    /// Tasks that may be in flight.
    pub(crate) lanes: u64,
    /// Processors that the model was busy on, on average.
    pub(crate) model_cores: f64,
    /// The same for the services that the model asks, or the load generator that asks it; `None` where there is neither.
    pub(crate) service_cores: Option<f64>,
    /// The same for everything else on the machine; `None` where the system does not tell.
    pub(crate) other_cores: Option<f64>,
}

impl Figures {
    /// The figures of a run at this rate with so many lanes.
    pub(crate) fn of(
        done: &Done,
        (rate, lanes): (u64, u64),
        services_cpu_ns: Option<u64>,
        others: &Others,
    ) -> Figures {
        let open = done.open.unwrap_or(protocol::OpenLoop {
            late_starts: 0,
            completed_in_time: done.tasks,
            generator_late: 0,
            pacing_cpu_ns: 0,
        });
        Figures {
            rate,
            tasks: done.tasks,
            elapsed_ns: done.elapsed_ns,
            latency: done.latency.clone(),
            completed_in_time: fraction(open.completed_in_time, done),
            late_starts: fraction(open.late_starts, done),
            generator_late: fraction(open.generator_late, done),
            lanes,
            model_cores: cores(done.cpu_ns, done),
            service_cores: services_cpu_ns.map(|nanos| cores(nanos, done)),
            other_cores: match others {
                Others::Had { busy_ns, .. } => Some(cores(*busy_ns, done)),
                Others::Unavailable(_) => None,
            },
        }
    }

    /// The latency of the fastest task.
    pub(crate) fn fastest_ns(&self) -> Option<u64> {
        self.latency.first().map(|(nanos, _)| *nanos)
    }

    /// Tasks that ended a second.
    pub(crate) fn throughput(&self) -> f64 {
        self.tasks as f64 * 1e9 / self.elapsed_ns.max(1) as f64
    }

    /// Whether the load differed from the one that was asked for, so that nothing can be judged by the run.
    pub(crate) fn is_generator_late(&self) -> bool {
        analysis::is_generator_late(&Punctuality {
            late_starts: self.late_starts,
            completed_in_time: self.completed_in_time,
            generator_late: self.generator_late,
        })
    }
}

/// So many tasks, as a fraction of all tasks of a run.
fn fraction(count: u64, done: &Done) -> f64 {
    count as f64 / done.tasks.max(1) as f64
}

/// Processors that were busy, on average over a run that used so many nanoseconds of them.
fn cores(nanos: u64, done: &Done) -> f64 {
    nanos as f64 / done.elapsed_ns.max(1) as f64
}
