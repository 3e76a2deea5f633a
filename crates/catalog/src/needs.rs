//! Which servers the tasks of a workload ask.

use protocol::{Step, Workload};

/// Whether a task asks the HTTP origin.
pub fn uses_origin(workload: &Workload) -> bool {
    let is_it = |step: &Step| matches!(step, Step::HttpGet(_));
    workload.steps.iter().any(is_it)
}

/// Whether a task asks a PostgreSQL server.
pub fn uses_postgres(workload: &Workload) -> bool {
    let is_it = |step: &Step| matches!(step, Step::PostgresSelect(_));
    workload.steps.iter().any(is_it)
}
