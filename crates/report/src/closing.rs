//! The last lines of a report: what was left out, the seed, and where the results are.

use std::path::Path;

use results::RunFile;

/// What to know about the comparison as a whole.
pub fn closing(run: &RunFile, folder: &Path) -> String {
    let options = &run.options;
    let (fewest, seconds) = (
        options.blocks_together,
        options.budget_ms.unwrap_or(0) / 1000,
    );
    let dropped = run
        .workloads
        .iter()
        .filter(|record| !record.left_out.is_empty());
    let mut lines: Vec<String> = dropped
        .map(|record| {
            let (name, left_out) = (&record.workload.name, record.left_out.join(", "));
            format!(
                "left out at {name}, since {fewest} blocks with it take over {seconds} s: {left_out}"
            )
        })
        .collect();
    lines.extend(options.left_out.clone());
    let folder = folder.display();
    lines.push(format!("seed {}; results in {folder}", options.seed));
    lines.join("\n") + "\n"
}
