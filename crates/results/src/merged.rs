//! What `run.json` says of a campaign that several hosts measured: which part of it a comparison is, and which
//! parts a merged comparison is made of.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::host_record::HostRecord;
use crate::judged::Judged;

/// The part of a campaign that a comparison is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShardRecord {
    /// Which shard it is of, from 0.
    pub shard: u64,
    /// How many shards the campaign has.
    pub shards: u64,
    /// The number of the unit within the campaign, from 0: one workload, in so many whole blocks.
    pub unit: u64,
    /// The seed of the campaign, from which the seed of the unit follows.
    pub seed: u64,
    /// Which attempt at the shard it is of, from 0.
    pub attempt: u64,
}

/// What a merged comparison is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Merged {
    /// The hosts, in the order of their names.
    pub hosts: Vec<HostRecord>,
    /// How many shards the campaign has.
    pub shards: u64,
    /// Shards without a complete attempt, whose blocks are missing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<u64>,
    /// The units, in the order of their blocks.
    pub units: Vec<MergedUnit>,
}

/// A unit of a merged comparison: blocks of one workload that ran on one host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MergedUnit {
    /// Its number within the campaign.
    pub unit: u64,
    /// The shard that it is of.
    pub shard: u64,
    /// The attempt at that shard that counts.
    pub attempt: u64,
    /// The place of its host in the list of hosts.
    pub host: usize,
    /// The number of its first block here. In its shard, where every unit begins at 1, it is 1.
    pub first_block: u64,
    /// The number of its last block here.
    pub last_block: u64,
}

impl Merged {
    /// The unit that a block is of.
    #[must_use]
    pub fn unit_of(&self, block: u64) -> Option<&MergedUnit> {
        let after = self.units.partition_point(|unit| unit.first_block <= block);
        let unit = self.units.get(after.checked_sub(1)?)?;
        (block <= unit.last_block).then_some(unit)
    }

    /// The place of the host that a block ran on.
    #[must_use]
    pub fn host_of(&self, block: u64) -> Option<usize> {
        Some(self.unit_of(block)?.host)
    }

    /// The name of a host, for people.
    #[must_use]
    pub fn name_of(&self, host: usize) -> &str {
        self.hosts.get(host).map_or("unknown", HostRecord::name)
    }
}

/// A ratio over several hosts, host by host. The ratio itself and its verdict are over these hosts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OverHosts {
    /// What each host that measured it says by itself.
    pub hosts: Vec<OnHost>,
    /// The ratio on hosts like these; `None` of fewer than 4 hosts.
    pub alike: Option<LikeThese>,
    /// The part of the variation between hosts that noise within them does not explain (I²), from 0 to 1;
    /// `None` where it cannot be computed.
    pub i_squared: Option<f64>,
    /// The standard deviation of true log-ratios between hosts (τ); `None` where it cannot be computed.
    pub tau: Option<f64>,
}

/// A ratio on one host, as a comparison on that host alone would have it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OnHost {
    /// The place of the host in the list of hosts.
    pub host: usize,
    /// The Hodges–Lehmann estimate of the ratio.
    pub ratio: f64,
    /// The 95 % signed-rank interval; `None` under 6 blocks.
    pub interval: Option<(f64, f64)>,
    /// Blocks in which both were measured.
    pub blocks: u32,
    /// The verdict by the comparisons of this host alone; `None` where the load was not the one that was asked
    /// for.
    pub judged: Option<Judged>,
}

/// A ratio on hosts like these, of which these are a sample.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LikeThese {
    /// The ratio.
    pub ratio: f64,
    /// Student's 95 % interval over the hosts.
    pub interval: Option<(f64, f64)>,
    /// The verdict; `None` of fewer than 8 hosts.
    pub judged: Option<Judged>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(host: usize, first_block: u64, last_block: u64) -> MergedUnit {
        MergedUnit {
            unit: first_block,
            shard: 0,
            attempt: 0,
            host,
            first_block,
            last_block,
        }
    }

    #[test]
    fn a_block_is_of_the_unit_that_it_lies_in() {
        let merged = Merged {
            units: vec![unit(1, 1, 7), unit(0, 8, 14), unit(1, 20, 22)],
            ..Merged::default()
        };
        let hosts = [0, 1, 7, 8, 14, 15, 20, 23].map(|block| merged.host_of(block));
        let expected = [
            None,
            Some(1),
            Some(1),
            Some(0),
            Some(0),
            None,
            Some(1),
            None,
        ];
        assert_eq!(hosts, expected);
        assert_eq!(merged.name_of(3), "unknown");
    }
}
