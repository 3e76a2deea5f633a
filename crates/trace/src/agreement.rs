//! Whether a timeline agrees with what the run says of itself: a trace that does not is of no use.

use protocol::Done;
use terminal::{counted, duration_of, percent};

use crate::summary::Summary;
use crate::timeline::Timeline;

/// The part by which two measurements of one time may differ.
const TOLERANCE: f64 = 0.05;
/// Nanoseconds by which they may differ whatever their size: those of reading the clock and starting to record.
const SLACK_NS: f64 = 200_000.0;

/// What was held against each other, a line each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Agreement {
    pub(crate) lines: Vec<String>,
    /// Whether all agrees that must.
    pub(crate) holds: bool,
}

/// Holds a timeline against what the run said when it was done.
pub(crate) fn agreement(timeline: &Timeline, summary: &Summary, done: &Done) -> Agreement {
    if timeline.lost > 0 {
        let lost = counted(timeline.lost, "event");
        let cut = format!(
            "cut after {}: {lost} more had no room, so that the figures are of the beginning of the run. Try fewer tasks",
            counted(timeline.events, "event")
        );
        return Agreement {
            lines: vec![cut],
            holds: true,
        };
    }
    let is_time_right = is_near(timeline.length_ns, done.elapsed_ns);
    let is_count_right = summary.tasks == done.tasks;
    let tasks = format!(
        "tasks: {} in the trace, {} in the run{}",
        summary.tasks,
        done.tasks,
        word(is_count_right)
    );
    let time = format!(
        "time: {} in the trace, {} in the run{}",
        duration_of(timeline.length_ns),
        duration_of(done.elapsed_ns),
        word(is_time_right)
    );
    Agreement {
        lines: vec![tasks, time, processor(summary, done)],
        holds: is_time_right && is_count_right,
    }
}

fn word(agrees: bool) -> &'static str {
    if agrees {
        ": they agree"
    } else {
        ": THEY DIFFER, so that the trace cannot be right"
    }
}

/// The processor time of the trace beside that of the run. The time for which tasks ran need not be equal to it,
/// and why is said.
fn processor(summary: &Summary, done: &Done) -> String {
    let ran = summary.ran_ns();
    // The run's own figure is without whoever made tasks arrive, who is a thread like any other in a trace.
    let used = done.cpu_ns + done.open.as_ref().map_or(0, |open| open.pacing_cpu_ns);
    let of_run = format!("{} in the run", duration_of(used));
    match summary.cpu_ns() {
        Some(sum) if is_near(sum, used) => format!(
            "processor: {} in the trace, {of_run}: they agree; {}",
            duration_of(sum),
            parts_of(ran, sum)
        ),
        Some(sum) => format!(
            "processor: {} in the trace, {of_run}: the rest went to threads that are not in the trace and to the ends of threads; {}",
            duration_of(sum),
            parts_of(ran, sum)
        ),
        None => format!("processor: {of_run}; {}", parts_of(ran, used)),
    }
}

/// What became of processor time, of which tasks ran for `ran` nanoseconds.
fn parts_of(ran: u64, used: u64) -> String {
    let tasks = format!("tasks ran for {}", duration_of(ran));
    let apart = percent((used as f64 - ran as f64).abs() / used.max(1) as f64);
    if is_near(ran, used) {
        format!("{tasks}, which is all of it")
    } else if ran < used {
        format!(
            "{tasks}, and {apart} of it went to the runtime and to calls during which tasks wait"
        )
    } else {
        format!(
            "{tasks}, {apart} more, in which a thread that ran a task had no processor or a call blocked it"
        )
    }
}

fn is_near(one_ns: u64, other_ns: u64) -> bool {
    let (one, other) = (one_ns as f64, other_ns as f64);
    (one - other).abs() <= (one.max(other) * TOLERANCE).max(SLACK_NS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::summary::fixtures::timeline;

    /// A run of so many tasks, of a millisecond.
    fn done(tasks: u64, cpu_ns: u64) -> Done {
        let text = format!(
            "{{\"tasks\":{tasks},\"digest\":\"0\",\"elapsed_ns\":1000000,\"latency\":[],\"cpu_ns\":{cpu_ns},\
             \"switches\":{{\"voluntary\":0,\"involuntary\":0}},\"vm_hwm_bytes\":null,\"threads\":1,\
             \"processes\":1,\"alive_at_once\":null,\"shut_down_ns\":0}}"
        );
        serde_json::from_str(&text).unwrap()
    }

    fn of(timeline: &Timeline, done: &Done) -> Agreement {
        agreement(timeline, &Summary::of(timeline), done)
    }

    #[test]
    fn what_agrees_is_said() {
        let found = of(&timeline(), &done(2, 650_000));
        assert!(found.holds);
        let expected = [
            "tasks: 2 in the trace, 2 in the run: they agree",
            "time: 1.00 ms in the trace, 1.00 ms in the run: they agree",
            "processor: 650 µs in the run; tasks ran for 650 µs, which is all of it",
        ];
        assert_eq!(found.lines, expected);
    }

    #[test]
    fn tasks_that_are_missing_and_a_time_that_is_not_the_runs_make_a_trace_useless() {
        let missing = of(&timeline(), &done(3, 0));
        assert!(!missing.holds && missing.lines[0].contains("THEY DIFFER"));
        let mut longer = timeline();
        longer.length_ns = 1_500_000;
        let wrong = of(&longer, &done(2, 0));
        assert!(!wrong.holds && wrong.lines[1].contains("THEY DIFFER"));
    }

    #[test]
    fn the_processor_time_of_all_threads_is_held_against_that_of_the_run() {
        let timeline = timeline();
        let mut summary = Summary::of(&timeline);
        for worker in &mut summary.workers {
            worker.cpu_ns = Some(650_000);
        }
        let found = agreement(&timeline, &summary, &done(2, 1_310_000));
        let expected = "processor: 1.30 ms in the trace, 1.31 ms in the run: they agree; tasks ran for 650 µs, and 50 % \
                        of it went to the runtime and to calls during which tasks wait";
        assert_eq!(found.lines[2], expected);
        let less = agreement(&timeline, &summary, &done(2, 2_000_000));
        assert!(
            less.lines[2].contains(
                "the rest went to threads that are not in the trace and to the ends of threads"
            ),
            "{less:?}"
        );
    }

    #[test]
    fn processor_time_may_differ_and_why_is_said() {
        let more = of(&timeline(), &done(2, 6_500_000));
        assert!(
            more.holds && more.lines[2].contains("90 % of it went to the runtime"),
            "{more:?}"
        );
        let less = of(&timeline(), &done(2, 400_000));
        assert!(
            less.holds && less.lines[2].contains("had no processor"),
            "{less:?}"
        );
    }

    #[test]
    fn a_trace_that_is_cut_says_so_and_is_held_against_nothing() {
        let mut cut = timeline();
        cut.lost = 5;
        let found = of(&cut, &done(9, 0));
        assert!(found.holds);
        assert!(
            found.lines[0].starts_with("cut after 17 events: 5 events more had no room"),
            "{found:?}"
        );
    }
}
