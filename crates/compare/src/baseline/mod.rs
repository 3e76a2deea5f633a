//! Baselines: comparisons that are kept under a name (`compare --save-baseline NAME`), and later ones
//! that are held against them (`compare --baseline NAME`).

mod kept;
mod refusal;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use protocol::ExitCode;
use verdict::Margin;

use analysis::{FigurePair, Figures, figures};
use catalog::Workspace;
use report::{differences, limit, lost, other_host, render_diff, settings};
use results::{Outcome, Row, Stored};
use terminal::output;

use self::kept::{folder, replace};
pub use self::kept::{name, open_any};

/// What to keep under a name, and what to hold a comparison against.
#[derive(Clone, Debug)]
pub struct Baselines {
    /// Keep the results under this name, for a later `--baseline`
    pub save_baseline: Option<String>,
    /// Show what changed since the results of this name, and exit with 3 at a regression
    pub baseline: Option<String>,
    /// What counts as one: so much slower, with the whole interval
    pub max_regression: Margin,
    /// Whether the results may be of another machine than the baseline.
    pub force: bool,
}

impl Baselines {
    /// Whether nothing is kept and nothing is held against what was kept.
    pub fn is_none(&self) -> bool {
        self.baseline.is_none() && self.save_baseline.is_none()
    }

    /// After a comparison: shows what changed, keeps what is to be kept, and says how it ended.
    ///
    /// # Errors
    /// A stored comparison that cannot be read, or a baseline that cannot be written.
    pub fn conclude(
        &self,
        workspace: &Workspace,
        path: &Path,
        code: ExitCode,
        stdout_is_taken: bool,
    ) -> anyhow::Result<ExitCode> {
        if self.is_none() || code == ExitCode::Interrupted {
            return Ok(code);
        }
        let now = Stored::read(path.to_owned())?;
        let mut found = ExitCode::Ok;
        let mut missing = Vec::new();
        if let Some(name) = &self.baseline {
            let then = Stored::read(folder(workspace, name))?;
            let pairs = figures(&then, &now);
            let changed = differences(&then.run, &now.run);
            let limit = self.max_regression;
            let shown = render_diff(&pairs, &changed, Some(limit), output::style(false));
            let (last, its) = judged(name, &pairs, limit);
            let started = &then.run.started;
            let text = format!("\nagainst the baseline `{name}`, of {started}\n{shown}{last}\n");
            output::results(&text, stdout_is_taken)?;
            found = its;
            missing.extend(pairs.lost.iter().map(lost));
        }
        if let Some(name) = &self.save_baseline
            && !save(workspace, name, &now, code, missing)?
            && found == ExitCode::Ok
        {
            found = ExitCode::Failed;
        }
        Ok(match (code, found) {
            (ExitCode::Ok, _) | (ExitCode::Failed, ExitCode::Regression) => found,
            _ => code,
        })
    }
}

/// The sentence that everything comes to since the baseline, and the exit code for that.
fn judged(name: &str, figures: &Figures, limit: Margin) -> (String, ExitCode) {
    let within = limit::shown(limit);
    let slower = figures
        .rows
        .iter()
        .filter(|row| row.is_slower_beyond(limit));
    let mut by_name: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for row in slower {
        let name = format!("{} at {}", row.variant, row.workload);
        by_name
            .entry(name)
            .or_default()
            .push(row.metric.short_name());
    }
    let slower: Vec<String> = by_name
        .iter()
        .map(|(name, metrics)| format!("{name} ({})", metrics.join(", ")))
        .collect();
    let lost: Vec<String> = figures.lost.iter().map(lost).collect();
    let no_figure = format!(
        "no figure to hold against `{name}` any more: {}",
        lost.join("; ")
    );
    match (slower.is_empty(), lost.is_empty()) {
        (false, true) => (
            format!("regression beyond {within}: {}", slower.join(", ")),
            ExitCode::Regression,
        ),
        (false, false) => (
            format!(
                "regression beyond {within}: {}\n{no_figure}",
                slower.join(", ")
            ),
            ExitCode::Regression,
        ),
        (true, false) => (no_figure, ExitCode::Failed),
        (true, true) if !figures.rows.iter().any(FigurePair::is_comparable) => (
            format!(
                "nothing was compared with `{name}`: no pair has the same work and an interval on both sides"
            ),
            ExitCode::Failed,
        ),
        (true, true) => (
            format!("no regression beyond {within} since `{name}`"),
            ExitCode::Ok,
        ),
    }
}

/// Replaces what was kept under the name, and returns whether it did. Results with wrong answers or
/// failures are no measure, and neither are those that lack what an earlier baseline has (`missing`): a
/// later comparison would not notice the lack. Whether one is slower than another does not matter.
fn save(
    workspace: &Workspace,
    name: &str,
    now: &Stored,
    code: ExitCode,
    mut missing: Vec<String>,
) -> anyhow::Result<bool> {
    if code != ExitCode::Ok {
        output::complain(&format!("not kept as `{name}`: not everything went well"));
        return Ok(false);
    }
    let kept = folder(workspace, name);
    missing.extend(faults(now));
    missing.extend(lost_since(&kept, now));
    missing.sort();
    missing.dedup();
    if !missing.is_empty() {
        output::complain(&format!(
            "not kept as `{name}`, which would hide from later comparisons what is missing: {}",
            missing.join("; ")
        ));
        return Ok(false);
    }
    replace(&now.path, &kept).with_context(|| format!("{} cannot be written", kept.display()))?;
    output::notice(&format!(
        "kept as the baseline `{name}` in {}",
        kept.display()
    ));
    Ok(true)
}

/// Every variant that failed by its own fault, named or not.
fn faults(now: &Stored) -> Vec<String> {
    let runs = now.rows.iter().filter_map(|row| match row {
        Row::Run(run) => Some(run.as_ref()),
        Row::Block(_) => None,
    });
    runs.filter_map(|run| match &run.outcome {
        Outcome::Failed(failed) if failed.failure.kind.is_fault() => {
            let (failure, word) = (&failed.failure, failed.failure.kind.word());
            Some(format!(
                "{} at {}: {word}: {failure}",
                run.variant, run.workload
            ))
        }
        _ => None,
    })
    .collect()
}

/// What the baseline in this folder has and these results lack. One of another machine or of other
/// settings is replaced on purpose.
fn lost_since(kept: &Path, now: &Stored) -> Vec<String> {
    let Ok(then) = Stored::read(kept.to_owned()) else {
        return Vec::new();
    };
    let is_other =
        !other_host(&then.run, &now.run).is_empty() || !settings(&then.run, &now.run).is_empty();
    if is_other {
        return Vec::new();
    }
    figures(&then, now).lost.iter().map(lost).collect()
}
