//! Memory of a process tree at a barrier: proportional set sizes, page tables and kernel stacks.
//! When to look is left to `handshake`; that only Linux tells is a typed reason.

use std::collections::HashMap;
use std::fs;

use results::Memory;

/// A thread's kernel stack, which no file of `/proc` shows.
const KERNEL_STACK: u64 = 16 * 1024;

/// The memory of a process and of all its descendants.
pub(crate) fn of_tree(root: u32) -> Memory {
    if !cfg!(target_os = "linux") {
        return Memory::Unavailable("only Linux tells proportional set sizes".to_owned());
    }
    let mut total = 0;
    for pid in tree(root) {
        match of_process(pid) {
            Ok(bytes) => total += bytes,
            // A descendant that ended meanwhile has no memory; the root cannot have.
            Err(_) if pid != root => {}
            Err(problem) => return Memory::Unavailable(problem),
        }
    }
    Memory::Bytes(total)
}

fn of_process(pid: u32) -> Result<u64, String> {
    let read = |name: &str| {
        let path = format!("/proc/{pid}/{name}");
        fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))
    };
    let (rollup, status) = (read("smaps_rollup")?, read("status")?);
    let pss = field(&rollup, "Pss:").ok_or("no Pss in smaps_rollup")?;
    let page_tables = field(&status, "VmPTE:").unwrap_or(0);
    let threads = field(&status, "Threads:").unwrap_or(1);
    Ok((pss + page_tables) * 1024 + threads * KERNEL_STACK)
}

/// The number behind a name at the start of a line.
fn field(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    line[name.len()..].split_whitespace().next()?.parse().ok()
}

/// A process and everything under it.
pub(super) fn tree(root: u32) -> Vec<u32> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    for pid in processes() {
        if let Some(parent) = parent_of(pid) {
            children.entry(parent).or_default().push(pid);
        }
    }
    let mut found = vec![root];
    let mut at = 0;
    while let Some(pid) = found.get(at) {
        found.extend(children.remove(pid).unwrap_or_default());
        at += 1;
    }
    found
}

fn processes() -> impl Iterator<Item = u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

fn parent_of(pid: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat[stat.rfind(')')? + 1..]
        .split_whitespace()
        .nth(1)?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_at_the_start_of_a_line() {
        let text = "Rss:  900 kB\nPss:             123 kB\nPss_Dirty: 7 kB\n";
        assert_eq!(field(text, "Pss:"), Some(123));
        assert_eq!(field(text, "Swap:"), None);
    }

    #[test]
    fn a_figure_is_better_than_a_reason() {
        let reason = Memory::Unavailable("why".to_owned());
        assert_eq!(reason.clone().max(&Memory::Bytes(3)), Memory::Bytes(3));
        assert_eq!(Memory::Bytes(3).max(&reason), Memory::Bytes(3));
        assert_eq!(Memory::Bytes(3).max(&Memory::Bytes(2)), Memory::Bytes(3));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn this_process_has_memory() {
        assert!(matches!(of_tree(std::process::id()), Memory::Bytes(bytes) if bytes > 1 << 16));
    }
}
