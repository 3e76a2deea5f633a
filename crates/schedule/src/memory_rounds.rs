//! The number of rounds in which memory is read. Each round reads it in one run of every variant at every workload.

use std::time::Duration;

/// The most rounds in which memory is read. Of three runs the median is not decided by one odd run, and the
/// range shows how far runs lie apart. An interval of 95 % would need six, which cost twice as much for a
/// figure that has no verdict.
pub const MEMORY_ROUNDS: u64 = 3;

/// The rounds after the first may take this part of the budget where the measured rounds left nothing of it.
const PART_OF_BUDGET: u32 = 20;

/// The number of rounds in which memory is read, where a round takes so long and the measured rounds took
/// `spent` of the budget: at least 1 and at most [`MEMORY_ROUNDS`].
pub fn memory_rounds(a_round: Duration, spent: Duration, budget: Option<Duration>) -> u64 {
    let Some(budget) = budget else {
        return MEMORY_ROUNDS;
    };
    let unspent = budget.saturating_sub(spent).saturating_sub(a_round);
    let room = unspent.max(budget / PART_OF_BUDGET);
    let further = room.as_nanos() / a_round.as_nanos().max(1);
    let most = u128::from(MEMORY_ROUNDS - 1);
    1 + u64::try_from(further.min(most)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rounds(a_round: u64, spent: u64, budget: Option<u64>) -> u64 {
        let seconds = Duration::from_secs;
        memory_rounds(seconds(a_round), seconds(spent), budget.map(seconds))
    }

    #[test]
    fn a_number_of_rounds_that_was_asked_for_leaves_time_for_all() {
        assert_eq!(rounds(1000, 1000, None), MEMORY_ROUNDS);
    }

    #[test]
    fn further_rounds_take_what_is_unspent_or_a_twentieth() {
        // All three fit into what is left, then two, then the first alone.
        assert_eq!(rounds(10, 70, Some(100)), 3);
        assert_eq!(rounds(10, 71, Some(100)), 2);
        assert_eq!(rounds(10, 81, Some(100)), 1);
        // Nothing is left: a twentieth is 5 s.
        assert_eq!(rounds(2, 100, Some(100)), 3);
        assert_eq!(rounds(3, 200, Some(100)), 2);
        assert_eq!(rounds(6, 100, Some(100)), 1);
        assert_eq!(rounds(0, 100, Some(100)), 3);
    }
}
