//! What goes wrong in a model is a row that says so, with the command to see it again; the rest
//! goes on, and no process stays behind.

mod common;

use common::{Lab, shown};

#[test]
fn every_fault_is_a_row_and_the_rest_goes_on() {
    let faults = [
        ("exit-1", "crashed"),
        ("abort", "crashed"),
        ("crash", "crashed"),
        ("garbage", "garbage"),
        ("chatty", "garbage"),
        ("says-error", "failed"),
        ("unavailable", "unavailable"),
        ("no-lanes", "impossible"),
        ("too-fast", "impossible"),
        ("lie", "differs"),
    ];
    let mut variants: Vec<&str> = faults.iter().map(|(variant, _)| *variant).collect();
    variants.push("good");
    let lab = Lab::new(&variants);
    let output = lab
        .compare(&["--model", "foreign/*", "--runs", "2"])
        .output()
        .unwrap();
    let text = shown(&output);
    assert_eq!(output.status.code(), Some(4), "{text}");
    for (variant, kind) in faults {
        let name = format!("foreign/{variant}");
        assert_eq!(lab.failures(&name), [kind], "{text}");
        let again = format!("again: cargo xtask run {name} ./nothing.toml --workers");
        assert!(text.contains(&again), "{text}");
    }
    assert!(text.contains("| out of luck"), "{text}");
    assert!(
        text.contains("was ended by signal 6 (SIGABRT) where `ready` was due"),
        "{text}"
    );
    assert!(
        text.contains("ended with exit code 7 where `done` was due"),
        "{text}"
    );
    assert!(
        text.contains(
            "printed `hello, world` where `ready` was due: standard output is for the protocol"
        ),
        "{text}"
    );
    assert!(
        text.contains("printed `and another thing` after `done`"),
        "{text}"
    );
    assert!(
        text.contains("the first task that differs is 2: \"00000000000000ff\""),
        "{text}"
    );
    assert!(text.contains("opened 99 lanes where 2 were due"), "{text}");
    assert!(
        text.contains("impossible: a latency of 9.00 ms in a run of 4.00 ms"),
        "{text}"
    );
    // A variant that failed is not run again; the good one goes through all blocks.
    let good = lab
        .runs()
        .iter()
        .filter(|run| run["variant"] == "foreign/good")
        .count();
    assert_eq!(good, 1 + 2 * 2 + 3);
    assert_eq!(
        lab.run_json()["digests"]["nothing"]["foreign/lie"]["right"],
        false
    );
    lab.assert_none_left();
}

/// What a program says of itself, and what the tool says of that. Figures that can be judged without a
/// process are liars in the tests of `launch`.
const LIARS: [(&str, &str, &str); 18] = [
    (
        "flood-first",
        "garbage",
        "printed `` where `ready` was due: standard output is for the protocol",
    ),
    (
        "flood-held",
        "garbage",
        "printed `held` where `done` was due",
    ),
    (
        "knobs",
        "garbage",
        "`ready.knobs.language` has 1001 bytes: allowed are 1000",
    ),
    (
        "other-version",
        "impossible",
        "`ready.version` is \"foreign 2.0\", and `--version` prints \"foreign 1.0\"",
    ),
    (
        "slow-start",
        "impossible",
        "start, connecting and warm-up took 60.0 s, and `ready` came after",
    ),
    (
        "slow",
        "impossible",
        "the run took 60.0 s and shutting down 5.00 ns, and `done` came",
    ),
    (
        "busy",
        "impossible",
        "used 60.0 s of CPU, and the kernel counts",
    ),
    (
        "switching",
        "impossible",
        "1000000000 voluntary switches, and the kernel counts",
    ),
    ("no-process", "impossible", "`processes` is 0"),
    (
        "opened",
        "impossible",
        "`open` is stated, and the work has no rate",
    ),
    (
        "negative",
        "garbage",
        "`done.cpu_ns`: invalid value: integer `-5`, expected u64",
    ),
    (
        "not-json",
        "garbage",
        "printed `{\"ready\" {}}` where `ready` was due: expected `:` at column 10",
    ),
    (
        "uninvited",
        "garbage",
        "printed `held` where `ready` was due",
    ),
    (
        "impatient",
        "garbage",
        "printed `held` where `done` was due",
    ),
    (
        "no-barrier",
        "garbage",
        "printed `done` where `held` was due",
    ),
    (
        "calm-error",
        "garbage",
        "ended with exit code 0 after the error \"not today\"",
    ),
    ("bad-end", "crashed", "ended with exit code 3 after `done`"),
    (
        "alone",
        "impossible",
        "1 process, and 2 alive at the last barrier",
    ),
];

#[test]
fn what_a_program_says_of_itself_is_held_against_what_the_tool_sees() {
    let mut variants = LIARS.map(|(variant, ..)| variant).to_vec();
    variants.push("good");
    let lab = Lab::new(&variants);
    let arguments = ["--model", "foreign/*", "--runs", "2"];
    let output = lab.compare(&arguments).output().unwrap();
    let text = shown(&output);
    for (variant, kind, expected) in LIARS {
        let name = format!("foreign/{variant}");
        assert_eq!(lab.failures(&name), [kind], "{variant}: {text}");
        assert!(text.contains(expected), "{expected}: {text}");
    }
    assert!(lab.failures("foreign/good").is_empty(), "{text}");
    lab.assert_none_left();
}

#[test]
fn what_takes_too_long_is_ended_even_if_it_resists() {
    let slow = [
        "silent",
        "hang",
        "no-end",
        "stubborn",
        "flood-errors",
        "flood-end",
    ];
    let mut variants = slow.to_vec();
    variants.push("good");
    let lab = Lab::new(&variants);
    let arguments = [
        "--model",
        "foreign/*n*",
        "--model",
        "foreign",
        "--profile",
        "smoke",
    ];
    let output = lab
        .compare(&arguments)
        .args(["--time-limit", "4s"])
        .output()
        .unwrap();
    let text = shown(&output);
    // The model was named, and so its failures are the tool's.
    assert_eq!(output.status.code(), Some(1), "{text}");
    for variant in slow {
        assert_eq!(
            lab.failures(&format!("foreign/{variant}")),
            ["hung"],
            "{text}"
        );
    }
    assert!(lab.failures("foreign/good").is_empty(), "{text}");
    assert!(
        text.contains("no `ready` within the time limit of 4s"),
        "{text}"
    );
    let no_end = "within the time limit of 4s: its standard input was still open";
    for since in ["", " behind which it printed `y`,"] {
        let expected = format!("did not end after `done`,{since} {no_end}");
        assert!(text.contains(&expected), "{expected}: {text}");
    }
    lab.assert_none_left();
}

#[test]
fn a_variant_that_was_merely_included_gives_a_warning() {
    let lab = Lab::new(&["good", "exit-1"]);
    let arguments = ["--model", "foreign/*", "--profile", "smoke"];
    let output = lab.compare(&arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    assert!(shown(&output).contains("warning: some variants failed"));
    let arguments = ["--model", "foreign/exit-1", "--profile", "smoke"];
    let output = lab.compare(&arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", shown(&output));
}

#[test]
fn models_that_cannot_be_built_started_or_read_are_rows() {
    let lab = Lab::new(&["good"]);
    let variant = "[[variant]]\nname = \"v\"\nabout = \"\"\ncapacity = 1\n";
    let head = |name: &str| format!("name = \"{name}\"\nabout = \"\"\nclasses = []\n");
    let build = "build = [\"sh\", \"-c\", \"echo no compiler >&2; exit 3\"]\nrun = [\"true\"]\n";
    lab.write(
        "models/unbuilt/model.toml",
        head("unbuilt") + build + variant,
    );
    let run = "run = [\"/nowhere/to/be/found\"]\n";
    lab.write("models/missing/model.toml", head("missing") + run + variant);
    lab.write(
        "models/broken/model.toml",
        head("broken") + "run = []\n" + variant,
    );
    let models = [
        "--model",
        "unbuilt/*",
        "--model",
        "missing/*",
        "--model",
        "bro*",
    ];
    let output = lab
        .compare(&["--profile", "smoke"])
        .args(models)
        .output()
        .unwrap();
    let text = shown(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert_eq!(lab.failures("unbuilt/v"), ["build"], "{text}");
    assert_eq!(lab.failures("missing/v"), ["start"], "{text}");
    assert_eq!(lab.failures("broken"), ["model"], "{text}");
    assert!(text.contains("| no compiler"), "{text}");
    assert!(
        text.contains("broken/model.toml:4:7: a command has at least"),
        "{text}"
    );
}

#[test]
fn a_single_run_that_fails_says_why_with_its_code() {
    let lab = Lab::new(&["lie", "exit-1"]);
    let code = |variant: &str| {
        let output = lab
            .xtask(&["run", variant, "./nothing.toml"])
            .output()
            .unwrap();
        (output.status.code(), shown(&output))
    };
    let (lie, text) = code("foreign/lie");
    assert_eq!(lie, Some(4), "{text}");
    let (crash, text) = code("foreign/exit-1");
    assert_eq!(crash, Some(1), "{text}");
    assert!(
        text.contains("crashed: ended with exit code 1 where `ready` was due"),
        "{text}"
    );
}
