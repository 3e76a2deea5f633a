//! One scripted run: from its place in the schedule to what a program would have said. Whether that
//! can be believed is left to `trial::judge`, as with programs.

use std::time::Duration;

use protocol::{ContextSwitches, Done, Ready};

use super::file::{Actor, Case, Script};
use super::noise::Machine;
use launch::{Finished, Trial};
use results::{Arm, Failure, Kind, Memory};

/// The digest of every scripted answer that is right.
const RIGHT: &str = "00000000000000aa";
/// What the processor control of every block takes: a script's machine does not change.
pub(crate) const CONTROL_NS: u64 = 50_000_000;
/// Of the lanes, this part is busy: latencies must agree with Little's law.
const BUSY: f64 = 0.95;

/// When a run takes place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn {
    pub block: u64,
    pub slot: u64,
    pub arm: Arm,
}

/// A script while it is played.
#[derive(Clone, Debug)]
pub(crate) struct Player {
    script: Script,
    machine: Machine,
    /// Slots of a block.
    slots: u64,
}

impl Player {
    /// For blocks of so many slots.
    pub(crate) fn new(script: &Script, slots: usize) -> Player {
        Player {
            machine: Machine::new(script.seed, script.drift),
            script: script.clone(),
            slots: slots as u64,
        }
    }

    /// The right digest of any tasks.
    pub(crate) fn right(&self) -> String {
        RIGHT.to_owned()
    }

    /// What the program of this trial says.
    pub(crate) fn run(&mut self, trial: &Trial<'_>, turn: Turn) -> Result<Finished, Failure> {
        let name = trial.selected.name();
        let unknown = || Failure::new(Kind::Start, "the script has no such variant");
        let actors = &mut self.script.variants.iter();
        let actor = actors
            .find(|actor| actor.name == name)
            .ok_or_else(unknown)?;
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
        let blurred = self.machine.factor(place, noise) * actor.factor;
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
        Ok(finished(trial, actor, elapsed_ns, digest.unwrap_or(RIGHT)))
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
        warm_up_ns: 0,
        knobs: Default::default(),
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
        memory: trial.hold.then_some(Memory::Bytes(actor.memory_mib << 20)),
        lines: [String::new(), String::new()],
        ready,
        done,
    }
}
