//! The programs that comparisons need, and those that only some of them need.

use std::env;
use std::process::Command;

use catalog::Workspace;
use host::machine;

use super::finding::Finding;

/// What builds everything.
pub(super) fn cargo() -> Finding {
    match machine::version_of("cargo") {
        Some(version) => Finding::good(format!("models can be built with {version}")),
        None => Finding::bad(
            "cargo does not run, so that nothing can be built",
            "install Rust: https://rustup.rs",
        ),
    }
}

/// What builds SQLite, which every model's program holds.
pub(super) fn compiler() -> Finding {
    let named = env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    match machine::version_of(&named) {
        Some(version) => Finding::good(format!("SQLite can be built with {version}")),
        None => Finding::bad(
            format!("the C compiler `{named}` does not run, so that SQLite cannot be built"),
            "install one: `apt-get install gcc libc6-dev`",
        ),
    }
}

/// What counts instructions.
pub(super) fn valgrind() -> Finding {
    match machine::version_of("valgrind") {
        Some(version) => Finding::good(format!("instructions can be counted with {version}")),
        None => Finding::absent(
            "valgrind is not installed, so that `ab --meter instructions` cannot count",
            "`apt-get install valgrind`",
        ),
    }
}

/// The server of the workloads that select from PostgreSQL.
pub(super) fn postgres(workspace: &Workspace) -> Finding {
    // Its program knows most, but is built only once a workload has needed it.
    let mut services = Command::new(workspace.program("services"));
    let Ok(output) = services.arg("--check-postgres").output() else {
        return installed_postgres();
    };
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    match output.status.code() {
        Some(0) => Finding::good(said),
        Some(1) => {
            let text = format!("workloads that need PostgreSQL are unavailable: {said}");
            Finding::absent(text, "")
        }
        // One that was built before it could be asked.
        _ => installed_postgres(),
    }
}

/// Whether there are server programs at all.
fn installed_postgres() -> Finding {
    // Packages of Debian and its like put the server's programs off the path.
    let off_path = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin/initdb"));
    // The path comes first: whoever put a server there wants that one.
    let working = std::iter::once("initdb".into())
        .chain(off_path)
        .find_map(|program| machine::version_of(&program.to_string_lossy()));
    match working {
        Some(version) => Finding::good(format!("a PostgreSQL server can be made with {version}")),
        None => Finding::absent(
            "PostgreSQL's server is not installed, so that the workloads that need it are unavailable",
            "`apt-get install postgresql`, or `--postgres URL` for a server that is there",
        ),
    }
}
