//! Tests of a workload's file: what is read, and where a mistake is.

use super::*;

const GOOD: &str = r#"
name = "mine"
about = "one GET"
class = "io"
tasks = 10
in_flight = 2
seed = 1
[[step]]
http-get = { bytes = "2KiB", latency = "20ms" }
"#;

fn problem(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "the case must change something");
    parse(GOOD.replace(from, to).as_bytes(), "mine.toml")
        .unwrap_err()
        .to_string()
}

#[test]
fn a_good_file_is_read_and_survives_json() {
    let workload = parse(GOOD.as_bytes(), "mine.toml").unwrap();
    let json = serde_json::to_string(&workload).unwrap();
    assert_eq!(serde_json::from_str::<Workload>(&json).unwrap(), workload);
}

#[test]
fn marks_are_read_and_are_no_part_of_the_workload() {
    let marked = format!("quick = true\ngate = false{GOOD}");
    let WorkloadFile {
        workload, marks, ..
    } = parse_file(marked.as_bytes(), "mine.toml").unwrap();
    let quick = Marks {
        quick: true,
        ..Marks::default()
    };
    assert_eq!(marks, quick);
    assert_eq!(workload, parse(GOOD.as_bytes(), "mine.toml").unwrap());
    let unmarked = parse_file(GOOD.as_bytes(), "mine.toml").unwrap();
    assert_eq!(unmarked.marks, Marks::default());
    let json = serde_json::to_string(&workload).unwrap();
    assert!(!json.contains("quick"), "{json}");
}

#[test]
fn mistakes_have_a_place_and_say_what_is_allowed() {
    let cases = [
        (
            "tasks = 10",
            "tasks = 0",
            "mine.toml:5:9: 0 is out of bounds: allowed are 1 to",
        ),
        ("tasks = 10", "tasks = -3", "mine.toml:5:9: -3 is negative"),
        (
            "tasks = 10",
            "tasks = \"ten\"",
            "mine.toml:5:9: expected a whole number, found \"ten\"",
        ),
        (
            "tasks = 10",
            "task = 10",
            "mine.toml:5:1: unknown field `task`, expected one of",
        ),
        (
            "\"20ms\"",
            "20",
            "mine.toml:9:40: expected a whole number with its unit in quotes",
        ),
        ("\"20ms\"", "\"20min\"", "such as \"20ms\", found \"20min\""),
        (
            "\"2KiB\"",
            "\"2TiB\"",
            "mine.toml:9:22: expected a number of bytes",
        ),
        (
            "\"2KiB\"",
            "\"2GiB\"",
            "out of bounds: allowed are 0B to 16MiB",
        ),
        (
            "http-get",
            "http-got",
            "unknown variant `http-got`, expected one of",
        ),
        (
            "in_flight = 2",
            "in_flight = 1000001",
            "mine.toml:6:13: 1000001 is out of bounds: allowed are 1 to 1000000",
        ),
        (
            "[[step]]",
            "[step]",
            "mine.toml:8:1: `[step]` is a table, and steps are a list",
        ),
        (
            "seed = 1",
            "seed = 1\narrivals = \"uniform\"",
            "mine.toml:8:12: `arrivals` spreads the tasks of an open loop",
        ),
        (
            "\"io\"",
            "\"disk\"",
            "mine.toml:4:9: unknown variant `disk`",
        ),
        (
            "seed = 1",
            "gate = \"yes\"\nseed = 1",
            "mine.toml:7:8: expected true or false, found \"yes\"",
        ),
    ];
    for (from, to, expected) in cases {
        let problem = problem(from, to);
        assert!(problem.contains(expected), "{to}: {problem}");
    }
}

#[test]
fn fields_that_contradict_each_other_are_found_at_their_place() {
    let step = "http-get = { bytes = \"2KiB\", latency = \"20ms\" }";
    let problem = problem(
        step,
        "read-file = { files = 9, bytes = 1, cache = \"cold\" }",
    );
    assert!(
        problem.starts_with("mine.toml:9:13: 9 files: a cold workload"),
        "{problem}"
    );
}

#[test]
fn steps_of_a_kind_share_what_there_is_one_of() {
    let step = "http-get = { bytes = \"2KiB\", latency = \"20ms\" }";
    let cases = [
        (
            "sqlite-select = { rows = 5, count = 1, transaction = true }",
            "sqlite-select = { rows = 6, count = 1, transaction = true }",
        ),
        (
            "read-file = { files = 5, bytes = 1, cache = \"cached\" }",
            "read-file = { files = 5, bytes = 2, cache = \"cached\" }",
        ),
    ];
    for (first, second) in cases {
        let problem = problem(step, &format!("{first}\n[[step]]\n{second}"));
        assert!(problem.starts_with("mine.toml:11:"), "{problem}");
        assert!(problem.contains("steps of a task share one"), "{problem}");
    }
}

#[test]
fn gets_of_one_task_may_keep_their_connection_or_not() {
    let step = "http-get = { bytes = \"2KiB\", latency = \"20ms\" }";
    let both = format!("{step}\n[[step]]\nhttp-get = {{ bytes = 1, connection = \"new\" }}");
    let workload = parse(GOOD.replace(step, &both).as_bytes(), "mine.toml").unwrap();
    assert_eq!(workload.steps.len(), 2);
}

#[test]
fn what_is_not_text_is_refused_with_its_place() {
    let error = parse(b"name = \"a\"\nab\xff", "mine.toml").unwrap_err();
    assert_eq!((error.line, error.column), (2, 3));
    let error = parse(&vec![b'#'; 1 << 20], "mine.toml").unwrap_err();
    assert!(error.problem.contains("larger than"), "{error}");
    assert!(
        parse(b"", "mine.toml")
            .unwrap_err()
            .problem
            .contains("missing field")
    );
}
