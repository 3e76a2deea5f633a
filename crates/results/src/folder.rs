//! The folder of one comparison. Rows are flushed one by one, so that nothing that was measured is
//! lost; `run.json` is replaced whole, so that it is never half-written.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::rows::Row;
use super::run_file::RunFile;
use super::stored::Stored;
use super::time;

/// An open comparison.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    samples: File,
}

impl Folder {
    /// Makes a new one, proves that it can be written, and points `latest` to it.
    pub fn create(results: &Path, commit: &str) -> anyhow::Result<Folder> {
        let name = format!("{}-{commit}", time::for_name(time::now_ms()));
        let path = results.join(name);
        let why = || format!("{}: results cannot be kept here", path.display());
        fs::create_dir_all(&path).with_context(why)?;
        // A full disk takes the name of a file and not its contents.
        let probe = path.join("probe");
        fs::write(&probe, [b'x'; 64 * 1024]).with_context(why)?;
        fs::remove_file(&probe).with_context(why)?;
        let samples = File::create_new(path.join("samples.jsonl")).with_context(why)?;
        // For as long as this tool runs nobody else goes on with it.
        let _ = samples.try_lock();
        let folder = Folder { path, samples };
        folder.point_latest(results);
        Ok(folder)
    }

    /// Opens one that was interrupted, with its rows, to add more. A torn last line goes.
    pub fn reopen(path: &Path) -> anyhow::Result<(Folder, Vec<Row>)> {
        let file = path.join("samples.jsonl");
        let why = || file.display().to_string();
        let samples = OpenOptions::new()
            .append(true)
            .open(&file)
            .with_context(why)?;
        if matches!(samples.try_lock(), Err(TryLockError::WouldBlock)) {
            bail!("{}: another tool is still adding to it", path.display());
        }
        let text = fs::read(&file).with_context(why)?;
        let whole = text.iter().rposition(|byte| *byte == b'\n');
        let whole = whole.map_or(0, |at| at + 1);
        samples.set_len(whole as u64).with_context(why)?;
        let rows = Stored::read(path.to_owned())?.rows;
        let path = path.to_owned();
        Ok((Folder { path, samples }, rows))
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Adds a row, and hands it to the system before anything else happens.
    pub fn append(&mut self, row: &Row) -> anyhow::Result<()> {
        let mut line = serde_json::to_vec(row)?;
        line.push(b'\n');
        let path = self.path.join("samples.jsonl");
        self.samples.write_all(&line).with_context(|| {
            format!(
                "{}: what was measured before can be read in it",
                path.display()
            )
        })
    }

    /// Replaces `run.json`.
    pub fn write_run(&self, run: &RunFile) -> anyhow::Result<()> {
        let path = self.path.join("run.json");
        let next = self.path.join("run.json.next");
        let mut text = serde_json::to_vec_pretty(run)?;
        text.push(b'\n');
        let written = fs::write(&next, text).and_then(|()| fs::rename(&next, &path));
        written.with_context(|| format!("{} cannot be written", path.display()))
    }

    /// A convenience, and no reason to fail.
    fn point_latest(&self, results: &Path) {
        let (next, latest) = (results.join("latest.next"), results.join("latest"));
        let _ = fs::remove_file(&next);
        if let Some(name) = self.path.file_name() {
            let _ =
                std::os::unix::fs::symlink(name, &next).and_then(|()| fs::rename(&next, latest));
        }
    }
}
