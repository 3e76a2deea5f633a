//! Processes of runs of a killed tool that no ledger leads to, because they have left the process group of
//! their program: each finds in its environment which tool started it.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;
use std::process::{self, Command};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};

use super::is_dead;
use super::ledgers::owner_of;
use crate::identity::namespace_of;
use crate::ledger::Known;
use crate::ownership::own_user;
use crate::process_tree::processes;

/// The variable that names the tool of a run: its process id, its start time and its folder of results.
const TOOL: &str = "MANYWAYS_TOOL";
/// How long what has just been killed may take to be gone.
const GRACE: Duration = Duration::from_millis(100);

/// A tool, and the folder of results that it works for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Tool {
    known: Known,
    /// The namespace of process ids that its id is of; 0 where the system has none.
    namespace: u64,
    results: u64,
}

/// Names this tool in the environment of a program that is about to start.
pub fn name_tool(command: &mut Command, results: &Path) {
    let tool = Tool {
        known: Known::of(process::id()),
        namespace: own_namespace(),
        results: number_of(results),
    };
    command.env(TOOL, value_of(tool));
}

/// Kills every process of this user that is of a run of a tool that worked for this folder of results and
/// is gone, and returns how many these were.
pub fn end_strays(results: &Path) -> usize {
    if strays(results).is_empty() {
        return 0;
    }
    // Those that the ledger led to have just been killed, and do not count twice.
    std::thread::sleep(GRACE);
    let left = strays(results).into_iter();
    left.filter(|known| kill(known.raw(), Signal::SIGKILL).is_ok())
        .count()
}

fn strays(results: &Path) -> Vec<Known> {
    let results = number_of(results);
    processes()
        .filter(|pid| owner_of(*pid) == Some(own_user()) && !is_dead(*pid))
        .filter(|pid| {
            tool_of(*pid).is_some_and(|tool| {
                // Of a container's tool only the container can tell whether it is alive.
                tool.results == results
                    && tool.namespace == own_namespace()
                    && !tool.known.is_alive()
            })
        })
        .map(Known::of)
        .collect()
}

fn own_namespace() -> u64 {
    namespace_of("self").unwrap_or(0)
}

fn number_of(results: &Path) -> u64 {
    let mut hasher = DefaultHasher::new();
    results.hash(&mut hasher);
    hasher.finish()
}

/// As long for every tool: the size of the environment moves a program's stack.
fn value_of(tool: Tool) -> String {
    let (pid, start) = (tool.known.pid, tool.known.start.unwrap_or(0));
    let namespace = tool.namespace;
    format!(
        "{pid:010}-{start:020}-{namespace:010}-{:016x}",
        tool.results
    )
}

/// The tool that a process is of a run of.
fn tool_of(pid: u32) -> Option<Tool> {
    let environment = std::fs::read(format!("/proc/{pid}/environ")).ok()?;
    let prefix = format!("{TOOL}=");
    let value = environment
        .split(|byte| *byte == 0)
        .find_map(|entry| entry.strip_prefix(prefix.as_bytes()))?;
    let mut parts = std::str::from_utf8(value).ok()?.split('-');
    let known = Known {
        pid: parts.next()?.parse().ok()?,
        start: Some(parts.next()?.parse().ok()?),
        cleans_up: false,
    };
    let namespace = parts.next()?.parse().ok()?;
    let results = u64::from_str_radix(parts.next()?, 16).ok()?;
    Some(Tool {
        known,
        namespace,
        results,
    })
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::process::{Child, Stdio};

    use super::*;

    fn waiting(known: Known, namespace: u64, results: &Path) -> Child {
        let mut command = Command::new("cat");
        let tool = Tool {
            known,
            namespace,
            results: number_of(results),
        };
        command.env(TOOL, value_of(tool)).stdin(Stdio::piped());
        let child = command.spawn().unwrap();
        // Until a process has become another program it has this one's environment.
        while tool_of(child.id()).is_none() {
            std::thread::yield_now();
        }
        child
    }

    #[test]
    fn what_a_dead_tool_left_is_ended_and_nothing_else() {
        let results = tempfile::tempdir().unwrap();
        let own = Known::of(process::id());
        let dead = Known {
            start: own.start.map(|start| start + 1),
            ..own
        };
        let here = own_namespace();
        let mut stray = waiting(dead, here, results.path());
        let spared = [
            waiting(own, here, results.path()),
            waiting(dead, here, &results.path().join("others")),
            waiting(dead, here + 1, results.path()),
        ];
        assert_eq!(end_strays(results.path()), 1);
        assert!(!stray.wait().unwrap().success());
        for mut child in spared {
            assert!(child.try_wait().unwrap().is_none());
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }
}
