//! One run within a comparison: services are there, the program runs, its answer is judged, and a
//! wrong one is looked into. When and how often is left to `session`.

use std::time::Instant;

use super::session::Session;
use crate::scripted::Turn;
use launch::{
    Bounds, Finished, Moment, Reading, RunError, Trial, expected, first_difference, judge, replay,
};
use results::{Failed, Failure, Kind, Measured, Others, Outcome, Run, SeenDigest};
use terminal::interrupt::Interrupted;

/// What a run came to, and what else the machine did meanwhile.
pub(super) struct Sample {
    pub(super) outcome: Outcome,
    pub(super) origin_cpu_ns: Option<u64>,
    pub(super) others: Others,
}

impl Sample {
    /// Where nobody looked at the machine, or there was nothing to see.
    fn unwatched(outcome: Outcome) -> Sample {
        Sample {
            outcome,
            origin_cpu_ns: None,
            others: Others::Unavailable("the run was not watched".to_owned()),
        }
    }
}

impl Session<'_> {
    /// Runs it once, and judges it. A failure is an outcome; only what stops the tool is an error.
    pub(super) fn attempt(
        &mut self,
        workload: usize,
        trial: &Trial<'_>,
        turn: Turn,
    ) -> Result<Sample, RunError> {
        let failed = |failure| Failed {
            failure,
            replay: replay(trial, self.workspace, self.choice.postgres.as_deref()),
        };
        if let Some(player) = &mut self.player {
            let judged = match player.run(trial, turn) {
                Ok(finished) => self.judged(workload, trial, &finished)?.map(|()| finished),
                Err(failure) => Err(failure),
            };
            let outcome = judged.map_or_else(
                |failure| Outcome::Failed(failed(failure)),
                |finished| Outcome::Measured(measured(finished)),
            );
            return Ok(Sample::unwatched(outcome));
        }
        let endpoints = match self.services.endpoints(&trial.chosen.workload) {
            Ok(endpoints) => endpoints,
            Err(error) if error.is::<Interrupted>() => return Err(Interrupted.into()),
            Err(error) => {
                let failure = error
                    .downcast::<Failure>()
                    .unwrap_or_else(|error| Failure::new(Kind::Service, format!("{error:#}")));
                return Ok(Sample::unwatched(Outcome::Failed(failed(failure))));
            }
        };
        // Starting a service is no part of a block: who resumes starts them again.
        self.since = Instant::now();
        let (mut seen, services) = (Vec::new(), &self.services);
        let mut watch =
            |_: Moment| seen.push((Reading::now(), services.cpu(&trial.chosen.workload)));
        let finished = match trial.run(endpoints, self.workspace, self.ledger, &mut watch) {
            Ok(finished) => finished,
            Err(RunError::Failed(failure)) => {
                return Ok(Sample::unwatched(Outcome::Failed(failed(failure))));
            }
            Err(other) => return Err(other),
        };
        let (origin_cpu_ns, others) = meanwhile(&seen, finished.done.cpu_ns);
        let outcome = match self.judged(workload, trial, &finished)? {
            Ok(()) => Outcome::Measured(measured(finished)),
            Err(failure) => Outcome::Failed(failed(failure)),
        };
        Ok(Sample {
            outcome,
            origin_cpu_ns,
            others,
        })
    }

    /// Whether the run can be believed; a wrong answer is looked into.
    fn judged(
        &mut self,
        workload: usize,
        trial: &Trial<'_>,
        finished: &Finished,
    ) -> Result<Result<(), Failure>, RunError> {
        let share = trial.share;
        let expected = self.run.workloads[workload].expected[&share.tasks].clone();
        let workload_run = &trial.chosen.workload;
        let bounds = Bounds {
            share,
            wait: workload_run.wait_per_task(),
            overlap: workload_run.is_paced_by_pulses(),
            expected: &expected,
        };
        match judge(&finished.ready, &finished.done, &bounds) {
            Err(failure) if failure.kind == Kind::Differs => {
                self.answered(
                    workload,
                    &trial.selected.name(),
                    share.tasks,
                    &finished.done.digest,
                );
                self.save()?;
                let message = format!("{}; {}", failure.message, self.first_wrong(trial)?);
                Ok(Err(Failure { message, ..failure }))
            }
            other => Ok(other),
        }
    }

    /// The answer of a run that is a row.
    pub(super) fn saw(&mut self, workload: usize, run: &Run, digest: &str) {
        self.answered(workload, &run.variant, run.tasks, digest);
    }

    /// A wrong answer is stored at once, because its row has no place for it.
    fn answered(&mut self, workload: usize, variant: &str, tasks: u64, digest: &str) {
        let record = &self.run.workloads[workload];
        let expected = record.expected.get(&tasks).cloned().unwrap_or_default();
        let name = record.workload.name.clone();
        let of_workload = self.run.digests.entry(name).or_default();
        let seen = of_workload
            .entry(variant.to_owned())
            .or_insert_with(|| SeenDigest {
                tasks,
                expected: expected.clone(),
                seen: Vec::new(),
                right: true,
            });
        seen.right &= expected == digest;
        // What a program prints is of any length.
        let digest: String = digest.chars().take(40).collect();
        if !seen.seen.contains(&digest) && seen.seen.len() < 100 {
            seen.seen.push(digest);
        }
    }

    /// Runs once more with a digest a task, and names the first that is wrong.
    fn first_wrong(&mut self, trial: &Trial<'_>) -> Result<String, RunError> {
        if self.player.is_some() {
            return Ok("the script says so".to_owned());
        }
        let right = self.folder.path().join("digests.right");
        let given = self.folder.path().join("digests.given");
        let again = Trial {
            digests: Some(given.clone()),
            ..trial.clone()
        };
        let endpoints = self
            .services
            .endpoints(&trial.chosen.workload)
            .map_err(RunError::tool)?;
        let found = match again.run(endpoints, self.workspace, self.ledger, &mut |_| ()) {
            Ok(_) => {
                let program = self.workspace.program("expected");
                let (workload, tasks) = (&trial.chosen.workload, trial.share.tasks);
                expected(&program, workload, &[tasks], Some(&right), self.ledger)
                    .map_err(RunError::tool)?;
                first_difference(&right, &given, tasks)
            }
            Err(RunError::Failed(failure)) => format!("run again, it failed: {failure}"),
            Err(other) => return Err(other),
        };
        for file in [right, given] {
            let _ = std::fs::remove_file(file);
        }
        Ok(found)
    }
}

/// From what was seen at `go` and at `done`: the services' processor time, and that of others.
fn meanwhile(seen: &[(Reading, Option<u64>)], own_ns: u64) -> (Option<u64>, Others) {
    let [(go, origin_before), .., (done, origin_after)] = seen else {
        let why = "the machine was not read at `go` and at `done`".to_owned();
        return (None, Others::Unavailable(why));
    };
    let origin = origin_after.zip(*origin_before);
    let origin = origin.map(|(after, before)| after.saturating_sub(before));
    let known = own_ns.saturating_add(origin.unwrap_or(0));
    (origin, go.others_until(done, known))
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
