//! The prober that runs programs, each run a process of its own.

use std::time::Duration;

use catalog::{Chosen, Selected};
use launch::{Bench, RunError, Sizes, Trial};
use protocol::{Rate, Spread, Workload};
use results::Share;
use schedule::{Ability, Wanted};
use terminal::progress;

use crate::figures::Figures;
use crate::find::{Prober, Ran};
use crate::plan::{Asked, MOST_TASKS};
use crate::search::Next;

/// One variant at one workload, on a bench.
pub(crate) struct OnBench<'b, 'a> {
    pub(crate) bench: &'b mut Bench<'a>,
    pub(crate) selected: &'b Selected,
    pub(crate) chosen: &'b Chosen,
    pub(crate) wanted: Wanted,
    pub(crate) sizes: &'b Sizes,
}

impl OnBench<'_, '_> {
    /// The workload as one run has it.
    fn workload(&self, asked: Asked) -> Workload {
        Workload {
            rate: Rate::new(asked.rate),
            tasks: asked.tasks,
            seed: asked.seed,
            ..self.chosen.workload.clone()
        }
    }

    /// The right answer. It depends on neither the rate nor the number of tasks that a run has beyond its own, so that
    /// it is computed once for all rates.
    fn expected(&mut self, workload: &Workload) -> Result<String, RunError> {
        let tasks = workload.tasks;
        let any_rate = Workload {
            rate: None,
            arrivals: Spread::default(),
            tasks: MOST_TASKS,
            ..workload.clone()
        };
        let mut digests = self.bench.expected(&any_rate, &[tasks])?;
        Ok(digests.remove(&tasks).unwrap_or_default())
    }
}

impl Prober for OnBench<'_, '_> {
    type Stop = RunError;

    fn run(&mut self, asked: Asked) -> Result<Ran, RunError> {
        let workload = self.workload(asked);
        let expected = self.expected(&workload)?;
        let ability = Ability::of(self.selected, &workload);
        let lanes = self.wanted.lanes(&workload);
        let own_lanes = lanes.min(ability.capacity.lanes(self.wanted.workers));
        let chosen = Chosen {
            workload,
            ..self.chosen.clone()
        };
        let trial = Trial {
            selected: self.selected,
            chosen: &chosen,
            wanted: self.wanted,
            share: Share {
                tasks: asked.tasks,
                in_flight: own_lanes.min(asked.tasks).max(1),
            },
            // A run of a low rate takes long because its tasks arrive slowly.
            limit: self.sizes.time_limit + Duration::from_secs(asked.tasks / asked.rate.max(1)),
            placement: self.sizes.placement,
            padding: 0,
            hold: false,
            digests: None,
            trace: None,
        };
        let judged = match self.bench.judged_run(&trial, &expected) {
            Ok(judged) => judged,
            Err(error) => return Ok(Err(error.into_row()?)),
        };
        if let Err(failure) = judged.judgement {
            return Ok(Err(failure));
        }
        let services = judged.services_cpu_ns;
        let done = &judged.finished.done;
        let at = (asked.rate, judged.finished.ready.in_flight);
        Ok(Ok(Figures::of(done, at, services, &judged.others)))
    }

    fn tell(&mut self, next: Next) {
        let name = self.selected.name();
        match next {
            Next::Probe(rate) => progress::step(&format!("{name}: {rate}/s")),
            Next::Confirm(rate) => progress::step(&format!("{name}: confirming {rate}/s")),
            Next::End => {}
        }
    }
}
