//! A script as the executor of a comparison: each run says what a program would have said at its place
//! in the schedule.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use catalog::{Chosen, Selected};
use launch::{Finished, JudgedRun, RunError, Trial};
use protocol::{ContextSwitches, Done, Ready};
use results::{Failure, Kind, Memory, Others, Outcome};

use super::disturbance::Disturbance;
use super::file::{Actor, Case, Script};
use super::noise::Machine;
use crate::executor::{Built, Executed, Executor, Turn};
use crate::log::RightAnswers;

/// The digest of every scripted answer that is right.
const RIGHT: &str = "00000000000000aa";
/// What the processor control of a block takes where nothing disturbs it.
const CONTROL_NS: u64 = 50_000_000;
/// The part of the lanes that is busy: latencies must agree with Little's law.
const BUSY: f64 = 0.95;

/// A script while it is played.
#[derive(Clone, Debug)]
pub(crate) struct Player {
    script: Script,
    machine: Machine,
    /// Slots of a block.
    slots: u64,
}

impl Player {
    /// A player for blocks of so many slots.
    pub(crate) fn new(script: &Script, slots: usize) -> Player {
        Player {
            machine: Machine::new(script.seed, script.drift).beside(script.bursts),
            script: script.clone(),
            slots: slots as u64,
        }
    }

    /// What the program of this trial says.
    fn play(&mut self, trial: &Trial<'_>, turn: Turn) -> Result<(Finished, Others), Failure> {
        let name = trial.selected.name();
        let mut actors = self.script.variants.iter();
        let Some(actor) = actors.find(|actor| actor.name == name) else {
            let message = "the script has no such variant";
            return Err(Failure::new(Kind::Start, message));
        };
        let workload = &trial.chosen.workload.name;
        // What is said of a workload is true of all its cells, unless something else is said of one.
        let base = trial.chosen.cell.as_ref().map_or(workload, |cell| &cell.of);
        let cases = self.script.cases.iter();
        let cases: Vec<&Case> = cases
            .filter(|case| applies(case, [workload, base], &name, turn))
            .collect();
        if let Some(fault) = cases.iter().find_map(|case| case.fails.as_ref()) {
            return Err(Failure::new(fault.kind, fault.message.clone()));
        }
        let place = turn.block * self.slots + turn.slot;
        let noise = actor.noise.as_ref().unwrap_or(&self.script.noise);
        let conditions = self.machine.conditions(place, noise);
        let met: Vec<&Disturbance> = self
            .script
            .disturbances
            .iter()
            .filter(|its| its.meets(turn.block, [workload, base], &name))
            .collect();
        let factors: f64 = met.iter().map(|its| its.factor).product();
        let blurred = conditions.factor * factors * actor.factor;
        let all_ms = cases
            .iter()
            .find_map(|case| sample(case, turn))
            .unwrap_or_else(|| {
                let factors: f64 = cases.iter().map(|case| case.factor).product();
                base_ms(&self.script, base) * blurred * factors
            });
        let part = trial.share.tasks as f64 / trial.chosen.workload.tasks as f64;
        let digest = cases.iter().find_map(|case| case.digest.as_deref());
        let elapsed_ns = (all_ms * part * 1e6).round().max(1.0);
        let share = conditions.beside.others + met.iter().map(|its| its.others).sum::<f64>();
        let others = self.others(share.min(1.0), elapsed_ns, trial.wanted.workers);
        let mut run = finished(trial, actor, elapsed_ns, digest.unwrap_or(RIGHT));
        let memory_mib = cases.iter().find_map(|case| memory(case, turn));
        run.memory = trial.hold.then(|| {
            Memory::Bytes(
                (memory_mib.unwrap_or(actor.memory_mib) << 20)
                    + trial.share.in_flight * actor.bytes_a_lane,
            )
        });
        Ok((run, others))
    }

    /// What the system tells of other processes, which have this part of so many processors.
    fn others(&self, share: f64, elapsed_ns: f64, processors: u64) -> Others {
        if self.script.disturbances.is_empty() && self.script.bursts.is_none() {
            return Others::Unavailable("the run was not watched".to_owned());
        }
        let of_ns = elapsed_ns * processors as f64;
        Others::Had {
            busy_ns: (of_ns * share).round() as u64,
            of_ns: of_ns as u64,
        }
    }
}

impl Executor for Player {
    fn build(&mut self, _selected: &Selected) -> Result<Result<Built, Failure>, RunError> {
        Ok(Ok(Built {
            version: "scripted".to_owned(),
            fingerprint: self.script.program.clone(),
        }))
    }

    fn build_services(&mut self, _workloads: &[Chosen]) -> Result<(), RunError> {
        Ok(())
    }

    fn programs(&self, _workloads: &[Chosen]) -> BTreeMap<String, String> {
        BTreeMap::new()
    }

    fn right_answers(
        &mut self,
        _chosen: &Chosen,
        prefixes: &[u64],
    ) -> Result<RightAnswers, RunError> {
        Ok(prefixes
            .iter()
            .map(|tasks| (*tasks, RIGHT.to_owned()))
            .collect())
    }

    fn run(&mut self, trial: &Trial<'_>, turn: Turn, expected: &str) -> Result<Executed, RunError> {
        if let Some(hold) = &self.script.hold {
            hold.wait(turn.block)?;
        }
        let run = self.play(trial, turn).map(|(finished, others)| JudgedRun {
            judgement: trial.judge(&finished, expected),
            finished,
            services_cpu_ns: None,
            others,
        });
        Ok(Executed {
            run,
            services_took: Duration::ZERO,
        })
    }

    fn first_wrong_task(&mut self, _trial: &Trial<'_>, _folder: &Path) -> Result<String, RunError> {
        Ok("the script says so".to_owned())
    }

    fn control_ns(&mut self, block: u64) -> u64 {
        let its = self.script.disturbances.iter();
        let slower: f64 = its
            .filter(|its| its.is_in(block))
            .map(|its| its.control)
            .product();
        (CONTROL_NS as f64 * slower) as u64
    }

    /// A script has a clock of its own, or its budget would depend on this machine.
    fn took(&self, outcome: &Outcome, _elapsed: Duration) -> Duration {
        match outcome {
            Outcome::Measured(measured) => Duration::from_nanos(measured.wall_ns),
            Outcome::Failed(_) => Duration::ZERO,
        }
    }
}

fn applies(case: &Case, workloads: [&String; 2], variant: &str, turn: Turn) -> bool {
    case.variant == variant
        && case
            .workload
            .as_ref()
            .is_none_or(|name| workloads.contains(&name))
        && case.arm.is_none_or(|arm| arm == turn.arm)
        && case.from_block <= turn.block
}

/// Listed times begin at block 2, the first that counts.
fn sample(case: &Case, turn: Turn) -> Option<f64> {
    let samples = case.samples_ms.as_ref()?;
    let at = turn.block.saturating_sub(2) % samples.len() as u64;
    samples.get(usize::try_from(at).ok()?).copied()
}

/// The memory of a run, in mebibytes.
fn memory(case: &Case, turn: Turn) -> Option<u64> {
    let listed = case.memory_mib.as_ref()?;
    let at = turn.block % listed.len() as u64;
    listed.get(usize::try_from(at).ok()?).copied()
}

fn base_ms(script: &Script, workload: &str) -> f64 {
    let work = script.workloads.iter().find(|work| work.name == workload);
    work.map_or(1.0, |work| work.time_ms)
}

fn finished(trial: &Trial<'_>, actor: &Actor, elapsed_ns: f64, digest: &str) -> Finished {
    let (tasks, lanes) = (trial.share.tasks, trial.share.in_flight);
    let latency = (elapsed_ns * lanes as f64 * BUSY / tasks as f64).max(1.0);
    let ready = Ready {
        protocol: protocol::VERSION,
        version: "scripted".to_owned(),
        in_flight: lanes,
        start_ns: 1_000_000,
        connect_ns: 0,
        warm_up_ns: trial.chosen.workload.wait_per_task().as_nanos() as u64,
        knobs: Default::default(),
        listens: None,
        elsewhere: None,
    };
    let done = Done {
        tasks,
        digest: digest.to_owned(),
        elapsed_ns: elapsed_ns as u64,
        latency: vec![(latency as u64, tasks)],
        cpu_ns: (elapsed_ns * actor.cpu) as u64,
        switches: ContextSwitches::default(),
        vm_hwm_bytes: None,
        threads: 1,
        processes: 1,
        alive_at_once: None,
        run_queue_wait_ns: None,
        counts: Default::default(),
        open: None,
        shut_down_ns: 1_000_000,
    };
    let start = Duration::from_millis(1);
    Finished {
        until_ready: start,
        wall: start + Duration::from_nanos(done.elapsed_ns),
        memory: None,
        lines: [String::new(), String::new()],
        generator_cpu_ns: None,
        ready,
        done,
    }
}
