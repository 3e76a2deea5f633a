//! Real programs as the executor of a comparison: they are built once, and each run is a process of
//! its own beside services that all runs share.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use catalog::{Chosen, Selected, Workspace};
use host::{Ledger, machine};
use launch::{Bench, RunError, Trial, fingerprint, packages};
use protocol::{Step, Workload};
use results::{Failure, Outcome};

use crate::choice::Choice;
use crate::executor::{Built, Executed, Executor, Turn};
use crate::log::RightAnswers;

/// The programs of one checkout.
pub(crate) struct Programs<'a> {
    workspace: &'a Workspace,
    bench: Bench<'a>,
    /// The outcome of each model's build, by the model's name: its variants share a program.
    built: BTreeMap<String, Result<String, Failure>>,
}

impl<'a> Programs<'a> {
    /// Nothing is built or started yet.
    pub(crate) fn new(
        workspace: &'a Workspace,
        ledger: &'a Ledger,
        choice: &Choice,
    ) -> Programs<'a> {
        Programs {
            workspace,
            bench: Bench::new(workspace, ledger, choice.postgres.as_deref())
                .with_builds(choice.builds),
            built: BTreeMap::new(),
        }
    }

    fn version(&mut self, selected: &Selected) -> Result<Result<String, Failure>, RunError> {
        let name = &selected.model.name;
        if let Some(version) = self.built.get(name) {
            return Ok(version.clone());
        }
        let version = match self.bench.build_model(&selected.model) {
            Ok(version) => Ok(version),
            Err(RunError::Failed(failure)) => Err(failure),
            Err(other) => return Err(other),
        };
        self.built.insert(name.clone(), version.clone());
        Ok(version)
    }
}

impl Executor for Programs<'_> {
    fn build(&mut self, selected: &Selected) -> Result<Result<Built, Failure>, RunError> {
        let model = &selected.model;
        let words = model.words(&model.run, &self.workspace.target);
        Ok(self.version(selected)?.map(|version| Built {
            version,
            fingerprint: fingerprint(&words, &self.workspace.root),
        }))
    }

    fn build_services(&mut self, workloads: &[Chosen]) -> Result<(), RunError> {
        let needed = workloads.iter().map(|chosen| &chosen.workload);
        self.bench.build_packages(needed)
    }

    fn programs(&self, workloads: &[Chosen]) -> BTreeMap<String, String> {
        let needed = packages(workloads.iter().map(|chosen| &chosen.workload));
        // The package of the workloads has the program that computes right answers, and that of own work has its
        // own. A comparison has one or the other.
        let expected = workloads
            .first()
            .map(|chosen| ("expected", self.workspace.expected(&chosen.workload)));
        needed
            .into_iter()
            .filter(|package| *package != "workloads")
            .map(|name| (name, self.workspace.program(name)))
            .chain(expected)
            .filter_map(|(name, program)| {
                let words = [program.to_string_lossy().into_owned()];
                Some((name.to_owned(), fingerprint(&words, &self.workspace.root)?))
            })
            .chain(libraries(workloads.iter().map(|chosen| &chosen.workload)))
            .collect()
    }

    fn right_answers(
        &mut self,
        chosen: &Chosen,
        prefixes: &[u64],
    ) -> Result<RightAnswers, RunError> {
        if let Some(file) = &chosen.file {
            self.bench.check_params(&chosen.workload, file)?;
        }
        self.bench.expected(&chosen.workload, prefixes)
    }

    fn run(
        &mut self,
        trial: &Trial<'_>,
        _turn: Turn,
        expected: &str,
    ) -> Result<Executed, RunError> {
        // Services are started apart, so that what a block took does not depend on whether an earlier
        // tool had started them: one that continues a comparison starts them again.
        let before = Instant::now();
        let started = self.bench.start_services(&trial.chosen.workload);
        let services_took = before.elapsed();
        let run = match started.and_then(|_| self.bench.judged_run(trial, expected)) {
            Ok(run) => Ok(run),
            Err(error) => Err(error.into_row()?),
        };
        Ok(Executed { run, services_took })
    }

    fn first_wrong_task(&mut self, trial: &Trial<'_>, folder: &Path) -> Result<String, RunError> {
        self.bench.first_wrong_task(trial, folder)
    }

    fn control_ns(&mut self, _block: u64) -> u64 {
        machine::control()
    }

    fn took(&self, _outcome: &Outcome, elapsed: Duration) -> Duration {
        elapsed
    }
}

/// The digests of the libraries of the user's that steps call, by their paths: a step is another one once its library
/// is built anew.
fn libraries<'a>(workloads: impl Iterator<Item = &'a Workload>) -> BTreeMap<String, String> {
    let steps = workloads.flat_map(|workload| &workload.steps);
    let called = steps.filter_map(|step| match step {
        Step::Call(call) => Some(&call.library),
        _ => None,
    });
    let digests = called.filter_map(|library| {
        let words = [library.to_string_lossy().into_owned()];
        let digest = fingerprint(&words, Path::new(""))?;
        Some((format!("library {}", library.display()), digest))
    });
    digests.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resume::same_programs_beside;

    #[test]
    fn a_library_that_was_built_anew_is_another_program() {
        let folder = tempfile::tempdir().unwrap();
        let library = folder.path().join("libwork.so");
        let text = format!(
            "name = \"w\"\nabout = \"\"\nclass = \"cpu\"\ntasks = 4\nin_flight = 1\nseed = 1\n\
             [[step]]\ncall = {{ library = {library:?}, function = \"mix\", kind = \"compute\" }}\n"
        );
        let workload = protocol::parse(text.as_bytes(), "w.toml").unwrap();
        let built = |bytes: &str| {
            std::fs::write(&library, bytes).unwrap();
            libraries([&workload, &workload].into_iter())
        };
        let (then, now) = (built("first"), built("second"));
        assert_eq!(then.len(), 1, "{then:?}");
        assert!(same_programs_beside(&then, &built("first")).is_ok());
        let refusal = format!("{:#}", same_programs_beside(&then, &now).unwrap_err());
        assert!(
            refusal.contains("libwork.so` was built anew and differs"),
            "{refusal}"
        );
    }
}
