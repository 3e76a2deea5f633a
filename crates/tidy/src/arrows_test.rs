//! Tests of the arrows between crates.

use super::*;

fn member(name: &str, is_model: bool, dependencies: &[(&str, bool)]) -> Member {
    let line = |(name, _): &(&str, bool)| format!("{name}.workspace = true\n");
    let lines: String = dependencies.iter().map(line).collect();
    let dependency = |(name, dev): &(&str, bool)| Dependency {
        name: (*name).to_owned(),
        dev: *dev,
        ours: !RUNTIMES.contains(name) && !["serde", "clap"].contains(name),
    };
    Member {
        name: name.to_owned(),
        folder: format!("crates/{name}"),
        manifest: format!("[dependencies]\n{lines}"),
        is_model,
        dependencies: dependencies.iter().map(dependency).collect(),
    }
}

fn texts(problems: &[Problem]) -> Vec<String> {
    problems.iter().map(Problem::to_string).collect()
}

#[test]
fn what_the_table_allows_is_no_problem() {
    let members = [
        member(
            "xtask",
            false,
            &[("protocol", false), ("verdict", false), ("serde", false)],
        ),
        member(
            "threads",
            true,
            &[("runner", false), ("rayon", false), ("benches", true)],
        ),
        member(
            "benches",
            true,
            &[("runner", false), ("threads", true), ("tokio", false)],
        ),
        member("multiproc", true, &[("async-io", false), ("gil", false)]),
    ];
    assert_eq!(texts(&imports(&members)), [""; 0]);
    assert_eq!(texts(&runtimes(&members)), [""; 0]);
    assert_eq!(texts(&one_user(&members)), [""; 0]);
}

#[test]
fn an_arrow_that_is_not_in_the_table_is_found_at_its_line() {
    let members = [
        member("threads", true, &[]),
        member(
            "async-tokio",
            true,
            &[("runner", false), ("threads", false)],
        ),
    ];
    let expected = "crates/async-tokio/Cargo.toml:3: async-tokio may not import threads: \
                    a model may import runner, workloads, gil, \
                    and for its tests and benches benches";
    assert_eq!(texts(&imports(&members)), [expected]);
}

#[test]
fn what_is_for_tests_only_may_not_be_imported_outside_them() {
    let members = [
        member("threads", true, &[("benches", false)]),
        member("benches", true, &[("threads", false)]),
        member("verdict", false, &[("protocol", true)]),
    ];
    let found = texts(&imports(&members));
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(
        found[2].ends_with("verdict may import nothing of ours"),
        "{found:?}"
    );
}

#[test]
fn a_member_that_nobody_planned_is_found() {
    let found = texts(&imports(&[member("helpers", false, &[])]));
    assert!(
        found[0].contains("neither in the table of imports nor a model"),
        "{found:?}"
    );
}

#[test]
fn an_arrow_up_the_table_is_found_with_both_names() {
    for (from, to) in [
        ("report", "launch"),
        ("trust", "claims"),
        ("compare", "xtask"),
    ] {
        let found = texts(&imports(&[member(
            from,
            false,
            &[("catalog", false), (to, false)],
        )]));
        let expected = format!("crates/{from}/Cargo.toml:3: {from} may not import {to}: ");
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with(&expected), "{found:?}");
    }
}

#[test]
fn the_table_has_no_arrow_upwards() {
    let models = TABLE.len() - 1;
    for (index, arrows) in TABLE[..models].iter().enumerate() {
        for to in arrows.to {
            let below = TABLE[..index].iter().any(|lower| lower.from == *to);
            assert!(below, "{} imports {to}", arrows.from);
        }
    }
}

#[test]
fn runtimes_belong_to_the_models() {
    let members = [
        member("runner", false, &[("workloads", false), ("tokio", true)]),
        member("async-smol", true, &[("smol", false)]),
    ];
    let expected =
        "crates/runner/Cargo.toml:3: runner may not use tokio: runtimes belong to the models";
    assert_eq!(texts(&runtimes(&members)), [expected]);
}

#[test]
fn some_libraries_have_one_user() {
    let members = [
        member("xtask", false, &[("clap", false)]),
        member("multiproc", true, &[("async-io", false)]),
        member("compare", false, &[("report", false), ("clap", false)]),
        member("async-smol", true, &[("smol", false), ("async-io", false)]),
    ];
    let expected = [
        "crates/compare/Cargo.toml:3: compare may not use clap: only xtask may",
        "crates/async-smol/Cargo.toml:3: async-smol may not use async-io: only multiproc may",
    ];
    assert_eq!(texts(&one_user(&members)), expected);
}
