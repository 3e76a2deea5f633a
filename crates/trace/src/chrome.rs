//! A timeline in the trace event format of Chrome, which Perfetto reads too: a process for each process, in it a track
//! for each lane, each thread and the interpreter lock. All events are complete ones (`X`), nested within their track,
//! and names are metadata (`M`).

use serde::Serialize;
use serde_json::{Value, json};
use terminal::shown;

use crate::timeline::{Hold, Lane, Process, Span, Thread, Timeline, name_of};

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
    tid: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    cat: Option<&'static str>,
    args: Value,
}

/// A file of the format.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TraceFile {
    display_time_unit: &'static str,
    other_data: Value,
    trace_events: Vec<TraceEvent>,
}

/// The file of a timeline, as JSON; `title` says which run it is of.
///
/// # Errors
/// None that a timeline brings about.
pub(crate) fn chrome(timeline: &Timeline, title: &str) -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec(&file(timeline, title))
}

fn file(timeline: &Timeline, title: &str) -> TraceFile {
    let mut events: Vec<TraceEvent> = timeline.processes.iter().flat_map(names).collect();
    let mut complete: Vec<TraceEvent> = timeline.processes.iter().flat_map(spans).collect();
    // What encloses others comes before them.
    complete.sort_by(|one, other| {
        let longer_first = other.dur.unwrap_or(0.0).total_cmp(&one.dur.unwrap_or(0.0));
        one.ts.total_cmp(&other.ts).then(longer_first)
    });
    events.append(&mut complete);
    TraceFile {
        display_time_unit: "ns",
        other_data: json!({"run": shown(title), "lost": timeline.lost}),
        trace_events: events,
    }
}

/// The numbers of the tracks of a process, in the order in which they are shown: its threads from 1 on, its
/// lock, its lanes. They are positions, since readers take 32 bits and programs number threads as they like.
struct Tracks(u32);

impl Tracks {
    fn of(process: &Process) -> Tracks {
        Tracks(process.threads.len() as u32)
    }

    fn thread(&self, position: usize) -> u32 {
        position as u32 + 1
    }

    fn lock(&self) -> u32 {
        self.0 + 1
    }

    fn lane(&self, position: usize) -> u32 {
        self.0 + 2 + position as u32
    }
}

/// The names and the order of the tracks of a process.
fn names(process: &Process) -> Vec<TraceEvent> {
    let (pid, tracks) = (process.id, Tracks::of(process));
    let mut names = vec![metadata(pid, 0, "process_name", &process.name)];
    for (position, thread) in process.threads.iter().enumerate() {
        names.extend(named_track(pid, tracks.thread(position), &thread.name));
    }
    if !process.holds.is_empty() {
        names.extend(named_track(pid, tracks.lock(), "interpreter lock"));
    }
    for (position, lane) in process.lanes.iter().enumerate() {
        let name = format!("lane {}", lane.number);
        names.extend(named_track(pid, tracks.lane(position), &name));
    }
    names
}

fn named_track(pid: u32, tid: u32, name: &str) -> [TraceEvent; 2] {
    let mut order = metadata(pid, tid, "thread_sort_index", "");
    order.args = json!({"sort_index": tid});
    [metadata(pid, tid, "thread_name", name), order]
}

fn metadata(pid: u32, tid: u32, kind: &str, name: &str) -> TraceEvent {
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

/// The events of a process.
fn spans(process: &Process) -> Vec<TraceEvent> {
    let (pid, tracks) = (process.id, Tracks::of(process));
    let lanes = process.lanes.iter().enumerate();
    let threads = process.threads.iter().enumerate();
    let of_lanes = lanes.flat_map(|(at, lane)| lane_events(lane, (pid, tracks.lane(at))));
    let stretches =
        threads.flat_map(|(at, thread)| thread_events(thread, (pid, tracks.thread(at))));
    let of_lock = (pid, tracks.lock());
    let holds = process.holds.iter().map(|hold| hold_event(hold, of_lock));
    of_lanes.chain(stretches).chain(holds).collect()
}

/// A process and a track of it.
type Track = (u32, u32);

/// Tasks, with what became of each inside it.
fn lane_events(lane: &Lane, track: Track) -> Vec<TraceEvent> {
    let spans_of_tasks = lane.spans.chunk_by(|one, next| one.task == next.task);
    let tasks = spans_of_tasks.filter_map(|of_task| {
        let (first, last) = (of_task.first()?, of_task.last()?);
        let name = format!("task {}", first.task?);
        Some(complete(name, "task", (first.from, last.until), track))
    });
    let states = lane.spans.iter().map(|span| state_event(span, track));
    tasks.chain(states).collect()
}

fn state_event(span: &Span, track: Track) -> TraceEvent {
    let times = (span.from, span.until);
    let mut event = complete(span.state.name(), "state", times, track);
    event.args = json!({"task": span.task, "thread": span.thread});
    event
}

fn thread_events(thread: &Thread, track: Track) -> Vec<TraceEvent> {
    let stretches = thread.stretches.iter().map(|stretch| {
        let part = if stretch.is_part { "part of " } else { "" };
        let name = format!("{part}{}", name_of(stretch.lane, stretch.task));
        let times = (stretch.from, stretch.until);
        complete(name, "thread", times, track)
    });
    stretches.collect()
}

fn hold_event(hold: &Hold, track: Track) -> TraceEvent {
    let name = match hold.lane {
        Some(lane) => format!("thread {} (lane {lane})", hold.thread),
        None => format!("thread {}", hold.thread),
    };
    complete(name, "lock", (hold.from, hold.until), track)
}

fn complete(
    name: String,
    category: &'static str,
    (from, until): (u64, u64),
    (pid, tid): Track,
) -> TraceEvent {
    TraceEvent {
        name,
        ph: 'X',
        ts: micros(from),
        dur: Some(micros(until - from)),
        pid,
        tid,
        cat: Some(category),
        args: json!({}),
    }
}

/// Nanoseconds as the microseconds of the format. Perfetto multiplies them by 1000 and cuts off what is behind
/// the point: this is the least number of which it makes the same nanoseconds. One less, and what is nested
/// would overlap, and be dropped.
fn micros(ns: u64) -> f64 {
    let nearest = ns as f64 / 1e3;
    if ((nearest * 1e3) as u64) < ns {
        nearest.next_up()
    } else {
        nearest
    }
}

#[cfg(test)]
#[path = "chrome_test.rs"]
mod tests;
