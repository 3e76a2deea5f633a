//! The folder of one comparison, open for writing. Rows are written one by one, so that nothing that
//! was measured is lost; `run.json` is replaced whole, so that it is never half-written.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::rows::Row;
use super::run_file::RunFile;
use super::stored::Stored;
use super::time;

/// The folder of a comparison that is under way.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    samples: File,
}

impl Folder {
    /// Makes a new folder among the results, and points `latest` to it.
    ///
    /// # Errors
    /// Where the folder cannot be made, or its disk is full.
    pub fn create(results: &Path, commit: &str) -> anyhow::Result<Folder> {
        let folder = Folder::make(free_name(results, commit))?;
        point_latest(results, &folder.path);
        Ok(folder)
    }

    /// Makes a new folder at this place, which `latest` does not mean.
    ///
    /// # Errors
    /// Where the folder cannot be made, or its disk is full.
    pub fn make(path: PathBuf) -> anyhow::Result<Folder> {
        let samples = make_samples(&path).with_context(|| refusal(&path))?;
        // The lock ends with this process. It keeps a second tool from resuming this comparison; on a
        // file system without locks the comparison goes on unprotected.
        let _ = samples.try_lock();
        Ok(Folder { path, samples })
    }

    /// Opens the folder of an interrupted comparison, and reads its rows, to add more.
    ///
    /// # Errors
    /// Where another tool still writes to it, or a file cannot be read.
    pub fn reopen(path: &Path) -> anyhow::Result<(Folder, Vec<Row>)> {
        let file = path.join("samples.jsonl");
        let samples = OpenOptions::new()
            .append(true)
            .open(&file)
            .with_context(|| file.display().to_string())?;
        if matches!(samples.try_lock(), Err(TryLockError::WouldBlock)) {
            bail!("{}: another tool is still adding to it", path.display());
        }
        cut_half_line(&samples, &file).with_context(|| file.display().to_string())?;
        let stored = Stored::read(path.to_owned())?;
        let folder = Folder {
            path: stored.path,
            samples,
        };
        Ok((folder, stored.rows))
    }

    /// The path of the folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Appends a row to `samples.jsonl`, unbuffered.
    ///
    /// # Errors
    /// Where it cannot be written, such as on a full disk.
    pub fn append(&mut self, row: &Row) -> anyhow::Result<()> {
        let line = line_of(row)?;
        let path = self.path.join("samples.jsonl");
        // No buffer of this process stands between: what is written survives its end.
        self.samples.write_all(line.as_bytes()).with_context(|| {
            format!(
                "{}: what was measured before can be read in it",
                path.display()
            )
        })
    }

    /// Replaces `run.json`.
    ///
    /// # Errors
    /// Where it cannot be written; the file that was there before stays.
    pub fn write_run(&self, run: &RunFile) -> anyhow::Result<()> {
        write_run(&self.path, run)
    }
}

/// The path of a new folder among the results: its name is the time and the commit.
#[must_use]
pub fn free_name(results: &Path, commit: &str) -> PathBuf {
    results.join(format!("{}-{commit}", time::for_name(time::now_ms())))
}

/// Points the link `latest` among the results to a folder there.
pub fn point_latest(results: &Path, folder: &Path) {
    // The link is a convenience: a comparison without it is as good, so that errors are ignored.
    let Some(name) = folder.file_name() else {
        return;
    };
    // A name of its own, or of two tools that begin at once one would rename the link of the other.
    let next = results.join(format!("latest.{}.next", name.display()));
    let _ = fs::remove_file(&next);
    let _ = std::os::unix::fs::symlink(name, &next)
        .and_then(|()| fs::rename(&next, results.join("latest")));
}

/// Says that a folder cannot keep results.
pub(crate) fn refusal(folder: &Path) -> String {
    format!("{}: results cannot be kept here", folder.display())
}

/// Makes a folder and the file for its rows, and refuses a full disk: there an empty file can still be made. Writing
/// some bytes shows before anything is measured that there is no room for rows.
fn make_samples(folder: &Path) -> io::Result<File> {
    fs::create_dir_all(folder)?;
    let probe = folder.join("probe");
    fs::write(&probe, [b'x'; 64 * 1024])?;
    fs::remove_file(&probe)?;
    File::create_new(folder.join("samples.jsonl"))
}

/// Removes the half line that a killed tool can leave, to which the next row would be joined.
fn cut_half_line(samples: &File, file: &Path) -> io::Result<()> {
    let text = fs::read(file)?;
    let last_line_feed = text.iter().rposition(|byte| *byte == b'\n');
    let whole_lines = last_line_feed.map_or(0, |position| position + 1);
    samples.set_len(whole_lines as u64)
}

/// The line of a row.
pub(crate) fn line_of(row: &Row) -> anyhow::Result<String> {
    Ok(terminal::json(serde_json::to_string(row)?) + "\n")
}

/// Replaces the `run.json` in a folder.
pub(crate) fn write_run(folder: &Path, run: &RunFile) -> anyhow::Result<()> {
    let path = folder.join("run.json");
    let next = folder.join("run.json.next");
    // Names and messages come from elsewhere, and a file may be looked at in a terminal.
    let text = terminal::json(serde_json::to_string_pretty(run)?) + "\n";
    // A rename is atomic, so that a reader or a crash meets the old file or the new one.
    let written = fs::write(&next, text).and_then(|()| fs::rename(&next, &path));
    written.with_context(|| format!("{} cannot be written", path.display()))
}
