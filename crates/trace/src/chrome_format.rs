//! The rules of the trace event format, for tests: what a file must be for Chrome and Perfetto to show all of
//! it.
//!
//! They are those of "Trace Event Format" (docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU),
//! whose names for kinds of events are used below, and of Perfetto's importer (src/trace_processor/importers/json
//! of github.com/google/perfetto), which is stricter: numbers of processes and tracks have 32 bits, times are
//! kept in whole nanoseconds, and of complete events that overlap one is dropped. An event without
//! a field that its phase needs is ignored by both without a word, which is why a test must say so.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// The fields that the events of each phase need besides `ph`.
const NEEDED: [(&str, &[&str]); 23] = [
    // Duration events.
    ("B", &["name", "ts", "pid", "tid"]),
    ("E", &["ts", "pid", "tid"]),
    // Complete events.
    ("X", &["name", "ts", "dur", "pid", "tid"]),
    // Instant events.
    ("i", &["name", "ts", "pid", "tid"]),
    ("I", &["name", "ts", "pid", "tid"]),
    // Counter events.
    ("C", &["name", "ts", "pid", "args"]),
    // Async events.
    ("b", &["name", "cat", "id", "ts", "pid"]),
    ("n", &["name", "cat", "id", "ts", "pid"]),
    ("e", &["name", "cat", "id", "ts", "pid"]),
    // Flow events.
    ("s", &["name", "cat", "id", "ts", "pid", "tid"]),
    ("t", &["name", "cat", "id", "ts", "pid", "tid"]),
    ("f", &["name", "cat", "id", "ts", "pid", "tid"]),
    // Object events.
    ("N", &["name", "id", "ts", "pid", "tid"]),
    ("O", &["name", "id", "ts", "pid", "tid", "args"]),
    ("D", &["name", "id", "ts", "pid", "tid"]),
    // Sample events and memory dump events.
    ("P", &["name", "ts", "pid", "tid"]),
    ("V", &["id", "ts", "pid", "args"]),
    ("v", &["id", "ts", "pid", "args"]),
    // Metadata events, mark events, clock sync events, context events.
    ("M", &["name", "pid", "args"]),
    ("R", &["name", "ts", "pid", "tid"]),
    ("c", &["name", "ts", "pid", "args"]),
    ("(", &["name", "id", "ts", "pid", "tid"]),
    (")", &["name", "id", "ts", "pid", "tid"]),
];

/// The argument of each kind of metadata, and whether it is text; otherwise it is a whole number of 32 bits.
const METADATA: [(&str, &str, bool); 5] = [
    ("process_name", "name", true),
    ("process_labels", "labels", true),
    ("process_sort_index", "sort_index", false),
    ("thread_name", "name", true),
    ("thread_sort_index", "sort_index", false),
];

type Checked = Result<(), String>;

/// Whether a file in the JSON object format keeps all rules.
///
/// # Errors
/// The first event that does not, and why.
pub(crate) fn check(file: &Value) -> Checked {
    let unit = &file["displayTimeUnit"];
    demand(unit == "ms" || unit == "ns", "displayTimeUnit is ms or ns")?;
    let other = &file["otherData"];
    demand(
        other.is_object() || other.is_null(),
        "otherData is an object",
    )?;
    let events = file["traceEvents"].as_array();
    let all = events.ok_or("traceEvents is an array")?;
    for event in all {
        check_event(event).map_err(|rule| format!("{rule}: {event}"))?;
    }
    stacks(all)?;
    nesting(all)?;
    flows(all)
}

fn demand(holds: bool, rule: &str) -> Checked {
    if holds { Ok(()) } else { Err(rule.to_owned()) }
}

/// The rules of an event by itself.
fn check_event(event: &Value) -> Checked {
    let ph = phase(event);
    let found = NEEDED.iter().find(|(of, _)| *of == ph);
    let (_, needed) = found.ok_or("ph is a phase of the format")?;
    for field in *needed {
        let is_there = !event[field].is_null() || (*field == "id" && event["id2"].is_object());
        demand(is_there, &format!("phase {ph} needs {field}"))?;
    }
    for field in ["name", "cat", "s", "bp", "cname", "scope"] {
        let value = &event[field];
        demand(
            value.is_null() || value.is_string(),
            &format!("{field} is text"),
        )?;
    }
    for field in ["pid", "tid"] {
        let value = &event[field];
        let has_32_bits = value
            .as_u64()
            .is_some_and(|number| number <= u32::MAX.into());
        demand(
            value.is_null() || has_32_bits,
            &format!("{field} has 32 bits"),
        )?;
    }
    for field in ["ts", "dur", "tts", "tdur"] {
        let value = &event[field];
        demand(
            value.is_null() || nanoseconds(value).is_some(),
            &format!("{field} is microseconds"),
        )?;
    }
    let args = &event["args"];
    demand(args.is_null() || args.is_object(), "args is an object")?;
    let id = &event["id"];
    demand(
        id.is_null() || id.is_string() || id.is_u64(),
        "id is text or a number",
    )?;
    match ph {
        "i" | "I" => demand(
            ["g", "p", "t"].contains(&text(event, "s", "t")),
            "s is g, p or t",
        ),
        "f" => demand(["e", ""].contains(&text(event, "bp", "")), "bp is e"),
        "C" => demand(counts(args), "a counter has numbers alone"),
        "c" => demand(args["sync_id"].is_string(), "a clock sync has a sync_id"),
        "O" => demand(!args["snapshot"].is_null(), "a snapshot has args.snapshot"),
        "M" => metadata(event),
        _ => Ok(()),
    }
}

fn phase(event: &Value) -> &str {
    text(event, "ph", "")
}

fn text<'a>(event: &'a Value, field: &str, otherwise: &'a str) -> &'a str {
    event[field].as_str().unwrap_or(otherwise)
}

fn counts(args: &Value) -> bool {
    let series = args.as_object();
    series.is_some_and(|all| !all.is_empty() && all.values().all(Value::is_number))
}

fn metadata(event: &Value) -> Checked {
    let kind = text(event, "name", "");
    let found = METADATA.iter().find(|(name, ..)| *name == kind);
    let (_, argument, is_text) = found.ok_or("this is metadata of the format")?;
    let value = &event["args"][argument];
    let holds = if *is_text {
        value.as_str().is_some_and(|text| !text.is_empty())
    } else {
        value
            .as_i64()
            .is_some_and(|number| i32::try_from(number).is_ok())
    };
    demand(holds, &format!("{kind} has args.{argument}"))?;
    demand(
        !kind.starts_with("thread") || !event["tid"].is_null(),
        "it has a track",
    )
}

/// The nanoseconds that Perfetto makes of a number of microseconds, whether it takes it for a text or for a
/// number; `None` where the two differ, or are none.
fn nanoseconds(value: &Value) -> Option<u64> {
    let number = value.as_f64().filter(|number| *number >= 0.0)?;
    let by_number = (number * 1e3) as u64;
    let written = value.to_string();
    let (whole, behind) = written.split_once('.').unwrap_or((&written, ""));
    let digits: String = behind.chars().chain("000".chars()).take(3).collect();
    let by_text = format!("{whole}{digits}").parse().ok()?;
    (by_number == by_text).then_some(by_text)
}

fn time(event: &Value, field: &str) -> u64 {
    nanoseconds(&event[field]).unwrap_or(0)
}

/// The track of an event: its process and thread.
fn track(event: &Value) -> String {
    format!("{} {}", event["pid"], event["tid"])
}

/// The tree of an async event: what the events of one tree have in common.
fn tree(event: &Value) -> String {
    let fields = ["cat", "id", "id2", "scope"].map(|field| event[field].to_string());
    fields.join(" ")
}

/// What begins ends: duration events of a track in the order of time, nested, and async events of a tree.
fn stacks(all: &[Value]) -> Checked {
    let mut open: BTreeMap<String, Vec<(u64, String)>> = BTreeMap::new();
    for event in all {
        let (of, begins) = match phase(event) {
            "B" | "E" => (track(event), phase(event) == "B"),
            "b" | "e" => (tree(event), phase(event) == "b"),
            _ => continue,
        };
        let (at, name) = (time(event, "ts"), text(event, "name", "").to_owned());
        let begun = open.entry(of).or_default();
        if begins {
            let before = begun.last().map_or(0, |(at, _)| *at);
            demand(before <= at, &format!("time goes on: {event}"))?;
            begun.push((at, name));
            continue;
        }
        let (from, what) = begun.pop().ok_or(format!("what ends has begun: {event}"))?;
        demand(
            from <= at,
            &format!("an end is after its beginning: {event}"),
        )?;
        demand(
            name.is_empty() || name == what,
            &format!("the last that began ends first: {event}"),
        )?;
    }
    demand(open.values().all(Vec::is_empty), "what begins ends")
}

/// Complete events of a track are apart or nested, and what encloses others comes before them.
fn nesting(all: &[Value]) -> Checked {
    let mut complete: Vec<(String, u64, u64, &Value)> = Vec::new();
    for event in all.iter().filter(|event| phase(event) == "X") {
        let from = time(event, "ts");
        complete.push((track(event), from, from + time(event, "dur"), event));
    }
    // Stable, as Perfetto's own sorting is.
    complete.sort_by(|one, other| (&one.0, one.1).cmp(&(&other.0, other.1)));
    let mut enclosing: Vec<(&str, u64)> = Vec::new();
    for (of, from, until, event) in &complete {
        enclosing.retain(|(track, end)| track == of && end > from);
        let fits = enclosing.iter().all(|(_, end)| until <= end);
        demand(
            fits,
            &format!("complete events of a track are nested: {event}"),
        )?;
        enclosing.push((of, *until));
    }
    Ok(())
}

/// Flows begin before they go on or end.
fn flows(all: &[Value]) -> Checked {
    let mut begun = BTreeSet::new();
    for event in all {
        let flow = format!("{} {} {}", event["cat"], event["name"], event["id"]);
        match phase(event) {
            "s" => drop(begun.insert(flow)),
            "t" | "f" => demand(begun.contains(&flow), &format!("a flow has begun: {event}"))?,
            _ => {}
        }
    }
    Ok(())
}

mod tests {
    use serde_json::json;

    use super::*;

    /// An event of a phase at a time, with further fields.
    fn at(ph: &str, ts: f64, more: Value) -> Value {
        let mut event = json!({"name": "n", "ph": ph, "ts": ts, "pid": 1, "tid": 2});
        let Value::Object(fields) = more else {
            panic!("further fields are an object");
        };
        event.as_object_mut().unwrap().extend(fields);
        event
    }

    /// The fields that an event of a tree has besides.
    fn of_tree() -> Value {
        json!({"cat": "c", "id": "0x1"})
    }

    /// A file with an event or a pair of each kind.
    fn good() -> Value {
        json!({"displayTimeUnit": "ns", "otherData": {}, "traceEvents": [
            {"name": "thread_name", "ph": "M", "pid": 1, "tid": 2, "args": {"name": "main"}},
            {"name": "process_sort_index", "ph": "M", "pid": 1, "args": {"sort_index": -1}},
            at("X", 1.0, json!({"dur": 4.001, "tid": 3})),
            at("X", 1.0, json!({"dur": 2.5, "tid": 3})),
            at("X", 3.5, json!({"dur": 1.501, "tid": 3})),
            at("B", 1.0, json!({})),
            at("B", 2.0, json!({"name": "inner"})),
            at("E", 3.0, json!({"name": "inner"})),
            at("E", 4.0, json!({})),
            at("i", 1.0, json!({"s": "g"})),
            at("C", 1.0, json!({"args": {"cats": 5}})),
            at("b", 1.0, of_tree()),
            at("n", 2.0, of_tree()),
            at("e", 3.0, of_tree()),
            at("s", 1.0, of_tree()),
            at("t", 2.0, of_tree()),
            at("f", 3.0, json!({"cat": "c", "id": "0x1", "bp": "e"})),
        ]})
    }

    fn broken(at: usize, field: &str, value: Value) -> String {
        let mut file = good();
        let event = &mut file["traceEvents"][at];
        assert_ne!(event[field], value, "the case must change something");
        event[field] = value;
        check(&file).unwrap_err()
    }

    #[test]
    fn each_rule_is_noticed_where_it_is_broken() {
        assert_eq!(check(&good()), Ok(()));
        let cases = [
            (0, "args", json!({"name": ""}), "thread_name has args.name"),
            (0, "tid", Value::Null, "it has a track"),
            (
                0,
                "name",
                json!("thread_nam"),
                "this is metadata of the format",
            ),
            (
                1,
                "args",
                json!({"sort_index": 1_u64 << 32}),
                "has args.sort_index",
            ),
            (2, "dur", Value::Null, "phase X needs dur"),
            (2, "dur", json!(-1.0), "dur is microseconds"),
            // 1.001 × 1000 is a little less than 1001 in doubles.
            (2, "dur", json!(1.001), "dur is microseconds"),
            (2, "ts", json!("1"), "ts is microseconds"),
            (2, "tid", json!(1_u64 << 32), "tid has 32 bits"),
            (2, "pid", json!("main"), "pid has 32 bits"),
            (2, "ph", json!("Q"), "ph is a phase of the format"),
            (2, "args", json!([]), "args is an object"),
            (2, "cat", json!(5), "cat is text"),
            (
                4,
                "dur",
                json!(1.75),
                "complete events of a track are nested",
            ),
            (6, "ts", json!(0.5), "time goes on"),
            (7, "name", json!("n"), "the last that began ends first"),
            (8, "tid", json!(9), "what ends has begun"),
            (8, "ts", json!(0.5), "an end is after its beginning"),
            (9, "s", json!("x"), "s is g, p or t"),
            (10, "args", json!({}), "a counter has numbers alone"),
            (11, "id", Value::Null, "phase b needs id"),
            (11, "cat", Value::Null, "phase b needs cat"),
            (13, "id", json!("0x2"), "what ends has begun"),
            (13, "ph", json!("n"), "what begins ends"),
            (14, "id", json!("0x2"), "a flow has begun"),
            (16, "bp", json!("x"), "bp is e"),
        ];
        for (at, field, value, rule) in cases {
            let problem = broken(at, field, value);
            assert!(problem.contains(rule), "{rule}: {problem}");
        }
        let mut seconds = good();
        seconds["displayTimeUnit"] = json!("s");
        assert!(check(&seconds).is_err());
    }
}
