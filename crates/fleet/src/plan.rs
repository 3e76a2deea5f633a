//! The units of a campaign, and which shard does which: pure, and the same on every host.

use thiserror::Error;
use verdict::rng::Generator;

/// The fewest blocks of a unit: under 6 a ratio has no interval, and its host would have no standard error.
pub const FEWEST_BLOCKS: u64 = 6;
/// The blocks that a unit has where there are enough: a host with 12 can lie surely beyond the margin.
pub const BLOCKS_OF_A_GROUP: u64 = 12;

/// One of several shards, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shard {
    /// Which one.
    pub index: u64,
    /// How many there are.
    pub count: u64,
}

/// One workload in a group of whole blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Its number within the campaign, from 0.
    pub number: u64,
    /// The place of its workload.
    pub workload: usize,
    /// Measured blocks.
    pub blocks: u64,
    /// The index of the shard that does it.
    pub shard: u64,
    /// The seed of the order of its runs.
    pub seed: u64,
}

/// All units of a campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    units: Vec<Unit>,
}

/// Why there is no plan.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PlanError {
    /// Not even one host would have enough blocks.
    #[error("{blocks} rounds are too few: a host needs at least {FEWEST_BLOCKS} for an interval")]
    TooFewBlocks {
        /// The blocks of a workload.
        blocks: u64,
    },
    /// A shard would have nothing to do, or a host too few blocks.
    #[error(
        "{shards} shards are too many: {workloads} in {blocks} rounds each make at most {most} units of at least \
         {FEWEST_BLOCKS} rounds (more with `--runs`)",
        workloads = counted(*workloads)
    )]
    TooManyShards {
        /// How many were asked for.
        shards: u64,
        /// How many workloads there are.
        workloads: u64,
        /// The blocks of each.
        blocks: u64,
        /// How many shards are possible.
        most: u64,
    },
    /// There is no such shard.
    #[error("shard {index} of {count}: shards are counted from 0, so that the last one is {last}", last = count.saturating_sub(1))]
    NoSuchShard {
        /// Which one was asked for.
        index: u64,
        /// How many there are.
        count: u64,
    },
}

fn counted(workloads: u64) -> String {
    terminal::counted(workloads, "workload")
}

impl Plan {
    /// The plan of a campaign: every workload in so many blocks, by so many shards.
    ///
    /// A workload is split into groups of about [`BLOCKS_OF_A_GROUP`] blocks, and into smaller ones, of at least
    /// [`FEWEST_BLOCKS`], where there are more shards. Units go to shards by turns, so that the groups of a
    /// workload are on as many shards as can be.
    ///
    /// ```
    /// let plan = fleet::Plan::new(1, 48, 4, 7)?;
    /// assert_eq!(plan.units().len(), 4);
    /// assert!(plan.units().iter().all(|unit| unit.blocks == 12));
    /// # Ok::<(), fleet::PlanError>(())
    /// ```
    ///
    /// # Errors
    /// Too few blocks for a host, or more shards than units.
    pub fn new(workloads: usize, blocks: u64, shards: u64, seed: u64) -> Result<Plan, PlanError> {
        if blocks < FEWEST_BLOCKS {
            return Err(PlanError::TooFewBlocks { blocks });
        }
        let count = workloads as u64;
        let most = count.saturating_mul(blocks / FEWEST_BLOCKS);
        if shards > most {
            return Err(PlanError::TooManyShards {
                shards,
                workloads: count,
                blocks,
                most,
            });
        }
        let by_size = (blocks / BLOCKS_OF_A_GROUP).max(1);
        let groups = by_size.max(shards.div_ceil(count.max(1)));
        let mut units = Vec::new();
        for workload in 0..workloads {
            for group in 0..groups {
                let number = units.len() as u64;
                units.push(Unit {
                    number,
                    workload,
                    blocks: blocks / groups + u64::from(group < blocks % groups),
                    shard: number % shards.max(1),
                    seed: Generator::for_stream(seed, number).next_u64(),
                });
            }
        }
        Ok(Plan { units })
    }

    /// All units, in the order of their numbers.
    #[must_use]
    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// The units that a shard does.
    pub fn units_of(&self, shard: Shard) -> impl Iterator<Item = &Unit> {
        self.units
            .iter()
            .filter(move |unit| unit.shard == shard.index)
    }
}

impl Shard {
    /// A shard that exists.
    ///
    /// # Errors
    /// An index that is not below the count.
    pub fn new(index: u64, count: u64) -> Result<Shard, PlanError> {
        if index < count {
            Ok(Shard { index, count })
        } else {
            Err(PlanError::NoSuchShard { index, count })
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn blocks(workloads: usize, blocks: u64, shards: u64) -> Vec<Vec<u64>> {
        let plan = Plan::new(workloads, blocks, shards, 1).unwrap();
        (0..shards)
            .map(|index| {
                let shard = Shard::new(index, shards).unwrap();
                plan.units_of(shard).map(|unit| unit.blocks).collect()
            })
            .collect()
    }

    #[test]
    fn groups_have_about_twelve_blocks_and_fewer_where_there_are_more_shards() {
        assert_eq!(blocks(1, 48, 4), [[12], [12], [12], [12]]);
        assert_eq!(blocks(1, 30, 2), [[15], [15]]);
        assert_eq!(blocks(1, 30, 4), [[8], [8], [7], [7]]);
        assert_eq!(blocks(2, 12, 2), [[12], [12]]);
        assert_eq!(blocks(1, 48, 2), [[12, 12], [12, 12]]);
        assert_eq!(blocks(1, 20, 1), [[20]]);
    }

    #[test]
    fn the_groups_of_a_workload_are_on_different_shards() {
        let plan = Plan::new(3, 48, 4, 1).unwrap();
        for workload in 0..3 {
            let its = plan.units().iter().filter(|unit| unit.workload == workload);
            let shards: BTreeSet<u64> = its.map(|unit| unit.shard).collect();
            assert_eq!(shards.len(), 4);
        }
    }

    #[test]
    fn a_host_with_fewer_than_six_blocks_is_refused_with_what_is_possible() {
        let problem = Plan::new(1, 20, 4, 1).unwrap_err().to_string();
        assert_eq!(
            problem,
            "4 shards are too many: 1 workload in 20 rounds each make at most 3 units of at least 6 rounds (more \
             with `--runs`)"
        );
        let few = Plan::new(3, 5, 1, 1).unwrap_err().to_string();
        assert!(few.starts_with("5 rounds are too few"), "{few}");
        let none = Shard::new(4, 4).unwrap_err().to_string();
        assert_eq!(
            none,
            "shard 4 of 4: shards are counted from 0, so that the last one is 3"
        );
    }

    #[test]
    fn seeds_follow_from_the_campaign_and_the_unit_alone() {
        let of = |seed| -> Vec<u64> {
            let plan = Plan::new(2, 24, 4, seed).unwrap();
            plan.units().iter().map(|unit| unit.seed).collect()
        };
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
        let different: BTreeSet<u64> = of(1).into_iter().collect();
        assert_eq!(different.len(), 4);
    }

    proptest! {
        #[test]
        fn every_block_is_done_once_and_every_shard_has_work(
            workloads in 1..20_usize, blocks in 6..100_u64, shards in 1..50_u64,
        ) {
            let Ok(plan) = Plan::new(workloads, blocks, shards, 1) else {
                prop_assert!(shards > workloads as u64 * (blocks / FEWEST_BLOCKS));
                return Ok(());
            };
            prop_assert!(plan.units().iter().all(|unit| unit.blocks >= FEWEST_BLOCKS));
            let all: u64 = plan.units().iter().map(|unit| unit.blocks).sum();
            prop_assert_eq!(all, blocks * workloads as u64);
            let busy: BTreeSet<u64> = plan.units().iter().map(|unit| unit.shard).collect();
            prop_assert_eq!(busy.len() as u64, shards);
        }
    }
}
