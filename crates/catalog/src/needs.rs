//! What runs of a workload need of the machine: the servers that tasks ask, and open files.

use protocol::{Step, Workload};

/// Files that a program has open besides those of its lanes: its standard streams, event queues, pipes, what
/// its language keeps open.
const OF_PROGRAM: u64 = 24;
/// Files for each thread or process that computes: a channel to it and back.
const OF_WORKER: u64 = 2;

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

/// About how many files a process of a run has open at once, with so many lanes and workers. The model's
/// program has one for each thing that a lane keeps or opens; the HTTP origin has one for each connection, which
/// are never more.
pub fn open_files(workload: &Workload, lanes: u64, workers: u64) -> u64 {
    let of_workers = workers.saturating_mul(OF_WORKER);
    let of_lanes = lanes.saturating_mul(files_of_lane(workload));
    OF_PROGRAM
        .saturating_add(of_workers)
        .saturating_add(of_lanes)
}

/// [`open_files`] where nothing but the number of workers is asked for.
pub fn open_files_unasked(workload: &Workload, workers: u64) -> u64 {
    let lanes = workload.in_flight.lanes(workers).min(workload.tasks);
    open_files(workload, lanes, workers)
}

/// Files that one lane has open at once: a connection to each server, and what is open during a task. Several
/// steps of a kind share a connection, or come one after the other.
fn files_of_lane(workload: &Workload) -> u64 {
    let kinds: [fn(&Step) -> bool; 4] = [
        |step| matches!(step, Step::HttpGet(_)),
        |step| matches!(step, Step::PostgresSelect(_)),
        |step| matches!(step, Step::SqliteSelect(_)),
        |step| matches!(step, Step::ReadFile(_)),
    ];
    let of_steps = kinds.iter().filter(|kind| workload.steps.iter().any(*kind));
    // One that is answered has its own connection.
    let of_client = u64::from(workload.serve.is_some());
    of_client + of_steps.count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workload(in_flight: &str, steps: &str) -> Workload {
        let text = format!(
            "name = \"w\"\nabout = \"\"\nclass = \"io\"\ntasks = 2000\nin_flight = {in_flight}\nseed = 1\n{steps}"
        );
        protocol::parse(text.as_bytes(), "w.toml").unwrap()
    }

    const GET: &str = "[[step]]\nhttp-get = { bytes = 1, latency = \"1ms\" }\n";
    const READ: &str = "[[step]]\nread-file = { files = 8, bytes = 64, cache = \"cached\" }\n";
    const WAIT: &str = "[[step]]\nwait = { duration = \"1ms\" }\n";

    #[test]
    fn a_lane_has_a_file_open_for_each_kind_of_step_that_opens_one() {
        let files = |steps: &str| files_of_lane(&workload("10", steps));
        assert_eq!(files(WAIT), 0);
        assert_eq!(files(GET), 1);
        assert_eq!(files(&format!("{GET}{GET}{WAIT}")), 1);
        assert_eq!(files(&format!("{GET}{READ}")), 2);
    }

    #[test]
    fn files_grow_with_lanes_and_workers() {
        let own = OF_PROGRAM + 2 * OF_WORKER;
        assert_eq!(open_files(&workload("10", GET), 1024, 2), own + 1024);
        assert_eq!(open_files_unasked(&workload("100", GET), 2), own + 100);
        assert_eq!(
            open_files_unasked(&workload("5000", GET), 2),
            own + 2000,
            "as many as tasks"
        );
        assert_eq!(
            open_files_unasked(&workload("\"workers\"", GET), 2),
            own + 2
        );
        assert_eq!(open_files(&workload("10", GET), u64::MAX, 2), u64::MAX);
    }
}
