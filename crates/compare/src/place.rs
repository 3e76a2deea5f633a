//! Where a run stands in the schedule of a comparison, and the row that it becomes.

use std::time::Duration;

use host::machine;
use launch::Trial;
use results::{Arm, Failed, Failure, Others, Outcome, Pass, Row, Run, Share, time};

use crate::executor::Turn;

/// One run within the schedule.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) block: u64,
    pub(crate) slot: u64,
    pub(crate) pass: Pass,
    pub(crate) arm: Arm,
    /// Bytes of padding in the environment of the program.
    pub(crate) padding: usize,
}

/// What was seen of a run beside what the program said.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) took: Duration,
    pub(crate) steal_ticks: Option<u64>,
    pub(crate) origin_cpu_ns: Option<u64>,
    pub(crate) others: Others,
}

impl Place {
    /// The place of what fails before any block.
    pub(crate) fn before_start(pass: Pass) -> Place {
        Place {
            block: 0,
            slot: 0,
            pass,
            arm: Arm::Main,
            padding: 0,
        }
    }

    /// When a run of this place is.
    pub(crate) fn turn(self) -> Turn {
        Turn {
            block: self.block,
            slot: self.slot,
            arm: self.arm,
        }
    }

    /// Whether a row is of this run.
    pub(crate) fn is_of(self, row: &Row, workload: &str, variant: &str) -> bool {
        let Row::Run(run) = row else {
            return false;
        };
        run.block == self.block
            && run.slot == self.slot
            && run.pass == self.pass
            && run.arm == self.arm
            && run.padding == self.padding as u64
            && run.workload == workload
            && run.variant == variant
    }

    /// The row of a trial that was run here.
    pub(crate) fn row(self, number: u64, trial: &Trial<'_>, seen: Seen, outcome: Outcome) -> Row {
        Row::Run(Box::new(Run {
            seq: number,
            block: self.block,
            slot: self.slot,
            pass: self.pass,
            workload: trial.chosen.workload.name.clone(),
            variant: trial.selected.name(),
            arm: self.arm,
            tasks: trial.share.tasks,
            in_flight: trial.share.in_flight,
            padding: self.padding as u64,
            took_ms: u64::try_from(seen.took.as_millis()).unwrap_or(u64::MAX),
            ended_ms: time::now_ms(),
            load: machine::load(),
            steal_ticks: seen.steal_ticks,
            origin_cpu_ns: seen.origin_cpu_ns,
            others: seen.others,
            outcome,
        }))
    }

    /// The row of what failed here without a run.
    pub(crate) fn failed_row(
        self,
        number: u64,
        workload: &str,
        variant: &str,
        share: Option<&Share>,
        failure: Failure,
    ) -> Row {
        Row::Run(Box::new(Run {
            seq: number,
            block: self.block,
            slot: self.slot,
            pass: self.pass,
            workload: workload.to_owned(),
            variant: variant.to_owned(),
            arm: self.arm,
            tasks: share.map_or(0, |share| share.tasks),
            in_flight: share.map_or(0, |share| share.in_flight),
            padding: 0,
            took_ms: 0,
            ended_ms: time::now_ms(),
            load: None,
            steal_ticks: None,
            origin_cpu_ns: None,
            others: Others::Unavailable("nothing ran".to_owned()),
            outcome: Outcome::Failed(Failed {
                failure,
                replay: String::new(),
            }),
        }))
    }
}
