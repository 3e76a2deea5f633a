//! Runs for memory: how many there are and in which order, and what their figures are.

use super::*;

/// The passes of all runs for memory: their blocks, each once.
fn memory_blocks(lab: &Lab) -> Vec<u64> {
    let runs = lab.runs().into_iter();
    let of_memory = runs.filter(|run| run["pass"] == "memory");
    let mut blocks: Vec<u64> = of_memory
        .map(|run| run["block"].as_u64().unwrap())
        .collect();
    blocks.dedup();
    blocks
}

/// What a comparison came to of a variant at its first workload.
fn summary_of(lab: &Lab, name: &str) -> serde_json::Value {
    let run = lab.run_json();
    let variants = run["statistics"][0]["variants"].as_array().unwrap();
    let mut named = variants.iter().filter(|one| one["variant"] == name);
    named.next().unwrap().clone()
}

const MEMORY: &str = "[[case]]\nvariant = \"plain/loop\"\nmemory_mib = [12, 10, 11]\n\
    [[case]]\nvariant = \"other/loop\"\nmemory_mib = [40, 44, 38]\n";

#[test]
fn memory_is_the_median_of_three_runs_with_their_range() {
    let (lab, output) = compare(
        &format!("{MACHINE}{MEMORY}"),
        &["sum", "--model", "other/*"],
    );
    let text = shown(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    // Block 1 is of answers, and 30 were measured.
    assert_eq!(memory_blocks(&lab), [32, 33, 34]);
    let mebibyte = 1_u64 << 20;
    let expected = serde_json::json!({
        "bytes": 11 * mebibyte,
        "range": [10 * mebibyte, 12 * mebibyte],
        "interval": null,
        "runs": 3,
    });
    assert_eq!(summary_of(&lab, "plain/loop")["memory"], expected);
    assert!(text.contains("11.0 MiB (10.0 to 12.0)"), "{text}");
    assert!(text.contains("40.0 MiB (38.0 to 44.0)"), "{text}");
    let legend =
        "are descriptive: no verdict\nmemory: median of 3 runs (least to most: their range)";
    assert!(text.contains(legend), "{text}");
    let exported = |arguments: &[&str]| {
        let mut command = lab.xtask(&["report"]);
        let output = command.args(arguments).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let lines = exported(&["--export-csv", "-"]);
    let of_memory = |line: &&str| line.contains(",memory,") && line.contains(",plain/loop,");
    let values: Vec<&str> = lines
        .lines()
        .filter(of_memory)
        .filter_map(|line| line.split(",measured,memory,").nth(1))
        .collect();
    assert_eq!(values, ["11534336,B", "12582912,B", "10485760,B"]);
    let bmf: serde_json::Value = serde_json::from_str(&exported(&["--export-bmf", "-"])).unwrap();
    let measures = &bmf["plain/loop/sum"];
    assert_eq!(measures["memory"], serde_json::json!({"value": 11534336.0}));
    assert!(measures["latency-p99"]["lower_value"].is_number(), "{bmf}");
    let page = exported(&["--html", "-"]);
    assert!(
        page.contains("11.0 MiB (10.0 to 12.0)"),
        "the page has it too"
    );
}

#[test]
fn rounds_for_memory_are_in_random_order() {
    let (lab, _) = compare(MACHINE, &[]);
    let runs = lab.runs();
    let orders: Vec<Vec<String>> = memory_blocks(&lab)
        .into_iter()
        .map(|block| {
            let its = runs.iter().filter(|run| run["block"] == block);
            its.map(|run| format!("{} {}", run["workload"], run["variant"]))
                .collect()
        })
        .collect();
    assert!(orders.iter().all(|order| order.len() == 6), "{orders:?}");
    assert!(
        orders[0] != orders[1] || orders[1] != orders[2],
        "{orders:?}"
    );
}

#[test]
fn a_comparison_that_is_continued_has_as_many_rounds_for_memory() {
    let (lab, whole) = compare(&format!("{MACHINE}{MEMORY}"), &["--max-time", "40s"]);
    let samples = lab.path("results/latest/samples.jsonl");
    let text = std::fs::read_to_string(&samples).unwrap();
    let (before, blocks) = (lab.run_json(), memory_blocks(&lab));
    // A round takes 1.5 s, and a twentieth of the time is 2 s.
    assert_eq!(blocks.len(), 2, "{}", shown(&whole));
    let rows = text.lines().count();
    for left in [1, 4, 9] {
        let kept: Vec<&str> = text.lines().take(rows - left).collect();
        std::fs::write(&samples, kept.join("\n") + "\n").unwrap();
        let mut run = before.clone();
        run["ended"] = serde_json::Value::Null;
        std::fs::write(lab.path("results/latest/run.json"), run.to_string()).unwrap();
        let mut command = lab.xtask(&["compare", "--scripted", "script.toml", "--resume"]);
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
        assert_eq!(memory_blocks(&lab), blocks);
        assert_eq!(lab.run_json()["statistics"], before["statistics"]);
        assert_eq!(output.stdout, whole.stdout);
    }
}

#[test]
fn memory_is_read_once_where_the_time_is_used_up() {
    // A round for memory takes 1.5 s, and a twentieth of the time is 1.4 s.
    let (lab, output) = compare(MACHINE, &["--max-time", "28s"]);
    let text = shown(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert_eq!(memory_blocks(&lab).len(), 1, "{text}");
    assert_eq!(summary_of(&lab, "plain/loop")["memory"]["runs"], 1);
    assert!(text.contains("\nmemory: one run\n"), "{text}");
}

#[test]
fn percentiles_side_by_side_have_intervals_where_these_cost_no_column() {
    let (lab, output) = compare(MACHINE, &["sum"]);
    let p99 = summary_of(&lab, "plain/loop")["p99_ns"].clone();
    assert_eq!(p99["n"], 30);
    assert!(
        p99["interval"][0].as_f64() < p99["median"].as_f64(),
        "{p99}"
    );
    let at = |width: &str, arguments: &[&str]| {
        let mut command = lab.xtask(&["report"]);
        command.args(arguments).env("COLUMNS", width);
        shown(&command.output().unwrap())
    };
    let wide = shown(&output);
    assert!(wide.contains("1.94 ms [1.90, 1.96]"), "{wide}");
    // Times and ratios have theirs sooner, and no column goes for the others.
    let narrower = at("160", &[]);
    assert!(narrower.contains("204 ms [200, 207]"), "{narrower}");
    assert!(!narrower.contains("1.94 ms [1.90, 1.96]"), "{narrower}");
    let hidden = "hidden (terminal too narrow): the spread of latencies and memory; widen it";
    assert!(narrower.contains(hidden), "{narrower}");
    assert!(narrower.contains("tasks/s"), "{narrower}");
    let verbose = at("190", &["--verbose"]);
    assert!(verbose.contains("1.94 ms [1.90, 1.96]"), "{verbose}");
}

#[test]
fn a_wrong_answer_in_a_run_for_memory_leaves_no_figure() {
    let wrong = "[[case]]\nvariant = \"other/loop\"\nfrom_block = 33\n\
                 digest = \"00000000000000ff\"\n";
    let (lab, output) = compare(&format!("{MACHINE}{wrong}"), &["sum"]);
    assert_eq!(output.status.code(), Some(4), "{}", shown(&output));
    let summary = summary_of(&lab, "other/loop");
    assert!(summary["memory"].is_null(), "{summary}");
    assert_eq!(summary_of(&lab, "plain/loop")["memory"]["runs"], 3);
}
