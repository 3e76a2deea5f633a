//! The bench: everything that runs share, and the one way to run a program once and to decide
//! whether its result can be believed.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use catalog::{Model, Selected, Workspace};
use protocol::{Endpoints, Workload};
use results::Others;
use terminal::{Usage, output};

use crate::again::{Attempt, again_without_service};
use crate::build::{Builds, build_model, build_packages, prove_model};
use crate::expected::{Expected, expected};
use crate::failure::RunError;
use crate::handshake::Moment;
use crate::own_work;
use crate::seen::Requests;
use crate::services::{Services, packages};
use crate::trial::{JudgedRun, Known, Trial, first_difference};
use host::Ledger;
use host::Reading;

/// The workspace, the ledger and the services of one command, and the expected digests that it has
/// asked for. Dropping it ends the services.
#[derive(Debug)]
pub struct Bench<'a> {
    workspace: &'a Workspace,
    ledger: &'a Ledger,
    builds: Builds,
    services: Services<'a>,
    /// Digests by workload. They are kept because computing one takes as long as a run in a plain loop.
    expected: Vec<(Workload, Expected)>,
    /// What the programs that were built print as their version, by the model's name.
    versions: BTreeMap<String, String>,
}

/// The counters of the machine and of the services at one moment of a run.
#[derive(Clone, Copy, Debug)]
struct Observation {
    machine: Reading,
    services_cpu_ns: Option<u64>,
    /// The requests or pulses that had been asked for.
    answered: Option<u64>,
}

impl<'a> Bench<'a> {
    /// A bench without running services. Services of PostgreSQL use the server at `postgres_url`,
    /// if there is one, instead of a server of our own.
    pub fn new(
        workspace: &'a Workspace,
        ledger: &'a Ledger,
        postgres_url: Option<&str>,
    ) -> Bench<'a> {
        Bench {
            workspace,
            ledger,
            builds: Builds::Made,
            services: Services::new(workspace.program("services"), workspace.data(), ledger)
                .with_postgres(postgres_url),
            expected: Vec::new(),
            versions: BTreeMap::new(),
        }
    }

    /// The same with another rule about builds.
    #[must_use]
    pub fn with_builds(self, builds: Builds) -> Bench<'a> {
        Bench { builds, ..self }
    }

    /// Builds the packages that these workloads need beside the models: services, and the program
    /// that computes expected digests.
    ///
    /// # Errors
    ///
    /// [`RunError::Interrupted`], or [`RunError::Tool`] with what cargo printed.
    pub fn build_packages<'w>(
        &self,
        workloads: impl IntoIterator<Item = &'w Workload>,
    ) -> Result<(), RunError> {
        let all: Vec<&Workload> = workloads.into_iter().collect();
        if self.builds == Builds::Found {
            return found_programs(&all, self.workspace);
        }
        let names = packages(all.iter().copied());
        if !names.is_empty() {
            build_packages(&names, self.workspace, self.ledger).map_err(RunError::tool)?;
        }
        // The workloads of one command are of one package: a comparison of several is refused.
        let own = all.iter().find_map(|workload| workload.work.as_ref());
        own.map_or(Ok(()), |work| {
            own_work::prepare(work, self.workspace, self.ledger)
        })
    }

    /// Lets own work check the parameters in its workload file, once its program of right answers is built.
    ///
    /// # Errors
    ///
    /// [`RunError::Interrupted`], or [`RunError::Tool`] with the place of the mistake.
    pub fn check_params(&self, workload: &Workload, file: &Path) -> Result<(), RunError> {
        own_work::check_params(workload, file, self.workspace, self.ledger)
    }

    /// Builds everything that a variant needs to run a workload.
    ///
    /// # Errors
    ///
    /// Those of [`Bench::build_packages`] and of [`build_model`].
    pub fn build(&mut self, selected: &Selected, workload: &Workload) -> Result<(), RunError> {
        self.build_packages([workload])?;
        self.build_model(&selected.model)?;
        Ok(())
    }

    /// Builds a model as [`build_model`] does, and returns what its program prints as its version. Each
    /// run of it has to state the same.
    ///
    /// # Errors
    ///
    /// Those of [`build_model`].
    pub fn build_model(&mut self, model: &Model) -> Result<String, RunError> {
        let version = match self.builds {
            Builds::Made => build_model(model, self.workspace, self.ledger)?,
            Builds::Found => prove_model(model, self.workspace, self.ledger)?,
        };
        self.versions.insert(model.name.clone(), version.clone());
        Ok(version)
    }

    /// The expected digests of prefixes of a workload, one for each number of tasks. What was asked
    /// before is not computed again.
    ///
    /// # Errors
    ///
    /// [`RunError::Interrupted`], or [`RunError::Tool`] where the program `expected` fails.
    pub fn expected(&mut self, workload: &Workload, tasks: &[u64]) -> Result<Expected, RunError> {
        let index = self.known(workload);
        let digests = &mut self.expected[index].1;
        let missing: Vec<u64> = tasks
            .iter()
            .copied()
            .filter(|tasks| !digests.contains_key(tasks))
            .collect();
        if !missing.is_empty() {
            // All at once, because the program computes the longest prefix and passes the others.
            let program = self.workspace.expected(workload);
            let computed = expected(&program, workload, &missing, None, self.ledger);
            digests.extend(computed.map_err(RunError::tool)?);
        }
        Ok(digests.clone())
    }

    /// The position of a workload among those whose digests are known; a new one is added.
    fn known(&mut self, workload: &Workload) -> usize {
        // The whole workload is compared, for two may bear one name: a sweep and a search for the
        // right number of tasks change single parameters.
        let position = self
            .expected
            .iter()
            .position(|(known, _)| known == workload);
        position.unwrap_or_else(|| {
            self.expected.push((workload.clone(), Expected::new()));
            self.expected.len() - 1
        })
    }

    /// Starts those services of a workload that do not run yet, and says where all of them are.
    /// [`Bench::judged_run`] does it too; whoever times runs calls this first, so that the start of a
    /// service is not part of the time.
    ///
    /// # Errors
    ///
    /// [`RunError::Interrupted`]; [`RunError::Failed`] where the machine cannot give what a service
    /// needs; [`RunError::Service`] where one fails twice in a row for another reason.
    pub fn start_services(&mut self, workload: &Workload) -> Result<Endpoints, RunError> {
        let started = self.services.endpoints(workload);
        match started.map_err(RunError::service) {
            // As when one ends during a run: once may be an accident of the machine.
            Err(RunError::Service(error)) => {
                output::notice(&format!("{error:#}: it is started once more"));
                self.services.endpoints(workload).map_err(RunError::service)
            }
            other => other,
        }
    }

    /// How many services that a workload uses have ended by themselves so far.
    pub fn losses(&self, workload: &Workload) -> usize {
        self.services.losses(workload)
    }

    /// How the last service that a workload uses ended, in words, where more of them have ended by
    /// themselves than `losses`.
    ///
    /// # Errors
    ///
    /// [`RunError::Interrupted`].
    pub fn lost_since(
        &mut self,
        workload: &Workload,
        losses: usize,
    ) -> Result<Option<String>, RunError> {
        let lost = self.services.lost_since(workload, losses);
        lost.map_err(RunError::service)
    }

    /// Runs a variant once and judges its result against the expected digest of the trial's tasks.
    /// Its services are started first, where they do not run. A run that fails while one of them ends is
    /// done once more.
    ///
    /// # Errors
    ///
    /// Those of [`Bench::start_services`]; [`RunError::Failed`] where the run itself fails;
    /// [`RunError::Service`] where a service ended twice in a row. A run that ends in order with a result
    /// that cannot be believed is no error: [`JudgedRun::judgement`] tells, and
    /// [`JudgedRun::into_believed`] makes one of it.
    pub fn judged_run(&mut self, trial: &Trial<'_>, expected: &str) -> Result<JudgedRun, RunError> {
        again_without_service(&mut OnBench {
            bench: self,
            trial,
            expected,
            losses: 0,
        })
    }

    fn one_run(&mut self, trial: &Trial<'_>, expected: &str) -> Result<JudgedRun, RunError> {
        let workload = &trial.chosen.workload;
        let endpoints = self.start_services(workload)?;
        let mut observations = Vec::with_capacity(2);
        let services = &mut self.services;
        let answered = services.answered(workload);
        let run = trial.run(endpoints, self.workspace, self.ledger, &mut |moment| {
            observations.push(Observation::at(moment, services, workload));
        });
        let (finished, seen) = run?;
        let of_generator = finished.generator_cpu_ns;
        let of_the_run = finished
            .done
            .cpu_ns
            .saturating_add(of_generator.unwrap_or(0));
        let (of_services, others) = meanwhile(&observations, of_the_run);
        let version = self.versions.get(&trial.selected.model.name);
        let known = Known {
            expected,
            version: version.map(String::as_str),
            requests: requests(answered, &observations),
        };
        Ok(JudgedRun {
            judgement: trial.judge_seen(&finished, &seen, &known),
            // The load generator is to a model that serves what the origin is to one that asks.
            services_cpu_ns: of_generator.or(of_services),
            finished,
            others,
        })
    }

    /// Runs a trial once more, with a digest of each task, and says in words which task is the first
    /// whose digest is wrong. Two files are written to `folder` and removed again.
    ///
    /// # Errors
    ///
    /// [`RunError::Interrupted`] and [`RunError::Tool`]; that the second run fails is part of the words.
    pub fn first_wrong_task(
        &mut self,
        trial: &Trial<'_>,
        folder: &Path,
    ) -> Result<String, RunError> {
        let right = folder.join("digests.right");
        let given = folder.join("digests.given");
        let workload = &trial.chosen.workload;
        let again = Trial {
            digests: Some(given.clone()),
            ..trial.clone()
        };
        let endpoints = self.services.endpoints(workload).map_err(RunError::tool)?;
        let words = match again.run(endpoints, self.workspace, self.ledger, &mut |_| ()) {
            Ok(_) => {
                let program = self.workspace.expected(workload);
                let tasks = trial.share.tasks;
                expected(&program, workload, &[tasks], Some(&right), self.ledger)
                    .map_err(RunError::tool)?;
                first_difference(&right, &given, tasks)
            }
            Err(RunError::Failed(failure)) => format!("run again, it failed: {failure}"),
            Err(other) => return Err(other),
        };
        for file in [right, given] {
            let _ = fs::remove_file(file);
        }
        Ok(words)
    }
}

/// Whether the programs beside the models that these workloads need are there.
fn found_programs(workloads: &[&Workload], workspace: &Workspace) -> Result<(), RunError> {
    let services = packages(workloads.iter().copied())
        .into_iter()
        .filter(|package| *package != "workloads")
        .map(|package| workspace.program(package));
    let answers = workloads
        .iter()
        .map(|workload| workspace.expected(workload));
    match services.chain(answers).find(|program| !program.is_file()) {
        None => Ok(()),
        Some(missing) => Err(RunError::tool(Usage::error(format!(
            "{} is not there, and --no-build builds nothing: compare once without it, in this checkout",
            missing.display()
        )))),
    }
}

/// A run on a bench.
struct OnBench<'b, 'a, 't> {
    bench: &'b mut Bench<'a>,
    trial: &'b Trial<'t>,
    expected: &'b str,
    /// The services that had ended when the run began.
    losses: usize,
}

impl Attempt for OnBench<'_, '_, '_> {
    fn run(&mut self) -> Result<JudgedRun, RunError> {
        let workload = &self.trial.chosen.workload;
        self.bench.start_services(workload)?;
        self.losses = self.bench.losses(workload);
        self.bench.one_run(self.trial, self.expected)
    }

    fn lost_service(&mut self) -> Result<Option<String>, RunError> {
        self.bench
            .lost_since(&self.trial.chosen.workload, self.losses)
    }
}

impl Observation {
    /// Asking the origin costs it something, which is to be before `go` or after `done` and in no figure.
    fn at(moment: Moment, services: &mut Services<'_>, workload: &Workload) -> Observation {
        let before = match moment {
            Moment::Go => services.answered(workload),
            Moment::Done => None,
        };
        let machine = Reading::now();
        let services_cpu_ns = services.cpu(workload);
        Observation {
            machine,
            services_cpu_ns,
            answered: match moment {
                Moment::Go => before,
                Moment::Done => services.answered(workload),
            },
        }
    }
}

/// What was asked of a service before `go` and after; `at_first` had been asked before the run.
fn requests(at_first: Option<u64>, observations: &[Observation]) -> Option<Requests> {
    let [go, .., done] = observations else {
        return None;
    };
    let (at_go, at_done) = (go.answered?, done.answered?);
    Some(Requests {
        warm_up: at_go.saturating_sub(at_first?),
        measured: at_done.saturating_sub(at_go),
    })
}

/// The processor time of the services and of everybody else between `go` and `done`; the run itself
/// had `own_ns`.
fn meanwhile(observations: &[Observation], own_ns: u64) -> (Option<u64>, Others) {
    let [go, .., done] = observations else {
        let why = "the machine was not read at `go` and at `done`".to_owned();
        return (None, Others::Unavailable(why));
    };
    let services_cpu_ns = done
        .services_cpu_ns
        .zip(go.services_cpu_ns)
        .map(|(after, before)| after.saturating_sub(before));
    // What the services do is work of the run, so that it does not count as a disturbance.
    let of_the_run = own_ns.saturating_add(services_cpu_ns.unwrap_or(0));
    (
        services_cpu_ns,
        go.machine.others_until(&done.machine, of_the_run),
    )
}

#[cfg(test)]
#[path = "bench_test.rs"]
mod tests;
