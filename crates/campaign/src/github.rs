//! The shards of each kind of hosts as a matrix of jobs of GitHub Actions. Pure.

use serde_json::{Map, Value, json};

use crate::file::{Campaign, Kind};
use crate::shell::command;
use crate::{words, yaml};

/// Where a runner keeps its shard.
const OUT: &str = "campaign";
/// The tool in the checkout.
const TOOL: &str = "target/release/xtask";
/// Programs as they were built, once for all runners.
const ARCHIVE: &str = "programs.tar";
/// The runner for a kind without a name.
const ANY_RUNNER: &str = "ubuntu-latest";

/// A workflow that is started by hand.
pub(crate) fn workflow(campaign: &Campaign) -> String {
    let mut jobs = Map::new();
    for kind in &campaign.kinds {
        let name = id(&kind.name);
        jobs.insert(format!("build-{name}"), build(campaign, kind));
        jobs.insert(format!("shards-{name}"), shards(campaign, kind));
        jobs.insert(format!("merge-{name}"), merge(kind));
    }
    let workflow = json!({"name": "campaign", "on": {"workflow_dispatch": {}}, "jobs": jobs});
    let about = "A campaign: save it in .github/workflows, and start it in the list of actions.";
    yaml::document(about, &workflow)
}

/// Everything is built once, because the programs of all shards must be the same, byte for byte.
fn build(campaign: &Campaign, kind: &Kind) -> Value {
    let mut words = vec![TOOL.to_owned()];
    words.extend(words::trial(campaign));
    let script = format!(
        "cargo build --release --locked --package xtask\n{}\n\
         tar --exclude=deps --exclude=build --exclude=incremental --exclude=.fingerprint -cf {ARCHIVE} target\n",
        command(&words, "")
    );
    json!({
        "runs-on": runner(kind),
        "steps": [
            {"uses": "actions/checkout@v4"},
            {"run": script},
            upload(&format!("programs-{}", kind.name), ARCHIVE),
        ],
    })
}

fn shards(campaign: &Campaign, kind: &Kind) -> Value {
    let mut words = vec![TOOL.to_owned()];
    words.extend(words::shard(campaign, None, kind.shards, OUT));
    let indices: Vec<u64> = (0..kind.shards).collect();
    let artifact = format!("shard-{}-${{{{ matrix.shard }}}}", kind.name);
    let mut kept = upload(&artifact, OUT);
    // A shard with a wrong answer or a failed variant is complete as well.
    kept["if"] = json!("${{ always() }}");
    json!({
        "needs": format!("build-{}", id(&kind.name)),
        "runs-on": runner(kind),
        "strategy": {"fail-fast": false, "matrix": {"shard": indices}},
        "steps": [
            {"uses": "actions/checkout@v4"},
            download(kind),
            {"run": format!("tar -xf {ARCHIVE}")},
            {"run": command(&words, "${{ matrix.shard }}")},
            kept,
        ],
    })
}

fn merge(kind: &Kind) -> Value {
    let script = format!("tar -xf {ARCHIVE}\n{TOOL} merge {OUT} --out merged\n");
    json!({
        "needs": [format!("shards-{}", id(&kind.name)), format!("build-{}", id(&kind.name))],
        "if": "${{ !cancelled() }}",
        "runs-on": runner(kind),
        "steps": [
            {"uses": "actions/checkout@v4"},
            download(kind),
            {"uses": "actions/download-artifact@v4", "with": {
                "pattern": format!("shard-{}-*", kind.name), "path": OUT, "merge-multiple": true,
            }},
            {"run": script},
            upload(&format!("merged-{}", kind.name), "merged"),
        ],
    })
}

fn download(kind: &Kind) -> Value {
    json!({
        "uses": "actions/download-artifact@v4",
        "with": {"name": format!("programs-{}", kind.name)},
    })
}

/// The artifact of a job that is run again takes the place of the first.
fn upload(name: &str, path: &str) -> Value {
    json!({
        "uses": "actions/upload-artifact@v4",
        "with": {"name": name, "path": path, "overwrite": true},
    })
}

fn runner(kind: &Kind) -> &str {
    if kind.is_named {
        &kind.name
    } else {
        ANY_RUNNER
    }
}

/// A kind as a part of the name of a job, which has no dots.
fn id(kind: &str) -> String {
    kind.replace('.', "_")
}

#[cfg(test)]
mod tests {
    use crate::file::tests::{GOOD, campaign};
    use crate::schemas_test::problems;
    use crate::yaml::tests::read;

    use super::*;

    const SCHEMA: &str = include_str!("../tests/schemas/github-workflow.json");

    #[test]
    fn a_workflow_is_what_the_published_schema_allows() {
        let text = workflow(&campaign(GOOD));
        let documents = read(&text);
        assert_eq!(problems(SCHEMA, &documents[0]), [""; 0], "{text}");
        let wrong = text.replace("runs-on:", "runs_on:");
        assert_ne!(problems(SCHEMA, &read(&wrong)[0]), [""; 0]);
        insta::assert_snapshot!("workflow", text);
    }
}
