//! Memory of a process tree: proportional set sizes, page tables and kernel stacks, all of which only
//! Linux tells.

use std::fs;

use results::Memory;

use crate::seen::Barrier;
use host::tree;

/// Bytes of a thread's kernel stack on the 64-bit architectures that are built for. No file of `/proc`
/// shows it.
const KERNEL_STACK: u64 = 16 * 1024;

/// The memory of a process and of all its descendants, in bytes, and what they are just now; the latter
/// is `None` where the former is unavailable.
pub(crate) fn of_tree(root: u32) -> (Memory, Option<Barrier>) {
    if !cfg!(target_os = "linux") {
        let why = "only Linux tells proportional set sizes".to_owned();
        return (Memory::Unavailable(why), None);
    }
    let mut total = 0;
    let mut barrier = Barrier {
        processes: 0,
        threads: 0,
        vm_hwm_bytes: None,
    };
    for pid in tree(root) {
        match of_process(pid) {
            Ok(process) => {
                total += process.bytes;
                barrier.processes += 1;
                barrier.threads += process.threads;
                if pid == root {
                    barrier.vm_hwm_bytes = process.vm_hwm_bytes;
                }
            }
            // A descendant that ended meanwhile has no memory; the root cannot have.
            Err(_) if pid != root => {}
            Err(problem) => return (Memory::Unavailable(problem), None),
        }
    }
    (Memory::Bytes(total), Some(barrier))
}

/// One process.
struct Process {
    bytes: u64,
    threads: u64,
    vm_hwm_bytes: Option<u64>,
}

fn of_process(pid: u32) -> Result<Process, String> {
    let rollup = read(&format!("/proc/{pid}/smaps_rollup"))?;
    let status = read(&format!("/proc/{pid}/status"))?;
    // The proportional set size divides shared pages among their users, so that processes can be added.
    let pss = field(&rollup, "Pss:").ok_or("no Pss in smaps_rollup")?;
    let page_tables = field(&status, "VmPTE:").unwrap_or(0);
    let threads = field(&status, "Threads:").unwrap_or(1);
    Ok(Process {
        bytes: (pss + page_tables) * 1024 + threads * KERNEL_STACK,
        threads,
        vm_hwm_bytes: field(&status, "VmHWM:").map(|kibibytes| kibibytes * 1024),
    })
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
        let (memory, barrier) = of_tree(std::process::id());
        assert!(matches!(memory, Memory::Bytes(bytes) if bytes > 1 << 16));
        let barrier = barrier.unwrap();
        assert!(barrier.processes >= 1 && barrier.threads >= barrier.processes);
        assert!(barrier.vm_hwm_bytes.unwrap() > 1 << 16);
    }
}
