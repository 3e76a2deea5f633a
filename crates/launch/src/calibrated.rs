//! Calibrations that were made: a file, so that the same CPU time comes to the same size in every later
//! comparison on this machine.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use protocol::Kernel;
use serde::{Deserialize, Serialize};

/// What was measured for one kernel and one CPU time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Calibrated {
    pub(crate) kernel: Kernel,
    pub(crate) cpu_ns: u64,
    pub(crate) size: u64,
    /// The model of the processor: a target folder can be carried to another machine.
    pub(crate) processor: String,
    /// A digest of the program that measured: another build may compute faster.
    pub(crate) program: String,
}

/// The calibrations of this machine and program, and the file that has them.
#[derive(Clone, Debug)]
pub(crate) struct CalibrationFile {
    pub(crate) path: PathBuf,
    pub(crate) processor: String,
    pub(crate) program: String,
}

impl CalibrationFile {
    /// The size that was found before; `None` where there was no such calibration.
    pub(crate) fn size(&self, kernel: Kernel, time: Duration) -> Option<u64> {
        let all = read(&self.path);
        let found = all.iter().find(|one| {
            (one.kernel, u128::from(one.cpu_ns)) == (kernel, time.as_nanos())
                && (&one.processor, &one.program) == (&self.processor, &self.program)
        });
        found.map(|one| one.size)
    }

    /// Adds a calibration.
    pub(crate) fn add(&self, kernel: Kernel, time: Duration, size: u64) -> std::io::Result<()> {
        let mut all = read(&self.path);
        all.push(Calibrated {
            kernel,
            cpu_ns: u64::try_from(time.as_nanos()).unwrap_or(u64::MAX),
            size,
            processor: self.processor.clone(),
            program: self.program.clone(),
        });
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        // A rename is atomic: a tool that is killed while it writes leaves the whole former file.
        let next = self.path.with_extension("next");
        fs::write(&next, serde_json::to_string_pretty(&all)?)?;
        fs::rename(&next, &self.path)
    }
}

/// A file that is missing or damaged holds nothing: what it had is measured again.
fn read(path: &Path) -> Vec<Calibrated> {
    fs::read(path)
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_calibration_is_found_again_on_its_machine_alone() {
        let folder = tempfile::tempdir().unwrap();
        let here = CalibrationFile {
            path: folder.path().join("data/calibration.json"),
            processor: "one".to_owned(),
            program: "aa".to_owned(),
        };
        let time = Duration::from_millis(1);
        assert_eq!(here.size(Kernel::Sha256, time), None);
        here.add(Kernel::Sha256, time, 1_780_000).unwrap();
        here.add(Kernel::Matmul, time, 120).unwrap();
        assert_eq!(here.size(Kernel::Sha256, time), Some(1_780_000));
        assert_eq!(here.size(Kernel::Matmul, time), Some(120));
        assert_eq!(here.size(Kernel::Matmul, time * 2), None);
        let elsewhere = CalibrationFile {
            processor: "other".to_owned(),
            ..here.clone()
        };
        let rebuilt = CalibrationFile {
            program: "bb".to_owned(),
            ..here.clone()
        };
        assert_eq!(elsewhere.size(Kernel::Sha256, time), None);
        assert_eq!(rebuilt.size(Kernel::Sha256, time), None);
        fs::write(&here.path, "torn").unwrap();
        assert_eq!(here.size(Kernel::Sha256, time), None);
        here.add(Kernel::Sha256, time, 5).unwrap();
        assert_eq!(here.size(Kernel::Sha256, time), Some(5));
    }
}
