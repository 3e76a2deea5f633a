//! The shards of each kind of hosts as an indexed Job, and the container that they run in. Pure.

use serde_json::{Value, json};

use crate::file::{Campaign, Kind};
use crate::shell::command;
use crate::{words, yaml};

/// Where the volume that all shards share is.
const VOLUME: &str = "/campaign";
/// Where the checkout is in the container.
const CHECKOUT: &str = "/manyways";
/// The tool in the container.
const TOOL: &str = "/manyways/target/release/xtask";
/// How often a shard is begun again whose pod failed.
const RETRIES: u64 = 3;

/// A manifest of all kinds, one document each.
pub(crate) fn manifest(campaign: &Campaign) -> String {
    let documents = campaign.kinds.iter().map(|kind| {
        let about = format!(
            "The shards of a campaign on nodes of the kind {}; `kubectl apply -f` begins them.",
            kind.name
        );
        yaml::document(&about, &job(campaign, kind))
    });
    documents.collect::<Vec<_>>().join("---\n")
}

/// One shard has one pod on a node of its own at a time: the host is what is measured.
fn job(campaign: &Campaign, kind: &Kind) -> Value {
    let labels = json!({"app": "manyways", "manyways/kind": kind.name});
    let mut pod = json!({
        "restartPolicy": "Never",
        "affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [
            {"labelSelector": {"matchLabels": {"app": "manyways"}}, "topologyKey": "kubernetes.io/hostname"}
        ]}},
        "containers": [container(campaign, kind)],
        "volumes": [{
            "name": "campaign",
            "persistentVolumeClaim": {"claimName": campaign.file.kubernetes.claim}
        }],
    });
    if kind.is_named {
        pod["nodeSelector"] = json!({campaign.file.kubernetes.label.clone(): kind.name});
    }
    json!({
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": format!("manyways-{}", label_of(&kind.name)), "labels": labels},
        "spec": {
            "completionMode": "Indexed",
            "completions": kind.shards,
            "parallelism": kind.shards,
            "backoffLimitPerIndex": RETRIES,
            "template": {"metadata": {"labels": labels}, "spec": pod},
        },
    })
}

fn container(campaign: &Campaign, kind: &Kind) -> Value {
    let file = &campaign.file.kubernetes;
    // Requests that equal limits make a pod of guaranteed quality, whose processors are its own.
    let size = json!({"cpu": file.cpu, "memory": file.memory});
    let out = format!("{VOLUME}/{}", kind.name);
    let mut words = vec![TOOL.to_owned()];
    words.extend(words::shard(campaign, None, kind.shards, &out));
    json!({
        "name": "shard",
        "image": file.image,
        "workingDir": CHECKOUT,
        "command": ["sh", "-c", format!("exec {}", command(&words, "$JOB_COMPLETION_INDEX"))],
        "env": [{"name": "MANYWAYS_NODE", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}],
        "resources": {"requests": size, "limits": size},
        "volumeMounts": [{"name": "campaign", "mountPath": VOLUME}],
    })
}

/// A kind as the name of an object may have it: lower-case letters, digits and dashes.
fn label_of(kind: &str) -> String {
    let letters = kind.chars().map(|c| match c {
        '_' | '.' => '-',
        other => other.to_ascii_lowercase(),
    });
    letters.collect::<String>().trim_end_matches('-').to_owned()
}

/// The file from which the image is made, in the folder of the checkout. Everything is built in it by a comparison
/// that measures nothing, so that all pods run the same programs.
pub(crate) fn container_file(campaign: &Campaign) -> String {
    format!(
        "# The image of a campaign: `docker build -t {image} -f FILE .` in the checkout.\n\
         FROM docker.io/library/rust:1-bookworm\n\
         RUN apt-get update && apt-get install -y --no-install-recommends python3 git \\\n\
         \x20   && rm -rf /var/lib/apt/lists/*\n\
         WORKDIR {CHECKOUT}\n\
         COPY . .\n\
         RUN cargo build --release --locked --package xtask \\\n\
         \x20   && {TOOL} {typed}\n",
        image = campaign.file.kubernetes.image,
        typed = command(&words::trial(campaign), ""),
    )
}

#[cfg(test)]
mod tests {
    use crate::file::tests::{GOOD, campaign};
    use crate::schemas_test::problems;
    use crate::yaml::tests::read;

    use super::*;

    const SCHEMA: &str = include_str!("../tests/schemas/job-batch-v1.json");

    #[test]
    fn a_manifest_is_what_the_published_schema_allows() {
        let text = manifest(&campaign(GOOD));
        let documents = read(&text);
        assert_eq!(documents.len(), 2, "{text}");
        for document in &documents {
            assert_eq!(problems(SCHEMA, document), [""; 0], "{text}");
        }
        // The schema would find a field that there is not.
        let wrong = manifest(&campaign(GOOD)).replace("completions:", "completion:");
        assert_ne!(problems(SCHEMA, &read(&wrong)[0]), [""; 0]);
        insta::assert_snapshot!("manifest", text);
    }

    #[test]
    fn the_image_is_built_by_a_comparison_that_measures_nothing() {
        insta::assert_snapshot!("container_file", container_file(&campaign(GOOD)));
    }
}
