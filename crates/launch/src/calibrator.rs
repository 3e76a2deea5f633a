//! Calibrates CPU times on this machine by the program `calibrate`, each once: what was measured before is
//! used again, so that repeated comparisons do the very same work.

use std::cell::OnceCell;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use catalog::{Calibration, CalibrationError, CatalogueError, Workspace};
use protocol::{Kernel, format_duration};
use serde::{Deserialize, Serialize};
use terminal::{Usage, interrupt, output};

use crate::begin::LazyLedger;
use crate::build::{Builds, build_packages};
use crate::calibrated::CalibrationFile;
use crate::child::{Child, Waited};
use crate::command::beside_models;
use crate::failure::{describe, quoted};
use crate::fingerprint::fingerprint;
use host::Ledger;
use host::machine::cpu_model;

/// The time limit: the longest CPU time that can be asked for takes half a minute on a quiet machine.
const LIMIT: Duration = Duration::from_secs(10 * 60);

/// Calibrates on this machine. Nothing is built or measured before a CPU time is asked for.
#[derive(Debug)]
pub struct Calibrator<'a> {
    workspace: &'a Workspace,
    ledger: &'a LazyLedger<'a>,
    builds: Builds,
    file: OnceCell<CalibrationFile>,
}

#[derive(Serialize)]
struct Question {
    kernel: Kernel,
    cpu_ns: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Size(u64),
    Impossible(String),
}

impl<'a> Calibrator<'a> {
    /// A calibrator with the programs and the data of a workspace.
    #[must_use]
    pub fn new(workspace: &'a Workspace, ledger: &'a LazyLedger<'a>) -> Calibrator<'a> {
        Calibrator {
            workspace,
            ledger,
            builds: Builds::Made,
            file: OnceCell::new(),
        }
    }

    /// The same with another rule about builds.
    #[must_use]
    pub fn with_builds(self, builds: Builds) -> Calibrator<'a> {
        Calibrator { builds, ..self }
    }

    /// The file of earlier calibrations, once the program is built that they must be of.
    fn file(&self) -> anyhow::Result<&CalibrationFile> {
        if let Some(file) = self.file.get() {
            return Ok(file);
        }
        if self.builds == Builds::Made {
            build_packages(&["workloads"], self.workspace, self.ledger.get()?)?;
        }
        let program = self.workspace.program("calibrate");
        let words = [program.to_string_lossy().into_owned()];
        let file = CalibrationFile {
            path: self.workspace.data().join("calibration.json"),
            processor: cpu_model().unwrap_or_default().trim().to_owned(),
            program: fingerprint(&words, &self.workspace.root)
                .with_context(|| program.display().to_string())?,
        };
        Ok(self.file.get_or_init(|| file))
    }

    fn answer(&self, kernel: Kernel, time: Duration) -> anyhow::Result<Answer> {
        let file = self.file()?;
        if let Some(size) = file.size(kernel, time) {
            return Ok(Answer::Size(size));
        }
        let (name, shown) = (kernel.name(), format_duration(time));
        output::complain(&format!(
            "calibrating: how much of {name} takes {shown} of CPU"
        ));
        let program = self.workspace.program("calibrate");
        let answer = ask(&program, kernel, time, self.ledger.get()?)?;
        if let Answer::Size(size) = &answer {
            file.add(kernel, time, *size)
                .with_context(|| file.path.display().to_string())?;
        }
        Ok(answer)
    }
}

impl Calibration for Calibrator<'_> {
    fn size(&self, kernel: Kernel, time: Duration) -> Result<u64, CalibrationError> {
        match self.answer(kernel, time) {
            Ok(Answer::Size(size)) => Ok(size),
            Ok(Answer::Impossible(why)) => Err(CalibrationError::Impossible(why)),
            Err(error) => Err(CalibrationError::Failed(format!("{error:#}"))),
        }
    }
}

/// The error of a command whose workload cannot be had: wrong usage, unless a calibration failed or was
/// interrupted.
#[must_use]
pub fn workload_error(error: CatalogueError) -> anyhow::Error {
    match error {
        CatalogueError::NotCalibrated { .. } => match interrupt::check() {
            Ok(()) => error.into(),
            Err(interrupted) => interrupted.into(),
        },
        _ => Usage::error(error),
    }
}

/// Asks the program for the size of a kernel.
fn ask(program: &Path, kernel: Kernel, time: Duration, ledger: &Ledger) -> anyhow::Result<Answer> {
    let deadline = Instant::now() + LIMIT;
    let mut child = Child::spawn(&mut beside_models(program), ledger, 4096)
        .with_context(|| program.display().to_string())?;
    let question = serde_json::to_string(&Question {
        kernel,
        cpu_ns: u64::try_from(time.as_nanos())?,
    })?;
    child.send(&question, deadline).map_err(reason)?;
    let line = child.line(deadline).map_err(reason)?;
    let status = child.exit(deadline).map_err(reason)?;
    let Some(line) = line.filter(|_| status.success()) else {
        bail!("`calibrate` {}: {}", describe(status), child.stderr());
    };
    let answer =
        serde_json::from_str(&line).with_context(|| format!("it printed {}", quoted(&line)))?;
    match answer {
        Answer::Size(size) if !(1..=kernel.max_size()).contains(&size) => {
            bail!("it printed {}: no size of {}", quoted(&line), kernel.name())
        }
        answer => Ok(answer),
    }
}

fn reason(waited: Waited) -> anyhow::Error {
    match waited {
        Waited::Interrupted => interrupt::Interrupted.into(),
        Waited::Late => anyhow::anyhow!("`calibrate` does not end"),
        Waited::TooLong => anyhow::anyhow!("`calibrate` prints a line of over 16 MiB"),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn workspace(folder: &Path) -> Workspace {
        Workspace {
            root: folder.to_owned(),
            target: folder.to_owned(),
            results: folder.join("results"),
            more_models: Vec::new(),
        }
    }

    /// A program `calibrate` that gives one answer, and adds each question to a file.
    fn answers(workspace: &Workspace, answer: &str) {
        let program = workspace.program("calibrate");
        fs::create_dir_all(program.parent().unwrap()).unwrap();
        let questions = workspace.root.join("questions").display().to_string();
        let script =
            format!("#!/bin/sh\nread line\necho \"$line\" >> '{questions}'\necho '{answer}'\n");
        fs::write(&program, script).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn calibrated(workspace: &Workspace) -> Result<u64, CalibrationError> {
        let ledger = LazyLedger::new(&workspace.results);
        // `begin` takes over the signals of the whole process, which it can do once only.
        let _ = ledger.ledger.set(Ledger::open(&workspace.results).unwrap());
        let calibrator = Calibrator::new(workspace, &ledger);
        let file = CalibrationFile {
            path: workspace.data().join("calibration.json"),
            processor: "one".to_owned(),
            program: "aa".to_owned(),
        };
        // Otherwise cargo would be asked to build the program.
        calibrator.file.set(file).unwrap();
        calibrator.size(Kernel::Sha256, Duration::from_millis(1))
    }

    #[test]
    fn a_cpu_time_is_measured_once() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = workspace(folder.path());
        answers(&workspace, "{\"size\": 1780000}");
        assert_eq!(calibrated(&workspace).unwrap(), 1_780_000);
        assert_eq!(calibrated(&workspace).unwrap(), 1_780_000);
        let questions = fs::read_to_string(folder.path().join("questions")).unwrap();
        assert_eq!(questions, "{\"kernel\":\"sha256\",\"cpu_ns\":1000000}\n");
    }

    #[test]
    fn what_cannot_be_had_is_told_from_what_fails() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = workspace(folder.path());
        answers(&workspace, "{\"impossible\": \"too short\"}");
        let problem = calibrated(&workspace).unwrap_err();
        assert!(matches!(problem, CalibrationError::Impossible(why) if why == "too short"));
        for (answer, expected) in [
            ("{\"size\": 0}", "no size of sha256"),
            ("{\"size\": 99999999999}", "no size of sha256"),
            ("nonsense", "it printed `nonsense`"),
        ] {
            answers(&workspace, answer);
            let problem = calibrated(&workspace).unwrap_err();
            assert!(
                matches!(&problem, CalibrationError::Failed(why) if why.contains(expected)),
                "{answer}: {problem}"
            );
        }
    }
}
