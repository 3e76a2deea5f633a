//! Tests of the Chrome file: every event keeps the rules of the format, and tracks are named.

use std::collections::BTreeMap;

use proptest::prelude::*;
use protocol::{Event, Happened, WaitsFor};

use super::*;
use crate::chrome_format;
use crate::file::fixtures::{of_thread, recorded};
use crate::summary::fixtures::timeline;

/// What the file says. It is not read from its bytes, since `serde_json` rounds numbers of many digits otherwise
/// than the readers of the file.
fn file_of(timeline: &Timeline) -> Value {
    serde_json::to_value(file(timeline, "threads/pool <b>")).unwrap()
}

fn events(file: &Value, phase: &str) -> Vec<Value> {
    let events = file["traceEvents"].as_array().unwrap().iter();
    events
        .filter(|event| event["ph"] == phase)
        .cloned()
        .collect()
}

#[test]
fn a_file_keeps_the_rules_of_the_format() {
    let all = file_of(&timeline());
    assert_eq!(chrome_format::check(&all), Ok(()));
    let bytes = chrome(&timeline(), "threads/pool <b>").unwrap();
    let read: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(read["otherData"]["run"], "threads/pool <b>");
}

#[test]
fn every_track_is_named_once_and_every_event_has_one() {
    let all = file_of(&timeline());
    let mut named: BTreeMap<u64, String> = BTreeMap::new();
    for event in events(&all, "M") {
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
        "interpreter lock",
        "lane 0",
        "lane 1",
    ];
    assert_eq!(names, expected);
    let complete = events(&all, "X");
    let is_named = |event: &Value| named.contains_key(&event["tid"].as_u64().unwrap());
    assert!(complete.iter().all(is_named));
    assert_eq!(
        (
            number_of(&complete, "task 0"),
            number_of(&complete, "waits for socket"),
            number_of(&complete, "part of task 1 (lane 1)")
        ),
        (1, 1, 1)
    );
    assert_eq!(number_of(&complete, "thread 1 (lane 0)"), 1);
}

/// How many of these events have a name.
fn number_of(events: &[Value], name: &str) -> usize {
    let named = events.iter().filter(|event| event["name"] == name);
    named.count()
}

/// What programs of any number of threads and lanes may have recorded, in any order.
fn any_event() -> impl Strategy<Value = Event> {
    let what = prop::sample::select(vec![
        Happened::Ready,
        Happened::Run,
        Happened::Wait(WaitsFor::Socket),
        Happened::Wait(WaitsFor::Lock),
        Happened::Done,
        Happened::LockTaken,
        Happened::LockReleased,
        Happened::PartBegin,
        Happened::PartEnd,
    ]);
    let thread = prop_oneof![0..4_u32, Just(u32::MAX)];
    let lane = prop_oneof![0..4_u32, Just(u32::MAX - 1)];
    (0..1_u64 << 40, thread, lane, 0..6_u64, what).prop_map(|(at_ns, thread, lane, task, what)| {
        Event {
            at_ns,
            thread,
            lane: Some(lane),
            task: Some(task),
            what,
        }
    })
}

proptest! {
    #[test]
    fn whatever_was_recorded_keeps_the_rules(
        mut all in prop::collection::vec(any_event(), 0..60),
        begin_ns in 0..1_u64 << 40,
        length_ns in 1..1_u64 << 40,
    ) {
        all.push(of_thread(begin_ns, 1, Happened::Begin));
        all.push(of_thread(begin_ns + length_ns, 1, Happened::End));
        all.sort_by_key(|event| event.at_ns);
        let timeline = Timeline::of(&[recorded(7, &all), recorded(8, &all)]).unwrap();
        prop_assert_eq!(chrome_format::check(&file_of(&timeline)), Ok(()));
    }

    #[test]
    fn microseconds_are_read_as_the_same_nanoseconds(ns in 0..1_u64 << 50) {
        prop_assert_eq!((micros(ns) * 1e3) as u64, ns);
        prop_assert!((micros(ns) - ns as f64 / 1e3).abs() <= ns as f64 / 1e18);
    }
}
