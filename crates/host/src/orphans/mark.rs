//! The mark in the environment of everything that this tool starts.

use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};

/// The variable by which the processes of one run are told from those of another beside it.
const MARK: &str = "MANYWAYS_RUN";

/// The mark of one program that this tool has started, which all its processes find in their
/// environment unless they clear it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunMark(u64);

impl RunMark {
    /// Marks the environment of a program that is about to start.
    pub fn put(command: &mut Command) -> RunMark {
        static RUNS: AtomicU64 = AtomicU64::new(0);
        let mark = RunMark(RUNS.fetch_add(1, Ordering::Relaxed));
        command.env(MARK, mark.value());
        mark
    }

    /// As long for every run: the size of the environment moves the program's stack.
    fn value(self) -> String {
        format!("{:08}", self.0)
    }

    /// Whether a process bears this mark.
    pub(crate) fn is_of(self, pid: u32) -> bool {
        let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        let entry = format!("{MARK}={}", self.value());
        environment
            .split(|byte| *byte == 0)
            .any(|other| other == entry.as_bytes())
    }
}
