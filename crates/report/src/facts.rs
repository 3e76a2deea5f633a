//! One run by itself as lines for people: what it did, what it cost, and its settings.

use std::fmt::Write as _;
use std::time::Duration;

use protocol::{Done, Ready, Workload};
use results::{Memory, percentile};
use terminal::{bytes, count, counted, duration, duration_of, shown};

/// What one run said of itself, and what was read of its processes.
#[derive(Clone, Copy, Debug)]
pub struct OneRun<'a> {
    /// The variant, such as `threads/pool`.
    pub variant: &'a str,
    /// The workload.
    pub workload: &'a Workload,
    /// Its message before the work.
    pub ready: &'a Ready,
    /// Its message after the work, whose answer is right.
    pub done: &'a Done,
    /// Memory of all its processes, where the run was held at barriers to read it.
    pub memory: Option<&'a Memory>,
    /// The time from the start of the process until it could take a task.
    pub until_ready: Duration,
}

/// A title, a line for each fact, and a line for each setting as it took effect.
#[must_use]
pub fn facts(run: &OneRun<'_>) -> String {
    let mut text = format!("{} · {}\n", shown(run.variant), shown(&run.workload.name));
    let facts = [work(run), costs(run), start_and_end(run), readings(run)];
    for (name, value) in facts.concat() {
        let _ = writeln!(text, "  {name:<13} {}", shown(&value));
    }
    for (name, value) in &run.ready.knobs {
        let _ = writeln!(text, "  {} = {}", shown(name), shown(value));
    }
    text
}

/// The name of a fact, and what it came to.
type Fact = (String, String);

fn fact(name: &str, value: String) -> Fact {
    (name.to_owned(), value)
}

fn work(run: &OneRun<'_>) -> Vec<Fact> {
    let (ready, done) = (run.ready, run.done);
    let per_second = tasks(done) * 1e9 / done.elapsed_ns as f64;
    vec![
        fact("program", ready.version.clone()),
        fact(
            "tasks",
            format!("{}, {} in flight", done.tasks, ready.in_flight),
        ),
        fact("load", load_of(run.workload)),
        fact("answer", format!("{}: right", done.digest)),
        fact("time", duration_of(done.elapsed_ns)),
        fact("throughput", format!("{}/s", count(per_second))),
        fact("p50", latency(done, 0.5)),
        fact("p90", latency(done, 0.9)),
        fact("p99", latency(done, 0.99)),
    ]
}

/// The load, by which a latency is measured in one way or the other.
fn load_of(workload: &Workload) -> String {
    match workload.rate {
        Some(rate) => format!("open loop, {rate}"),
        None => "closed loop".to_owned(),
    }
}

fn costs(run: &OneRun<'_>) -> Vec<Fact> {
    let done = run.done;
    let (voluntary, involuntary) = (done.switches.voluntary, done.switches.involuntary);
    let cpu = duration(done.cpu_ns as f64 / tasks(done));
    vec![
        fact("CPU", format!("{cpu} a task")),
        fact(
            "switches",
            format!("{voluntary} voluntary, {involuntary} not"),
        ),
        fact(
            "threads",
            format!("{} in {}", done.threads, counted(done.processes, "process")),
        ),
    ]
}

fn start_and_end(run: &OneRun<'_>) -> Vec<Fact> {
    let all = duration(run.until_ready.as_nanos() as f64);
    let connecting = duration_of(run.ready.connect_ns);
    let warm_up = duration_of(run.ready.warm_up_ns);
    vec![
        fact(
            "before go",
            format!("{all} in all; {connecting} of them connecting, {warm_up} warm-up"),
        ),
        fact("shut-down", duration_of(run.done.shut_down_ns)),
    ]
}

/// What only some models, workloads and systems can say.
fn readings(run: &OneRun<'_>) -> Vec<Fact> {
    let done = run.done;
    let mut facts = Vec::new();
    if let Some(alive) = done.alive_at_once {
        facts.push(fact("alive at once", alive.to_string()));
    }
    if let Some(wait) = done.run_queue_wait_ns {
        facts.push(fact("queue wait", duration_of(wait)));
    }
    if !done.counts.is_empty() {
        let named: Vec<String> = done
            .counts
            .iter()
            .map(|(name, count)| format!("{name} {count}"))
            .collect();
        facts.push(fact("counted", named.join(", ")));
    }
    match run.memory {
        Some(Memory::Bytes(held)) => facts.push(fact("memory", bytes(*held))),
        Some(Memory::Unavailable(why)) => facts.push(fact("memory", format!("unavailable: {why}"))),
        None => {}
    }
    facts
}

/// A run of no task has figures of one, so that none of them is a division by zero.
fn tasks(done: &Done) -> f64 {
    done.tasks.max(1) as f64
}

/// Nothing where no latency was recorded.
fn latency(done: &Done, fraction: f64) -> String {
    percentile(&done.latency, fraction).map_or_else(String::new, duration_of)
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::ContextSwitches;

    fn workload(rate: &str) -> Workload {
        let text = format!(
            "name = \"sleep\"\nabout = \"x\"\nclass = \"io\"\ntasks = 10\nin_flight = 2\nseed = 1\n{rate}\
             [[step]]\nwait = {{ duration = \"1ms\" }}\n"
        );
        protocol::parse(text.as_bytes(), "test").unwrap()
    }

    fn ready() -> Ready {
        Ready {
            protocol: protocol::VERSION,
            version: "threads 0.1.0".to_owned(),
            in_flight: 2,
            start_ns: 0,
            connect_ns: 2_000_000,
            warm_up_ns: 3_000_000,
            knobs: [("stack".to_owned(), "2 MiB".to_owned())].into(),
            listens: None,
            elsewhere: None,
        }
    }

    #[test]
    fn a_run_is_told_with_what_it_measured_and_how_it_was_set() {
        let said = ready();
        let done = Done {
            tasks: 10,
            digest: "00000000000000ff".to_owned(),
            elapsed_ns: 1_000_000_000,
            latency: vec![(100_000, 10)],
            cpu_ns: 50_000_000,
            switches: ContextSwitches {
                voluntary: 4,
                involuntary: 1,
            },
            vm_hwm_bytes: None,
            threads: 3,
            processes: 1,
            alive_at_once: Some(2),
            run_queue_wait_ns: None,
            counts: [("lost".to_owned(), 7), ("seen".to_owned(), 10)].into(),
            open: None,
            shut_down_ns: 1000,
        };
        let (closed, open) = (workload(""), workload("rate = \"2000/s\"\n"));
        let run = OneRun {
            variant: "threads/pool",
            workload: &closed,
            ready: &said,
            done: &done,
            memory: Some(&Memory::Unavailable("no /proc".to_owned())),
            until_ready: Duration::from_millis(6),
        };
        let text = facts(&run);
        let expected = [
            "threads/pool · sleep",
            "  program       threads 0.1.0",
            "  tasks         10, 2 in flight",
            "  load          closed loop",
            "  answer        00000000000000ff: right",
            "  time          1.00 s",
            "  throughput    10.0/s",
            "  p50           100 µs",
            "  p90           100 µs",
            "  p99           100 µs",
            "  CPU           5.00 ms a task",
            "  switches      4 voluntary, 1 not",
            "  threads       3 in 1 process",
            "  before go     6.00 ms in all; 2.00 ms of them connecting, 3.00 ms warm-up",
            "  shut-down     1.00 µs",
            "  alive at once 2",
            "  counted       lost 7, seen 10",
            "  memory        unavailable: no /proc",
            "  stack = 2 MiB",
        ];
        assert_eq!(text.lines().collect::<Vec<_>>(), expected);
        let text = facts(&OneRun {
            workload: &open,
            ..run
        });
        assert!(
            text.contains("\n  load          open loop, 2000/s\n"),
            "{text}"
        );
        assert!(!text.contains("closed"), "{text}");
    }
}
