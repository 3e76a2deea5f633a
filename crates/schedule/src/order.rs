//! The order of the runs of one block: workloads are shuffled, and within each workload its arms.

use verdict::rng::Generator;

/// The environment of a run is padded with fewer bytes than this: one page, since what padding changes is
/// how the stack lies within pages and cache lines.
const MOST_PADDING: u64 = 4096;

/// One run of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The index of the workload in the plan.
    pub workload: usize,
    /// The index of the arm in the plan.
    pub arm: usize,
    /// Bytes of padding in its environment.
    pub padding: usize,
}

/// The runs of a block, every arm of every workload once. The order is a function of the seed and of the
/// block's number, so that a block is the same whichever blocks came before it.
pub fn block(seed: u64, number: u64, workloads: usize, arms: usize) -> Vec<Slot> {
    let mut random = Generator::for_stream(seed, number);
    let mut slots = Vec::with_capacity(workloads * arms);
    // The arms of a workload run one after the other, because they are compared with each other: the
    // shorter the time between two of them, the less the machine has changed.
    for workload in shuffled(workloads, &mut random) {
        for arm in shuffled(arms, &mut random) {
            // A variant whose speed depends on where its stack lies would be fast or slow by accident;
            // a new place in each run makes that a part of the noise.
            let padding = usize::try_from(random.below(MOST_PADDING)).unwrap_or(0);
            slots.push(Slot {
                workload,
                arm,
                padding,
            });
        }
    }
    slots
}

/// The indices up to a count, in random order.
fn shuffled(count: usize, random: &mut Generator) -> Vec<usize> {
    let mut indices: Vec<usize> = (0..count).collect();
    random.shuffle(&mut indices);
    indices
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
