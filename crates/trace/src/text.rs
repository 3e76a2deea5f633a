//! A summary as text for the terminal.

use terminal::{Column, counted, duration_of, lay_out, percent, shown};

use crate::held_up::HeldUp;
use crate::summary::{Summary, Tally, Worker};
use crate::timeline::State;

/// The most threads that have a row of their own.
const MOST_ROWS: usize = 16;

/// The lines of a summary; `width` is that of the terminal.
pub(crate) fn lines(summary: &Summary, length_ns: u64, width: usize) -> Vec<String> {
    let mut lines = facts(summary, length_ns);
    lines.push(String::new());
    let (shown_workers, rest) = summary
        .workers
        .split_at(summary.workers.len().min(MOST_ROWS));
    lines.extend(lay_out(columns(shown_workers, length_ns), width).lines);
    if !rest.is_empty() {
        let busy_ns = rest.iter().map(|worker| worker.busy_ns).sum();
        let tasks: u64 = rest.iter().map(|worker| worker.tasks).sum();
        lines.push(format!(
            "and {} with {}, busy for {} together",
            counted(rest.len() as u64, "more thread"),
            counted(tasks, "task"),
            duration_of(busy_ns)
        ));
    }
    lines
}

/// The sums over all lanes, a line each.
pub(crate) fn facts(summary: &Summary, length_ns: u64) -> Vec<String> {
    let moved = match summary.moved {
        0 => String::new(),
        moved => format!(", of which {moved} ran on several threads"),
    };
    let mut facts = vec![
        format!("time        {}", duration_of(length_ns)),
        format!("tasks       {}{moved}", summary.tasks),
    ];
    for (state, tally) in &summary.states {
        let name = match state {
            State::Runs => "ran",
            State::Ready => "ready",
            State::Waits(on) => on.name(),
        };
        let verb = match state {
            State::Runs => "in",
            State::Ready => "without running, in",
            State::Waits(_) => "of waiting, in",
        };
        facts.push(format!("{name:<11} {}", tallied(*tally, verb)));
    }
    if summary.parts.count > 0 {
        let parts = tallied(summary.parts, "of parts in pools, in");
        facts.push(format!("{:<11} {parts}", "parts"));
    }
    if let Some(longest) = &summary.longest {
        facts.push(format!(
            "{:<11} {} ran for {} without a pause, on {}",
            "longest",
            longest.who,
            duration_of(longest.ns),
            shown(&longest.thread)
        ));
    }
    if let Some(held_up) = &summary.held_up {
        facts.push(format!("{:<11} {}", "held up", delay(held_up)));
    }
    for lock in &summary.locks {
        facts.push(format!(
            "{:<11} held for {} of the time, changed hands {}, longest hold {} (process {})",
            "lock",
            percent(lock.held_ns as f64 / length_ns.max(1) as f64),
            counted(lock.changes, "time"),
            duration_of(lock.longest_ns),
            lock.process
        ));
    }
    facts
}

/// Who was held up, for how long, and behind whom.
fn delay(held_up: &HeldUp) -> String {
    let (what, did) = if held_up.by_lock {
        ("waited for the lock", "held it")
    } else {
        ("could run and did not", "ran")
    };
    let delay = format!("{} {what} for {}", held_up.who, duration_of(held_up.ns));
    match &held_up.behind {
        Some(behind) => format!(
            "{delay}, behind {}, which {did} for {} of that time",
            shown(&behind.name),
            duration_of(behind.ns)
        ),
        None => delay,
    }
}

fn tallied(tally: Tally, verb: &str) -> String {
    format!(
        "{} {verb} {}, the longest {}",
        duration_of(tally.total_ns),
        counted(tally.count, "stretch"),
        duration_of(tally.longest_ns)
    )
}

/// The table of threads.
pub(crate) fn columns(workers: &[Worker], length_ns: u64) -> Vec<Column> {
    let mut columns = vec![
        column(workers, ("thread", false, 9), |worker| worker.name.clone()),
        column(workers, ("process", true, 2), |worker| {
            worker.process.to_string()
        }),
        column(workers, ("busy", true, 8), |worker| {
            duration_of(worker.busy_ns)
        }),
        column(workers, ("of the time", true, 7), |worker| {
            percent(worker.busy_ns as f64 / length_ns.max(1) as f64)
        }),
    ];
    if workers.iter().any(|worker| worker.cpu_ns.is_some()) {
        columns.push(column(workers, ("CPU", true, 8), |worker| {
            worker.cpu_ns.map(duration_of).unwrap_or_default()
        }));
    }
    columns.extend([
        column(workers, ("idle", true, 5), |worker| {
            duration_of(length_ns.saturating_sub(worker.busy_ns))
        }),
        column(workers, ("tasks", true, 6), |worker| {
            worker.tasks.to_string()
        }),
        column(workers, ("stretches", true, 3), |worker| {
            worker.stretches.to_string()
        }),
    ]);
    columns
}

/// A column of the table: its title, whether it is one of numbers, and how important it is.
fn column(
    workers: &[Worker],
    (title, right, worth): (&'static str, bool, u8),
    cell: impl Fn(&Worker) -> String,
) -> Column {
    Column {
        title,
        right,
        worth,
        cells: workers.iter().map(cell).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::summary::fixtures::timeline;

    #[test]
    fn a_summary_is_a_few_lines_and_a_table_of_threads() {
        let timeline = timeline();
        let text = lines(&Summary::of(&timeline), timeline.length_ns, 100).join("\n");
        let expected = "\
time        1.00 ms
tasks       2, of which 1 ran on several threads
ran         350 µs in 4 stretches, the longest 200 µs
ready       100 µs without running, in 1 stretch, the longest 100 µs
socket      600 µs of waiting, in 1 stretch, the longest 600 µs
pool        350 µs of waiting, in 1 stretch, the longest 350 µs
parts       300 µs of parts in pools, in 1 stretch, the longest 300 µs
longest     task 1 (lane 1) ran for 300 µs without a pause, on main (1)
held up     task 0 (lane 0) could run and did not for 100 µs
lock        held for 65 % of the time, changed hands 1 time, longest hold 450 µs (process 7)

thread    process    busy  of the time    idle  tasks  stretches
main (1)        7  500 µs         50 %  500 µs      0          2
thread 2        7  150 µs         15 %  850 µs      2          3";
        assert_eq!(text, expected);
    }

    #[test]
    fn of_many_threads_the_busiest_have_a_row() {
        let worker = Worker {
            process: 7,
            name: "w".to_owned(),
            busy_ns: 1_000_000,
            tasks: 3,
            stretches: 3,
            cpu_ns: None,
        };
        let mut summary = Summary::of(&timeline());
        summary.workers = vec![worker; 20];
        let text = lines(&summary, 10_000_000, 100);
        assert_eq!(
            text.last().unwrap(),
            "and 4 more threads with 12 tasks, busy for 4.00 ms together"
        );
        assert_eq!(
            text.iter().filter(|line| line.starts_with("w ")).count(),
            16
        );
    }
}
