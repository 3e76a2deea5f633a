//! Who may import whom: the table of `docs/ARCHITECTURE.md` as data, and the rules that read it.

use crate::problem::{Problem, line_where};
use crate::project::{Dependency, Member};

/// What one member, or every model, may import of the workspace.
struct Arrows {
    from: &'static str,
    to: &'static [&'static str],
    /// Further members that only its tests and benches may import.
    dev: &'static [&'static str],
    /// Whether it may use a runtime.
    runtimes: bool,
}

/// Stands for every member with a `model.toml` that has no line of its own.
const MODEL: &str = "a model";

/// Everything below the capabilities `ab`, `claims` and `trust`, which do not import each other.
const LABORATORY: &[&str] = &[
    "compare", "report", "analysis", "launch", "host", "schedule", "results", "catalog",
    "protocol", "verdict", "chart", "terminal",
];

/// Every member that is no model, from the bottom up.
const TABLE: [Arrows; 30] = [
    arrows("protocol", &[]),
    arrows("verdict", &[]),
    arrows("terminal", &[]),
    arrows("chart", &["terminal"]),
    arrows("workloads", &["protocol"]),
    arrows("runner", &["workloads", "protocol"]),
    Arrows {
        runtimes: true,
        ..arrows("services", &["workloads", "protocol"])
    },
    arrows("gil", &["workloads"]),
    arrows("manyways", &["runner", "workloads", "protocol"]),
    arrows("catalog", &["protocol"]),
    arrows("tidy", &["catalog", "protocol", "terminal"]),
    arrows("results", &["catalog", "protocol", "verdict", "terminal"]),
    arrows("schedule", &["results", "catalog", "protocol", "verdict"]),
    arrows("host", &["results", "terminal"]),
    arrows(
        "launch",
        &[
            "host", "schedule", "results", "catalog", "protocol", "terminal",
        ],
    ),
    arrows(
        "analysis",
        &["schedule", "results", "catalog", "protocol", "verdict"],
    ),
    arrows(
        "report",
        &[
            "analysis", "results", "catalog", "protocol", "verdict", "chart", "terminal",
        ],
    ),
    arrows(
        "page",
        &[
            "report", "analysis", "results", "catalog", "protocol", "verdict", "chart", "terminal",
        ],
    ),
    // All but its own name, which stands first.
    arrows("compare", LABORATORY.split_at(1).1),
    arrows("ab", LABORATORY),
    arrows("claims", LABORATORY),
    arrows(
        "conformance",
        &[
            "launch", "host", "schedule", "results", "catalog", "protocol", "terminal",
        ],
    ),
    arrows(
        "soak",
        &[
            "host", "results", "catalog", "protocol", "verdict", "terminal",
        ],
    ),
    arrows(
        "trace",
        &[
            "page", "report", "launch", "host", "schedule", "results", "catalog", "protocol",
            "terminal",
        ],
    ),
    arrows("trust", LABORATORY),
    arrows("site", &["page", "terminal"]),
    arrows(
        "history",
        &[
            "report", "results", "catalog", "protocol", "verdict", "terminal",
        ],
    ),
    arrows(
        "xtask",
        &[
            "ab",
            "claims",
            "conformance",
            "history",
            "site",
            "soak",
            "trace",
            "trust",
            "tidy",
            "compare",
            "page",
            "report",
            "analysis",
            "launch",
            "host",
            "schedule",
            "results",
            "catalog",
            "protocol",
            "verdict",
            "terminal",
        ],
    ),
    Arrows {
        dev: &[MODEL, "manyways"],
        runtimes: true,
        ..arrows("benches", &["runner", "workloads"])
    },
    Arrows {
        dev: &["benches"],
        runtimes: true,
        ..arrows(MODEL, &["runner", "workloads", "gil"])
    },
];

/// A member that imports these and no runtime, in its tests as well.
const fn arrows(from: &'static str, to: &'static [&'static str]) -> Arrows {
    Arrows {
        from,
        to,
        dev: &[],
        runtimes: false,
    }
}

/// Libraries that schedule tasks or processes. The shared parts and the tool link none of them, so
/// that no model has a head start because its runtime is there already.
const RUNTIMES: [&str; 9] = [
    "async-executor",
    "async-io",
    "async-std",
    "compio",
    "ipc-channel",
    "may",
    "rayon",
    "smol",
    "tokio",
];

/// Libraries that one member alone may use. `async-io` would be a second reactor anywhere but in the
/// event loop of `multiproc`. The command line is parsed in `xtask`, and what was typed reaches the
/// libraries as plain options; without the dependency cargo refuses an import of `clap` as well.
const ONE_USER: [(&str, &str); 2] = [("async-io", "multiproc"), ("clap", "xtask")];

/// Each member imports of ours only what the table allows.
pub(crate) fn imports(members: &[Member]) -> Vec<Problem> {
    members
        .iter()
        .flat_map(|member| imports_of(member, members))
        .collect()
}

fn imports_of(member: &Member, members: &[Member]) -> Vec<Problem> {
    let Some(arrows) = arrows_of(member) else {
        let text = format!(
            "{} is neither in the table of imports nor a model",
            member.name
        );
        return vec![Problem::new(&member.manifest_path(), 1, text)];
    };
    let ours = member
        .dependencies
        .iter()
        .filter(|dependency| dependency.ours);
    let wrong = ours.filter(|dependency| !allowed(arrows, dependency, members));
    wrong
        .map(|dependency| wrong_import(member, arrows, dependency))
        .collect()
}

fn arrows_of(member: &Member) -> Option<&'static Arrows> {
    let own = TABLE.iter().find(|arrows| arrows.from == member.name);
    own.or_else(|| {
        TABLE
            .iter()
            .find(|arrows| member.is_model && arrows.from == MODEL)
    })
}

fn allowed(arrows: &Arrows, dependency: &Dependency, members: &[Member]) -> bool {
    in_list(arrows.to, dependency, members)
        || (dependency.dev && in_list(arrows.dev, dependency, members))
}

fn in_list(list: &[&str], dependency: &Dependency, members: &[Member]) -> bool {
    let member = members.iter().find(|member| member.name == dependency.name);
    let is_model = member
        .and_then(arrows_of)
        .is_some_and(|arrows| arrows.from == MODEL);
    list.contains(&dependency.name.as_str()) || (is_model && list.contains(&MODEL))
}

fn wrong_import(member: &Member, arrows: &Arrows, dependency: &Dependency) -> Problem {
    let mut text = format!(
        "{} may not import {}: {} may import {}",
        member.name,
        dependency.name,
        arrows.from,
        listed(arrows.to)
    );
    if !arrows.dev.is_empty() {
        text.push_str(&format!(
            ", and for its tests and benches {}",
            listed(arrows.dev)
        ));
    }
    at_dependency(member, dependency, text)
}

fn listed(list: &[&str]) -> String {
    match list {
        [] => "nothing of ours".to_owned(),
        _ => list.join(", "),
    }
}

/// The shared parts and the tool use no runtime.
pub(crate) fn runtimes(members: &[Member]) -> Vec<Problem> {
    wrong_uses(members, |member, used| {
        let is_free = arrows_of(member).is_none_or(|arrows| arrows.runtimes);
        let user = &member.name;
        (!is_free && RUNTIMES.contains(&used))
            .then(|| format!("{user} may not use {used}: runtimes belong to the models"))
    })
}

/// What one member alone may use has no other user.
pub(crate) fn one_user(members: &[Member]) -> Vec<Problem> {
    wrong_uses(members, |member, used| {
        let (_, only) = ONE_USER.iter().find(|(library, _)| *library == used)?;
        let user = &member.name;
        (user != only).then(|| format!("{user} may not use {used}: only {only} may"))
    })
}

fn wrong_uses(members: &[Member], wrong: impl Fn(&Member, &str) -> Option<String>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for member in members {
        for dependency in &member.dependencies {
            let text = wrong(member, &dependency.name);
            problems.extend(text.map(|text| at_dependency(member, dependency, text)));
        }
    }
    problems
}

fn at_dependency(member: &Member, dependency: &Dependency, text: String) -> Problem {
    let line = line_where(&member.manifest, |line| {
        let rest = line.strip_prefix(dependency.name.as_str());
        // What follows the name tells `async-io` from `async-io-mini`.
        rest.is_some_and(|rest| rest.starts_with(['.', ' ', '=']))
    });
    Problem::new(&member.manifest_path(), line, text)
}

#[cfg(test)]
mod tests {
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
}
