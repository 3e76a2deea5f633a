//! What a run used, without what it costs to ask for that: other processes tell of themselves, and
//! are woken, read files and answer for it. What each of them uses is left to `meters` and the model.

use std::time::Duration;

use crate::meters::{Usage, of_this_process, run_queue_wait};
use crate::model::{Result, Running};

/// The beginning of what is measured.
pub(crate) struct Tare {
    waited: Option<Duration>,
    before: Usage,
    /// From one question to the next, with nothing in between.
    asking: Usage,
}

/// What was measured.
pub(crate) struct Used {
    /// In what was measured.
    pub(crate) between: Usage,
    /// Since the model began, for what is counted rather than used.
    pub(crate) total: Usage,
    /// For a processor, and only where the system tells.
    pub(crate) run_queue_wait: Option<Duration>,
}

impl Tare {
    /// Asks twice: the difference is the price of a question, which every difference contains once.
    pub(crate) fn begin(running: &mut dyn Running) -> Result<Self> {
        // A file per thread, hence before anything that is a difference.
        let waited = run_queue_wait();
        let first = ask(running)?;
        let before = ask(running)?;
        Ok(Self {
            waited,
            before,
            asking: before - first,
        })
    }

    pub(crate) fn end(self, running: &mut dyn Running) -> Result<Used> {
        let total = ask(running)?;
        let between = total - self.before - self.asking;
        let own = self
            .waited
            .and_then(|before| Some(run_queue_wait()?.saturating_sub(before)));
        Ok(Used {
            between,
            total,
            run_queue_wait: own.map(|own| own + between.run_queue_wait),
        })
    }
}

/// This process first: what it uses to ask is then in the next answer, as others' share is.
fn ask(running: &mut dyn Running) -> Result<Usage> {
    Ok(of_this_process() + running.usage()?)
}

#[cfg(test)]
mod tests {
    use protocol::ContextSwitches;
    use workloads::Tasks;

    use super::*;
    use crate::model::Knobs;
    use crate::recorder::Recorder;

    /// Uses an hour and a million switches whenever it is asked, and what a test adds.
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
    }

    impl Running for Asked {
        fn knobs(&self) -> Knobs {
            Knobs::new()
        }

        fn connect(&mut self) -> Result<()> {
            Ok(())
        }

        fn run(&mut self, _: Tasks, _: &Recorder) -> Result<()> {
            Ok(())
        }

        fn usage(&mut self) -> Result<Usage> {
            self.uses(1, 1_000_000);
            Ok(Usage {
                threads: 3,
                processes: 2,
                ..self.0
            })
        }
    }

    #[test]
    fn the_price_of_asking_is_in_no_figure() {
        let mut model = Asked::default();
        let tare = Tare::begin(&mut model).unwrap();
        model.uses(5, 40_000_000);
        let Used { between, total, .. } = tare.end(&mut model).unwrap();
        // This process itself uses next to nothing of an hour, and far less than a million switches.
        assert_eq!((between.cpu + HOUR / 2).as_secs() / 3600, 5, "{between:?}");
        assert_eq!((between.switches.voluntary + 500_000) / 1_000_000, 40);
        assert_eq!(between.run_queue_wait, HOUR * 5);
        assert_eq!((total.threads, total.processes), (3, 2));
    }
}
