//! Who may import whom: the table of `docs/ARCHITECTURE.md` as data, and the two rules that read
//! it. Asking cargo for the dependencies is left to `project`.

use super::problem::{Problem, line_where};
use super::project::{Dependency, Member};

/// What one member, or every model, may import of ours.
struct Arrows {
    from: &'static str,
    to: &'static [&'static str],
    /// Besides, in its tests and benches.
    dev: &'static [&'static str],
    runtimes: bool,
}

/// Stands for every member with a `model.toml` that has no line of its own.
const MODEL: &str = "a model";

/// Every member that is no model, from the bottom up.
const TABLE: [Arrows; 20] = [
    Arrows {
        from: "protocol",
        to: &[],
        dev: &[],
        runtimes: false,
    },
    Arrows {
        from: "verdict",
        to: &[],
        dev: &[],
        runtimes: false,
    },
    Arrows {
        from: "terminal",
        to: &[],
        dev: &[],
        runtimes: false,
    },
    Arrows {
        from: "workloads",
        to: &["protocol"],
        dev: &[],
        runtimes: false,
    },
    Arrows {
        from: "runner",
        to: &["workloads", "protocol"],
        dev: &[],
        runtimes: false,
    },
    Arrows {
        from: "services",
        to: &["workloads", "protocol"],
        dev: &[],
        runtimes: true,
    },
    Arrows {
        from: "gil",
        to: &["workloads"],
        dev: &[],
        runtimes: false,
    },
    Arrows {
        from: "catalog",
        to: &["protocol"],
        dev: &[],
        runtimes: false,
    },
    Arrows {
        from: "results",
        to: &["catalog", "protocol", "verdict"],
        dev: &[],
        runtimes: false,
    },
    Arrows {
        from: "schedule",
        to: &["results", "catalog", "protocol", "verdict"],
        dev: &[],
        runtimes: false,
    },
    Arrows {
        from: "launch",
        to: &["schedule", "results", "catalog", "protocol", "terminal"],
        dev: &[],
        runtimes: false,
    },
    Arrows {
        from: "analysis",
        to: &["schedule", "results", "catalog", "protocol", "verdict"],
        dev: &[],
        runtimes: false,
    },
    Arrows {
        from: "report",
        to: &[
            "analysis", "results", "catalog", "protocol", "verdict", "terminal",
        ],
        dev: &[],
        runtimes: false,
    },
    Arrows {
        from: "compare",
        to: &[
            "report", "analysis", "launch", "schedule", "results", "catalog", "protocol",
            "verdict", "terminal",
        ],
        dev: &[],
        runtimes: false,
    },
    Arrows {
        from: "ab",
        to: &[
            "compare", "report", "analysis", "launch", "schedule", "results", "catalog",
            "protocol", "verdict", "terminal",
        ],
        dev: &[],
        runtimes: false,
    },
    Arrows {
        from: "claims",
        to: &[
            "compare", "report", "analysis", "launch", "schedule", "results", "catalog",
            "protocol", "verdict", "terminal",
        ],
        dev: &[],
        runtimes: false,
    },
    Arrows {
        from: "trust",
        to: &[
            "compare", "report", "analysis", "launch", "schedule", "results", "catalog",
            "protocol", "verdict", "terminal",
        ],
        dev: &[],
        runtimes: false,
    },
    Arrows {
        from: "xtask",
        to: &[
            "ab", "claims", "trust", "compare", "report", "analysis", "launch", "schedule",
            "results", "catalog", "protocol", "verdict", "terminal",
        ],
        dev: &[],
        runtimes: false,
    },
    Arrows {
        from: "benches",
        to: &["runner", "workloads"],
        dev: &[MODEL],
        runtimes: true,
    },
    Arrows {
        from: MODEL,
        to: &["runner", "workloads", "gil"],
        dev: &["benches"],
        runtimes: true,
    },
];

/// Whatever schedules tasks or processes: the shared parts and the tool link none of it, so that
/// no model finds a head start in them.
const RUNTIMES: [&str; 7] = [
    "async-executor",
    "async-io",
    "async-std",
    "ipc-channel",
    "rayon",
    "smol",
    "tokio",
];

/// Only the event loop of `multiproc` may use `async-io`: elsewhere it would be a second reactor.
const ASYNC_IO_USER: &str = "multiproc";

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
    let is_model = || {
        let found = members.iter().find(|member| member.name == dependency.name);
        found
            .and_then(arrows_of)
            .is_some_and(|found| found.from == MODEL)
    };
    let holds = |list: &[&str]| {
        list.contains(&dependency.name.as_str()) || (list.contains(&MODEL) && is_model())
    };
    holds(arrows.to) || (dependency.dev && holds(arrows.dev))
}

fn wrong_import(member: &Member, arrows: &Arrows, dependency: &Dependency) -> Problem {
    let listed = |list: &[&str]| match list {
        [] => "nothing of ours".to_owned(),
        _ => list.join(", "),
    };
    let mut text = format!("{} may not import {}", member.name, dependency.name);
    text.push_str(&format!(
        ": {} may import {}",
        arrows.from,
        listed(arrows.to)
    ));
    if !arrows.dev.is_empty() {
        text.push_str(&format!(
            ", and for its tests and benches {}",
            listed(arrows.dev)
        ));
    }
    at_dependency(member, dependency, text)
}

/// The shared parts and the tool use no runtime, and `async-io` has one user.
pub(crate) fn runtimes(members: &[Member]) -> Vec<Problem> {
    members.iter().flat_map(runtimes_of).collect()
}

fn runtimes_of(member: &Member) -> Vec<Problem> {
    let free = arrows_of(member).is_none_or(|arrows| arrows.runtimes);
    let problem = |dependency: &Dependency| {
        let (user, used) = (member.name.as_str(), dependency.name.as_str());
        let text = if !free && RUNTIMES.contains(&used) {
            format!("{user} may not use {used}: runtimes belong to the models")
        } else if used == "async-io" && user != ASYNC_IO_USER {
            format!("{user} may not use async-io: only {ASYNC_IO_USER} may")
        } else {
            return None;
        };
        Some(at_dependency(member, dependency, text))
    };
    member.dependencies.iter().filter_map(problem).collect()
}

fn at_dependency(member: &Member, dependency: &Dependency, text: String) -> Problem {
    let begins = |line: &str| {
        let rest = line.strip_prefix(dependency.name.as_str());
        rest.is_some_and(|rest| rest.starts_with(['.', ' ', '=']))
    };
    Problem::new(
        &member.manifest_path(),
        line_where(&member.manifest, begins),
        text,
    )
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
            ours: !RUNTIMES.contains(name) && *name != "serde",
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
    fn runtimes_belong_to_the_models() {
        let members = [
            member("runner", false, &[("workloads", false), ("tokio", true)]),
            member("async-smol", true, &[("smol", false), ("async-io", false)]),
        ];
        let expected = [
            "crates/runner/Cargo.toml:3: runner may not use tokio: runtimes belong to the models",
            "crates/async-smol/Cargo.toml:3: async-smol may not use async-io: only multiproc may",
        ];
        assert_eq!(texts(&runtimes(&members)), expected);
    }
}
