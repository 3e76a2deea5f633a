//! A neighbour on the machine that computes in bursts: when it does, which part of a run it meets, what
//! that does to the run, and what the system would tell of it.

use serde::{Deserialize, Serialize};
use verdict::rng::Generator;

/// A neighbour that is on and off by turns, for times drawn from exponential distributions.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bursts {
    /// How many runs it is on for, on average.
    pub on_runs: f64,
    /// How many runs it is off for, on average.
    pub off_runs: f64,
    /// How much longer a run takes beside it, on average, as a logarithm.
    pub slower: f64,
    /// The standard deviation of that from run to run.
    pub spread: f64,
}

/// The least and the most of all processors that the neighbour gets beside a run: it wants one of two, and a
/// model that wants both leaves it half of one.
const SHARES: [f64; 2] = [0.25, 0.5];
/// The standard deviation of what other processes get where it is quiet, as a part of all processors.
const BACKGROUND: f64 = 0.02;

/// What a neighbour does to one run.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Beside {
    /// How much longer the run takes, as a logarithm.
    pub slower: f64,
    /// The part of the run during which the neighbour is on.
    pub part: f64,
    /// The standard normal number that says how hard the run is hit.
    pub noise: f64,
    /// The part of all processors that other processes have during the run.
    pub others: f64,
}

/// The neighbour of one machine, from its first run on.
#[derive(Clone, Debug)]
pub(super) struct Neighbour {
    bursts: Bursts,
    random: Generator,
    /// When it went on and off by turns, counted in runs: it is off at first.
    changes: Vec<f64>,
}

impl Neighbour {
    pub(super) fn new(seed: u64, bursts: Bursts) -> Neighbour {
        Neighbour {
            bursts,
            random: Generator::for_stream(seed, u64::MAX - 1),
            changes: Vec::new(),
        }
    }

    /// What it does to the run at this place.
    pub(super) fn meet(&mut self, place: u64, of_run: &mut Generator) -> Beside {
        let (noise, share) = (of_run.normal(), of_run.uniform());
        let background = BACKGROUND * of_run.normal().abs();
        let part = self.part_of(place as f64);
        let slower = (self.bursts.slower + self.bursts.spread * noise).max(0.0);
        let share = SHARES[0] + (SHARES[1] - SHARES[0]) * share;
        Beside {
            slower: part * slower,
            part,
            noise,
            others: (part * share + background).min(1.0),
        }
    }

    /// The part of a run, which takes 1 from `start` on, during which it is on.
    fn part_of(&mut self, start: f64) -> f64 {
        let end = start + 1.0;
        while self.changes.last().is_none_or(|last| *last < end) {
            let is_off = self.changes.len().is_multiple_of(2);
            let mean = [self.bursts.on_runs, self.bursts.off_runs][usize::from(is_off)];
            let since = self.changes.last().copied().unwrap_or(0.0);
            // The uniform number is below 1, so that the logarithm is finite.
            self.changes
                .push(since - mean * (-self.random.uniform()).ln_1p());
        }
        // The first change that is not over when the run begins; even ones are the begins of bursts.
        let first = self.changes.partition_point(|change| *change <= start);
        let mut on_since = (!first.is_multiple_of(2)).then_some(start);
        let mut part = 0.0;
        for (at, change) in self.changes.iter().enumerate().skip(first) {
            if *change >= end {
                break;
            }
            part += on_since.map_or(0.0, |since| change - since);
            on_since = at.is_multiple_of(2).then_some(*change);
        }
        part + on_since.map_or(0.0, |since| end - since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BURSTS: Bursts = Bursts {
        on_runs: 10.0,
        off_runs: 20.0,
        slower: 0.14,
        spread: 0.1,
    };

    #[test]
    fn it_is_on_as_often_and_as_long_as_it_is_said_to_be() {
        let mut neighbour = Neighbour::new(3, BURSTS);
        let parts: Vec<f64> = (0..60_000)
            .map(|at| neighbour.part_of(f64::from(at)))
            .collect();
        assert!(parts.iter().all(|part| (0.0..=1.0 + 1e-9).contains(part)));
        let share = parts.iter().sum::<f64>() / parts.len() as f64;
        assert!((share - 1.0 / 3.0).abs() < 0.02, "{share}");
        let changes = neighbour.changes.len() as f64;
        assert!((changes / 4000.0 - 1.0).abs() < 0.1, "{changes}");
    }

    #[test]
    fn a_run_depends_on_its_place_alone() {
        let meet = |places: &[u64]| {
            let mut neighbour = Neighbour::new(3, BURSTS);
            let of = |place: u64| Generator::for_stream(3, place);
            places
                .iter()
                .map(|at| neighbour.meet(*at, &mut of(*at)))
                .next_back()
        };
        assert_eq!(meet(&[1, 2, 70]), meet(&[70]));
    }

    #[test]
    fn it_lengthens_runs_by_as_much_as_it_is_said_to() {
        let always = Bursts {
            on_runs: 1e9,
            off_runs: 1e-9,
            spread: 0.02,
            ..BURSTS
        };
        let mut neighbour = Neighbour::new(4, always);
        let met: Vec<Beside> = (0..5000)
            .map(|at| neighbour.meet(at, &mut Generator::for_stream(4, at)))
            .collect();
        let mean = met.iter().map(|its| its.slower).sum::<f64>() / met.len() as f64;
        assert!((mean - 0.14).abs() < 0.002, "{mean}");
        assert!(met.iter().all(|its| (0.25..0.6).contains(&its.others)));
    }
}
