//! A stored comparison that somebody wrote or changed by hand: whatever its files say, it is shown,
//! exported and held against another, or refused in words. `MANYWAYS_FUZZ_CASES` sets the number of cases.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, mpsc};
use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};
use report::PlotKind;
use report::export::{Comparison, EXPORTERS, Exports, deliver};
use results::Stored;
use serde_json::{Value, json};
use tempfile::TempDir;
use terminal::{Charset, Pictures, Style, is_visible};

const RUN: &str = include_str!("stored/run.json");
const ROWS: &str = include_str!("stored/samples.jsonl");
/// Cases unless another number is asked for.
const CASES: u32 = 2000;
/// Patience with one case. Any of them takes milliseconds, so that only an endless one needs it.
const PATIENCE: Duration = Duration::from_secs(120);
/// The most copies that one mutation makes.
const MOST_COPIES: usize = 40;

/// One change of a tree of JSON, at any of its nodes.
#[derive(Clone, Debug)]
enum Change {
    /// The node becomes this value.
    Replace(Value),
    /// The number or text at the node, or the next of its kind after it, becomes this one: unlike most
    /// other changes, it leaves a file that can be read.
    Like(Value),
    /// The node becomes a copy of another node.
    Copy(Index),
    /// An entry of a list or a map goes.
    Remove(Index),
    /// An entry of a list is there many times.
    Repeat(Index, usize),
    /// A list or a map has nothing in it.
    Empty,
}

/// One change of one of the files.
#[derive(Clone, Debug)]
struct Mutation {
    /// Whether it is of `run.json`, or of a row.
    of_run: bool,
    row: Index,
    node: Index,
    change: Change,
}

fn number() -> impl Strategy<Value = Value> {
    prop_oneof![
        prop::sample::select(vec![
            json!(0),
            json!(1),
            json!(2),
            json!(-1),
            json!(6),
            json!(1_000_000_000),
            json!(u32::MAX),
            json!(u64::MAX),
            json!(u64::MAX / 2),
            json!(i64::MIN),
            json!(1e308),
            json!(-1e308),
            json!(5e-324),
            json!(0.5),
            json!(1e19),
        ]),
        any::<u64>().prop_map(|number| json!(number)),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let others = prop::sample::select(vec![
        Value::Null,
        json!(true),
        json!(""),
        json!("x"),
        json!("\u{1b}]0;t\u{7}\u{202e}\n```\n=1|<b>"),
        json!("x".repeat(5000)),
        json!("plain/loop"),
        json!("wait-in-flight-2"),
        json!("open@1/s"),
        json!("1000000/s"),
        json!("measured"),
        json!("smoke"),
        json!([]),
        json!({}),
        json!([[1, u64::MAX], [2, u64::MAX]]),
        json!([[0, 0]]),
        json!([[5, 3], [4, 1_000_000_000_000_000_000_u64]]),
        json!({ "x": 1 }),
        json!([1.0, 2.0]),
        json!([0.0, f64::MAX]),
    ]);
    prop_oneof![number(), others]
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        12 => number().prop_map(Change::Like),
        2 => value().prop_map(Change::Like),
        3 => value().prop_map(Change::Replace),
        3 => any::<Index>().prop_map(Change::Copy),
        2 => any::<Index>().prop_map(Change::Remove),
        1 => (any::<Index>(), 2..MOST_COPIES).prop_map(|(at, times)| Change::Repeat(at, times)),
        1 => Just(Change::Empty),
    ]
}

fn mutations() -> impl Strategy<Value = Vec<Mutation>> {
    let one = (any::<bool>(), any::<Index>(), any::<Index>(), change());
    let one = one.prop_map(|(of_run, row, node, change)| Mutation {
        of_run,
        row,
        node,
        change,
    });
    prop::collection::vec(one, 1..8)
}

/// The nodes of a tree, itself included.
fn count(tree: &Value) -> usize {
    1 + match tree {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(entries) => entries.values().map(count).sum(),
        _ => 0,
    }
}

/// The node of this number, in the order of the text.
fn node<'a>(tree: &'a mut Value, number: &mut usize) -> Option<&'a mut Value> {
    if *number == 0 {
        return Some(tree);
    }
    *number -= 1;
    match tree {
        Value::Array(items) => items.iter_mut().find_map(|item| node(item, number)),
        Value::Object(entries) => entries.values_mut().find_map(|item| node(item, number)),
        _ => None,
    }
}

/// The number of the node at or after this one that is a number or a text like the value.
fn next_like(tree: &mut Value, start: usize, value: &Value) -> usize {
    let all = count(tree);
    let mut after = (start..all).chain(0..start);
    after
        .find(|number| {
            let found = node(tree, &mut number.clone());
            found.is_some_and(|found| {
                (found.is_number() && value.is_number()) || (found.is_string() && value.is_string())
            })
        })
        .unwrap_or(start)
}

fn mutate(tree: &mut Value, at: Index, change: &Change) {
    let all = count(tree);
    let mut start = match change {
        Change::Like(value) => next_like(tree, at.index(all), value),
        _ => at.index(all),
    };
    let copied = match change {
        Change::Copy(from) => node(tree, &mut from.index(all)).cloned(),
        _ => None,
    };
    let Some(place) = node(tree, &mut start) else {
        return;
    };
    match (change, place) {
        (Change::Replace(value) | Change::Like(value), place) => *place = value.clone(),
        (Change::Copy(_), place) => *place = copied.unwrap_or_default(),
        (Change::Remove(which), Value::Array(items)) if !items.is_empty() => {
            items.remove(which.index(items.len()));
        }
        (Change::Remove(which), Value::Object(entries)) if !entries.is_empty() => {
            let keys: Vec<String> = entries.keys().cloned().collect();
            entries.remove(&keys[which.index(keys.len())]);
        }
        (Change::Repeat(which, times), Value::Array(items)) if !items.is_empty() => {
            let item = items[which.index(items.len())].clone();
            items.extend(std::iter::repeat_n(item, *times));
        }
        (Change::Empty, Value::Array(items)) => items.clear(),
        (Change::Empty, Value::Object(entries)) => entries.clear(),
        _ => {}
    }
}

/// The two files, changed. Only the rows that change are parsed, so that more cases fit into the time.
fn files(mutations: &[Mutation]) -> (String, String) {
    let mut run: Value = serde_json::from_str(RUN).unwrap();
    let mut rows: Vec<Cow<str>> = ROWS.lines().map(Cow::from).collect();
    for mutation in mutations {
        if mutation.of_run {
            mutate(&mut run, mutation.node, &mutation.change);
            continue;
        }
        let row = mutation.row.index(rows.len());
        let mut tree: Value = serde_json::from_str(&rows[row]).unwrap();
        mutate(&mut tree, mutation.node, &mutation.change);
        rows[row] = tree.to_string().into();
    }
    (run.to_string(), rows.join("\n") + "\n")
}

/// The comparison as it was stored.
fn original() -> Stored {
    let folder = stored(RUN, ROWS);
    Stored::read(folder.path().to_owned()).unwrap()
}

/// A folder with these files.
fn stored(run: &str, rows: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("run.json"), run).unwrap();
    fs::write(folder.path().join("samples.jsonl"), rows).unwrap();
    folder
}

/// Everything that is done with a stored comparison: shown in every form, exported in every format, and
/// held against the unchanged one.
fn everything(folder: &Path, original: &Stored) -> Result<(), String> {
    let stored = Stored::read(folder.to_owned()).map_err(|error| format!("{error:#}"))?;
    let mut run = stored.run.clone();
    run.statistics = report::statistics(&run, &stored.rows);
    run.sweeps = analysis::sweeps(&run, &stored.rows, &run.statistics);
    let drawn = [Charset::Ascii, Charset::Unicode].map(|charset| Pictures {
        charset,
        below: charset == Charset::Unicode,
    });
    for (width, verbose, pictures) in [
        (40, false, None),
        (100, true, Some(drawn[1])),
        (300, true, Some(drawn[0])),
        (usize::MAX, false, Some(drawn[1])),
    ] {
        let style = Style {
            width,
            colour: false,
            pictures,
            knobs: true,
            verbose,
        };
        let text = report::render(&run, &stored.rows, &run.statistics, style)
            + &report::closing(&run, folder);
        assert_harmless(&text);
    }
    let comparison = Comparison {
        run: &run,
        rows: &stored.rows,
    };
    for kind in [PlotKind::Latency, PlotKind::Runs, PlotKind::Sweep] {
        for charset in [Charset::Ascii, Charset::Unicode] {
            if let Ok(text) = report::plots(kind, &comparison, 90, charset) {
                assert_harmless(&text);
            }
        }
    }
    let out = folder.join("out");
    fs::create_dir_all(&out).unwrap();
    let exports = Exports::wanted(EXPORTERS, |flag| Some(out.join(flag)));
    deliver(&exports, &comparison).map_err(|error| format!("{error:#}"))?;
    for path in exported(&out) {
        assert_harmless(&fs::read_to_string(&path).unwrap());
    }
    for (first, second) in [(original, &stored), (&stored, original), (&stored, &stored)] {
        let figures = analysis::figures(first, second);
        let differences = report::differences(&first.run, &second.run);
        let style = Style {
            width: 300,
            colour: false,
            pictures: Some(drawn[1]),
            knobs: false,
            verbose: false,
        };
        let limit = report::limit::limit("5%").ok();
        assert_harmless(&report::render_diff(&figures, &differences, limit, style));
    }
    Ok(())
}

fn exported(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(exported(&path));
        } else {
            files.push(path);
        }
    }
    files
}

fn assert_harmless(text: &str) {
    let hostile = text.chars().find(|c| *c != '\n' && !is_visible(*c));
    assert_eq!(hostile, None, "{text:?}");
}

/// Carries out one case beside a watch, and gives what was refused, in words.
fn watched(run: &str, rows: &str) -> Result<(), String> {
    static ORIGINAL: LazyLock<Stored> = LazyLock::new(original);
    let folder = stored(run, rows);
    let path = folder.path().to_owned();
    let (sender, receiver) = mpsc::channel();
    let worker = std::thread::spawn(move || {
        let outcome = everything(&path, &ORIGINAL);
        let _ = sender.send(outcome);
    });
    match receiver.recv_timeout(PATIENCE) {
        Ok(outcome) => outcome,
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("it does not end"),
        Err(mpsc::RecvTimeoutError::Disconnected) => match worker.join() {
            Err(panic) => std::panic::resume_unwind(panic),
            Ok(()) => panic!("it gave no outcome"),
        },
    }
}

/// Tries this many changed comparisons.
fn try_cases(cases: u32) {
    let mut runner = TestRunner::new(Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    });
    let outcome = runner.run(&mutations(), |mutations| {
        let (run, rows) = files(&mutations);
        if let Err(refused) = watched(&run, &rows) {
            prop_assert!(refused.contains(": "), "{refused}");
        }
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn no_stored_comparison_is_too_strange_to_be_shown_or_refused() {
    let cases = std::env::var("MANYWAYS_FUZZ_CASES")
        .ok()
        .and_then(|number| number.parse().ok())
        .unwrap_or(CASES);
    let threads = std::thread::available_parallelism().map_or(1, |threads| threads.get() as u32);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| try_cases(cases.div_ceil(threads)));
        }
    });
}

#[test]
fn the_unchanged_comparison_is_shown() {
    assert_eq!(watched(RUN, ROWS), Ok(()));
}

#[test]
fn numbers_that_json_does_not_have_and_torn_files_are_refused_in_words() {
    for (from, to) in [
        ("\"seed\": 5", "\"seed\": NaN"),
        ("\"seed\": 5", "\"seed\": 1e999"),
        ("\"seed\": 5", "\"seed\": 5, \"seed\": 6"),
        ("\"seed\": 5", "\"seed\": \"\\ud800\""),
        ("\"blocks\": 7", "\"blocks\": -7"),
    ] {
        let run = RUN.replacen(from, to, 1);
        assert_ne!(run, RUN);
        let refused = watched(&run, ROWS).unwrap_err();
        assert!(refused.contains("run.json: "), "{refused}");
    }
    for length in [0, 1, RUN.len() / 2, RUN.len() - 3] {
        let refused = watched(&RUN[..length], ROWS).unwrap_err();
        assert!(refused.contains("run.json: "), "{refused}");
    }
    assert_eq!(
        watched(RUN, &ROWS[..ROWS.len() / 2]),
        Ok(()),
        "a killed tool"
    );
    assert_eq!(watched(RUN, ""), Ok(()));
    let deep = "[".repeat(100_000);
    assert!(watched(&deep, ROWS).is_err());
    assert!(watched(RUN, &format!("{deep}\n")).is_err());
}
