//! The servers that the tasks of a workload ask.

use protocol::{Step, Workload};

/// Whether a task asks the HTTP origin.
pub fn uses_origin(workload: &Workload) -> bool {
    workload
        .steps
        .iter()
        .any(|step| matches!(step, Step::HttpGet(_)))
}

/// Whether a task asks a PostgreSQL server.
pub fn uses_postgres(workload: &Workload) -> bool {
    workload
        .steps
        .iter()
        .any(|step| matches!(step, Step::PostgresSelect(_)))
}
