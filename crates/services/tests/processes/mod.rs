//! Other processes, as the system tells of them: who runs, and who started whom.

#![allow(dead_code, reason = "every test program uses a part of it")]

use std::fs;

pub(crate) fn is_running(pid: &str) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(')')
        .is_some_and(|(_, state)| !state.trim_start().starts_with('Z'))
}

/// Processor time that a process has used, in clock ticks of 10 ms.
#[cfg(target_os = "linux")]
pub(crate) fn cpu_ticks(pid: u32) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let (_, fields) = stat.rsplit_once(')').unwrap();
    let of_both = fields.split_whitespace().skip(11).take(2);
    of_both.map(|ticks| ticks.parse::<u64>().unwrap()).sum()
}

pub(crate) fn parent_of(pid: &str) -> String {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let (_, fields) = stat.rsplit_once(')').unwrap();
    fields.split_whitespace().nth(1).unwrap().to_owned()
}

pub(crate) fn children_of(pid: &str) -> impl Iterator<Item = String> {
    let path = format!("/proc/{pid}/task/{pid}/children");
    let children = fs::read_to_string(path).unwrap();
    let children: Vec<String> = children.split_whitespace().map(str::to_owned).collect();
    children.into_iter()
}
