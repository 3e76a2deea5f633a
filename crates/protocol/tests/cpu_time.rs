//! CPU times in workload files: read beside the workload, and refused with their place where they are
//! mistakes.

use std::time::Duration;

use protocol::{CpuTime, Workload, parse, parse_file};

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

#[test]
fn a_cpu_time_stands_for_a_size_and_is_in_no_request() {
    let step = "compute = { kernel = \"sha256\", cpu = \"1ms\" }";
    let text = format!("{GOOD}[[step]]\n{step}\n");
    let read = parse_file(text.as_bytes(), "mine.toml").unwrap();
    let asked = CpuTime {
        step: 1,
        time: Duration::from_millis(1),
        asked_at: "mine.toml:11:38".to_owned(),
    };
    assert_eq!(read.cpu, [asked]);
    let json = serde_json::to_string(&read.workload).unwrap();
    assert!(!json.contains("cpu\":\""), "{json}");
    let request = json.replace("\"size\":1", "\"cpu\":\"1ms\"");
    assert!(serde_json::from_str::<Workload>(&request).is_err());
    let error = parse(text.as_bytes(), "mine.toml").unwrap_err();
    assert!(error.to_string().starts_with("mine.toml:11:38: a CPU time"));
}

#[test]
fn mistakes_in_a_cpu_time_have_a_place() {
    let step = "http-get = { bytes = \"2KiB\", latency = \"20ms\" }";
    let cases = [
        ("cpu = 1", "mine.toml:9:38: `1` is no CPU time: `cpu` takes"),
        ("cpu = \"1MiB\"", "mine.toml:9:38: `1MiB` is no CPU time"),
        ("cpu = \"1min\"", "`size` takes the kernel's units"),
        (
            "cpu = \"60s\"",
            "9:38: 60s is out of bounds: allowed are 1us to 1s",
        ),
        ("cpu = true", "9:38: a value of type boolean is no CPU time"),
        ("cpu = \"1ms\", size = 5", "9:38: `cpu` and `size` both say"),
        ("size = 5, cpu = \"1ms\"", "9:48: `cpu` and `size` both say"),
        ("speed = 5", "9:11: how much is computed is missing: `size`"),
        ("cpu = \"1ms\", speed = 5", "unknown field `speed`"),
    ];
    for (fields, expected) in cases {
        let compute = format!("compute = {{ kernel = \"sha256\", {fields} }}");
        let text = GOOD.replace(step, &compute);
        let problem = parse(text.as_bytes(), "mine.toml").unwrap_err().to_string();
        assert!(problem.contains(expected), "{fields}: {problem}");
    }
}
