//! The thresholds above which a run counts as disturbed by other processes, and a block as one of a slow processor. The
//! numbers were chosen by simulation: `cargo xtask trust --thresholds`.

use results::Others;
use verdict::median;

/// What is typical of the control computation is the median of this many blocks before, so that a machine that
/// has become slower for good is soon taken as it is.
const CONTROLS: usize = 9;
/// The fewest blocks of which the median is typical.
const FEWEST_CONTROLS: usize = 5;

/// The limits of what is undisturbed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thresholds {
    /// During a disturbed run other processes have more than this part of the processors.
    pub share: f64,
    /// A disturbed run also loses at least this much processor time, in nanoseconds. The system counts time
    /// by samples and misses by a few steps of 10 ms, which is much of a short run.
    pub least_ns: u64,
    /// The control computation of a disturbed block takes more than this many times as long as is typical.
    pub slow: f64,
}

impl Thresholds {
    /// Those that `compare` goes by.
    pub const CHOSEN: Thresholds = Thresholds {
        share: 0.2,
        least_ns: 50_000_000,
        slow: 1.2,
    };

    /// Whether other processes had so much processor time during a run that it is disturbed; `None` where it
    /// is not known. Time stolen by a hypervisor is part of theirs.
    pub fn is_disturbed(&self, others: &Others) -> Option<bool> {
        match others {
            Others::Had { busy_ns, of_ns } => {
                Some(*busy_ns >= self.least_ns && *busy_ns as f64 > self.share * *of_ns as f64)
            }
            Others::Unavailable(_) => None,
        }
    }

    /// Whether the control computation of a block took much longer than in the blocks before it, in
    /// nanoseconds and in the order of the blocks.
    pub fn is_slow(&self, before: &[u64], control_ns: u64) -> bool {
        if before.len() < FEWEST_CONTROLS {
            return false;
        }
        let last = &before[before.len().saturating_sub(CONTROLS)..];
        let controls: Vec<f64> = last.iter().map(|nanos| *nanos as f64).collect();
        median(&controls).is_ok_and(|typical| control_ns as f64 > self.slow * typical)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_disturbed_by_a_fifth_of_the_processors_and_not_by_a_few_ticks() {
        let had = |busy_ns, of_ns| Thresholds::CHOSEN.is_disturbed(&Others::Had { busy_ns, of_ns });
        assert_eq!(had(130_000_000, 600_000_000), Some(true));
        assert_eq!(had(120_000_000, 600_000_000), Some(false));
        assert_eq!(had(40_000_000, 200_000_000), Some(false));
        assert_eq!(
            Thresholds::CHOSEN.is_disturbed(&Others::Unavailable(String::new())),
            None
        );
    }

    #[test]
    fn a_processor_is_slow_beside_the_blocks_before_and_not_for_ever() {
        let ms = |count: usize, each: u64| vec![each * 1_000_000; count];
        assert!(
            !Thresholds::CHOSEN.is_slow(&ms(4, 50), 90_000_000),
            "too few to know"
        );
        assert!(!Thresholds::CHOSEN.is_slow(&ms(5, 50), 60_000_000));
        assert!(Thresholds::CHOSEN.is_slow(&ms(5, 50), 60_000_001));
        let slower_for_good = [ms(20, 50), ms(4, 80)].concat();
        assert!(Thresholds::CHOSEN.is_slow(&slower_for_good, 80_000_000));
        let slower_for_good = [ms(20, 50), ms(5, 80)].concat();
        assert!(!Thresholds::CHOSEN.is_slow(&slower_for_good, 80_000_000));
    }
}
