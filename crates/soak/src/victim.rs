//! Which process of a running comparison a kill hits.

use host::Process;

use crate::plan::Target;

/// Programs that the tool starts beside models: builds, right answers and calibration. None of them is a
/// target, because a build that is killed says nothing of a comparison.
const NO_MODELS: [&str; 8] = [
    "cargo",
    "rustc",
    "git",
    "cc",
    "expected",
    "calibrate",
    "services",
    "postgres",
];

/// The processes below the tool that a target means, oldest first.
pub(crate) fn candidates(target: Target, tool: u32, below: &[Process]) -> Vec<u32> {
    let matching = below.iter().filter(|process| match target {
        Target::Tool | Target::ToolPolitely => false,
        Target::Model => is_model(process, tool),
        Target::Worker => is_worker(process, tool, below),
        Target::Service => program(process) == "services",
        Target::Postgres => is_postgres(process),
    });
    match target {
        Target::Tool | Target::ToolPolitely => vec![tool],
        _ => matching.map(|process| process.pid).collect(),
    }
}

fn is_model(process: &Process, tool: u32) -> bool {
    let asks_for_version = process.command.ends_with(" --version");
    process.parent == tool && !NO_MODELS.contains(&program(process)) && !asks_for_version
}

fn is_worker(process: &Process, tool: u32, below: &[Process]) -> bool {
    let mut parent = process.parent;
    // Parents come before their children, so that this looks at each process once.
    for ancestor in below.iter().rev().filter(|one| one.pid != process.pid) {
        if ancestor.pid == parent {
            if is_model(ancestor, tool) {
                return true;
            }
            parent = ancestor.parent;
        }
    }
    false
}

/// Its server process is named by its path, and the others by what they do: `postgres: checkpointer`.
fn is_postgres(process: &Process) -> bool {
    program(process) == "postgres" || process.command.starts_with("postgres:")
}

/// The file name of its program.
fn program(process: &Process) -> &str {
    let first = process.command.split(' ').next().unwrap_or_default();
    first.rsplit('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOOL: u32 = 10;

    fn below() -> Vec<Process> {
        let processes = [
            (11, TOOL, "/t/release/services"),
            (12, 11, "/usr/lib/postgresql/15/bin/postgres -D x"),
            (13, 12, "postgres: checkpointer"),
            (14, TOOL, "/t/release/multiproc"),
            (15, 14, "/t/release/multiproc worker"),
            (16, 15, "sleep 9"),
            (17, TOOL, "cargo build --release"),
            (18, 17, "rustc a.rs"),
            (19, TOOL, "/t/release/threads --version"),
        ];
        processes
            .map(|(pid, parent, command)| Process {
                pid,
                parent,
                command: command.to_owned(),
            })
            .to_vec()
    }

    #[test]
    fn each_target_is_found_by_its_place_and_its_program() {
        let found = |target| candidates(target, TOOL, &below());
        assert_eq!(found(Target::Tool), [TOOL]);
        assert_eq!(found(Target::Service), [11]);
        assert_eq!(found(Target::Postgres), [12, 13]);
        assert_eq!(found(Target::Model), [14]);
        assert_eq!(found(Target::Worker), [15, 16]);
    }
}
