//! How the sum of positive ranks is distributed when every sign is a fair coin.
//!
//! Counting subsets of the ranks by their sum, one rank at a time: the recurrence behind the
//! tables of Wilcoxon (1945), and, over mid-ranks, the shift algorithm of Streitberg and Röhmel
//! (*Statistical Software Newsletter* 12, 1986), exact given the ties that were seen.

use std::sync::OnceLock;

/// The most differences whose null distribution is counted; above, it is approximated.
pub const LARGEST_EXACT: usize = 30;

/// P(W ≤ w) for w = 0, 1, … over the ranks 1 to n without ties, for n up to [`LARGEST_EXACT`].
///
/// Counted once per n and then kept: simulations ask for the same few tables again and again.
pub(super) fn untied_lower_tail(n: usize) -> &'static [f64] {
    static TABLES: [OnceLock<Vec<f64>>; LARGEST_EXACT + 1] =
        [const { OnceLock::new() }; LARGEST_EXACT + 1];
    TABLES[n].get_or_init(|| lower_tail(&(1..=n).collect::<Vec<_>>()))
}

/// P(sum ≤ s) for s = 0, 1, … where each rank is in the sum or not with even chances.
///
/// The counts stay below 2³⁰ and are divided by a power of two, so the result is exact.
pub(super) fn lower_tail(ranks: &[usize]) -> Vec<f64> {
    let share = 0.5_f64.powi(ranks.len() as i32);
    let mut subsets = 0;
    subsets_by_sum(ranks)
        .into_iter()
        .map(|count| {
            // Added as whole numbers: a sum of shares would round at every step.
            subsets += count;
            subsets as f64 * share
        })
        .collect()
}

fn subsets_by_sum(ranks: &[usize]) -> Vec<u64> {
    let mut counts = vec![0; ranks.iter().sum::<usize>() + 1];
    counts[0] = 1;
    let mut reached = 0;
    for &rank in ranks {
        reached += rank;
        // Downwards, so that `sum - rank` still counts the subsets without this rank.
        for sum in (rank..=reached).rev() {
            counts[sum] += counts[sum - rank];
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_ranks_by_hand() {
        // {} {1} {2} {3},{1,2} {1,3} {2,3} {1,2,3}
        assert_eq!(subsets_by_sum(&[1, 2, 3]), [1, 1, 1, 2, 1, 1, 1]);
    }

    #[test]
    fn every_table_is_symmetric_and_ends_at_one() {
        for n in 1..=LARGEST_EXACT {
            let tail = untied_lower_tail(n);
            assert_eq!(tail.len(), n * (n + 1) / 2 + 1);
            assert_eq!(tail[tail.len() - 1], 1.0);
            for (below, above) in tail.iter().zip(tail[..tail.len() - 1].iter().rev()) {
                assert_eq!(below + above, 1.0);
            }
        }
    }

    #[test]
    fn ties_change_the_distribution() {
        // Doubled mid-ranks 2, 5, 5 of |1|, |2|, |2|.
        assert_eq!(
            subsets_by_sum(&[2, 5, 5]),
            [1, 0, 1, 0, 0, 2, 0, 2, 0, 0, 1, 0, 1]
        );
    }
}
