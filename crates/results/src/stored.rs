//! A comparison on disk, read back whole. [`Folder`](crate::folder::Folder) is the writing side.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use serde::Deserialize;

use super::rows::Row;
use super::run_file::{FORMAT, RunFile};

/// The name that always means the newest comparison.
const LATEST: &str = "latest";

/// A comparison as its folder holds it.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The folder.
    pub path: PathBuf,
    /// The contents of `run.json`.
    pub run: RunFile,
    /// The lines of `samples.jsonl`, in the order in which they were written.
    pub rows: Vec<Row>,
}

impl Stored {
    /// Reads a comparison that is named by the path of its folder, by its name among the results, or
    /// as `latest`.
    ///
    /// # Errors
    /// Where there is none of that name, or its files cannot be read.
    pub fn open(results: &Path, named: &str) -> anyhow::Result<Stored> {
        let typed = PathBuf::from(named);
        let among_results = results.join(named);
        // `latest` is always the link among the results, even where the current folder has one too.
        let folder = if named != LATEST && typed.is_dir() {
            typed
        } else if among_results.is_dir() {
            among_results
        } else {
            bail!(
                "{named}: no such comparison: neither a folder nor a name in {}",
                results.display()
            )
        };
        // `latest` is resolved, so that messages have the name that was printed when it was made.
        let path = fs::canonicalize(&folder).with_context(|| folder.display().to_string())?;
        Stored::read(path)
    }

    /// Reads the comparison in a folder.
    ///
    /// # Errors
    /// Where a file is missing or of another format, or a line other than a torn last one is no row.
    pub fn read(path: PathBuf) -> anyhow::Result<Stored> {
        let run = read_run(&path)?;
        let rows = read_rows(&path.join("samples.jsonl"))?;
        Ok(Stored { path, run, rows })
    }
}

/// The one field that says how all others are to be read, which are passed over.
#[derive(Deserialize)]
struct Head {
    format: Option<serde_json::Value>,
}

/// Reads the `run.json` of the comparison in a folder.
///
/// # Errors
/// Where it is missing or of another format.
pub fn read_run(folder: &Path) -> anyhow::Result<RunFile> {
    let path = folder.join("run.json");
    let shown = path.display().to_string();
    let text = fs::read_to_string(&path).with_context(|| shown.clone())?;
    // The format is checked before the types are read, whose error would be about some field.
    let head: Head = serde_json::from_str(&text).with_context(|| shown.clone())?;
    let format = head.format.as_ref().and_then(serde_json::Value::as_u64);
    ensure!(
        format == Some(u64::from(FORMAT)),
        "{shown}: it has format {}, and this tool reads {FORMAT}",
        format.map_or_else(|| "none".to_owned(), |number| number.to_string())
    );
    serde_json::from_str(&text).context(shown)
}

fn read_rows(path: &Path) -> anyhow::Result<Vec<Row>> {
    let text = fs::read(path).with_context(|| path.display().to_string())?;
    rows_of(&text).with_context(|| path.display().to_string())
}

/// The rows of all whole lines. A killed tool can leave a part of one after the last line feed.
fn rows_of(text: &[u8]) -> anyhow::Result<Vec<Row>> {
    let last_line_feed = text.iter().rposition(|byte| *byte == b'\n');
    let whole_lines = &text[..last_line_feed.map_or(0, |position| position + 1)];
    whole_lines
        .split(|byte| *byte == b'\n')
        .zip(1..)
        .filter(|(line, _)| !line.is_empty())
        .map(|(line, number)| {
            serde_json::from_slice(line).with_context(|| format!("line {number}"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "{\"block\":{\"number\":1,\"control_ns\":5}}\n";

    #[test]
    fn a_torn_last_line_is_no_row() {
        let whole = rows_of(format!("{LINE}{LINE}").as_bytes()).unwrap();
        let torn = rows_of(format!("{LINE}{LINE}{{\"block\":{{\"num").as_bytes()).unwrap();
        assert_eq!((whole.len(), &whole), (2, &torn));
        assert!(rows_of(b"{\"block\"").unwrap().is_empty());
    }

    #[test]
    fn a_wrong_line_in_the_middle_is_named() {
        let problem = rows_of(format!("{LINE}nonsense\n{LINE}").as_bytes()).unwrap_err();
        assert!(
            format!("{problem:#}").starts_with("line 2: "),
            "{problem:#}"
        );
    }

    #[test]
    fn what_is_not_there_is_said_with_where_it_was_looked_for() {
        let results = tempfile::tempdir().unwrap();
        let problem = Stored::open(results.path(), "latest")
            .unwrap_err()
            .to_string();
        let place = results.path().display().to_string();
        assert!(problem.contains("latest: no such comparison") && problem.contains(&place));
    }

    #[test]
    fn another_format_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("run.json"), "{\"format\": 99}").unwrap();
        let problem = Stored::read(folder.path().to_owned()).unwrap_err();
        assert!(problem.to_string().contains("format 99"), "{problem}");
    }
}
