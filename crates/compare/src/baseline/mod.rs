//! Baselines: comparisons that are kept under a name (`compare --save-baseline NAME`), and later ones
//! that are held against them (`compare --baseline NAME`).

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use protocol::ExitCode;
use verdict::Margin;

use analysis::{FigurePair, figures};
use catalog::Workspace;
use report::{differences, limit, other_host, render_diff, settings};
use results::{RunFile, Stored};
use terminal::{Usage, output};

/// What a stored comparison is made of.
const FILES: [&str; 2] = ["run.json", "samples.jsonl"];

/// What to keep under a name, and what to hold a comparison against.
#[derive(Clone, Debug)]
pub struct Baselines {
    /// Keep the results under this name, for a later `--baseline`
    pub save_baseline: Option<String>,
    /// Show what changed since the results of this name, and exit with 3 at a regression
    pub baseline: Option<String>,
    /// What counts as one: so much slower, with the whole interval
    pub max_regression: Margin,
}

/// A comparison by the name of a baseline, or as `Stored::open` finds it.
pub fn open_any(workspace: &Workspace, named: &str) -> anyhow::Result<Stored> {
    let kept = name(named).ok().map(|name| folder(workspace, &name));
    match kept.filter(|kept| kept.is_dir()) {
        Some(kept) => Stored::read(kept),
        None => Stored::open(&workspace.results, named)
            .with_context(|| format!("nor a baseline: {}", known(workspace))),
    }
}

impl Baselines {
    /// A baseline that nothing can be held against is refused before anything is measured.
    pub fn refuse(
        &self,
        workspace: &Workspace,
        run: impl FnOnce() -> RunFile,
    ) -> anyhow::Result<()> {
        let Some(name) = &self.baseline else {
            return Ok(());
        };
        let kept = folder(workspace, name);
        if !kept.is_dir() {
            return Err(Usage::error(format!(
                "no baseline is named `{name}`: {}",
                known(workspace)
            )));
        }
        let (then, now) = (Stored::read(kept)?.run, run());
        let other = other_host(&then, &now);
        if !other.is_empty() {
            return Err(Usage::error(format!(
                "the baseline `{name}` is of another machine ({}): `cargo xtask diff {name} latest \
                 --force` compares with it all the same",
                other.join("; ")
            )));
        }
        if !now.options.profile.measures() {
            return Err(Usage::error(
                "--baseline needs a profile that measures: `smoke` checks answers only",
            ));
        }
        match settings(&then, &now).as_slice() {
            [] => Ok(()),
            other => Err(Usage::error(format!(
                "the baseline `{name}` was made otherwise ({}), so its figures are of something \
                 else: ask for the same, or see `cargo xtask diff {name} latest` afterwards",
                other.join("; ")
            ))),
        }
    }

    /// After a comparison: shows what changed, keeps what is to be kept, and says how it ended.
    pub fn conclude(
        &self,
        workspace: &Workspace,
        path: &Path,
        code: ExitCode,
        stdout_is_taken: bool,
    ) -> anyhow::Result<ExitCode> {
        let nothing_to_do = self.baseline.is_none() && self.save_baseline.is_none();
        if nothing_to_do || code == ExitCode::Interrupted {
            return Ok(code);
        }
        let now = Stored::read(path.to_owned())?;
        let mut found = ExitCode::Ok;
        if let Some(name) = &self.baseline {
            let then = Stored::read(folder(workspace, name))?;
            let (shown, its) = self.held_against(name, &then, &now);
            output::results(&shown, stdout_is_taken)?;
            found = its;
        }
        // Whether it is slower than another does not matter for what is kept: whether it is whole does.
        if let Some(name) = &self.save_baseline {
            save(workspace, name, &now, code)?;
        }
        Ok(match (code, found) {
            (ExitCode::Ok, _) | (ExitCode::Failed, ExitCode::Regression) => found,
            _ => code,
        })
    }

    /// What changed since the baseline in words, and the exit code for that.
    fn held_against(&self, name: &str, then: &Stored, now: &Stored) -> (String, ExitCode) {
        let limit = self.max_regression;
        let found = figures(then, now);
        let changed = differences(&then.run, &now.run);
        let shown = render_diff(&found, &changed, Some(limit), output::style(false));
        let slower = found.rows.iter().filter(|row| row.is_slower_beyond(limit));
        let slower: Vec<String> = slower
            .map(|row| format!("{} at {}", row.variant, row.workload))
            .collect();
        let within = limit::shown(limit);
        let (last, code) = match slower.as_slice() {
            [] if !found.rows.iter().any(FigurePair::is_comparable) => (
                format!(
                    "nothing was compared with `{name}`: no pair has the same work and an interval on both sides"
                ),
                ExitCode::Failed,
            ),
            [] => (
                format!("no regression beyond {within} since `{name}`"),
                ExitCode::Ok,
            ),
            _ => (
                format!("regression beyond {within}: {}", slower.join(", ")),
                ExitCode::Regression,
            ),
        };
        let started = &then.run.started;
        let text = format!("\nagainst the baseline `{name}`, of {started}\n{shown}{last}\n");
        (text, code)
    }
}

/// Replaces what was kept under the name. Results with wrong answers or failures are no measure.
fn save(workspace: &Workspace, name: &str, now: &Stored, code: ExitCode) -> anyhow::Result<()> {
    if code != ExitCode::Ok {
        output::complain(&format!("not kept as `{name}`: not everything went well"));
        return Ok(());
    }
    if !now.run.options.profile.measures() {
        bail!("not kept as `{name}`: this profile measures nothing");
    }
    let kept = folder(workspace, name);
    replace(&now.path, &kept).with_context(|| format!("{} cannot be written", kept.display()))?;
    output::notice(&format!(
        "kept as the baseline `{name}` in {}",
        kept.display()
    ));
    Ok(())
}

/// Copies the files of a comparison to the folder of a baseline. They are copied beside it first, so that
/// a full disk leaves the old one as it was.
fn replace(comparison: &Path, kept: &Path) -> std::io::Result<()> {
    let name = kept.file_name().unwrap_or_default().to_string_lossy();
    let next = kept.with_file_name(format!(".{name}.next"));
    let _ = fs::remove_dir_all(&next);
    fs::create_dir_all(&next)?;
    for file in FILES {
        fs::copy(comparison.join(file), next.join(file))?;
    }
    let _ = fs::remove_dir_all(kept);
    fs::rename(&next, kept)
}

/// The folder of a baseline. All of them lie beside the results, so that clearing those keeps them.
fn folder(workspace: &Workspace, name: &str) -> PathBuf {
    workspace.results.with_file_name("baselines").join(name)
}

fn known(workspace: &Workspace) -> String {
    let found = fs::read_dir(folder(workspace, "")).into_iter().flatten();
    let names = found.flatten().map(|entry| entry.file_name());
    let mut names: Vec<String> = names
        .map(|name| name.to_string_lossy().into_owned())
        .filter(|found| name(found).is_ok())
        .collect();
    names.sort();
    if names.is_empty() {
        return "there is none".to_owned();
    }
    format!("there are {}", names.join(", "))
}

/// A name that is one folder, and not what `diff` understands as something else.
pub fn name(text: &str) -> Result<String, String> {
    let is_name = (1..=64).contains(&text.len())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_.+".contains(c));
    // A leading dot marks the copy that is still being written.
    if is_name && !text.starts_with('.') && text != "latest" {
        return Ok(text.to_owned());
    }
    Err("1 to 64 letters, digits, `-`, `_`, `.` and `+`, and not `latest`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_folders_of_their_own() {
        assert!(name("main").is_ok() && name("v1.2_x86-64").is_ok());
        for bad in ["", "latest", ".hidden", "..", "a/b", "a b"] {
            assert!(name(bad).is_err(), "{bad}");
        }
    }
}
