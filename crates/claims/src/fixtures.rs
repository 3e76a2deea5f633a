//! Made-up rows and comparisons for the tests of this crate.

use std::path::PathBuf;

use results::{Outcome, Placement, Row, Stored};
use serde_json::{Value, json};

use crate::evidence::{Evidence, Manifest};

/// The reference and the other variant.
pub(crate) const VARIANTS: [&str; 2] = ["m/one", "m/many"];

/// A run of 10 tasks in this many milliseconds, or a failed run.
pub(crate) fn row(block: u64, workload: &str, variant: &str, time_ms: Option<f64>) -> Row {
    let ready = json!({"protocol": 1, "version": "v", "in_flight": 1, "start_ns": 1,
        "connect_ns": 0, "warm_up_ns": 0, "knobs": {}});
    let outcome = match time_ms {
        Some(ms) => json!({"measured": {"ready": ready, "done": done(ms), "start_up_ns": 1,
            "wall_ns": 1, "memory": null}}),
        None => json!({"failed": {"failure": {"kind": "crashed", "message": "it fell",
            "stderr": ""}, "replay": ""}}),
    };
    let run = json!({"run": {"seq": 0, "block": block, "slot": 0, "pass": "measured",
        "workload": workload, "variant": variant, "arm": "main", "tasks": 10, "in_flight": 1,
        "padding": 0, "took_ms": 1, "ended_ms": 1, "load": null, "steal_ticks": null,
        "origin_cpu_ns": null, "others": {"unavailable": "scripted"}, "outcome": outcome}});
    serde_json::from_value(run).unwrap()
}

fn done(ms: f64) -> Value {
    json!({"tasks": 10, "digest": "00000000000000aa", "elapsed_ns": (ms * 1e6) as u64,
        "latency": [[1_000_000, 10]], "cpu_ns": 5_000_000,
        "switches": {"voluntary": 3, "involuntary": 0}, "vm_hwm_bytes": null, "threads": 1,
        "processes": 1, "alive_at_once": null, "open": null, "shut_down_ns": 1})
}

/// The same run with one more count.
pub(crate) fn counted(mut row: Row, name: &str, count: u64) -> Row {
    let Row::Run(run) = &mut row else {
        panic!("not a run");
    };
    let Outcome::Measured(measured) = &mut run.outcome else {
        panic!("a run that failed");
    };
    measured.done.counts.insert(name.to_owned(), count);
    row
}

/// A workload of HTTP requests to an origin that waits before it answers.
pub(crate) fn work(name: &str, latency: &str) -> Value {
    let step = json!({"http-get": {"bytes": "1KiB", "latency": latency}});
    json!({"name": name, "about": "", "class": "io", "tasks": 10, "in_flight": 1, "seed": 1,
        "step": [step]})
}

/// A stored comparison of these workloads.
pub(crate) fn stored(workloads: Vec<Value>, rows: Vec<Row>) -> Stored {
    let options = json!({"profile": "standard", "reference": VARIANTS[0], "blocks": 6,
        "fewest_blocks": 6, "blocks_together": 6, "precision": null, "placement": "free",
        "seed": 1, "workers": 2, "in_flight": null, "time_limit_ms": 1, "budget_ms": null,
        "left_out": null});
    let records: Vec<Value> = workloads
        .into_iter()
        .map(|workload| {
            json!({"typed": "w", "workload": workload, "lanes": 1, "shares": {}, "left_out": [],
                "expected": {}})
        })
        .collect();
    let run: Value = json!({"format": 1, "tool": "", "commit": "", "changed": null, "started": "",
        "ended": null, "interrupted": false, "environment": {}, "options": options,
        "workloads": records, "variants": [], "digests": {}, "statistics": []});
    Stored {
        path: PathBuf::new(),
        run: serde_json::from_value(run).unwrap(),
        rows,
    }
}

/// Blocks in which the second variant is so many times as fast at each latency, each a workload of its name.
pub(crate) fn swept(levels: &[(&str, f64)], blocks: u64) -> Evidence {
    let mut rows = Vec::new();
    for block in 2..blocks + 2 {
        for (level, speed_up) in levels {
            // A little noise, in which no level leads.
            let slow = 1000.0 + 5.0 * block as f64;
            rows.push(row(block, level, VARIANTS[0], Some(slow)));
            rows.push(row(block, level, VARIANTS[1], Some(1000.0 / speed_up)));
        }
    }
    let works = levels.iter().map(|(latency, _)| work(latency, latency));
    Evidence {
        manifest: Manifest::default(),
        comparisons: vec![(Placement::Free, stored(works.collect(), rows))],
    }
}
