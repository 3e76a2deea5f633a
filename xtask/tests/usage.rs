//! What was typed wrongly is refused before anything is started, with what would be right: exit
//! code 2, and for files the line and column.

mod common;

use common::{Lab, shown};

fn refused(lab: &Lab, arguments: &[&str]) -> String {
    let output = lab.xtask(arguments).output().unwrap();
    assert_eq!(
        output.status.code(),
        Some(2),
        "{arguments:?}: {}",
        shown(&output)
    );
    assert!(lab.pids().is_empty(), "nothing was started");
    shown(&output)
}

#[test]
fn bad_workload_files_are_refused_with_their_place() {
    let lab = Lab::new(&["good"]);
    let good = "name = \"w\"\nabout = \"\"\nclass = \"io\"\ntasks = 5\nin_flight = 1\nseed = 1\n";
    let cases: [(&str, Vec<u8>, &str); 9] = [
        (
            "unknown.toml",
            format!("{good}sed = 1\n").into(),
            "unknown.toml:7:1: unknown field `sed`",
        ),
        (
            "zero.toml",
            good.replace("tasks = 5", "tasks = 0").into(),
            "zero.toml:4:9: 0 is out of",
        ),
        (
            "minus.toml",
            good.replace("= 5", "= -5").into(),
            "minus.toml:4:9: -5 is negative",
        ),
        (
            "huge.toml",
            good.replace("= 5", "= 9999999999999").into(),
            "huge.toml:4:9: ",
        ),
        (
            "type.toml",
            good.replace("= 5", "= \"5\"").into(),
            "type.toml:4:9: expected",
        ),
        ("toml.toml", b"name = \n".to_vec(), "toml.toml:1:"),
        ("empty.toml", Vec::new(), "empty.toml:1:1: missing field"),
        (
            "bytes.toml",
            b"name = \"\xff\"\n".to_vec(),
            "bytes.toml:1:9: not UTF-8",
        ),
        (
            "large.toml",
            vec![b'#'; 100_000_000],
            "large.toml:1:1: larger than",
        ),
    ];
    for (name, text, expected) in cases {
        lab.write(name, text);
        let path = format!("./{name}");
        let text = refused(&lab, &["compare", &path, "--reference", "foreign/good"]);
        assert!(text.contains(expected), "{name}: {text}");
        assert!(
            refused(&lab, &["run", "foreign/good", &path]).contains(expected),
            "{name}"
        );
    }
}

#[test]
fn unknown_names_get_the_nearest_known_one() {
    let lab = Lab::new(&["good"]);
    let text = refused(&lab, &["compare", "sha265"]);
    assert!(
        text.contains("no workload is named `sha265`: did you mean `sha256`"),
        "{text}"
    );
    let text = refused(&lab, &["compare", "noop", "--model", "thread/pool"]);
    assert!(
        text.contains("no variant matches `thread/pool`: did you mean `threads/pool`"),
        "{text}"
    );
    let text = refused(&lab, &["compare", "noop", "--reference", "foreign/goood"]);
    assert!(
        text.contains("the reference: no variant matches `foreign/goood`"),
        "{text}"
    );
    let text = refused(&lab, &["run", "foreign/god", "noop"]);
    assert!(text.contains("did you mean `foreign/good`"), "{text}");
    let text = refused(&lab, &["compare", "./nowhere.toml"]);
    assert!(text.contains("nowhere.toml: No such file"), "{text}");
    let text = refused(&lab, &["compare", "noop", "--model", "nobody-*"]);
    assert!(text.contains("no variant matches `nobody-*`"), "{text}");
}

#[test]
fn numbers_out_of_bounds_and_contradictions_are_refused() {
    let lab = Lab::new(&["good"]);
    for arguments in [
        &["compare", "noop", "--runs", "0"][..],
        &["compare", "noop", "--workers", "0"],
        &["compare", "noop", "--in-flight", "1000001"],
        &["compare", "noop", "--time-limit", "30"],
        &["compare", "noop", "--profile", "fast"],
        &["compare", "noop", "--profile", "smoke", "--runs", "3"],
        &["run", "foreign/good", "./nothing.toml", "--tasks", "5"],
        &["compare", "./nothing.toml", "nothing.toml"],
        &["nonsense"],
    ] {
        refused(&lab, arguments);
    }
}

#[test]
fn waits_longer_than_the_time_limit_are_refused_and_not_called_hung() {
    let lab = Lab::new(&["good"]);
    let nothing = std::fs::read_to_string(lab.path("nothing.toml")).unwrap();
    let long = nothing.replace("\"nothing\"", "\"long\"");
    lab.write(
        "long.toml",
        long + "[[step]]\nwait = { duration = \"5s\" }\n",
    );
    let limit = ["--time-limit", "4s"];
    let told = "a run takes 5s at least, by its waits and arrivals alone, and --time-limit ends it after 4s";
    let compare = ["compare", "./long.toml", "--reference", "foreign/good"];
    let text = refused(&lab, &[&compare[..], &limit].concat());
    assert!(
        text.contains(told) && text.contains("--time-limit 11s"),
        "{text}"
    );
    let text = refused(
        &lab,
        &[&["run", "foreign/good", "./long.toml"], &limit[..]].concat(),
    );
    assert!(text.contains(told), "{text}");
}
