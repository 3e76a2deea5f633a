//! Numbers that stand for contents: how the values of steps become the digest of a task and of a run. Cheap in any language; the
//! vectors in the tests are those of `docs/FORMAT.md`.

pub use protocol::splitmix::{GOLDEN, mix64, nth};

/// Mixes two numbers; their order matters.
#[must_use]
pub const fn mix(a: u64, b: u64) -> u64 {
    mix64(mix64(a.wrapping_add(GOLDEN)) ^ b)
}

/// The digest of a task: its steps' values, mixed in order, from 0.
#[must_use]
pub fn of_task(values: impl IntoIterator<Item = u64>) -> u64 {
    values.into_iter().fold(0, mix)
}

/// The digest of a run: the wrapping sum over all tasks of mix(index, digest), so that the order
/// in which tasks end does not matter and each must be done exactly once.
#[must_use]
pub fn of_run(tasks: impl IntoIterator<Item = (u64, u64)>) -> u64 {
    tasks.into_iter().fold(0, |sum, (index, digest)| {
        sum.wrapping_add(mix(index, digest))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_gives_the_published_numbers() {
        // The first outputs of splitmix64 from 1234567, as other implementations test them.
        let first: Vec<u64> = (0..3).map(|n| nth(1_234_567, n)).collect();
        assert_eq!(
            first,
            [
                6457827717110365317,
                3203168211198807973,
                9817491932198370423
            ]
        );
    }

    #[test]
    fn digests_are_those_of_the_format_document() {
        assert_eq!(mix(1, 2), 0x081a_5c13_7785_6b73);
        assert_eq!(nth(nth(1, 0), 0), 0x5e41_ab08_7439_611e);
        assert_eq!(of_task([1, 2]), 0x8790_4800_cc86_80b4);
        assert_eq!(of_run([(0, 5), (1, 6)]), 0x1c3b_dfab_2688_894a);
        assert_eq!(of_task([]), 0);
        assert_ne!(of_task([1, 2]), of_task([2, 1]));
        assert_eq!(of_run([(0, 5), (1, 6)]), of_run([(1, 6), (0, 5)]));
        assert_ne!(of_run([(0, 5), (1, 6)]), of_run([(0, 6), (1, 5)]));
    }
}
