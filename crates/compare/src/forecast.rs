//! How long the rest of a comparison takes, from what its parts have taken so far.

use std::time::Duration;

use schedule::MEMORY_ROUNDS;

use crate::choice::Choice;

/// A part of a comparison, whose units take about the same time each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// A unit is a program that is built.
    Build,
    /// A unit is the right answers of a workload.
    Answers,
    /// A unit is a run of the first block.
    Check,
    /// A unit is a run of the measured blocks.
    Measure,
    /// A unit is a run in which memory is read.
    Memory,
}

/// The units of each part that are done and that are left.
#[derive(Clone, Debug)]
pub(crate) struct Forecast {
    tallies: [Tally; 5],
    /// No measured block begins after this time, unless it is one of the fewest.
    budget: Option<Duration>,
    /// The runs of the blocks that are measured whatever they take.
    fewest_runs: u64,
    /// How long the measured blocks still take until they are as precise as was asked for, if that is known.
    precise_in: Option<Duration>,
}

#[derive(Clone, Copy, Debug)]
struct Tally {
    left: u64,
    done: u64,
    spent: Duration,
    /// What a unit takes as long as none is done.
    guess: Duration,
}

impl Forecast {
    /// Nothing is done yet.
    pub(crate) fn new(choice: &Choice) -> Forecast {
        let (workloads, variants) = (choice.workloads.len() as u64, choice.variants.len() as u64);
        let measures = choice.options.profile.measures();
        let runs = workloads * variants;
        // The reference runs twice a block: the second time as the control.
        let measured = workloads * (variants + 1) * choice.options.blocks;
        let memory = if measures { runs * MEMORY_ROUNDS } else { 0 };
        let mut models: Vec<&str> = choice
            .variants
            .iter()
            .map(|selected| selected.model.name.as_str())
            .collect();
        models.dedup();
        // A program that is built already takes a fraction of a second, and one that is not half a
        // minute; the first few tell which it is.
        let tallies = [
            Tally::new(models.len() as u64 + 1, Duration::from_secs(2)),
            Tally::new(workloads, Duration::from_millis(300)),
            Tally::new(runs, Duration::from_millis(300)),
            Tally::new(measured, Duration::from_millis(300)),
            Tally::new(memory, Duration::from_millis(300)),
        ];
        Forecast {
            tallies,
            budget: choice.options.budget_ms.map(Duration::from_millis),
            fewest_runs: workloads * (variants + 1) * choice.options.fewest_blocks,
            precise_in: None,
        }
    }

    /// A unit is done.
    pub(crate) fn done(&mut self, part: Part, took: Duration) {
        let tally = &mut self.tallies[part as usize];
        tally.left = tally.left.saturating_sub(1);
        tally.done += 1;
        tally.spent += took;
    }

    /// The measured blocks are as precise as was asked for after this time, or never.
    pub(crate) fn precise_in(&mut self, time: Option<Duration>) {
        self.precise_in = time;
    }

    /// So many units of a part are left.
    pub(crate) fn expect(&mut self, part: Part, units: u64) {
        self.tallies[part as usize].left = units;
    }

    /// The blocks that are measured whatever they take have so many runs.
    pub(crate) fn owe(&mut self, runs: u64) {
        self.fewest_runs = runs;
    }

    /// So many more units of a part are to be done.
    pub(crate) fn again(&mut self, part: Part, units: u64) {
        self.tallies[part as usize].left += units;
    }

    /// So many units of a part will not be done.
    pub(crate) fn never(&mut self, part: Part, units: u64) {
        let tally = &mut self.tallies[part as usize];
        tally.left = tally.left.saturating_sub(units);
    }

    /// A unit will not be done, or was done before an interruption.
    pub(crate) fn skip(&mut self, part: Part) {
        let tally = &mut self.tallies[part as usize];
        tally.left = tally.left.saturating_sub(1);
    }

    /// The time that all parts still take.
    pub(crate) fn left(&self) -> Duration {
        let [build, answers, check, measure, memory] = self.tallies;
        // The runs of all parts are of the same length, and those of the first block come first.
        let run = check.each();
        let each = measure.own().unwrap_or(run);
        let measured = measure.left_at(each);
        let owed = each.mul_f64(self.fewest_runs.saturating_sub(measure.done) as f64);
        let within_budget = self.budget.map_or(measured, |budget| {
            let rest = budget.saturating_sub(measure.spent);
            measured.min(rest.max(owed))
        });
        build.left_at(build.each())
            + answers.left_at(answers.each())
            + check.left_at(run)
            + self
                .precise_in
                .map_or(within_budget, |time| within_budget.min(time))
            + memory.left_at(memory.own().unwrap_or(run))
    }
}

impl Tally {
    fn new(left: u64, guess: Duration) -> Tally {
        Tally {
            left,
            done: 0,
            spent: Duration::ZERO,
            guess,
        }
    }

    /// What a unit has taken on average, if any is done.
    fn own(&self) -> Option<Duration> {
        (self.done > 0).then(|| self.spent.div_f64(self.done as f64))
    }

    fn each(&self) -> Duration {
        self.own().unwrap_or(self.guess)
    }

    fn left_at(&self, each: Duration) -> Duration {
        each.mul_f64(self.left as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forecast(budget: Option<u64>) -> Forecast {
        let second = Duration::from_secs(1);
        Forecast {
            tallies: [
                Tally::new(2, second),
                Tally::new(3, second),
                Tally::new(4, second),
                Tally::new(50, second),
                Tally::new(4, second),
            ],
            budget: budget.map(Duration::from_secs),
            fewest_runs: 0,
            precise_in: None,
        }
    }

    #[test]
    fn what_is_not_known_is_guessed_and_then_measured() {
        let mut forecast = forecast(None);
        assert_eq!(forecast.left(), Duration::from_secs(2 + 3 + 4 + 50 + 4));
        forecast.done(Part::Build, Duration::from_secs(30));
        assert_eq!(forecast.left(), Duration::from_secs(30 + 3 + 4 + 50 + 4));
        forecast.expect(Part::Build, 0);
        forecast.skip(Part::Answers);
        // The first block tells how long a run takes, also in the other parts.
        forecast.done(Part::Check, Duration::from_secs(2));
        assert_eq!(forecast.left(), Duration::from_secs(2 + (3 + 50 + 4) * 2));
    }

    #[test]
    fn the_fewest_blocks_take_what_they_take() {
        let mut forecast = Forecast {
            fewest_runs: 20,
            ..forecast(Some(10))
        };
        forecast.done(Part::Measure, Duration::from_secs(30));
        assert_eq!(
            forecast.left(),
            Duration::from_secs(2 + 3 + 4 + 19 * 30 + 4)
        );
    }

    #[test]
    fn who_is_precise_sooner_measures_no_longer() {
        let mut forecast = forecast(Some(20));
        forecast.precise_in(Some(Duration::from_secs(7)));
        assert_eq!(forecast.left(), Duration::from_secs(2 + 3 + 4 + 7 + 4));
        forecast.precise_in(Some(Duration::from_secs(70)));
        assert_eq!(forecast.left(), Duration::from_secs(2 + 3 + 4 + 20 + 4));
    }

    #[test]
    fn the_budget_bounds_what_is_measured() {
        let mut forecast = forecast(Some(20));
        assert_eq!(forecast.left(), Duration::from_secs(2 + 3 + 4 + 20 + 4));
        forecast.done(Part::Measure, Duration::from_secs(5));
        assert_eq!(forecast.left(), Duration::from_secs(2 + 3 + 4 + 15 + 4));
        forecast.done(Part::Measure, Duration::from_secs(15));
        assert_eq!(forecast.left(), Duration::from_secs(2 + 3 + 4 + 4));
    }
}
