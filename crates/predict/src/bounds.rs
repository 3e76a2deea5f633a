//! What no run can beat, and what one comes to in which nothing overlaps: a prediction between the two is plausible. And which
//! of the limits is the one that counts.

use protocol::Workload;

use crate::kind::{Executors, Kind};
use crate::segment::{Segment, Service};
use crate::simulated::{Asked, Simulated};

/// What limits a variant at a workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// All lanes are taken and wait.
    Lanes,
    /// All cores compute.
    Cores,
    /// The one thread that runs its tasks computes.
    OneThread,
    /// The origin answers no faster.
    Service,
    /// Tasks arrive at the workload's rate.
    Rate,
    /// None of these alone.
    Several,
}

impl Limit {
    /// What it is called in a table.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Limit::Lanes => "lanes",
            Limit::Cores => "cores",
            Limit::OneThread => "one thread",
            Limit::Service => "the service",
            Limit::Rate => "the rate",
            Limit::Several => "several",
        }
    }
}

/// What a task demands, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Demands {
    /// Waits for services, and for timers.
    pub(crate) waits: f64,
    /// How much longer timers last, as a mean: by one grain, and at the most by two.
    pub(crate) late: f64,
    /// The variant's own threads.
    pub(crate) own: f64,
    /// Blocking calls on other threads.
    pub(crate) calls: f64,
    /// The one thread of the origin.
    pub(crate) service: f64,
    /// Processes that answer one connection each.
    pub(crate) backends: f64,
    /// Waking these processes and the lanes that they answer, each time: a part of the bracket's upper end alone.
    pub(crate) wakes: f64,
    pub(crate) gets: f64,
    /// Whether the service has processors of its own, and takes none from the variant.
    pub(crate) is_elsewhere: bool,
}

impl Demands {
    /// What segments demand. A process that answers one connection sleeps before a request, and again where the request waits, and the
    /// lane before the answer: waking both costs so much at the most.
    pub(crate) fn of(segments: &[Segment], wakes: f64) -> Demands {
        let mut all = Demands::default();
        for segment in segments {
            match segment {
                Segment::Compute(cost) => all.own += cost,
                Segment::Block(cost) => all.calls += cost,
                Segment::Accept(cost) => all.service += cost,
                Segment::Stop { time } => all.waits += time,
                Segment::Timer { time, grain, slack } => {
                    all.waits += time;
                    all.late += grain + slack;
                }
                Segment::Request {
                    to,
                    latency,
                    request,
                    answer,
                } => {
                    all.waits += latency;
                    let cost = request + if *latency > 0.0 { *answer } else { 0.0 };
                    match to {
                        Service::Origin => {
                            all.service += cost;
                            all.gets += 1.0;
                        }
                        Service::Backend => {
                            all.backends += cost;
                            all.wakes += if *latency > 0.0 { 2.0 * wakes } else { wakes };
                        }
                    }
                }
            }
        }
        all
    }

    fn cpu(&self) -> f64 {
        self.own + self.calls
    }

    /// The time for which a task waits, as a mean.
    pub(crate) fn waiting(&self) -> f64 {
        self.waits + self.late
    }

    /// What of the service's demand competes for the variant's cores.
    fn competing(&self, service: f64) -> f64 {
        if self.is_elsewhere { 0.0 } else { service }
    }
}

/// The time a task between which a prediction is plausible. The lower end is the asymptotic bound of Denning and Buzen ("The
/// Operational Analysis of Queueing Network Models", *ACM Computing Surveys* 10, 1978): a task needs its demand at each
/// resource, and a lane its whole cycle. At the upper end lanes march in step: first all wait, then all are answered, then all compute.
pub(crate) fn bracket(demands: &Demands, asked: &Asked<'_>) -> (f64, f64) {
    let lanes = asked.lanes().max(1) as f64;
    let cores = asked.processors.max(1) as f64;
    let parallel = usable_cores(asked.kind, asked);
    let served = demands.service + demands.backends;
    let cycle = demands.waits + demands.cpu() + served;
    let floors = [
        (demands.cpu() + demands.competing(served)) / cores,
        demands.service,
        demands.own / parallel,
        cycle / lanes,
    ];
    let rounds = (asked.tasks as f64 / lanes).ceil() * lanes / asked.tasks.max(1) as f64;
    let high = (demands.waits + 2.0 * demands.late) / lanes * rounds
        + demands.service
        + demands.own / parallel
        + (demands.calls + demands.backends + demands.wakes) / cores.min(lanes);
    let low = floors.into_iter().fold(0.0, f64::max);
    match rate(asked.workload) {
        Some(rate) => (low.max(1.0 / rate), high.max(1.0 / rate)),
        None => (low, high.max(low)),
    }
}

/// The limit that a run with these figures is at. Below four fifths of its time, none is.
pub(crate) fn limit(demands: &Demands, asked: &Asked<'_>, run: &Simulated) -> Limit {
    if is_at_rate(asked, run) {
        return Limit::Rate;
    }
    shares(demands, asked, run)
        .into_iter()
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .filter(|(_, share)| *share >= 0.8 * run.time)
        .map_or(Limit::Several, |(limit, _)| limit)
}

/// The part of the time of a run that grows where processors are slower: what is left of a lane's time without its waits, or for how
/// much of the time the busiest processor, thread or service is at work, whichever is more.
pub(crate) fn part_at_work(demands: &Demands, asked: &Asked<'_>, run: &Simulated) -> f64 {
    let all = shares(demands, asked, run).into_iter();
    let at_work = all.filter(|(limit, _)| *limit != Limit::Lanes);
    let busiest = at_work.map(|(_, share)| share).fold(0.0, f64::max) / run.time;
    let of_lanes = if is_at_rate(asked, run) {
        0.0
    } else {
        1.0 - demands.waiting() / (run.time * asked.lanes().max(1) as f64)
    };
    busiest.max(of_lanes).clamp(0.0, 1.0)
}

/// Whether tasks of an open loop are done as fast as they arrive.
pub(crate) fn is_at_rate(asked: &Asked<'_>, run: &Simulated) -> bool {
    rate(asked.workload).is_some_and(|rate| run.time * rate < 1.05)
}

/// The time a task for which each limit is taken.
fn shares(demands: &Demands, asked: &Asked<'_>, run: &Simulated) -> [(Limit, f64); 4] {
    let lanes = asked.lanes().max(1) as f64;
    let parallel = usable_cores(asked.kind, asked);
    let cores = asked.processors.max(1) as f64;
    let served = run.service_cpu + run.backend_cpu;
    let is_one = parallel < cores
        && matches!(
            asked.kind.executors,
            Executors::One { .. } | Executors::Lanes
        );
    let one_thread = if is_one {
        (run.cpu - demands.calls) / parallel
    } else {
        0.0
    };
    let of_lane = if is_one { 0.0 } else { demands.cpu() };
    [
        (Limit::Cores, (run.cpu + demands.competing(served)) / cores),
        (Limit::Service, run.service_cpu),
        (Limit::OneThread, one_thread),
        (Limit::Lanes, (demands.waiting() + of_lane) / lanes),
    ]
}

/// How many cores the tasks' own code can use at once: at least one.
fn usable_cores(kind: Kind, asked: &Asked<'_>) -> f64 {
    kind.parallel(asked.processors as usize, asked.lanes() as usize)
        .max(1) as f64
}

fn rate(workload: &Workload) -> Option<f64> {
    workload.rate.map(|rate| rate.per_second() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(workload: &Workload) -> Asked<'_> {
        Asked {
            workload,
            variant: "threads/pool",
            kind: Kind::of("threads/pool").unwrap(),
            tasks: 100,
            processors: 2,
        }
    }

    #[test]
    fn full_overlap_is_the_greatest_demand_and_none_is_their_sum() {
        let mut workload = crate::points::workloads().swap_remove(0);
        workload.in_flight = protocol::InFlight::Lanes(10);
        let demands = Demands {
            waits: 0.01,
            own: 0.0004,
            late: 0.0,
            calls: 0.0,
            service: 0.0001,
            backends: 0.0,
            wakes: 0.0,
            gets: 1.0,
            is_elsewhere: false,
        };
        let (low, high) = bracket(&demands, &asked(&workload));
        assert!((low - 0.0105 / 10.0).abs() < 1e-12, "{low}");
        assert!((high - (0.001 + 0.0001 + 0.0002)).abs() < 1e-12, "{high}");
        let limit_at = |time, backend_cpu| {
            let run = Simulated {
                time,
                cpu: 0.0004,
                service_cpu: 0.0001,
                backend_cpu,
                ..Simulated::default()
            };
            limit(&demands, &asked(&workload), &run)
        };
        assert_eq!(limit_at(low, 0.0), Limit::Lanes);
        assert_eq!(limit_at(0.00025, 0.0), Limit::Lanes);
        assert_eq!(limit_at(0.02, 0.0), Limit::Several);
        // Processes of a service take cores from the model.
        assert_eq!(limit_at(0.02, 0.038), Limit::Cores);
    }

    #[test]
    fn a_slower_machine_makes_longer_what_does_not_wait() {
        let mut workload = crate::points::workloads().swap_remove(0);
        workload.in_flight = protocol::InFlight::Lanes(10);
        let demands = Demands {
            waits: 0.01,
            own: 0.0004,
            gets: 1.0,
            ..Demands::default()
        };
        let part = |workload: &Workload, time, cpu| {
            let run = Simulated {
                time,
                cpu,
                ..Simulated::default()
            };
            part_at_work(&demands, &asked(workload), &run)
        };
        // A lane waits for 10 ms of 12.5 ms; or two processors are at work for nearly all the time.
        assert!((part(&workload, 0.00125, 0.0004) - 0.2).abs() < 1e-9);
        assert!((part(&workload, 0.00125, 0.00225) - 0.9).abs() < 1e-9);
        // In an open loop lanes are idle, and do not wait.
        workload.rate = protocol::Rate::new(100);
        assert!((part(&workload, 0.01, 0.0004) - 0.02).abs() < 1e-9);
        assert_eq!(part(&workload, 0.02, 0.05), 1.0);
    }

    #[test]
    fn timers_last_a_grain_longer_as_a_mean_and_two_at_the_most() {
        let mut workload = crate::points::workloads().swap_remove(0);
        workload.in_flight = protocol::InFlight::Lanes(1);
        let timer = Segment::Timer {
            time: 1e-3,
            grain: 1e-3,
            slack: 1e-4,
        };
        let demands = Demands::of(&[timer], 0.0);
        assert!((demands.waiting() - 2.1e-3).abs() < 1e-12, "{demands:?}");
        let (low, high) = bracket(&demands, &asked(&workload));
        assert!((low - 1e-3).abs() < 1e-12, "{low}");
        assert!((high - 3.2e-3).abs() < 1e-12, "{high}");
    }

    #[test]
    fn processes_of_a_service_overlap_with_each_other_and_wake_each_time() {
        let query = |latency| Segment::Request {
            to: Service::Backend,
            latency,
            request: 30e-6,
            answer: 10e-6,
        };
        let at_once = Demands::of(&[Segment::Compute(10e-6), query(0.0)], 5e-6);
        let sleeping = Demands::of(&[Segment::Compute(10e-6), query(1e-3)], 5e-6);
        assert_eq!(
            (at_once.backends, at_once.wakes, at_once.gets),
            (30e-6, 5e-6, 0.0)
        );
        assert_eq!((sleeping.backends, sleeping.wakes), (40e-6, 10e-6));
        let mut workload = crate::points::workloads().swap_remove(0);
        workload.in_flight = protocol::InFlight::Lanes(10);
        let (low, high) = bracket(&at_once, &asked(&workload));
        assert!(
            (low - 20e-6).abs() < 1e-12,
            "both cores, and no wake: {low}"
        );
        assert!((high - (5e-6 + 17.5e-6)).abs() < 1e-12, "{high}");
    }
}
