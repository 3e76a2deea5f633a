//! A timeline in the trace event format of Chrome, which Perfetto reads too: a process for each process, in it a track
//! for each lane, each thread and the interpreter lock. All events are complete ones (`X`), nested within their track,
//! and names are metadata (`M`).

use serde::Serialize;
use serde_json::{Value, json};
use terminal::shown;

use crate::timeline::{Hold, Lane, Process, Span, Thread, Timeline, name_of};

/// Tracks of lanes have the numbers from here on, above those of threads.
const FIRST_LANE: u64 = 1 << 32;
/// The track of the interpreter lock.
const LOCK: u64 = 1 << 40;

/// One event of the format.
#[derive(Clone, Debug, Serialize)]
struct TraceEvent {
    name: String,
    ph: char,
    /// Microseconds since the run began.
    ts: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    dur: Option<f64>,
    pid: u32,
    tid: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    cat: Option<&'static str>,
    args: Value,
}

/// A file of the format.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TraceFile<'a> {
    display_time_unit: &'a str,
    other_data: Value,
    trace_events: &'a [TraceEvent],
}

/// The file of a timeline, as JSON; `title` says which run it is of.
///
/// # Errors
/// None that a timeline brings about.
pub(crate) fn chrome(timeline: &Timeline, title: &str) -> serde_json::Result<Vec<u8>> {
    let mut events: Vec<TraceEvent> = timeline.processes.iter().flat_map(names).collect();
    let mut complete: Vec<TraceEvent> = timeline.processes.iter().flat_map(spans).collect();
    // What encloses others comes before them.
    complete.sort_by(|one, other| {
        let longer_first = other.dur.unwrap_or(0.0).total_cmp(&one.dur.unwrap_or(0.0));
        one.ts.total_cmp(&other.ts).then(longer_first)
    });
    events.append(&mut complete);
    serde_json::to_vec(&TraceFile {
        display_time_unit: "ns",
        other_data: json!({"run": shown(title), "lost": timeline.lost}),
        trace_events: &events,
    })
}

/// The names and the order of the tracks of a process.
fn names(process: &Process) -> Vec<TraceEvent> {
    let pid = process.id;
    let mut names = vec![metadata(pid, 0, "process_name", &process.name)];
    let lanes = process.lanes.iter();
    names.extend(lanes.flat_map(|lane| {
        let name = format!("lane {}", lane.number);
        named_track(pid, of_lane(lane.number), &name)
    }));
    let threads = process.threads.iter();
    names.extend(threads.flat_map(|thread| named_track(pid, thread.number.into(), &thread.name)));
    if !process.holds.is_empty() {
        names.extend(named_track(pid, LOCK, "interpreter lock"));
    }
    names
}

fn named_track(pid: u32, tid: u64, name: &str) -> [TraceEvent; 2] {
    let mut order = metadata(pid, tid, "thread_sort_index", "");
    // Perfetto reads 32 bits: threads first, then the lock, then lanes.
    let index = match tid {
        LOCK => 1 << 20,
        lane if lane >= FIRST_LANE => (1 << 20) + 1 + (lane - FIRST_LANE).min(1 << 29),
        thread => thread.min((1 << 20) - 1),
    };
    order.args = json!({"sort_index": index});
    [metadata(pid, tid, "thread_name", name), order]
}

fn metadata(pid: u32, tid: u64, kind: &str, name: &str) -> TraceEvent {
    TraceEvent {
        name: kind.to_owned(),
        ph: 'M',
        ts: 0.0,
        dur: None,
        pid,
        tid,
        cat: None,
        args: json!({"name": shown(name)}),
    }
}

fn of_lane(number: u32) -> u64 {
    FIRST_LANE + u64::from(number)
}

/// The events of a process.
fn spans(process: &Process) -> Vec<TraceEvent> {
    let pid = process.id;
    let lanes = process.lanes.iter().flat_map(|lane| lane_events(pid, lane));
    let threads = process.threads.iter();
    let stretches = threads.flat_map(|thread| thread_events(pid, thread));
    let holds = process.holds.iter().map(|hold| hold_event(pid, hold));
    lanes.chain(stretches).chain(holds).collect()
}

/// Tasks, with what became of each inside it.
fn lane_events(pid: u32, lane: &Lane) -> Vec<TraceEvent> {
    let tid = of_lane(lane.number);
    let spans_of_tasks = lane.spans.chunk_by(|one, next| one.task == next.task);
    let tasks = spans_of_tasks.filter_map(|of_task| {
        let (first, last) = (of_task.first()?, of_task.last()?);
        let name = format!("task {}", first.task?);
        Some(complete(name, "task", (first.from, last.until), (pid, tid)))
    });
    let states = lane.spans.iter().map(|span| state_event(span, (pid, tid)));
    tasks.chain(states).collect()
}

fn state_event(span: &Span, track: (u32, u64)) -> TraceEvent {
    let times = (span.from, span.until);
    let mut event = complete(span.state.name(), "state", times, track);
    event.args = json!({"task": span.task, "thread": span.thread});
    event
}

fn thread_events(pid: u32, thread: &Thread) -> Vec<TraceEvent> {
    let stretches = thread.stretches.iter().map(|stretch| {
        let part = if stretch.is_part { "part of " } else { "" };
        let name = format!("{part}{}", name_of(stretch.lane, stretch.task));
        let times = (stretch.from, stretch.until);
        complete(name, "thread", times, (pid, thread.number.into()))
    });
    stretches.collect()
}

fn hold_event(pid: u32, hold: &Hold) -> TraceEvent {
    let name = match hold.lane {
        Some(lane) => format!("thread {} (lane {lane})", hold.thread),
        None => format!("thread {}", hold.thread),
    };
    complete(name, "lock", (hold.from, hold.until), (pid, LOCK))
}

fn complete(
    name: String,
    category: &'static str,
    (from, until): (u64, u64),
    (pid, tid): (u32, u64),
) -> TraceEvent {
    TraceEvent {
        name,
        ph: 'X',
        ts: from as f64 / 1e3,
        dur: Some((until - from) as f64 / 1e3),
        pid,
        tid,
        cat: Some(category),
        args: json!({}),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::summary::fixtures::timeline;

    fn file() -> Value {
        serde_json::from_slice(&chrome(&timeline(), "threads/pool <b>").unwrap()).unwrap()
    }

    fn events(file: &Value, phase: &str) -> Vec<Value> {
        let events = file["traceEvents"].as_array().unwrap().iter();
        events
            .filter(|event| event["ph"] == phase)
            .cloned()
            .collect()
    }

    /// Nanoseconds of a field of microseconds.
    fn ns(event: &Value, field: &str) -> u64 {
        (event[field].as_f64().unwrap() * 1e3).round() as u64
    }

    #[test]
    fn every_event_has_the_fields_that_the_format_requires() {
        let file = file();
        let all = file["traceEvents"].as_array().unwrap();
        let (complete, metadata) = (events(&file, "X"), events(&file, "M"));
        assert_eq!(complete.len() + metadata.len(), all.len());
        for event in all {
            assert!(
                event["name"].is_string() && event["ts"].is_number(),
                "{event}"
            );
            assert!(event["pid"].is_u64() && event["tid"].is_u64(), "{event}");
        }
        assert!(
            complete
                .iter()
                .all(|event| event["dur"].as_f64() >= Some(0.0))
        );
        for event in &metadata {
            let is_name = event["args"]["name"].is_string();
            let is_order = event["args"]["sort_index"].as_u64() <= Some(i32::MAX as u64);
            match event["name"].as_str().unwrap() {
                "process_name" | "thread_name" => assert!(is_name, "{event}"),
                "thread_sort_index" => assert!(is_order, "{event}"),
                other => panic!("{other} is no metadata of the format"),
            }
        }
    }

    #[test]
    fn events_are_sorted_and_nested_within_their_track() {
        let file = file();
        let complete = events(&file, "X");
        let starts: Vec<u64> = complete.iter().map(|event| ns(event, "ts")).collect();
        assert!(starts.is_sorted());
        let mut open: BTreeMap<(u64, u64), Vec<u64>> = BTreeMap::new();
        for event in &complete {
            let track = (
                event["pid"].as_u64().unwrap(),
                event["tid"].as_u64().unwrap(),
            );
            let (from, until) = (ns(event, "ts"), ns(event, "ts") + ns(event, "dur"));
            let enclosing = open.entry(track).or_default();
            enclosing.retain(|end| *end > from);
            assert!(enclosing.iter().all(|end| until <= *end), "{event}");
            enclosing.push(until);
        }
    }

    #[test]
    fn every_track_is_named_once_and_every_event_has_one() {
        let file = file();
        let mut named: BTreeMap<u64, String> = BTreeMap::new();
        for event in events(&file, "M") {
            if event["name"] == "thread_name" {
                let name = event["args"]["name"].as_str().unwrap().to_owned();
                let tid = event["tid"].as_u64().unwrap();
                assert_eq!(named.insert(tid, name), None);
            }
        }
        let names: Vec<&str> = named.values().map(String::as_str).collect();
        let expected = [
            "main (1)",
            "thread 2",
            "lane 0",
            "lane 1",
            "interpreter lock",
        ];
        assert_eq!(names, expected);
        let complete = events(&file, "X");
        assert!(
            complete
                .iter()
                .all(|event| named.contains_key(&event["tid"].as_u64().unwrap()))
        );
        let of = |name: &str| {
            complete
                .iter()
                .filter(|event| event["name"] == name)
                .count()
        };
        assert_eq!(
            (
                of("task 0"),
                of("waits for socket"),
                of("part of task 1 (lane 1)")
            ),
            (1, 1, 1)
        );
        assert_eq!(of("thread 1 (lane 0)"), 1);
        assert_eq!(file["otherData"]["run"], "threads/pool <b>");
    }
}
