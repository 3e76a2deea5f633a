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
    /// The same of who is asked, or asks: the services, or the load generator. `None` where there is nobody.
    pub(crate) service_cores: Option<f64>,
    /// The same of everybody else on the machine, where the system tells.
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
        let of_tasks = |count: u64| count as f64 / done.tasks.max(1) as f64;
        let cores = |nanos: u64| nanos as f64 / done.elapsed_ns.max(1) as f64;
        Figures {
            rate,
            tasks: done.tasks,
            elapsed_ns: done.elapsed_ns,
            latency: done.latency.clone(),
            completed_in_time: of_tasks(open.completed_in_time),
            late_starts: of_tasks(open.late_starts),
            generator_late: of_tasks(open.generator_late),
            lanes,
            model_cores: cores(done.cpu_ns),
            service_cores: services_cpu_ns.map(cores),
            other_cores: match others {
                Others::Had { busy_ns, .. } => Some(cores(*busy_ns)),
                Others::Unavailable(_) => None,
            },
        }
    }

    /// Tasks that ended a second.
    pub(crate) fn throughput(&self) -> f64 {
        self.tasks as f64 * 1e9 / self.elapsed_ns.max(1) as f64
    }

    /// Whether the load was another than was asked for, so that nothing is to be judged by it.
    pub(crate) fn is_generator_late(&self) -> bool {
        analysis::is_generator_late(&Punctuality {
            late_starts: self.late_starts,
            completed_in_time: self.completed_in_time,
            generator_late: self.generator_late,
        })
    }
}
