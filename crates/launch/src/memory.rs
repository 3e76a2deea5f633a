//! Memory of a process tree: proportional set sizes, page tables and kernel stacks, all of which only
//! Linux tells.

use std::fs;

use results::Memory;

use crate::process_tree::tree;

/// Bytes of a thread's kernel stack on the 64-bit architectures that are built for. No file of `/proc`
/// shows it.
const KERNEL_STACK: u64 = 16 * 1024;

/// The memory of a process and of all its descendants, in bytes.
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
    let rollup = read(&format!("/proc/{pid}/smaps_rollup"))?;
    let status = read(&format!("/proc/{pid}/status"))?;
    // The proportional set size divides shared pages among their users, so that processes can be added.
    let pss = field(&rollup, "Pss:").ok_or("no Pss in smaps_rollup")?;
    let page_tables = field(&status, "VmPTE:").unwrap_or(0);
    let threads = field(&status, "Threads:").unwrap_or(1);
    Ok((pss + page_tables) * 1024 + threads * KERNEL_STACK)
}

fn read(path: &str) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))
}

/// The number after a name at the start of a line.
fn field(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    line[name.len()..].split_whitespace().next()?.parse().ok()
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
