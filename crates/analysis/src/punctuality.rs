//! How punctual the runs of an open loop were.

use protocol::OpenLoop;
use results::Punctuality;

use crate::samples::Series;

/// The punctuality of a series of runs; `None` where no run was an open loop.
pub(crate) fn punctuality(series: &Series<'_>) -> Option<Punctuality> {
    let open_loops: Vec<(OpenLoop, u64)> = series
        .measured()
        .filter_map(|measured| Some((measured.done.open?, measured.done.tasks)))
        .collect();
    // Parts are of the tasks of all runs together, because a run with few tasks says little.
    let tasks: u64 = open_loops.iter().map(|(_, tasks)| tasks).sum();
    (tasks > 0).then(|| Punctuality {
        late_starts: part(&open_loops, tasks, |open| open.late_starts),
        completed_in_time: part(&open_loops, tasks, |open| open.completed_in_time),
        generator_late: part(&open_loops, tasks, |open| open.generator_late),
    })
}

fn part(open_loops: &[(OpenLoop, u64)], tasks: u64, counted: fn(&OpenLoop) -> u64) -> f64 {
    let total: u64 = open_loops.iter().map(|(open, _)| counted(open)).sum();
    total as f64 / tasks as f64
}
