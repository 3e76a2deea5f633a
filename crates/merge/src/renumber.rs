//! Rows of a unit with numbers that are theirs alone among all rows. Pure.

use results::Row;

/// The numbers that rows have got so far.
#[derive(Debug, Default)]
pub(crate) struct Renumbering {
    runs: u64,
    /// What is added to the numbers of the blocks of this unit.
    shift: u64,
    last_block: u64,
}

impl Renumbering {
    /// Begins a unit, whose blocks come after all others, and returns what is added to their numbers.
    pub(crate) fn begin(&mut self) -> u64 {
        self.shift = self.last_block;
        self.shift
    }

    /// The number of the last block so far.
    pub(crate) fn last_block(&self) -> u64 {
        self.last_block
    }

    /// The row with its new numbers.
    pub(crate) fn renumbered(&mut self, mut row: Row) -> Row {
        match &mut row {
            Row::Block(block) => block.number = self.block(block.number),
            Row::Run(run) => {
                run.block = self.block(run.block);
                run.seq = self.runs;
                self.runs += 1;
            }
        }
        row
    }

    fn block(&mut self, number: u64) -> u64 {
        // Block 0 is that of what failed before any block.
        if number == 0 {
            return 0;
        }
        let shifted = number.saturating_add(self.shift);
        self.last_block = self.last_block.max(shifted);
        shifted
    }
}

#[cfg(test)]
mod tests {
    use results::Block;

    use super::*;

    fn numbers(renumbering: &mut Renumbering, blocks: &[u64]) -> Vec<u64> {
        let rows = blocks.iter().map(|number| {
            let row = Row::Block(Block {
                number: *number,
                control_ns: 1,
            });
            match renumbering.renumbered(row) {
                Row::Block(block) => block.number,
                Row::Run(run) => run.block,
            }
        });
        rows.collect()
    }

    #[test]
    fn blocks_of_a_unit_come_after_those_of_the_unit_before() {
        let mut renumbering = Renumbering::default();
        assert_eq!(renumbering.begin(), 0);
        assert_eq!(numbers(&mut renumbering, &[1, 2, 3]), [1, 2, 3]);
        assert_eq!(renumbering.begin(), 3);
        assert_eq!(numbers(&mut renumbering, &[0, 1, 2]), [0, 4, 5]);
        assert_eq!(renumbering.last_block(), 5);
    }
}
