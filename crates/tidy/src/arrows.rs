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
    "compare", "fleet", "report", "analysis", "launch", "host", "schedule", "results", "catalog",
    "protocol", "verdict", "chart", "terminal",
];

/// Every member that is no model, from the bottom up.
const TABLE: [Arrows; 37] = [
    arrows("protocol", &[]),
    arrows("verdict", &[]),
    arrows("terminal", &[]),
    arrows("predict", &["protocol", "verdict"]),
    arrows("chart", &["terminal"]),
    arrows("workloads", &["protocol"]),
    arrows("runner", &["workloads", "protocol"]),
    Arrows {
        runtimes: true,
        ..arrows("services", &["workloads", "protocol"])
    },
    arrows(
        "load-generator",
        &["services", "runner", "workloads", "protocol"],
    ),
    arrows("gil", &["workloads"]),
    arrows("manyways", &["runner", "workloads", "protocol"]),
    arrows("catalog", &["protocol"]),
    arrows("tidy", &["catalog", "protocol", "terminal"]),
    arrows("results", &["catalog", "protocol", "verdict", "terminal"]),
    arrows("schedule", &["results", "catalog", "protocol", "verdict"]),
    arrows("fleet", &["results", "verdict", "terminal"]),
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
        "merge",
        &[
            "fleet", "report", "analysis", "results", "protocol", "terminal",
        ],
    ),
    arrows(
        "campaign",
        &[
            "compare", "merge", "fleet", "launch", "catalog", "protocol", "terminal",
        ],
    ),
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
    arrows(
        "find-rate",
        &[
            "analysis", "launch", "host", "schedule", "results", "catalog", "protocol", "terminal",
        ],
    ),
    arrows(
        "predictions",
        &[
            "predict", "compare", "report", "analysis", "launch", "host", "schedule", "results",
            "catalog", "protocol", "verdict", "chart", "terminal",
        ],
    ),
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
            "campaign",
            "claims",
            "conformance",
            "find-rate",
            "history",
            "site",
            "soak",
            "trace",
            "trust",
            "tidy",
            "compare",
            "merge",
            "fleet",
            "page",
            "predictions",
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
#[path = "arrows_test.rs"]
mod tests;
