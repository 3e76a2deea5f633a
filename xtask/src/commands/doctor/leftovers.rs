//! What an earlier call that was killed left behind is ended and removed.

use std::path::PathBuf;
use std::process::Command;

use catalog::Workspace;
use host::{end_strays, reap_orphans, sweep_temporary_folders};
use terminal::counted;

use super::finding::Finding;
use crate::cli::Places;

/// The folders of results of all commands that start processes, each with a ledger of those that
/// live. `claims` has a folder of its own unless `--results` names one for all.
pub(super) fn ledgers(workspace: &Workspace, places: &Places) -> Vec<PathBuf> {
    let of_claims = workspace.target.join(claims::RESULTS);
    let of_ab = workspace.results.with_file_name("ab").join("runs");
    let own = workspace.results.clone();
    match places.results {
        Some(_) => vec![own, of_ab],
        None => vec![own, of_claims, of_ab],
    }
}

/// Processes that live on, in any of the ledgers.
pub(super) fn processes(ledgers: &[PathBuf]) -> Finding {
    let recorded: usize = ledgers.iter().map(|results| reap_orphans(results)).sum();
    // Only now, so that what a ledger leads to is not counted twice.
    let strays: usize = ledgers.iter().map(|results| end_strays(results)).sum();
    Finding::good(match (recorded + strays) as u64 {
        0 => "no process was left behind by an earlier run".to_owned(),
        ended => format!(
            "ended {} that an earlier run left behind",
            counted(ended, "process")
        ),
    })
}

/// The temporary files of runs whose tool was killed.
pub(super) fn temporary_folders() -> Option<Finding> {
    let swept = sweep_temporary_folders();
    (swept > 0).then(|| {
        Finding::good(format!(
            "removed {} that an earlier run left behind",
            counted(swept as u64, "temporary folder")
        ))
    })
}

/// Servers whose service was killed, and their folders: known to the program that makes them.
pub(super) fn clusters(workspace: &Workspace) -> Option<Finding> {
    let program = workspace.program("services");
    // A program that is not built yet has started no server either.
    let output = Command::new(program).arg("--sweep").output().ok()?;
    let swept: u64 = String::from_utf8_lossy(&output.stdout)
        .trim()
        .parse()
        .ok()?;
    (swept > 0).then(|| {
        Finding::good(format!(
            "removed {swept} PostgreSQL clusters that an earlier run left behind"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_that_starts_processes_is_swept_after() {
        let of = |results: Option<&str>| {
            let places = Places {
                results: results.map(PathBuf::from),
                more_models: Vec::new(),
            };
            let workspace = Workspace {
                root: "root".into(),
                target: "target".into(),
                results: results.unwrap_or("target/compare").into(),
                more_models: Vec::new(),
            };
            ledgers(&workspace, &places)
        };
        let usual = ["target/compare", "target/claims", "target/ab/runs"];
        assert_eq!(of(None), usual.map(PathBuf::from));
        let elsewhere = ["there/mine", "there/ab/runs"].map(PathBuf::from);
        assert_eq!(of(Some("there/mine")), elsewhere);
    }
}
