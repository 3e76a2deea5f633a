//! How punctual the runs of an open loop were, and what follows for comparing them.

use protocol::OpenLoop;
use results::Punctuality;

use crate::samples::Series;

/// A larger part of late hand-overs than this means that the generator did not keep its own times: the
/// load was then not the one that was asked for, and figures are partly those of the generator.
const GENERATOR_LATE: f64 = 0.01;
/// A variant that ends a smaller part of its tasks in time than this has a queue that grows.
const KEEPS_UP: f64 = 0.95;

/// Whether the generator gave another load than was asked for.
pub fn is_generator_late(punctuality: &Punctuality) -> bool {
    punctuality.generator_late > GENERATOR_LATE
}

/// Whether tasks ended as fast as they arrived. It is absolute: where the best of several variants ends
/// a third of its tasks in time, it did not keep up either.
pub fn keeps_up(punctuality: &Punctuality) -> bool {
    punctuality.completed_in_time >= KEEPS_UP
}

/// The punctuality of a series of runs; `None` where no run was an open loop.
pub(crate) fn punctuality(series: &Series<'_>) -> Option<Punctuality> {
    let open_loops: Vec<(OpenLoop, u64)> = series
        .measured()
        .filter_map(|measured| Some((measured.done.open?, measured.done.tasks)))
        .collect();
    // Parts are of the tasks of all runs together, because a run with few tasks says little.
    let numbers = open_loops.iter().map(|(_, tasks)| *tasks);
    let tasks = numbers.fold(0, u64::saturating_add);
    (tasks > 0).then(|| Punctuality {
        late_starts: part(&open_loops, tasks, |open| open.late_starts),
        completed_in_time: part(&open_loops, tasks, |open| open.completed_in_time),
        generator_late: part(&open_loops, tasks, |open| open.generator_late),
    })
}

fn part(open_loops: &[(OpenLoop, u64)], tasks: u64, counted: fn(&OpenLoop) -> u64) -> f64 {
    let counts = open_loops.iter().map(|(open, _)| counted(open));
    let total = counts.fold(0, u64::saturating_add);
    total as f64 / tasks as f64
}
