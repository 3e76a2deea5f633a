//! Points that nobody measured, for tests that need a model.

use predict::{Figures, Point, workloads};
use protocol::Workload;

pub(crate) const POOL: &str = "threads/pool";

/// A point whose lanes wait all the time.
pub(crate) fn waiting(workload: Workload, tasks: u64) -> Point {
    let lanes = workload.in_flight.lanes(2);
    let waits = workload.wait_per_task().as_secs_f64();
    Point {
        variant: POOL.to_owned(),
        tasks,
        lanes,
        runs: vec![Figures {
            time: waits / lanes as f64 + 1e-5,
            cpu: 1e-5,
            service_cpu: None,
            start_up: 1e-3,
        }],
        memory: None,
        workload,
    }
}

/// The fewest points that a model can be fitted to.
pub(crate) fn few_points() -> Vec<Point> {
    let mut all = workloads();
    all.retain(|one| ["cal-noop", "cal-get-64", "cal-wait-8"].contains(&one.name.as_str()));
    let points = all.into_iter().map(|one| waiting(one.clone(), one.tasks));
    points.collect()
}
