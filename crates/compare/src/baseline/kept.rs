//! The folders of baselines: where they are, what they may be called, and how one replaces another.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use catalog::Workspace;
use results::Stored;

/// What a stored comparison is made of.
const FILES: [&str; 2] = ["run.json", "samples.jsonl"];

/// A comparison by the name of a baseline, or as `Stored::open` finds it.
pub fn open_any(workspace: &Workspace, named: &str) -> anyhow::Result<Stored> {
    let kept = name(named).ok().map(|name| folder(workspace, &name));
    match kept.filter(|kept| kept.is_dir()) {
        Some(kept) => Stored::read(kept),
        None => Stored::open(&workspace.results, named)
            .with_context(|| format!("nor a baseline: {}", known(workspace))),
    }
}

/// Copies the files of a comparison to the folder of a baseline. They are copied beside it first, so that
/// a full disk leaves the old one as it was.
pub(super) fn replace(comparison: &Path, kept: &Path) -> std::io::Result<()> {
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
pub(super) fn folder(workspace: &Workspace, name: &str) -> PathBuf {
    workspace.results.with_file_name("baselines").join(name)
}

/// The names of the baselines that there are, in words.
pub(super) fn known(workspace: &Workspace) -> String {
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
