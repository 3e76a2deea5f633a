//! One search, carried out over whatever answers it: programs, or a made-up model of a test.

use results::{Failure, Kind};

use crate::condition::Until;
use crate::figures::Figures;
use crate::plan::{Asked, Plan};
use crate::search::{Next, Outcome, Search};

/// Runs at a rate of which no outcome has a majority yet.
const MOST_RUNS: usize = 3;
/// So many runs may take longer than the limit of time before one has ended at all: a rate far above what is possible
/// takes long, and a model that hangs does so at every rate.
const MOST_HUNG: usize = 4;

/// Answers what a rate comes to.
pub(crate) trait Prober {
    /// The reason why nothing more can be asked.
    type Stop;

    /// One run.
    ///
    /// # Errors
    /// An interrupt, or a tool that cannot go on. A run that fails is no error.
    fn run(&mut self, asked: Asked) -> Result<Ran, Self::Stop>;

    /// Tells people what is tried next.
    fn tell(&mut self, next: Next);
}

/// What one run came to.
pub(crate) type Ran = Result<Figures, Failure>;

/// The runs at one rate and length.
#[derive(Clone, Debug)]
pub(crate) struct Level {
    pub(crate) asked: Asked,
    pub(crate) is_confirmation: bool,
    pub(crate) outcome: Outcome,
    /// A run that came to this outcome.
    pub(crate) run: Ran,
    /// How many runs there were.
    pub(crate) runs: u64,
}

/// Everything that was tried, in its order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trail {
    pub(crate) levels: Vec<Level>,
    /// The failure that ended the search.
    pub(crate) failure: Option<Failure>,
    /// Whether the search came to its end.
    pub(crate) is_whole: bool,
}

/// Looks for the rate; `trail` has what was tried, also where it is stopped.
///
/// # Errors
/// Those of the prober.
pub(crate) fn find<P: Prober>(
    prober: &mut P,
    until: &Until,
    plan: &Plan,
    trail: &mut Trail,
) -> Result<(), P::Stop> {
    let mut search = Search::new(plan.first, plan.most);
    let mut confirmations = 0;
    loop {
        let next = search.next();
        prober.tell(next);
        let level = match next {
            Next::End => {
                trail.is_whole = true;
                return Ok(());
            }
            Next::Probe(rate) => {
                let level = majority(prober, until, plan.probe(rate))?;
                search.probed(rate, level.outcome);
                level
            }
            Next::Confirm(rate) => {
                confirmations += 1;
                let asked = plan.confirmation(rate, confirmations);
                let run = prober.run(asked)?;
                let outcome = outcome_of(until, &run);
                search.confirmed(rate, outcome);
                Level {
                    asked,
                    is_confirmation: true,
                    outcome,
                    run,
                    runs: 1,
                }
            }
        };
        let is_first = trail.levels.is_empty();
        trail.levels.push(level);
        if trail.end_where_hopeless() || (is_first && no_rate_keeps(prober, until, plan, trail)?) {
            return Ok(());
        }
    }
}

/// Whether not even tasks that meet nobody keep the condition, as far as the first level gives reason to ask: to lower the
/// rate to its end takes minutes.
fn no_rate_keeps<P: Prober>(
    prober: &mut P,
    until: &Until,
    plan: &Plan,
    trail: &mut Trail,
) -> Result<bool, P::Stop> {
    let Some(first) = trail.levels.last() else {
        return Ok(false);
    };
    let Some(fastest_ns) = first.fastest_beyond(until) else {
        return Ok(false);
    };
    let asked = plan.alone(fastest_ns);
    if asked.rate >= first.asked.rate {
        // Its tasks met nobody.
        trail.is_whole = true;
        return Ok(true);
    }
    let alone = majority(prober, until, asked)?;
    trail.is_whole = alone.fastest_beyond(until).is_some();
    trail.levels.push(alone);
    Ok(trail.is_whole)
}

impl Level {
    /// The latency of the fastest task, where that is already more than the condition allows.
    fn fastest_beyond(&self, until: &Until) -> Option<u64> {
        // Nothing is said by a run whose tasks were handed over late.
        let run = self
            .run
            .as_ref()
            .ok()
            .filter(|_| self.outcome == Outcome::Failed)?;
        run.fastest_ns().filter(|_| until.is_beyond_all(run))
    }
}

impl Trail {
    /// Ends the search where no other rate is worth trying; returns whether it does.
    fn end_where_hopeless(&mut self) -> bool {
        let Some(failure) = self.hopeless() else {
            return false;
        };
        self.failure = Some(failure);
        self.is_whole = true;
        true
    }

    /// The failure for which no other rate is worth trying.
    fn hopeless(&self) -> Option<Failure> {
        let failure = self.levels.last()?.run.as_ref().err()?;
        let has_run = self.levels.iter().any(|level| level.run.is_ok());
        let is_hopeless = match failure.kind {
            // The answers or the program are wrong, whatever the rate.
            Kind::Differs | Kind::Impossible | Kind::Garbage | Kind::LeftBehind => true,
            Kind::Model | Kind::Build | Kind::Start | Kind::Unsupported => true,
            Kind::Hung => !has_run && self.levels.len() >= MOST_HUNG,
            // At a high rate these are what limits it.
            Kind::Crashed | Kind::Failed | Kind::Unavailable | Kind::Service => !has_run,
        };
        is_hopeless.then(|| failure.clone())
    }
}

/// Runs at a rate until most of three would say the same. One that holds clearly is enough.
fn majority<P: Prober>(prober: &mut P, until: &Until, asked: Asked) -> Result<Level, P::Stop> {
    let mut ran: Vec<(Outcome, Ran)> = Vec::with_capacity(MOST_RUNS);
    loop {
        let run = prober.run(asked)?;
        let outcome = outcome_of(until, &run);
        let is_enough = match &run {
            Ok(figures) => outcome == Outcome::Held && until.holds_clearly(figures),
            Err(_) => true,
        };
        let is_most = ran.iter().any(|(other, _)| *other == outcome);
        ran.push((outcome, run.clone()));
        // Three that all differ say nothing.
        let all_differ = ran.len() == MOST_RUNS && !is_most;
        if is_enough || is_most || all_differ {
            return Ok(Level {
                asked,
                is_confirmation: false,
                outcome: if all_differ {
                    Outcome::Undecided
                } else {
                    outcome
                },
                run,
                runs: ran.len() as u64,
            });
        }
    }
}

fn outcome_of(until: &Until, run: &Ran) -> Outcome {
    match run {
        Err(_) => Outcome::Failed,
        Ok(figures) if figures.is_generator_late() => Outcome::Undecided,
        Ok(figures) if until.holds(figures) => Outcome::Held,
        Ok(_) => Outcome::Failed,
    }
}
