//! One run within a comparison: it is carried out, its answer is judged, a wrong one is looked into,
//! and the row is kept.

use host::machine;
use launch::{Finished, JudgedRun, RunError, Trial, replay};
use results::{Failed, Failure, Kind, Measured, Others, Outcome};

use crate::executor::{Ended, Executed};
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
        let expected = self.log.run.workloads[workload].expected[&trial.share.tasks].clone();
        let steal_before = machine::steal_ticks();
        let executed = self.executor.run(trial, place.turn(), &expected)?;
        let steal_ticks = machine::steal_ticks()
            .zip(steal_before)
            .map(|(after, before)| after.saturating_sub(before));
        let elapsed = self.log.since_last_row();
        self.keep_run(
            workload,
            trial,
            place,
            Ended {
                executed,
                steal_ticks,
                elapsed,
            },
        )
    }

    /// Looks into a wrong answer, and keeps the row of a run that has ended.
    pub(crate) fn keep_run(
        &mut self,
        workload: usize,
        trial: &Trial<'_>,
        place: Place,
        ended: Ended,
    ) -> Result<(), RunError> {
        let Executed { run, services_took } = ended.executed;
        let (origin_cpu_ns, others) = watched(&run);
        let (outcome, looked_into) = match run {
            Ok(run) => self.outcome(workload, trial, run),
            Err(failure) => (self.failed(trial, failure), Ok(())),
        };
        let elapsed = ended.elapsed.saturating_sub(services_took);
        let seen = Seen {
            took: self.executor.took(&outcome, elapsed),
            steal_ticks: ended.steal_ticks,
            origin_cpu_ns,
            others,
        };
        let number = self.log.next_run();
        self.log.keep(place.row(number, trial, seen, outcome))?;
        looked_into
    }

    /// What a run that ended in order came to. Looking into a wrong answer may be interrupted; its row
    /// must be kept all the same, so the interruption is handed back beside the outcome.
    fn outcome(
        &mut self,
        workload: usize,
        trial: &Trial<'_>,
        run: JudgedRun,
    ) -> (Outcome, Result<(), RunError>) {
        let digest = run.finished.done.digest.clone();
        match run.into_believed() {
            Ok(finished) => (Outcome::Measured(measured(finished)), Ok(())),
            Err(failure) if failure.kind == Kind::Differs => {
                // A row of a failure has no place for the digest.
                let variant = trial.selected.name();
                self.log
                    .note_digest(workload, &variant, trial.share.tasks, &digest);
                let (failure, ended) = self.looked_into(trial, failure);
                (self.failed(trial, failure), ended)
            }
            Err(failure) => (self.failed(trial, failure), Ok(())),
        }
    }

    fn failed(&self, trial: &Trial<'_>, failure: Failure) -> Outcome {
        Outcome::Failed(Failed {
            failure,
            replay: replay(trial, self.workspace, self.choice.postgres.as_deref()),
        })
    }

    /// A wrong answer with the first task that went wrong, as far as that can be found.
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

/// Processor time of the services and of other processes during a run.
fn watched(run: &Result<JudgedRun, Failure>) -> (Option<u64>, Others) {
    match run {
        Ok(run) => (run.services_cpu_ns, run.others.clone()),
        Err(_) => (
            None,
            Others::Unavailable("the run was not watched".to_owned()),
        ),
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
