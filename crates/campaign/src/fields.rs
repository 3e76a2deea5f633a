//! The fields of a campaign, as they are written.

use serde::Deserialize;
use toml::Spanned;

/// The fields of the file, with their places in it where a check may refuse them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    pub(crate) workloads: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) models: Vec<String>,
    pub(crate) reference: Option<String>,
    pub(crate) profile: Option<Profile>,
    /// Rounds of each workload on each kind of hosts.
    pub(crate) runs: Spanned<u64>,
    /// The fewest rounds of a workload that one host may have.
    pub(crate) runs_per_unit: Option<Spanned<u64>>,
    pub(crate) seed: u64,
    #[serde(default)]
    pub(crate) levels: Vec<Spanned<String>>,
    pub(crate) workers: Option<u64>,
    pub(crate) in_flight: Option<u64>,
    pub(crate) placement: Option<Placement>,
    pub(crate) time_limit: Option<String>,
    #[serde(default)]
    pub(crate) keep_disturbed: bool,
    /// Shards, where all hosts are of one kind that needs no name.
    pub(crate) shards: Option<Spanned<u64>>,
    #[serde(default)]
    pub(crate) hosts: Vec<Spanned<Hosts>>,
    #[serde(default)]
    pub(crate) slurm: Slurm,
    #[serde(default)]
    pub(crate) kubernetes: Kubernetes,
    /// Played instead of running programs, `{shard}` standing for the index: for tests of this tool.
    pub(crate) scripted: Option<String>,
}

/// How thorough a comparison is; the profile that measures nothing is none of these.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Profile {
    Quick,
    Standard,
    Rigorous,
}

/// The processors of a model, as `--placement` has them.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Placement {
    Free,
    OneCpu,
}

/// One kind of hosts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Hosts {
    pub(crate) kind: Spanned<String>,
    pub(crate) shards: Spanned<u64>,
}

/// What Slurm is told beside what every campaign needs.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Slurm {
    pub(crate) partition: Option<String>,
    pub(crate) account: Option<String>,
    /// The most that a shard may take, in Slurm's words: `90` (minutes), `2:00:00`, `1-12`.
    pub(crate) time: Option<String>,
    /// Further options of `sbatch`, such as `--qos=long`.
    #[serde(default)]
    pub(crate) options: Vec<Spanned<String>>,
}

/// What a manifest needs beside the shards.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Kubernetes {
    /// The image that the container file makes.
    pub(crate) image: String,
    /// The claim of a volume that several nodes may write to.
    pub(crate) claim: String,
    /// Processors and memory of a shard, requested and at most, which makes a pod one of guaranteed quality.
    pub(crate) cpu: String,
    pub(crate) memory: String,
    /// The label of nodes that has the kind.
    pub(crate) label: String,
}

impl Default for Kubernetes {
    fn default() -> Kubernetes {
        Kubernetes {
            image: "manyways:latest".to_owned(),
            claim: "manyways".to_owned(),
            cpu: "2".to_owned(),
            memory: "4Gi".to_owned(),
            label: "node.kubernetes.io/instance-type".to_owned(),
        }
    }
}
