//! Real programs as the executor of a comparison: they are built once, and each run is a process of
//! its own beside services that all runs share.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use catalog::{Chosen, Selected, Workspace};
use launch::{
    Ledger, Moment, Reading, RunError, Services, Trial, build_model, build_packages, expected,
    fingerprint, first_difference, machine, packages,
};
use results::{Failure, Kind, Others, Outcome};
use terminal::interrupt::Interrupted;

use crate::executor::{Built, Executed, Executor, Turn};
use crate::log::RightAnswers;

/// The programs of one checkout.
pub(crate) struct Programs<'a> {
    workspace: &'a Workspace,
    ledger: &'a Ledger,
    services: Services<'a>,
    /// The outcome of each model's build, by the model's name: its variants share a program.
    built: BTreeMap<String, Result<String, Failure>>,
}

impl<'a> Programs<'a> {
    /// Nothing is built or started yet.
    pub(crate) fn new(
        workspace: &'a Workspace,
        ledger: &'a Ledger,
        postgres_url: Option<&str>,
    ) -> Programs<'a> {
        let services = Services::new(workspace.program("services"), workspace.data(), ledger);
        Programs {
            workspace,
            ledger,
            services: services.with_postgres(postgres_url),
            built: BTreeMap::new(),
        }
    }

    fn version(
        &mut self,
        selected: &Selected,
        tell: &dyn Fn(String),
    ) -> Result<Result<String, Failure>, RunError> {
        let name = &selected.model.name;
        if let Some(version) = self.built.get(name) {
            return Ok(version.clone());
        }
        tell(format!("building {name}"));
        let version = match build_model(&selected.model, self.workspace, self.ledger) {
            Ok(version) => Ok(version),
            Err(RunError::Failed(failure)) => Err(failure),
            Err(other) => return Err(other),
        };
        self.built.insert(name.clone(), version.clone());
        Ok(version)
    }
}

impl Executor for Programs<'_> {
    fn build(
        &mut self,
        selected: &Selected,
        tell: &dyn Fn(String),
    ) -> Result<Result<Built, Failure>, RunError> {
        let model = &selected.model;
        let words = model.words(&model.run, &self.workspace.target);
        Ok(self.version(selected, tell)?.map(|version| Built {
            version,
            fingerprint: fingerprint(&words, &self.workspace.root),
        }))
    }

    fn build_services(&mut self, workloads: &[Chosen]) -> Result<(), RunError> {
        let needed = packages(workloads.iter().map(|chosen| &chosen.workload));
        build_packages(&needed, self.workspace, self.ledger).map_err(RunError::tool)
    }

    fn right_answers(
        &mut self,
        chosen: &Chosen,
        prefixes: &[u64],
    ) -> Result<RightAnswers, RunError> {
        let program = self.workspace.program("expected");
        expected(&program, &chosen.workload, prefixes, None, self.ledger).map_err(RunError::tool)
    }

    fn run(&mut self, trial: &Trial<'_>, _turn: Turn) -> Result<Executed, RunError> {
        let before = Instant::now();
        let endpoints = match self.services.endpoints(&trial.chosen.workload) {
            Ok(endpoints) => endpoints,
            Err(error) if error.is::<Interrupted>() => return Err(Interrupted.into()),
            // Without its services a workload fails under this variant; others may still run.
            Err(error) => {
                let failure = error
                    .downcast::<Failure>()
                    .unwrap_or_else(|error| Failure::new(Kind::Service, format!("{error:#}")));
                return Ok(Executed::unwatched(Err(failure)));
            }
        };
        let services_took = before.elapsed();
        let (mut readings, services) = (Vec::new(), &self.services);
        let ended = trial.run(endpoints, self.workspace, self.ledger, &mut |_: Moment| {
            readings.push((Reading::now(), services.cpu(&trial.chosen.workload)));
        });
        let finished = match ended {
            Ok(finished) => finished,
            Err(RunError::Failed(failure)) => return Ok(Executed::unwatched(Err(failure))),
            Err(other) => return Err(other),
        };
        let (origin_cpu_ns, others) = between(&readings, finished.done.cpu_ns);
        Ok(Executed {
            finished: Ok(finished),
            origin_cpu_ns,
            others,
            services_took,
        })
    }

    fn first_wrong_task(&mut self, trial: &Trial<'_>, folder: &Path) -> Result<String, RunError> {
        let [right, given] = ["digests.right", "digests.given"].map(|name| folder.join(name));
        let again = Trial {
            digests: Some(given.clone()),
            ..trial.clone()
        };
        let workload = &trial.chosen.workload;
        let endpoints = self.services.endpoints(workload).map_err(RunError::tool)?;
        let words = match again.run(endpoints, self.workspace, self.ledger, &mut |_| ()) {
            Ok(_) => {
                let (program, tasks) = (self.workspace.program("expected"), trial.share.tasks);
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
        Ok(words)
    }

    fn control_ns(&mut self) -> u64 {
        machine::control()
    }

    fn took(&self, _outcome: &Outcome, elapsed: Duration) -> Duration {
        elapsed
    }
}

/// Processor time of the services, and of other processes, between the readings at `go` and at `done`.
fn between(readings: &[(Reading, Option<u64>)], own_ns: u64) -> (Option<u64>, Others) {
    let [(go, services_before), .., (done, services_after)] = readings else {
        let why = "the machine was not read at `go` and at `done`".to_owned();
        return (None, Others::Unavailable(why));
    };
    let services = services_after
        .zip(*services_before)
        .map(|(after, before)| after.saturating_sub(before));
    let known = own_ns.saturating_add(services.unwrap_or(0));
    (services, go.others_until(done, known))
}
