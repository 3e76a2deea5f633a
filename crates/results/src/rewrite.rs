//! A comparison that is written whole, from rows that exist already. Its files are renamed into place at the end, so
//! that a reader meets the comparison that was there before, or this one.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::folder::{line_of, refusal, write_run};
use crate::rows::Row;
use crate::run_file::RunFile;

/// The folder of a comparison that is being written.
#[derive(Debug)]
pub struct Rewrite {
    path: PathBuf,
    rows: BufWriter<File>,
}

/// The name of the rows until all are there.
const NEXT: &str = "samples.jsonl.next";
/// The size in bytes of what is written at once: some hundred rows.
const BUFFER: usize = 1 << 16;

impl Rewrite {
    /// Begins to write to a folder, which is made where it is missing.
    ///
    /// # Errors
    /// Where the folder or the file cannot be made.
    pub fn begin(path: &Path) -> anyhow::Result<Rewrite> {
        let file = fs::create_dir_all(path)
            .and_then(|()| File::create(path.join(NEXT)))
            .with_context(|| refusal(path))?;
        Ok(Rewrite {
            path: path.to_owned(),
            rows: BufWriter::with_capacity(BUFFER, file),
        })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn append(&mut self, row: &Row) -> anyhow::Result<()> {
        let line = line_of(row)?;
        let written = self.rows.write_all(line.as_bytes());
        written.with_context(|| format!("{} cannot be written", self.path.display()))
    }

    /// Puts the rows into place, and then `run.json`.
    ///
    /// # Errors
    /// Where a file cannot be written.
    pub fn finish(mut self, run: &RunFile) -> anyhow::Result<()> {
        let place = self.path.join("samples.jsonl");
        self.rows
            .flush()
            .and_then(|()| fs::rename(self.path.join(NEXT), &place))
            .with_context(|| format!("{} cannot be written", place.display()))?;
        write_run(&self.path, run)
    }
}
