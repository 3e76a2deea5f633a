//! A comparison that lies on disk, read back whole. What it comes to is left to `report` and
//! `export`; adding to it is left to `Folder`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};

use super::rows::Row;
use super::run_file::{FORMAT, RunFile};

/// The name that always means the newest comparison.
const LATEST: &str = "latest";

/// What a folder holds.
#[derive(Clone, Debug)]
pub struct Stored {
    pub path: PathBuf,
    pub run: RunFile,
    pub rows: Vec<Row>,
}

impl Stored {
    /// Finds a comparison by the path of its folder, by its name among the results, or as the newest.
    pub fn open(results: &Path, named: &str) -> anyhow::Result<Stored> {
        let typed = PathBuf::from(named);
        let among_results = results.join(named);
        let found = match (typed.is_dir(), among_results.is_dir()) {
            (true, _) if named != LATEST => typed,
            (_, true) => among_results,
            _ => bail!(
                "{named}: no such comparison: neither a folder nor a name in {}",
                results.display()
            ),
        };
        // The newest one has a name of its own, which is the one that was printed.
        let path = fs::canonicalize(&found).with_context(|| found.display().to_string())?;
        Stored::read(path)
    }

    /// Reads a folder.
    pub fn read(path: PathBuf) -> anyhow::Result<Stored> {
        let run = read_run(&path.join("run.json"))?;
        let rows = read_rows(&path.join("samples.jsonl"))?;
        Ok(Stored { path, run, rows })
    }
}

fn read_run(path: &Path) -> anyhow::Result<RunFile> {
    let shown = || path.display().to_string();
    let text = fs::read_to_string(path).with_context(shown)?;
    let value: serde_json::Value = serde_json::from_str(&text).with_context(shown)?;
    let format = value.get("format").and_then(serde_json::Value::as_u64);
    ensure!(
        format == Some(u64::from(FORMAT)),
        "{}: it has format {}, and this tool reads {FORMAT}",
        path.display(),
        format.map_or_else(|| "none".to_owned(), |number| number.to_string())
    );
    serde_json::from_str(&text).with_context(shown)
}

fn read_rows(path: &Path) -> anyhow::Result<Vec<Row>> {
    let shown = || path.display().to_string();
    let text = fs::read(path).with_context(shown)?;
    rows_of(&text).with_context(shown)
}

/// Every whole line. What follows the last line feed was torn by the end of the tool.
fn rows_of(text: &[u8]) -> anyhow::Result<Vec<Row>> {
    let whole = text
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |at| at + 1);
    let lines = text[..whole].split(|byte| *byte == b'\n').enumerate();
    lines
        .filter(|(_, line)| !line.is_empty())
        .map(|(at, line)| serde_json::from_slice(line).with_context(|| format!("line {}", at + 1)))
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
