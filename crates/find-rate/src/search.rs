//! Which rate is tried next. It is decided from the outcomes so far and nothing else.
//!
//! The rate is doubled from the first guess until it fails, or lowered, by more each time, until it holds; then the gap
//! is bisected, by the geometric mean, until it is narrow. Its upper end is tried once more, since something else may
//! have run on the machine: where it holds now, the search goes on above it. What the short runs found is confirmed by a
//! long one. Where that fails, lower rates are tried by long runs, in steps each twice as large as the one before, until
//! one holds; then the gap between long runs is bisected like the other. Where several long runs failed, a rate above the
//! lowest of them is tried once more: if it holds, what failed below it was something else on the machine. No rate has
//! two long runs, so that the one of a rate that is found is one that held.

/// The widest gap between a rate that holds and one that fails, as a part of the former.
const NARROW: f64 = 0.05;

/// What runs at a rate came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The condition was kept.
    Held,
    /// It was not.
    Failed,
    /// The load differed from the one that was asked for: nothing can be judged by the run.
    Undecided,
}

/// What is tried next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Short runs at this rate.
    Probe(u64),
    /// A long run at this rate.
    Confirm(u64),
    /// Nothing: it is known.
    End,
}

/// The outcomes so far.
#[derive(Clone, Debug)]
pub(crate) struct Search {
    first: u64,
    most: u64,
    probes: Outcomes,
    confirmations: Outcomes,
}

/// Outcomes of runs of one length, by their rate.
#[derive(Clone, Debug, Default)]
struct Outcomes(Vec<(u64, Outcome)>);

impl Outcomes {
    /// The highest rate that held.
    fn held(&self) -> Option<u64> {
        let held = self
            .0
            .iter()
            .filter(|(_, outcome)| *outcome == Outcome::Held);
        held.map(|(rate, _)| *rate).max()
    }

    /// The lowest rate that did not hold, above those that held: what failed below these was an accident.
    fn failed(&self) -> Option<u64> {
        let above = self.held().unwrap_or(0);
        self.failures().filter(|rate| *rate > above).min()
    }

    fn failures(&self) -> impl Iterator<Item = u64> {
        let failed = self
            .0
            .iter()
            .filter(|(_, outcome)| *outcome != Outcome::Held);
        failed.map(|(rate, _)| *rate)
    }
}

impl Search {
    /// A search from a first guess; no rate above `most` is tried.
    pub(crate) fn new(first: u64, most: u64) -> Search {
        Search {
            first: first.clamp(1, most.max(1)),
            most: most.max(1),
            probes: Outcomes::default(),
            confirmations: Outcomes::default(),
        }
    }

    /// Takes note of what short runs came to.
    pub(crate) fn probed(&mut self, rate: u64, outcome: Outcome) {
        self.probes.0.push((rate, outcome));
    }

    /// Takes note of what a long run came to.
    pub(crate) fn confirmed(&mut self, rate: u64, outcome: Outcome) {
        self.confirmations.0.push((rate, outcome));
    }

    /// What is tried next.
    pub(crate) fn next(&self) -> Next {
        if !self.confirmations.0.is_empty() {
            return self.next_confirmation();
        }
        match (self.probes.held(), self.probes.failed()) {
            (None, None) => Next::Probe(self.first),
            (None, Some(1)) => Next::End,
            (None, Some(failed)) => Next::Probe(self.lower_by_far(failed)),
            (Some(held), None) if held >= self.most => Next::Confirm(held),
            (Some(held), None) => Next::Probe(held.saturating_mul(2).min(self.most)),
            (Some(held), Some(failed)) => match between(held, failed) {
                Some(rate) => Next::Probe(rate),
                None if self
                    .probes
                    .failures()
                    .filter(|rate| *rate == failed)
                    .count()
                    < 2 =>
                {
                    Next::Probe(failed)
                }
                None => Next::Confirm(held),
            },
        }
    }

    /// A lower rate than those that were tried, all of which failed: by half, then by a quarter, and so on, since runs of
    /// low rates take long.
    fn lower_by_far(&self, failed: u64) -> u64 {
        let tried = self.probes.failures().count() as u32;
        failed.checked_shr(tried).unwrap_or(0).max(1)
    }

    fn next_confirmation(&self) -> Next {
        match (self.confirmations.held(), self.confirmations.failed()) {
            (Some(held), Some(failed)) => {
                let rate = between(held, failed).or_else(|| self.above(failed));
                rate.map_or(Next::End, Next::Confirm)
            }
            (None, Some(failed)) if failed > 1 => Next::Confirm(self.lower(failed)),
            _ => Next::End,
        }
    }

    /// A rate between the lowest one that failed in a long run and the next one that did; `None` where there is no other,
    /// or where such a rate has just been tried in vain: rates are lowered and gaps are bisected, so that nothing else
    /// fails above one that failed before it.
    fn above(&self, failed: u64) -> Option<u64> {
        let (last, _) = self.confirmations.0.last()?;
        let higher = self.confirmations.failures().filter(|rate| *rate > failed);
        let rate = middle(failed, higher.min()?);
        (*last <= failed && rate > failed).then_some(rate)
    }

    /// A lower rate than those of the long runs so far, all of which failed.
    fn lower(&self, failed: u64) -> u64 {
        let earlier = self.confirmations.failures().count().saturating_sub(1);
        let step = NARROW * 2_f64.powi(i32::try_from(earlier).unwrap_or(i32::MAX));
        let lower = (failed as f64 / (1.0 + step)) as u64;
        lower.min(failed - 1).max(1)
    }
}

/// The rate in the middle of a gap; `None` where it is narrow.
fn between(held: u64, failed: u64) -> Option<u64> {
    let is_narrow = failed as f64 <= held as f64 * (1.0 + NARROW);
    let rate = middle(held, failed);
    (!is_narrow && rate > held && rate < failed).then_some(rate)
}

/// The geometric mean of two rates.
fn middle(lower: u64, upper: u64) -> u64 {
    (lower as f64 * upper as f64).sqrt().round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(is_held: bool) -> Outcome {
        if is_held {
            Outcome::Held
        } else {
            Outcome::Failed
        }
    }

    /// The rates that are tried where short runs hold up to one rate and long ones up to another.
    fn tried(first: u64, short: u64, long: u64) -> (Vec<u64>, Vec<u64>) {
        let mut search = Search::new(first, 1_000_000);
        let (mut probes, mut confirmations) = (Vec::new(), Vec::new());
        loop {
            match search.next() {
                Next::Probe(rate) => {
                    probes.push(rate);
                    search.probed(rate, outcome(rate <= short));
                }
                Next::Confirm(rate) => {
                    confirmations.push(rate);
                    search.confirmed(rate, outcome(rate <= long));
                }
                Next::End => return (probes, confirmations),
            }
        }
    }

    #[test]
    fn rates_are_doubled_bisected_and_confirmed() {
        let (probes, confirmations) = tried(1000, 5000, 5000);
        assert_eq!(probes[..4], [1000, 2000, 4000, 8000]);
        assert_eq!(probes[4..], [5657, 4757, 5188, 4968, 5188]);
        assert_eq!(confirmations, [4968]);
    }

    #[test]
    fn a_rate_that_failed_by_accident_does_not_bound_the_search() {
        let mut search = Search::new(1000, 1_000_000);
        let mut accident = true;
        while let Next::Probe(rate) = search.next() {
            let is_accident = rate == 4000 && std::mem::take(&mut accident);
            search.probed(rate, outcome(rate <= 5000 && !is_accident));
        }
        assert_eq!(search.next(), Next::Confirm(4968));
    }

    #[test]
    fn a_first_guess_that_fails_is_lowered() {
        let (probes, confirmations) = tried(1000, 300, 300);
        assert_eq!(probes[..4], [1000, 500, 125, 250]);
        assert_eq!(confirmations.len(), 1);
        assert!((285..=300).contains(&confirmations[0]), "{confirmations:?}");
    }

    #[test]
    fn where_a_confirmation_fails_lower_rates_are_confirmed_and_the_gap_is_closed() {
        let (_, confirmations) = tried(1000, 5000, 3000);
        assert_eq!(confirmations[..4], [4968, 4731, 4300, 3583]);
        let held = confirmations.iter().filter(|rate| **rate <= 3000).max();
        let failed = confirmations.iter().filter(|rate| **rate > 3000).min();
        let (held, failed) = (*held.unwrap(), *failed.unwrap());
        assert!(failed as f64 <= held as f64 * 1.05, "{held} {failed}");
    }

    /// The long runs where the first so many fail by accident and rates up to the third argument hold.
    fn confirmed_after_accidents(accidents: usize, short: u64, long: u64) -> Vec<(u64, bool)> {
        let mut search = Search::new(1000, 1_000_000);
        let mut confirmations = Vec::new();
        loop {
            match search.next() {
                Next::Probe(rate) => search.probed(rate, outcome(rate <= short)),
                Next::Confirm(rate) => {
                    let is_accident = confirmations.len() < accidents;
                    let held = rate <= long && !is_accident;
                    confirmations.push((rate, held));
                    search.confirmed(rate, outcome(held));
                }
                Next::End => return confirmations,
            }
        }
    }

    #[test]
    fn long_runs_that_failed_by_accident_do_not_bound_the_search() {
        for accidents in 1..6 {
            let confirmations = confirmed_after_accidents(accidents, 5000, 5000);
            let held = confirmations.iter().filter(|(_, held)| *held);
            let found = held.map(|(rate, _)| *rate).max().unwrap();
            assert!(found >= 4700, "{accidents}: {confirmations:?}");
            assert!(confirmations.len() < 20, "{confirmations:?}");
        }
    }

    #[test]
    fn no_rate_has_two_long_runs() {
        for (accidents, long) in (0..6).zip([1, 900, 3000, 4500, 5000, 5000]) {
            let confirmations = confirmed_after_accidents(accidents, 5000, long);
            let mut rates: Vec<u64> = confirmations.iter().map(|(rate, _)| *rate).collect();
            rates.sort_unstable();
            rates.dedup();
            assert_eq!(rates.len(), confirmations.len(), "{confirmations:?}");
        }
    }

    #[test]
    fn a_limit_below_that_of_short_runs_costs_one_more_long_run() {
        let confirmations = confirmed_after_accidents(0, 5000, 3000);
        let (last, held) = *confirmations.last().unwrap();
        let failed = confirmations.iter().filter(|(_, held)| !held);
        let lowest = failed.map(|(rate, _)| *rate).min().unwrap();
        assert!(!held && last > lowest, "{confirmations:?}");
        assert!(
            confirmations
                .iter()
                .filter(|(rate, _)| *rate > lowest)
                .count()
                == 5,
            "{confirmations:?}"
        );
    }

    #[test]
    fn the_search_ends_at_both_ends_of_what_can_be_asked_for() {
        let (probes, confirmations) = tried(1000, 0, 0);
        assert_eq!(probes.last(), Some(&1));
        assert!(confirmations.is_empty());
        let (probes, confirmations) = tried(1000, u64::MAX, u64::MAX);
        assert_eq!((probes.len(), confirmations), (11, vec![1_000_000]));
        let (_, confirmations) = tried(1000, 5000, 0);
        assert_eq!(confirmations.last(), Some(&1));
        assert!(confirmations.len() < 20, "{confirmations:?}");
        assert_eq!(tried(1, 3, 3).1, [3]);
        assert_eq!(tried(0, 1, 1).1, [1]);
    }
}
