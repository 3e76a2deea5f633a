//! The variants and workloads that are compared for real: those that are marked with `gate = true`.

use catalog::{Chosen, NoCalibration, Registry, Selected, Workspace, workloads};
use protocol::Class;
use results::Metric;
use terminal::Usage;

/// A variant that is compared with itself, and its workload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Case {
    /// `model/variant`.
    pub(crate) variant: String,
    pub(crate) workload: String,
    /// The metric that the workload puts first.
    pub(crate) headline: Metric,
}

/// The cases among the marked variants and workloads.
///
/// # Errors
/// A usage error where nothing suitable is marked.
pub(crate) fn cases(workspace: &Workspace) -> anyhow::Result<Vec<Case>> {
    let typed = workloads::gate(workspace).map_err(Usage::error)?;
    let chosen = workloads::choose(workspace, &typed, &NoCalibration).map_err(Usage::error)?;
    let cases = pair(&Registry::find(workspace).gate(), &chosen);
    if cases.is_empty() {
        return Err(Usage::error(
            "nothing to compare: `gate = true` marks variants and workloads for it",
        ));
    }
    Ok(cases)
}

/// Variants with several threads at workloads that compute, then those with one thread at workloads
/// that wait.
fn pair(variants: &[Selected], workloads: &[Chosen]) -> Vec<Case> {
    let mut cases = Vec::new();
    // That is what each is for, and the two differ most in how their times vary.
    for waits in [false, true] {
        for selected in variants
            .iter()
            .filter(|selected| selected.variant.is_single_threaded() == waits)
        {
            for chosen in workloads
                .iter()
                .filter(|chosen| (chosen.workload.class == Class::Io) == waits)
            {
                cases.push(Case {
                    variant: selected.name(),
                    workload: chosen.typed.clone(),
                    headline: Metric::of(&chosen.workload, chosen.headline)[0],
                });
            }
        }
    }
    cases
}

#[cfg(test)]
pub(crate) mod tests {
    use std::path::Path;

    use super::*;

    /// The cases that this checkout marks.
    pub(crate) fn marked() -> Vec<Case> {
        let root = Path::new(&std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("../..");
        cases(&Workspace {
            target: root.join("target"),
            results: root.join("target/compare"),
            root,
            more_models: Vec::new(),
        })
        .unwrap()
    }

    #[test]
    fn several_threads_compute_and_one_thread_waits() {
        let expected = [
            ("threads/pool", "sha256", Metric::TimePerTask),
            (
                "async-tokio/current-thread",
                "http-fast",
                Metric::CpuPerTask,
            ),
        ]
        .map(|(variant, workload, headline)| Case {
            variant: variant.to_owned(),
            workload: workload.to_owned(),
            headline,
        });
        assert_eq!(marked(), expected);
    }
}
