//! The export for programs: every claim with its verdicts and figures as JSON.

use serde::Serialize;

use crate::evidence::Evidence;
use crate::judge::{ColumnVerdict, JudgedClaim};

/// The whole export.
#[derive(Serialize)]
struct Export<'a> {
    commit: &'a str,
    started: &'a str,
    claims: Vec<ExportedClaim<'a>>,
}

/// One claim of the export.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct ExportedClaim<'a> {
    ids: &'a [String],
    text: &'a str,
    section: &'a str,
    threshold: &'a str,
    expected_without_gil: &'a str,
    why_rust_differs: Option<&'a str>,
    for_a_choice: &'a str,
    columns: &'a [ColumnVerdict],
}

/// The export of these claims, with a line break at its end.
pub(crate) fn json(judged: &[JudgedClaim<'_>], evidence: &Evidence) -> anyhow::Result<String> {
    let export = Export {
        commit: &evidence.manifest.commit,
        started: &evidence.manifest.started,
        claims: judged.iter().map(ExportedClaim::new).collect(),
    };
    Ok(terminal::json(serde_json::to_string_pretty(&export)?) + "\n")
}

impl<'a> ExportedClaim<'a> {
    fn new(judged: &'a JudgedClaim<'_>) -> ExportedClaim<'a> {
        let claim = judged.claim;
        ExportedClaim {
            ids: &claim.ids,
            text: &claim.text,
            section: &claim.section,
            threshold: &claim.threshold,
            expected_without_gil: &claim.free_threaded,
            why_rust_differs: claim.rust.as_deref(),
            for_a_choice: &claim.choice,
            columns: &judged.columns,
        }
    }
}
