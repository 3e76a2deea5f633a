//! A workload under a variant with one set of parameters: the segments, the simulation, and figures a task.

use protocol::{Workload, arrival_offsets};

use crate::kind::{Executors, Kind};
use crate::parameters::{Parameters, costs};
use crate::program::segments;
use crate::segment::Segment;
use crate::sim::{Outcome, Plan, simulate};

/// Figures a task of a simulated run, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Simulated {
    pub(crate) time: f64,
    pub(crate) cpu: f64,
    /// The origin's.
    pub(crate) service_cpu: f64,
    /// That of processes which answer one connection each.
    pub(crate) backend_cpu: f64,
    pub(crate) events: u64,
}

/// How many tasks are simulated at most: so many rounds, in each of which every lane carries out a task, or so many tasks if
/// that is more. A longer run goes on at the pace of the last rounds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Length {
    pub(crate) rounds: u64,
    pub(crate) tasks: u64,
    /// Every so many-th of the fitted simulations is run.
    pub(crate) every: usize,
}

/// The length of a prediction by itself.
pub(crate) const WHOLE: Length = Length {
    rounds: 7,
    tasks: 1000,
    every: 1,
};
/// The length of a simulation in a search for parameters.
pub(crate) const FITTING: Length = Length {
    rounds: 5,
    tasks: 400,
    every: 1,
};
/// The length of a point of a curve, of which there are a hundred.
pub(crate) const CURVE: Length = Length {
    rounds: 4,
    tasks: 150,
    every: 2,
};
/// Most tasks of an open loop that are simulated: by then its queue grows or does not.
const OPEN_TASKS: u64 = 2000;
/// How far the end of an open loop may be behind its last arrival, as a part of the time of that, before it is one that does not keep up.
const BEHIND: f64 = 0.05;

/// A run that is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) workload: &'a Workload,
    pub(crate) variant: &'a str,
    pub(crate) kind: Kind,
    pub(crate) tasks: u64,
    pub(crate) processors: u64,
}

impl Asked<'_> {
    /// The lanes that carry out tasks.
    pub(crate) fn lanes(&self) -> u64 {
        let in_flight = self.workload.in_flight.lanes(self.processors);
        let lanes = self.kind.lanes_of(in_flight, self.processors);
        if self.workload.rate.is_some() {
            lanes
        } else {
            lanes.min(self.tasks)
        }
    }

    /// How many tasks are simulated, and between which of them the pace is read: after the first round, and before the last, in which no task is
    /// begun as one ends, so that what tasks do before they wait is over.
    fn length(&self, most: Length) -> (u64, [u64; 2]) {
        let lanes = self.lanes().max(1);
        if self.workload.rate.is_some() {
            return (self.tasks.min(OPEN_TASKS), [0; 2]);
        }
        let limit = most.tasks.max(most.rounds * lanes);
        let rounds_less = self.tasks.saturating_sub(limit).div_ceil(lanes);
        // The last round is as full as that of the whole run.
        let tasks = self.tasks - rounds_less * lanes;
        let paced = (tasks / lanes).saturating_sub(2) * lanes;
        let last = tasks.saturating_sub(lanes);
        (tasks, [last.saturating_sub(paced), last])
    }
}

/// Simulates a run with one set of parameters.
pub(crate) fn simulated(parameters: &Parameters, asked: &Asked<'_>, most: Length) -> Simulated {
    let Some(own) = parameters.own.get(asked.variant) else {
        return Simulated::default();
    };
    let lanes = asked.lanes();
    let kind = kind_as_read(parameters, asked);
    let parts = segments(parameters, asked.variant, kind, asked.workload, lanes);
    let (tasks, marks) = asked.length(most);
    let arriving = arrivals(asked.workload, tasks);
    let plan = Plan {
        cores: asked.processors as usize,
        elsewhere: parameters.shared.elsewhere as usize,
        kind,
        lanes: lanes as usize,
        tasks,
        marks,
        part: tasks as f64 / asked.tasks as f64,
        arrivals: arriving.as_deref(),
        segments: &parts,
    };
    let run = simulate(&plan, &costs(&parameters.shared, own, &plan));
    let done = tasks as f64;
    let more = asked.tasks.saturating_sub(tasks) as f64;
    let start = run.spared / plan.cores.min(plan.lanes) as f64;
    let whole =
        run.elapsed + start + more * pace(&plan, &run, asked.workload) + ramp(parameters, &plan);
    let pacing = if plan.arrivals.is_some() {
        own.pacing
    } else {
        0.0
    };
    Simulated {
        time: whole / asked.tasks as f64,
        cpu: run.cpu / done + pacing,
        service_cpu: run.service_cpu / done,
        backend_cpu: run.backend_cpu / done,
        events: run.events,
    }
}

/// The rules of the variant, as this set of parameters reads them: whether smol begins the next task at once is not known.
fn kind_as_read(parameters: &Parameters, asked: &Asked<'_>) -> Kind {
    let is_smol = asked.variant == "async-smol/multi";
    Kind {
        starts_next_at_once: asked.kind.starts_next_at_once
            || (is_smol && parameters.shared.smol_at_once),
        ..asked.kind
    }
}

/// When the first so many tasks arrive, in seconds; `None` where they do not.
fn arrivals(workload: &Workload, tasks: u64) -> Option<Vec<f64>> {
    let offsets = arrival_offsets(workload.seed, tasks, workload.rate?, workload.arrivals);
    Some(offsets.map(|ns| ns as f64 / 1e9).collect())
}

/// The time of a task beyond those that were simulated: as they arrive, where the run keeps up with that, and otherwise as they are done.
fn pace(plan: &Plan<'_>, run: &Outcome, workload: &Workload) -> f64 {
    let last = plan.arrivals.and_then(|arrivals| arrivals.last());
    if let Some((last, rate)) = last.zip(workload.rate)
        && run.elapsed <= last * (1.0 + BEHIND)
    {
        return 1.0 / rate.per_second() as f64;
    }
    let [from, to] = plan.marks;
    match to - from {
        0 => run.elapsed / plan.tasks as f64,
        between => (run.marked[1] - run.marked[0]) / between as f64,
    }
}

/// Two threads that begin to compute at once share a core until the balancer moves one, at a tick: without waits nothing
/// else separates them.
fn ramp(parameters: &Parameters, plan: &Plan<'_>) -> f64 {
    let waits = plan.segments.iter().any(|segment| {
        matches!(
            segment,
            Segment::Request { .. } | Segment::Timer { .. } | Segment::Stop { .. }
        )
    });
    let is_meant =
        plan.kind.executors == Executors::Lanes && plan.cores > 1 && plan.lanes > 1 && !waits;
    if is_meant {
        parameters.shared.ramp
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calibration::Calibration;
    use crate::fit::unfitted;
    use crate::points::{PACED, POOL, TIMERS, workloads};
    use protocol::{InFlight, Rate, Spread};

    #[test]
    fn variants_have_the_lanes_that_runs_of_them_had() {
        let rows = include_str!("../tests/gate/data/b/calibration.json");
        let stored: Calibration = serde_json::from_str(rows).unwrap();
        for point in &stored.points {
            let asked = Asked {
                workload: &point.workload,
                variant: &point.variant,
                kind: Kind::of(&point.variant).unwrap(),
                tasks: point.tasks,
                processors: 2,
            };
            let name = &point.workload.name;
            assert_eq!(asked.lanes(), point.lanes, "{name} {}", point.variant);
        }
    }

    /// The time a task of so many tasks of an open loop at a rate, under the pool.
    fn paced(rate: u64, tasks: u64, seed: u64) -> f64 {
        let mut all = workloads().into_iter();
        let workload = Workload {
            rate: Some(Rate::new(rate).unwrap()),
            seed,
            ..all.find(|workload| workload.name == PACED).unwrap()
        };
        let asked = Asked {
            workload: &workload,
            variant: POOL,
            kind: Kind::of(POOL).unwrap(),
            tasks,
            processors: 2,
        };
        simulated(&unfitted(), &asked, WHOLE).time
    }

    #[test]
    fn a_long_run_goes_on_at_the_pace_of_rounds_in_which_tasks_begin() {
        let mut all = workloads().into_iter();
        let mut parameters = unfitted();
        for own in parameters.own.values_mut() {
            own.task = 50e-6;
        }
        // All of a task's computation comes before its wait.
        let workload = Workload {
            in_flight: InFlight::Lanes(400),
            ..all.find(|workload| workload.name == TIMERS[0]).unwrap()
        };
        let asked = Asked {
            workload: &workload,
            variant: POOL,
            kind: Kind::of(POOL).unwrap(),
            tasks: 16_000,
            processors: 2,
        };
        let all_of_it = Length {
            rounds: 40,
            ..WHOLE
        };
        let [short, long] = [FITTING, all_of_it].map(|most| simulated(&parameters, &asked, most));
        assert!(
            (short.time / long.time - 1.0).abs() < 0.03,
            "{short:?} {long:?}"
        );
    }

    #[test]
    fn tasks_of_an_open_loop_arrive_when_those_of_its_workload_do() {
        for seed in [1, 7] {
            let last =
                arrival_offsets(seed, 1000, Rate::new(1000).unwrap(), Spread::Poisson).last();
            let last = last.unwrap() as f64 / 1e9;
            let found = 1000.0 * paced(1000, 1000, seed);
            assert!((last..last + 0.01).contains(&found), "{found} for {last}");
        }
        // A long run is as long as its rate says, whatever its first tasks happened to do.
        let long = paced(1000, 1_000_000, 7);
        assert!((long * 1000.0 - 1.0).abs() < 1e-3, "{long}");
        // What does not keep up ends as its tasks are done.
        let [few, many] = [2000, 20_000].map(|tasks| paced(1_000_000, tasks, 7));
        assert!(
            (few / many - 1.0).abs() < 0.05 && many > 1e-6,
            "{few} {many}"
        );
    }
}
