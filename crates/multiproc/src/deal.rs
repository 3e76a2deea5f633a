//! What is left to deal of one phase, and how large the next share is. Sending it is left to `parent`.

/// Most tasks in one message to a worker with one lane.
const LARGEST_BATCH: u64 = 64;

/// What is left to deal of one phase.
pub(crate) struct Deal {
    pub(crate) next: u64,
    pub(crate) end: u64,
    pub(crate) processes: u64,
}

impl Deal {
    /// A share of what is left that shrinks towards the end, so that no worker is left with much
    /// while others are done (guided self-scheduling: Polychronopoulos and Kuck, 1987).
    pub(crate) fn batch(&self) -> u64 {
        ((self.end - self.next) / (4 * self.processes)).clamp(1, LARGEST_BATCH)
    }

    /// The first of the next tasks and their number, which is 0 where none are left.
    pub(crate) fn take(&mut self, count: u64) -> (u64, u64) {
        let first = self.next;
        self.next = self.end.min(first + count);
        (first, self.next - first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_shrink_towards_the_end_and_miss_nothing() {
        let mut deal = Deal {
            next: 0,
            end: 1000,
            processes: 2,
        };
        let mut sizes = Vec::new();
        while let (_, count @ 1..) = deal.take(deal.batch()) {
            sizes.push(count);
        }
        assert_eq!(sizes.iter().sum::<u64>(), 1000);
        assert_eq!((sizes.first(), sizes.last()), (Some(&64), Some(&1)));
        assert!(sizes.is_sorted_by(|a, b| a >= b));
    }
}
