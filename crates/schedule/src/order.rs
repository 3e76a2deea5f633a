//! The order of one block: workloads shuffled, and within each its arms. A function of the seed and
//! of the block's number alone, so that a block is the same whichever came before it.

use verdict::rng::Generator;

/// The most bytes that the environment of a run is padded with.
const MOST_PADDING: u64 = 4096;

/// One run of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Which workload, by its place in the plan.
    pub workload: usize,
    /// Which arm, by its place in the plan.
    pub arm: usize,
    /// Bytes of padding in its environment.
    pub padding: usize,
}

/// Every arm of every workload once.
pub fn block(seed: u64, number: u64, workloads: usize, arms: usize) -> Vec<Slot> {
    let mut random = Generator::for_stream(seed, number);
    let mut of_workloads: Vec<usize> = (0..workloads).collect();
    random.shuffle(&mut of_workloads);
    let mut slots = Vec::with_capacity(workloads * arms);
    for workload in of_workloads {
        let mut of_arms: Vec<usize> = (0..arms).collect();
        random.shuffle(&mut of_arms);
        slots.extend(of_arms.into_iter().map(|arm| {
            let padding = usize::try_from(random.below(MOST_PADDING)).unwrap_or(0);
            Slot {
                workload,
                arm,
                padding,
            }
        }));
    }
    slots
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_arm_runs_once_a_workload_and_workloads_stay_together() {
        let slots = block(7, 3, 4, 9);
        let mut pairs: Vec<(usize, usize)> = slots.iter().map(|s| (s.workload, s.arm)).collect();
        pairs.sort_unstable();
        pairs.dedup();
        assert_eq!(pairs.len(), 36);
        assert!(
            slots
                .chunks(9)
                .all(|part| part.iter().all(|s| s.workload == part[0].workload))
        );
    }

    #[test]
    fn a_seed_and_a_number_give_one_order() {
        assert_eq!(block(7, 3, 4, 9), block(7, 3, 4, 9));
        assert_ne!(block(7, 3, 4, 9), block(7, 4, 4, 9));
        assert_ne!(block(7, 3, 4, 9), block(8, 3, 4, 9));
    }
}
