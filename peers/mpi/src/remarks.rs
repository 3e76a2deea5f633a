//! What `mpirun` and the ranks write to standard error: passed on, and kept for the words of an error.

use std::io::{BufRead as _, BufReader, Read};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// The most lines that are kept.
const MOST_LINES: usize = 200;
/// How `mpirun` begins to say that a rank has ended by a signal.
const NOTICED: &str = "mpirun noticed that ";

/// The remarks of a job.
pub(crate) struct Remarks {
    lines: Arc<Mutex<Vec<String>>>,
    is_over: Arc<AtomicBool>,
    reader: Option<JoinHandle<()>>,
}

impl Remarks {
    /// Reads remarks from now on, in a thread of its own.
    ///
    /// # Errors
    /// When the system refuses a thread.
    pub(crate) fn read(from: impl Read + Send + 'static) -> std::io::Result<Self> {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let is_over = Arc::new(AtomicBool::new(false));
        let (shared, over) = (Arc::clone(&lines), Arc::clone(&is_over));
        let reader = std::thread::Builder::new()
            .name("remarks".to_owned())
            .spawn(move || {
                for line in BufReader::new(from).lines().map_while(Result::ok) {
                    if over.load(Relaxed) {
                        continue;
                    }
                    eprintln!("{line}");
                    let mut kept = shared.lock().unwrap_or_else(PoisonError::into_inner);
                    if kept.len() < MOST_LINES {
                        kept.push(line);
                    }
                }
            })?;
        Ok(Self {
            lines,
            is_over,
            reader: Some(reader),
        })
    }

    /// Passes nothing on any more: what follows is about the end of a job that is being ended.
    pub(crate) fn end(&self) {
        self.is_over.store(true, Relaxed);
    }

    /// Waits for the last remark of a job that has ended; which rank ended and how, if `mpirun` has said so.
    pub(crate) fn noticed(&mut self) -> Option<String> {
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        rank_that_ended(&lines)
    }
}

/// The sentence that names the rank which has ended by a signal.
fn rank_that_ended(lines: &[String]) -> Option<String> {
    let mut sentences = lines.iter().filter_map(|line| line.strip_prefix(NOTICED));
    sentences
        .next()
        .map(|rest| rest.trim_end_matches('.').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rank_that_was_killed_is_named_as_mpirun_names_it() {
        let text = "-----\nmpirun noticed that process rank 2 with PID 17 on node vm exited on signal 9 (Killed).\n---";
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let expected = "process rank 2 with PID 17 on node vm exited on signal 9 (Killed)";
        assert_eq!(rank_that_ended(&lines).as_deref(), Some(expected));
        assert_eq!(rank_that_ended(&lines[..1]), None);
    }
}
