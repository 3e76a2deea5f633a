//! What a run used, less the cost of measuring it. Measuring is not free: worker processes wake up,
//! read `/proc` and answer. Like the tare of a scale, that cost is measured with nothing in between,
//! and subtracted.

use std::time::Duration;

use protocol::ContextSwitches;

use crate::error::Result;
use crate::meters::{Usage, of_this_process, run_queue_wait};

/// How often the meters are read before the measured phase.
const READINGS: usize = 4;

/// The state of the meters at the beginning of the measured phase.
pub(crate) struct Tare {
    /// Time that the threads of this process had waited for a processor.
    waited: Option<Duration>,
    before: Usage,
    /// The cost of one reading.
    reading: Usage,
}

/// What was used.
pub(crate) struct Used {
    /// Usage of the measured phase, for everything that adds up (processor time, context switches).
    pub(crate) between: Usage,
    /// Usage since the model started, for what is counted (threads, processes).
    pub(crate) total: Usage,
    /// Time that threads waited for a processor in the measured phase. `None` where the system does
    /// not report it.
    pub(crate) run_queue_wait: Option<Duration>,
}

impl Tare {
    /// Reads the meters until it is known what a reading costs. Every later difference contains the cost of one.
    /// `used` says what the model used outside of this process.
    pub(crate) fn begin(used: &mut dyn FnMut() -> Result<Usage>) -> Result<Self> {
        // This opens a file per thread, which is expensive. It comes before all readings, so that
        // its cost is in no difference.
        let waited = run_queue_wait();
        let mut before = read(used)?;
        let mut apart = Vec::with_capacity(READINGS);
        for _ in 1..READINGS {
            let now = read(used)?;
            apart.push(now - before);
            before = now;
        }
        Ok(Self {
            waited,
            before,
            reading: middle_of(&apart),
        })
    }

    /// Reads the meters again, and subtracts.
    pub(crate) fn end(self, used: &mut dyn FnMut() -> Result<Usage>) -> Result<Used> {
        let total = read(used)?;
        let between = total - self.before - self.reading;
        // After the reading, for the same reason for which `begin` does it before.
        let waited_here = match (self.waited, run_queue_wait()) {
            (Some(before), Some(now)) => Some(now.saturating_sub(before)),
            _ => None,
        };
        Ok(Used {
            between,
            total,
            run_queue_wait: waited_here.map(|waited| waited + between.run_queue_wait),
        })
    }
}

/// Reads what this process and the model's other processes have used so far.
fn read(used: &mut dyn FnMut() -> Result<Usage>) -> Result<Usage> {
    // This process is read before it asks the others. What it spends on asking then shows in its
    // next reading, as what the others spend on answering shows in theirs, so that every difference
    // contains the whole cost of exactly one reading.
    Ok(of_this_process() + used()?)
}

/// The middle of each figure. The first reading costs more than those that follow, since its code and data are in no
/// cache yet, and an interruption makes any of them look dear.
fn middle_of(readings: &[Usage]) -> Usage {
    Usage {
        cpu: middle(readings, |one| one.cpu),
        switches: ContextSwitches {
            voluntary: middle(readings, |one| one.switches.voluntary),
            involuntary: middle(readings, |one| one.switches.involuntary),
        },
        run_queue_wait: middle(readings, |one| one.run_queue_wait),
        ..Usage::default()
    }
}

fn middle<T: Ord>(readings: &[Usage], figure: impl Fn(&Usage) -> T) -> T {
    let mut figures: Vec<T> = readings.iter().map(figure).collect();
    figures.sort_unstable();
    figures.swap_remove(readings.len() / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Uses an hour and a million switches when it is asked, ten times that when it is asked first, and what a test adds.
    #[derive(Default)]
    struct Asked(Usage);

    const HOUR: Duration = Duration::from_secs(3600);

    impl Asked {
        fn uses(&mut self, hours: u32, voluntary: u64) {
            let switches = ContextSwitches {
                voluntary,
                ..ContextSwitches::default()
            };
            self.0 = self.0
                + Usage {
                    cpu: HOUR * hours,
                    switches,
                    run_queue_wait: HOUR * hours,
                    ..Usage::default()
                };
        }

        /// What was used so far. Answering costs something too, which the next answer has.
        fn usage(&mut self) -> Result<Usage> {
            let told = Usage {
                threads: 3,
                processes: 2,
                ..self.0
            };
            let often = if self.0 == Usage::default() { 10 } else { 1 };
            self.uses(often, 1_000_000 * u64::from(often));
            Ok(told)
        }
    }

    #[test]
    fn the_price_of_asking_is_in_no_figure() {
        let mut model = Asked::default();
        let tare = Tare::begin(&mut || model.usage()).unwrap();
        model.uses(5, 40_000_000);
        let Used { between, total, .. } = tare.end(&mut || model.usage()).unwrap();
        // This process itself uses next to nothing of an hour, and far less than a million
        // switches.
        assert_eq!((between.cpu + HOUR / 2).as_secs() / 3600, 5, "{between:?}");
        assert_eq!((between.switches.voluntary + 500_000) / 1_000_000, 40);
        assert_eq!(between.run_queue_wait, HOUR * 5);
        assert_eq!((total.threads, total.processes), (3, 2));
    }
}
