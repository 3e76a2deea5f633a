//! One run within a comparison: it is carried out, its answer is judged, a wrong one is looked into,
//! and the row is kept.

use launch::{Bounds, Finished, RunError, Trial, judge, machine, replay};
use results::{Failed, Failure, Kind, Measured, Outcome};

use crate::place::{Place, Seen};
use crate::session::Session;

impl Session<'_> {
    /// Runs a trial once, and keeps its row. A failure is a row; only what stops the tool is an error.
    pub(crate) fn attempt(
        &mut self,
        workload: usize,
        trial: &Trial<'_>,
        place: Place,
    ) -> Result<(), RunError> {
        let steal_before = machine::steal_ticks();
        let executed = self.executor.run(trial, place.turn())?;
        let judged = executed
            .finished
            .and_then(|finished| self.believed(workload, trial, &finished).map(|()| finished));
        let mut looked_into = Ok(());
        let outcome = match judged {
            Ok(finished) => Outcome::Measured(measured(finished)),
            Err(failure) if failure.kind == Kind::Differs => {
                let (failure, end) = self.looked_into(trial, failure);
                looked_into = end;
                self.failed(trial, failure)
            }
            Err(failure) => self.failed(trial, failure),
        };
        let steal_ticks = machine::steal_ticks()
            .zip(steal_before)
            .map(|(after, before)| after.saturating_sub(before));
        let elapsed = self.log.since_last_row();
        let seen = Seen {
            took: self
                .executor
                .took(&outcome, elapsed.saturating_sub(executed.services_took)),
            steal_ticks,
            origin_cpu_ns: executed.origin_cpu_ns,
            others: executed.others,
        };
        let number = self.log.next_run();
        self.log.keep(place.row(number, trial, seen, outcome))?;
        looked_into
    }

    fn failed(&self, trial: &Trial<'_>, failure: Failure) -> Outcome {
        Outcome::Failed(Failed {
            failure,
            replay: replay(trial, self.workspace, self.choice.postgres.as_deref()),
        })
    }

    /// Whether the run can be believed. A wrong digest is noted at once: a row of a failure has no
    /// place for it.
    fn believed(
        &mut self,
        workload: usize,
        trial: &Trial<'_>,
        finished: &Finished,
    ) -> Result<(), Failure> {
        let share = trial.share;
        let bounds = Bounds {
            share,
            wait: trial.chosen.workload.wait_per_task(),
            overlap: trial.chosen.workload.is_paced_by_pulses(),
            expected: &self.log.run.workloads[workload].expected[&share.tasks],
        };
        let judged = judge(&finished.ready, &finished.done, &bounds);
        if matches!(&judged, Err(failure) if failure.kind == Kind::Differs) {
            let variant = trial.selected.name();
            self.log
                .note_digest(workload, &variant, share.tasks, &finished.done.digest);
        }
        judged
    }

    /// A wrong answer with the first task that went wrong. Looking for it may be interrupted; the
    /// failure must be kept all the same, so the interruption is handed back beside it.
    fn looked_into(
        &mut self,
        trial: &Trial<'_>,
        failure: Failure,
    ) -> (Failure, Result<(), RunError>) {
        let first_wrong = self.log.save().and_then(|()| {
            let folder = self.log.path().to_owned();
            self.executor.first_wrong_task(trial, &folder)
        });
        match first_wrong {
            Ok(words) => {
                let message = format!("{}; {words}", failure.message);
                (Failure { message, ..failure }, Ok(()))
            }
            Err(error) => (failure, Err(error)),
        }
    }
}

fn measured(finished: Finished) -> Measured {
    let until_ready = u64::try_from(finished.until_ready.as_nanos()).unwrap_or(u64::MAX);
    let not_start_up = finished
        .ready
        .connect_ns
        .saturating_add(finished.ready.warm_up_ns);
    Measured {
        start_up_ns: until_ready.saturating_sub(not_start_up),
        wall_ns: u64::try_from(finished.wall.as_nanos()).unwrap_or(u64::MAX),
        memory: finished.memory,
        ready: finished.ready,
        done: finished.done,
    }
}
