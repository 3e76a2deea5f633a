//! `cargo xtask explain` on the real program: workloads, models, figures, and names that are none.

mod common;

use common::Lab;

fn explain(arguments: &[&str]) -> (Option<i32>, String) {
    let lab = Lab::new(&[]);
    let mut command = lab.xtask(&["explain"]);
    let output = command.args(arguments).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

#[test]
fn every_kind_of_name_is_explained() {
    let cases = [
        ("http", "http, a workload"),
        ("threads/pool", "threads/pool, a variant of threads"),
        ("Threads/Pool", "in_flight threads that live"),
        ("threads at cpu", "python/threading"),
        ("blocks", "once in a round"),
        ("threads", "threads/rayon: "),
        ("p99", "99 of 100 tasks"),
        ("--", "Holm"),
    ];
    for (name, expected) in cases {
        let (code, text) = explain(&["--", name]);
        assert_eq!(code, Some(0), "{name}: {text}");
        assert!(text.contains(expected), "{name}: {text}");
    }
    assert!(explain(&[]).1.contains("sqlite-autocommit"));
}

#[test]
fn a_name_that_is_none_is_an_error_with_a_hint() {
    let (code, text) = explain(&["thread/pool"]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("did you mean `threads/pool`"), "{text}");
}
