//! Whether the system allows what a run needs: open files, threads and processes. A run that needs more is not
//! started, because its model would be blamed for the machine.

use catalog::{Selected, Unit};
use host::{Allowance, OpenFiles, allowed_threads, open_files};
use protocol::Workload;
use results::{Failure, Kind, Share};

/// Needs are reckoned, so that they are told in round numbers.
const ROUND: u64 = 100;

/// Whether a run of so many lanes has what it needs.
///
/// # Errors
///
/// `Kind::Unavailable` with what is needed and what is allowed.
pub(crate) fn check(
    selected: &Selected,
    workload: &Workload,
    share: Share,
    workers: u64,
) -> Result<(), Failure> {
    if let Some(files) = open_files() {
        let needed = catalog::open_files(workload, share.in_flight, workers);
        enough_files(needed, files)?;
    }
    match selected.variant.unit {
        // Asking the system takes milliseconds, which only the variants pay that may be refused.
        Some(unit) => enough_units(unit, share.in_flight, allowed_threads().as_ref()),
        None => Ok(()),
    }
}

fn enough_files(needed: u64, files: OpenFiles) -> Result<(), Failure> {
    if needed <= files.soft {
        return Ok(());
    }
    let about = needed.div_ceil(ROUND).saturating_mul(ROUND);
    let allowed = files.soft;
    let message = format!(
        "needs about {about} open files, {allowed} allowed: raise the hard limit (`ulimit -Hn {about}`) \
         or run fewer in flight"
    );
    Err(Failure::new(Kind::Unavailable, message))
}

fn enough_units(unit: Unit, lanes: u64, allowed: Option<&Allowance>) -> Result<(), Failure> {
    let Some(Allowance { free, by }) = allowed.filter(|allowed| allowed.free < lanes) else {
        return Ok(());
    };
    let units = unit.plural();
    let message = format!(
        "needs {lanes} {units}, {free} more allowed by {by}: raise that or run fewer in flight"
    );
    Err(Failure::new(Kind::Unavailable, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_unavailable_and_says_what_is_missing() {
        let files = OpenFiles {
            soft: 1024,
            hard: 1024,
        };
        assert_eq!(enough_files(1024, files), Ok(()));
        let failure = enough_files(1052, files).unwrap_err();
        assert_eq!(failure.kind, Kind::Unavailable);
        let words = "needs about 1100 open files, 1024 allowed";
        assert!(failure.message.starts_with(words), "{failure}");
        let allowed = Allowance {
            free: 900,
            by: "pids.max".to_owned(),
        };
        assert_eq!(enough_units(Unit::Thread, 900, Some(&allowed)), Ok(()));
        assert_eq!(enough_units(Unit::Thread, 900, None), Ok(()));
        let failure = enough_units(Unit::Thread, 901, Some(&allowed)).unwrap_err();
        let words = "needs 901 threads, 900 more allowed by pids.max";
        assert!(failure.message.starts_with(words), "{failure}");
    }
}
