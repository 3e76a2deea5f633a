//! The rounds of one simulated workload: all of them, and those that count.

use schedule::{Disturbed, Round, Rules, all_count, disturbed};

use crate::metrics::ByMetric;
use crate::pairs::Series;

/// The rounds of a workload so far.
#[derive(Clone, Debug)]
pub(crate) struct Rounds<'a> {
    rounds: Vec<Round<'a>>,
    /// The figures of each arm, one a round; `None` of one that has stopped.
    arms: Vec<Series>,
    found: Disturbed,
    /// Whether the disturbed ones count too, because there are too many of them.
    all_count: bool,
}

impl<'a> Rounds<'a> {
    /// No round of so many arms yet.
    pub(crate) fn new(arms: usize) -> Rounds<'a> {
        Rounds {
            rounds: Vec::new(),
            arms: vec![Vec::new(); arms],
            found: Disturbed::default(),
            all_count: false,
        }
    }

    /// One more round, with the figures of each arm.
    pub(crate) fn add(&mut self, round: Round<'a>, figures: &[Option<ByMetric<f64>>]) {
        self.rounds.push(round);
        for (arm, its) in self.arms.iter_mut().zip(figures) {
            arm.push(*its);
        }
    }

    /// Finds out which rounds were disturbed, and whether they count all the same.
    pub(crate) fn judge(&mut self, rules: &Rules) {
        self.found = disturbed(&self.rounds);
        let disturbed = self.found.blocks.len() as u64;
        let undisturbed = self.rounds.len() as u64 - disturbed;
        self.all_count |= all_count(rules, disturbed, undisturbed, false);
    }

    /// How many rounds were measured.
    pub(crate) fn measured(&self) -> u64 {
        self.rounds.len() as u64
    }

    /// How many rounds count.
    pub(crate) fn counted(&self) -> u64 {
        self.rounds.len() as u64 - self.repeated()
    }

    /// How many rounds were measured again.
    pub(crate) fn repeated(&self) -> u64 {
        if self.all_count {
            0
        } else {
            self.found.blocks.len() as u64
        }
    }

    /// The figures of each arm in the rounds that count.
    pub(crate) fn arms(&self) -> Vec<Series> {
        let counts: Vec<bool> = self
            .rounds
            .iter()
            .map(|round| self.all_count || !self.found.blocks.contains(&round.block))
            .collect();
        self.arms
            .iter()
            .map(|arm| {
                let counted = arm.iter().zip(&counts).filter(|(_, counts)| **counts);
                counted.map(|(figures, _)| *figures).collect()
            })
            .collect()
    }
}
