//! The workloads that programs are checked with: small, with a seed that needs all 64 bits, and with the
//! sizes at which programs go wrong.

use std::time::Duration;

use catalog::{Chosen, Servers};
use protocol::{Marks, Workload};
use serde_json::{Value, json};

/// Lanes that every request asks for.
pub(crate) const LANES: u64 = 3;
/// Workers that every request asks for.
pub(crate) const WORKERS: u64 = 2;
/// Tasks of every workload. Requests ask for fewer, so that the indices of the warm-up do not follow those
/// of the run.
pub(crate) const TASKS: u64 = 40;
/// The largest prime below 2⁶⁴: a program that reads it as a double has another number.
pub(crate) const SEED: u64 = u64::MAX - 58;
/// The time limit of a run.
pub(crate) const LIMIT: Duration = Duration::from_secs(30);
/// How long a program may take to say what is due, or to end.
pub(crate) const PATIENCE: Duration = Duration::from_secs(15);
/// The time in which everything must be gone at the end. The format allows 1 s on a machine that has nothing else to do,
/// and this one may have.
pub(crate) const END: Duration = Duration::from_secs(10);
/// A size beyond 2²⁶, whose square is no whole number of a double.
const BEYOND_2_POW_26: u64 = (1 << 26) + 1000;

/// A workload, and why it is there.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) chosen: Chosen,
    /// Whether the number of tasks matters more than for others.
    pub(crate) by_tasks: bool,
    /// The only number of tasks that is run, where the work is long.
    pub(crate) tasks: Option<u64>,
    /// Whether a slow language takes so long that it is left out.
    pub(crate) is_long: bool,
    /// The steps of the workload, each as a workload of its own: they are run where the whole is not right,
    /// to see which of them is not.
    pub(crate) parts: Vec<Chosen>,
}

impl Case {
    /// The numbers of tasks to run on so many lanes.
    pub(crate) fn task_counts(&self, lanes: u64) -> Vec<u64> {
        if let Some(tasks) = self.tasks {
            return vec![tasks];
        }
        if !self.by_tasks {
            return vec![lanes + 1];
        }
        let mut counts = vec![1, (lanes - 1).max(1), lanes + 1];
        counts.dedup();
        counts
    }
}

/// A workload of steps, or of what `rest` adds.
pub(crate) fn workload(name: &str, rest: &Value) -> Workload {
    let mut whole = json!({
        "name": name, "about": "of the conformance check", "class": "mixed", "tasks": TASKS,
        "in_flight": LANES, "seed": SEED,
    });
    for (key, value) in rest.as_object().into_iter().flatten() {
        whole[key] = value.clone();
    }
    let read: Workload = serde_json::from_value(whole).expect("a workload of this crate");
    read.checked().expect("a workload of this crate")
}

/// A workload whose tasks have these steps.
pub(crate) fn steps(name: &str, steps: &Value) -> Workload {
    workload(name, &json!({ "step": steps }))
}

/// A GET of so many bytes over a connection of this kind.
pub(crate) fn get(bytes: u64, connection: &str) -> Value {
    json!({ "http-get": { "bytes": bytes, "latency": "0ns", "connection": connection } })
}

/// A kernel of this size.
pub(crate) fn compute(kernel: &str, size: u64) -> Value {
    json!({ "compute": { "kernel": kernel, "size": size } })
}

/// A wait of so many milliseconds.
pub(crate) fn wait(milliseconds: u64) -> Value {
    json!({ "wait": { "duration": format!("{milliseconds}ms") } })
}

/// A workload that coordinates.
pub(crate) fn coordination(name: &str, what: &Value) -> Workload {
    workload(
        name,
        &json!({ "class": "coordination", "coordination": what }),
    )
}

/// What a workload is chosen as, without a file.
pub(crate) fn chosen(workload: Workload) -> Chosen {
    Chosen {
        typed: workload.name.clone(),
        workload,
        cell: None,
        cpu: Vec::new(),
        marks: Marks::default(),
        headline: None,
        levels: None,
        servers: Servers::default(),
        file: None,
    }
}

/// Every kind of step, kernel and coordination. The first is that of tasks without steps: a variant that
/// does not do even these does nothing here.
pub(crate) fn all() -> Vec<Case> {
    let mut cases = of_steps();
    cases.extend(of_kernels());
    cases.extend(of_coordination());
    cases
}

fn of_steps() -> Vec<Case> {
    vec![
        plain(steps("nothing", &json!([]))),
        Case {
            by_tasks: true,
            ..together(
                "http-and-sha256",
                &[
                    ("http-empty-body", get(0, "keep-alive")),
                    ("http", get(100, "keep-alive")),
                    ("sha256-1", compute("sha256", 1)),
                ],
            )
        },
        by_tasks(steps("wait-1ms", &json!([wait(1)]))),
        together(
            "http-new-beside-kept",
            &[
                ("http-new", get(3000, "new")),
                ("http-kept", get(2000, "keep-alive")),
                ("http-new-again", get(1000, "new")),
            ],
        ),
        once(steps("http-16-mib", &json!([get(16 << 20, "keep-alive")]))),
        together(
            "sqlite-twice",
            &[
                ("sqlite-transaction", sqlite(true)),
                ("sqlite", sqlite(false)),
            ],
        ),
        plain(steps("postgres", &json!([postgres("keep-alive")]))),
        plain(steps("postgres-new", &json!([postgres("new")]))),
        plain(steps("file-cached", &json!([file("cached")]))),
        plain(steps("file-cold", &json!([file("cold")]))),
        plain(open_loop("open-uniform", "uniform")),
        plain(open_loop("open-poisson", "poisson")),
    ]
}

fn sqlite(transaction: bool) -> Value {
    json!({ "sqlite-select": { "rows": 1000, "count": 3, "transaction": transaction } })
}

fn postgres(connection: &str) -> Value {
    json!({ "postgres-select": { "rows": 1000, "wait": "0ns", "connection": connection } })
}

fn file(cache: &str) -> Value {
    json!({ "read-file": { "files": 64, "bytes": 5000, "cache": cache } })
}

/// Tasks that wait for 1 ms, and arrive at 1000 a second.
pub(crate) fn open_loop(name: &str, arrivals: &str) -> Workload {
    let rest = json!({ "rate": "1000/s", "arrivals": arrivals, "step": [wait(1)] });
    workload(name, &rest)
}

fn of_kernels() -> Vec<Case> {
    vec![
        together(
            "all-kernels",
            &[
                ("sum-squares", compute("sum-squares", 1)),
                ("primes", compute("primes", 1001)),
                // Longer than the pattern, and no multiple of it.
                ("sha256", compute("sha256", 40_001)),
                ("mandelbrot", compute("mandelbrot", 13)),
                ("matmul", compute("matmul", 7)),
            ],
        ),
        // Milliseconds in any language, so that its processor time cannot be 0.
        once(steps(
            "sha256-16-mib",
            &json!([compute("sha256", 16 << 20)]),
        )),
        Case {
            is_long: true,
            ..once(steps(
                "sum-squares-2-pow-26",
                &json!([compute("sum-squares", BEYOND_2_POW_26)]),
            ))
        },
    ]
}

fn of_coordination() -> Vec<Case> {
    let pulse = json!({ "period": "1000000ns", "hogs": 1, "hog": "100000ns" });
    let think = json!({ "think": "1000000ns", "hogs": 1, "hog": "100000ns" });
    vec![
        by_tasks(coordination("spawn", &json!({ "spawn": {} }))),
        plain(ping_pong("ping-pong", 8)),
        plain(ping_pong("ping-pong-64-kib", 65_536)),
        plain(counter("counter", true)),
        plain(counter("counter-racy", false)),
        plain(coordination("order", &json!({ "order": {} }))),
        plain(coordination("stall", &json!({ "stall": pulse }))),
        plain(coordination("echo", &json!({ "echo": think }))),
    ]
}

fn ping_pong(name: &str, bytes: u64) -> Workload {
    coordination(name, &json!({ "ping-pong": { "bytes": bytes } }))
}

fn counter(name: &str, synchronised: bool) -> Workload {
    let what = json!({ "counter": { "increments": 100, "synchronised": synchronised } });
    coordination(name, &what)
}

fn plain(workload: Workload) -> Case {
    Case {
        chosen: chosen(workload),
        by_tasks: false,
        tasks: None,
        is_long: false,
        parts: Vec::new(),
    }
}

/// A workload of several steps, so that one start of a program checks all of them.
fn together(name: &str, named_steps: &[(&str, Value)]) -> Case {
    let all: Vec<&Value> = named_steps.iter().map(|(_, step)| step).collect();
    let whole = plain(steps(name, &json!(all)));
    let parts = named_steps.iter();
    Case {
        parts: parts
            .map(|(part, step)| chosen(steps(part, &json!([step]))))
            .collect(),
        ..whole
    }
}

/// A workload whose work is long, of which one task is enough.
fn once(workload: Workload) -> Case {
    Case {
        tasks: Some(1),
        ..plain(workload)
    }
}

fn by_tasks(workload: Workload) -> Case {
    Case {
        by_tasks: true,
        ..plain(workload)
    }
}

#[cfg(test)]
mod tests {
    use protocol::{Kernel, Step};

    use super::*;

    #[test]
    fn every_kernel_is_checked_and_every_name_is_its_own() {
        let cases = all();
        for kernel in Kernel::ALL {
            let has =
                |step: &Step| matches!(step, Step::Compute(compute) if compute.kernel == kernel);
            assert!(
                cases
                    .iter()
                    .any(|case| case.chosen.workload.steps.iter().any(has)),
                "{kernel:?}"
            );
        }
        let mut names: Vec<&str> = cases
            .iter()
            .map(|case| case.chosen.typed.as_str())
            .collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), cases.len());
    }

    #[test]
    fn numbers_of_tasks_lie_around_that_of_the_lanes() {
        let case = by_tasks(steps("x", &json!([])));
        assert_eq!(case.task_counts(3), [1, 2, 4]);
        assert_eq!(case.task_counts(1), [1, 2]);
        assert_eq!(plain(steps("x", &json!([]))).task_counts(3), [4]);
    }
}
