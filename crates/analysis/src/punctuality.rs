//! Who kept up with the arrivals of an open loop.

use protocol::OpenLoop;
use results::Punctuality;

use crate::samples::Series;

/// The punctuality of a series of runs; `None` where no run was an open loop.
pub(super) fn punctuality(series: &Series<'_>) -> Option<Punctuality> {
    let open = series
        .runs
        .iter()
        .filter_map(|(.., m)| Some((m.done.open?, m.done.tasks)));
    let open: Vec<(OpenLoop, u64)> = open.collect();
    let tasks: u64 = open.iter().map(|(_, tasks)| tasks).sum();
    let part = |of: fn(&OpenLoop) -> u64| {
        open.iter().map(|(open, _)| of(open)).sum::<u64>() as f64 / tasks as f64
    };
    (tasks > 0).then(|| Punctuality {
        late_starts: part(|open| open.late_starts),
        completed_in_time: part(|open| open.completed_in_time),
        generator_late: part(|open| open.generator_late),
    })
}
