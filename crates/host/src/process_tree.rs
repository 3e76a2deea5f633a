//! Processes and their descendants, as `/proc` lists them.

use std::collections::HashMap;
use std::fs;

/// A process and all its descendants, parents before their children.
pub fn tree(root: u32) -> Vec<u32> {
    tree_among(root, children_by_parent())
}

/// A process that is alive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// Its process id.
    pub pid: u32,
    /// That of its parent.
    pub parent: u32,
    /// Its command line, as far as the system tells: words, spaces apart.
    pub command: String,
}

/// The living descendants of a process, parents before their children.
pub fn processes_below(root: u32) -> Vec<Process> {
    let living = tree(root).into_iter().skip(1).filter_map(|pid| {
        let fields = stat_fields(pid)?;
        let [state, parent, ..] = &fields[..] else {
            return None;
        };
        let process = Process {
            pid,
            parent: parent.parse().ok()?,
            command: command_of(pid),
        };
        (state != "Z").then_some(process)
    });
    living.collect()
}

/// The children of every process that has any. Listing all processes takes milliseconds, so that whoever
/// asks for several trees lists them once.
pub(crate) fn children_by_parent() -> HashMap<u32, Vec<u32>> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    for pid in processes() {
        if let Some(parent) = parent_of(pid) {
            children.entry(parent).or_default().push(pid);
        }
    }
    children
}

/// A process and all its descendants among these, parents before their children.
pub(crate) fn tree_among(root: u32, mut children: HashMap<u32, Vec<u32>>) -> Vec<u32> {
    let mut pids = vec![root];
    let mut next = 0;
    while let Some(pid) = pids.get(next) {
        // A removed entry cannot be added twice: a number that was reused while this listed processes
        // may form a circle.
        pids.extend(children.remove(pid).unwrap_or_default());
        next += 1;
    }
    pids
}

/// The children of a process.
pub(crate) fn children(parent: u32) -> Vec<u32> {
    processes()
        .filter(|pid| parent_of(*pid) == Some(parent))
        .collect()
}

/// The fields of a process's `stat` from field 3, its state, on.
pub(crate) fn stat_fields(pid: u32) -> Option<Vec<String>> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // Field 2 is the program's name in parentheses, which may contain anything, even spaces and `)`.
    let after_name = &stat[stat.rfind(')')? + 1..];
    Some(after_name.split_whitespace().map(str::to_owned).collect())
}

/// The command line of a process, as far as the system tells.
pub fn command_of(pid: u32) -> String {
    let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let words: Vec<_> = line
        .split(|byte| *byte == 0)
        .filter(|word| !word.is_empty())
        .map(String::from_utf8_lossy)
        .collect();
    words.join(" ")
}

/// Every process that is to be seen.
pub(crate) fn processes() -> impl Iterator<Item = u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

/// The parent of a process: field 4 of its `stat`.
fn parent_of(pid: u32) -> Option<u32> {
    stat_fields(pid)?.get(1)?.parse().ok()
}
