//! How much of something a workload has at the most in one step: what a calibration reaches to.

use protocol::{Step, Workload};

pub(crate) fn longest_wait(workload: &Workload) -> u64 {
    let waits = workload.steps.iter().filter_map(|step| match step {
        Step::Wait(wait) => Some(wait.duration.as_nanos() as u64),
        _ => None,
    });
    waits.max().unwrap_or(0)
}

pub(crate) fn longest_latency(workload: &Workload) -> u64 {
    let gets = workload.steps.iter().filter_map(|step| match step {
        Step::HttpGet(get) => Some(get.latency.as_nanos() as u64),
        _ => None,
    });
    gets.max().unwrap_or(0)
}

pub(crate) fn largest_answer(workload: &Workload) -> u64 {
    let gets = workload.steps.iter().filter_map(|step| match step {
        Step::HttpGet(get) => Some(get.bytes),
        _ => None,
    });
    gets.max().unwrap_or(0)
}

pub(crate) fn longest_sleep(workload: &Workload) -> u64 {
    let queries = workload.steps.iter().filter_map(|step| match step {
        Step::PostgresSelect(select) => Some(select.wait.as_nanos() as u64),
        _ => None,
    });
    queries.max().unwrap_or(0)
}

/// The rows of the table that a workload queries a server for.
pub(crate) fn queried_rows(workload: &Workload) -> Option<u64> {
    workload.steps.iter().find_map(|step| match step {
        Step::PostgresSelect(select) => Some(select.rows),
        _ => None,
    })
}

pub(crate) fn most_selects(workload: &Workload) -> u64 {
    let selects = workload.steps.iter().filter_map(|step| match step {
        Step::SqliteSelect(select) => Some(select.count),
        _ => None,
    });
    selects.max().unwrap_or(0)
}

pub(crate) fn largest_file(workload: &Workload) -> u64 {
    let files = workload.steps.iter().filter_map(|step| match step {
        Step::ReadFile(read) => Some(read.bytes),
        _ => None,
    });
    files.max().unwrap_or(0)
}
