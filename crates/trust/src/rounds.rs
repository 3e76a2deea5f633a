//! The rounds of one simulated workload: all of them, and those that count.

use schedule::{Disturbed, Round, Rules, all_count, disturbed};

/// The rounds of a workload so far.
#[derive(Clone, Debug)]
pub(crate) struct Rounds<'a> {
    rounds: Vec<Round<'a>>,
    /// The times of each arm, one a round; `None` of one that has stopped.
    times: Vec<Vec<Option<f64>>>,
    found: Disturbed,
    /// Whether the disturbed ones count too, because there are too many of them.
    all_count: bool,
}

impl<'a> Rounds<'a> {
    /// No round of so many arms yet.
    pub(crate) fn new(arms: usize) -> Rounds<'a> {
        Rounds {
            rounds: Vec::new(),
            times: vec![Vec::new(); arms],
            found: Disturbed::default(),
            all_count: false,
        }
    }

    /// One more round, with the time of each arm.
    pub(crate) fn add(&mut self, round: Round<'a>, times: &[Option<f64>]) {
        self.rounds.push(round);
        for (all, time) in self.times.iter_mut().zip(times) {
            all.push(*time);
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

    /// The times of each arm in the rounds that count.
    pub(crate) fn times(&self) -> Vec<Vec<Option<f64>>> {
        let counts: Vec<bool> = self
            .rounds
            .iter()
            .map(|round| self.all_count || !self.found.blocks.contains(&round.block))
            .collect();
        self.times
            .iter()
            .map(|times| {
                let counted = times.iter().zip(&counts).filter(|(_, counts)| **counts);
                counted.map(|(time, _)| *time).collect()
            })
            .collect()
    }
}
