//! What the processes of a server have used, as `/proc` has it.

use std::fs;

use host::machine::{cpu_of_tree, cpu_range_of_tree};
use host::tree;
use protocol::ContextSwitches;

/// Clock ticks are rounded down at both ends of a run, so that less than this says nothing.
const ERROR_NS: u64 = 40_000_000;

/// What a server has used so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Usage {
    pub(super) cpu_ns: u64,
    /// The same, counted in steps: it has the part of threads that have ended.
    ticks_ns: u64,
    pub(super) switches: ContextSwitches,
}

impl Usage {
    /// What a process and all its descendants have used.
    pub(super) fn of(root: u32) -> Usage {
        let mut switches = ContextSwitches::default();
        for pid in tree(root) {
            for status in statuses(pid) {
                switches.voluntary += field(&status, "voluntary_ctxt_switches:");
                switches.involuntary += field(&status, "nonvoluntary_ctxt_switches:");
            }
        }
        Usage {
            cpu_ns: cpu_of_tree(root).unwrap_or(0),
            ticks_ns: cpu_range_of_tree(root).map_or(0, |range| range.least_ns),
            switches,
        }
    }

    /// What was used after `before`. Threads that have ended in between took their exact time along, and are counted
    /// in steps.
    pub(super) fn since(self, before: Usage) -> Usage {
        let exact = self.cpu_ns.saturating_sub(before.cpu_ns);
        let in_steps = self.ticks_ns.saturating_sub(before.ticks_ns);
        let switches = (self.switches, before.switches);
        Usage {
            cpu_ns: if in_steps > exact + ERROR_NS {
                in_steps
            } else {
                exact
            },
            ticks_ns: in_steps,
            switches: ContextSwitches {
                voluntary: switches.0.voluntary.saturating_sub(switches.1.voluntary),
                involuntary: switches
                    .0
                    .involuntary
                    .saturating_sub(switches.1.involuntary),
            },
        }
    }
}

/// The living threads of a process.
pub(super) fn threads(pid: u32) -> u64 {
    let tasks = fs::read_dir(format!("/proc/{pid}/task"));
    tasks.map_or(0, |tasks| tasks.count() as u64)
}

/// The files that tell of each thread of a process.
fn statuses(pid: u32) -> Vec<String> {
    let tasks = fs::read_dir(format!("/proc/{pid}/task"))
        .into_iter()
        .flatten();
    let files = tasks.flatten().map(|task| task.path().join("status"));
    files
        .filter_map(|file| fs::read_to_string(file).ok())
        .collect()
}

/// A number of such a file; 0 where it has none.
fn field(status: &str, name: &str) -> u64 {
    let mut lines = status.lines();
    let value = lines.find_map(|line| line.strip_prefix(name));
    value
        .and_then(|value| value.trim().parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn switches_are_read_by_their_whole_names() {
        let status = "Threads:\t1\nvoluntary_ctxt_switches:\t5\nnonvoluntary_ctxt_switches:\t7\n";
        assert_eq!(field(status, "voluntary_ctxt_switches:"), 5);
        assert_eq!(field(status, "nonvoluntary_ctxt_switches:"), 7);
        assert_eq!(field(status, "none:"), 0);
    }

    #[test]
    fn time_of_threads_that_have_ended_is_counted_in_steps() {
        let usage = |cpu_ns, ticks_ns| Usage {
            cpu_ns,
            ticks_ns,
            switches: ContextSwitches::default(),
        };
        let exact = usage(500_000_000, 480_000_000).since(usage(1_000_000, 0));
        assert_eq!(exact.cpu_ns, 499_000_000);
        let ended = usage(2_000_000, 480_000_000).since(usage(1_000_000, 0));
        assert_eq!(ended.cpu_ns, 480_000_000);
    }
}
