//! Whole searches over made-up models whose capacity is exact, and over such whose runs are noisy.

use results::{Failure, Kind};

use crate::condition::Until;
use crate::figures::Figures;
use crate::find::{Prober, Ran, Trail, find};
use crate::finding::{Finding, finding};
use crate::fixtures::{figures, plan, setting};
use crate::limit::Limit;
use crate::plan::Asked;
use crate::search::Next;

const MS: u64 = 1_000_000;

/// A model that answers so many tasks a second, each in a millisecond; beyond that a queue grows.
struct Exact {
    capacity: u64,
    /// From this rate on the load generator is late.
    generator: u64,
    /// The capacity of one run in so many is half of it, as where something else runs on the machine.
    disturbed_every: u64,
    /// In long runs the capacity is this part of what it is in short ones.
    long: f64,
    /// From this rate on runs fail with this.
    fails: (u64, Failure),
    state: u64,
    asked: Vec<Asked>,
    /// It is interrupted at this run.
    stops_at: usize,
    /// What even the first task waits where more is asked for than can be done.
    queue_ns: u64,
}

impl Exact {
    fn new(capacity: u64) -> Exact {
        Exact {
            capacity,
            generator: u64::MAX,
            disturbed_every: u64::MAX,
            long: 1.0,
            fails: (u64::MAX, Failure::new(Kind::Failed, "")),
            state: capacity,
            asked: Vec::new(),
            stops_at: usize::MAX,
            queue_ns: 0,
        }
    }

    fn is_disturbed(&mut self) -> bool {
        // A linear congruential generator, by Knuth's constants: its upper bits are random enough here.
        self.state = self
            .state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33).is_multiple_of(self.disturbed_every)
    }
}

impl Prober for Exact {
    type Stop = &'static str;

    fn run(&mut self, asked: Asked) -> Result<Ran, &'static str> {
        self.asked.push(asked);
        if self.asked.len() == self.stops_at {
            return Err("interrupted");
        }
        if asked.rate >= self.fails.0 {
            return Ok(Err(self.fails.1.clone()));
        }
        let part = if self.is_disturbed() { 0.5 } else { 1.0 };
        let is_long = asked.tasks > 2 * asked.rate;
        let length = if is_long { self.long } else { 1.0 };
        let capacity = self.capacity as f64 * part * length;
        let seconds = asked.tasks as f64 / asked.rate as f64;
        let behind = (seconds * (asked.rate as f64 / capacity - 1.0)).max(0.0);
        let longest = MS + (behind * 1e9) as u64;
        let queue = if behind > 0.0 { self.queue_ns } else { 0 };
        Ok(Ok(Figures {
            tasks: asked.tasks,
            elapsed_ns: ((seconds + behind) * 1e9) as u64,
            latency: vec![
                (MS + queue, asked.tasks / 2 + 1),
                (longest + queue, asked.tasks / 2),
            ],
            generator_late: if asked.rate > self.generator {
                0.1
            } else {
                0.0
            },
            model_cores: 2.0 * (asked.rate as f64 / capacity).min(1.0),
            ..figures(asked.rate)
        }))
    }

    fn tell(&mut self, _next: Next) {}
}

fn until() -> Until {
    "p99<50ms".parse().unwrap()
}

/// The whole search.
fn searched(model: &mut Exact, first: u64) -> Trail {
    let mut trail = Trail::default();
    let ended = find(model, &until(), &plan(first), &mut trail);
    assert_eq!(ended, Ok(()));
    trail
}

fn found(trail: &Trail) -> Finding<'_> {
    finding(trail, &until(), &plan(1000), &setting())
}

/// The rate, the lowest that failed, and the limit.
fn summary(trail: &Trail) -> (u64, u64, Limit) {
    let finding = found(trail);
    let rate = |level: Option<&crate::find::Level>| level.map_or(0, |level| level.asked.rate);
    (
        rate(finding.held),
        rate(finding.failed),
        finding.limit.unwrap().0,
    )
}

#[test]
fn an_exact_capacity_is_found_from_every_first_guess() {
    for capacity in [3, 70, 1234, 40_000] {
        for first in [1, 1000, 100_000] {
            let trail = searched(&mut Exact::new(capacity), first);
            let (held, failed, limit) = summary(&trail);
            // A run of 10 s may be half a percent behind and keep 50 ms.
            let most = capacity as f64 * 1.006 + 1.0;
            assert!(
                held as f64 <= most && held * 20 >= capacity * 18,
                "{held} of {capacity}"
            );
            assert!(
                failed > held && failed <= held + held / 18 + 1,
                "{held} to {failed}"
            );
            assert_eq!(limit, Limit::Cores);
            assert!(!found(&trail).is_at_least());
        }
    }
}

#[test]
fn a_disturbed_machine_gives_the_same_rate_within_a_tenth() {
    let mut rates = Vec::new();
    for state in 0..5 {
        let mut model = Exact {
            disturbed_every: 8,
            state,
            ..Exact::new(5000)
        };
        rates.push(summary(&searched(&mut model, 1000)).0);
    }
    let (least, most) = (rates.iter().min().unwrap(), rates.iter().max().unwrap());
    assert!(most * 10 <= least * 11, "{rates:?}");
}

#[test]
fn a_rate_is_never_found_that_its_own_confirmation_did_not_hold() {
    for state in 0..200 {
        let mut model = Exact {
            disturbed_every: 3,
            long: 0.8,
            state,
            ..Exact::new(5000)
        };
        let trail = searched(&mut model, 1000);
        let finding = found(&trail);
        let Some(held) = finding.held else {
            continue;
        };
        assert!(held.is_confirmation);
        assert!(until().holds(held.run.as_ref().unwrap()), "{held:?}");
        assert!(held.asked.rate <= 4040, "{held:?}");
        assert!(held.asked.tasks >= held.asked.rate * 10);
    }
}

#[test]
fn confirmations_are_over_other_tasks_than_the_search() {
    let mut model = Exact {
        long: 0.8,
        ..Exact::new(5000)
    };
    searched(&mut model, 1000);
    let (long, short): (Vec<Asked>, Vec<Asked>) = model
        .asked
        .iter()
        .partition(|asked| asked.tasks > 2 * asked.rate);
    assert!(long.len() > 1 && short.iter().all(|asked| asked.seed == short[0].seed));
    let mut seeds: Vec<u64> = long.iter().map(|asked| asked.seed).collect();
    seeds.push(short[0].seed);
    let all = seeds.len();
    seeds.sort_unstable();
    seeds.dedup();
    assert_eq!(seeds.len(), all);
}

#[test]
fn a_load_generator_that_is_late_makes_it_a_lower_bound() {
    let mut model = Exact {
        generator: 3000,
        ..Exact::new(5000)
    };
    let trail = searched(&mut model, 1000);
    let (held, failed, limit) = summary(&trail);
    assert_eq!(limit, Limit::LoadGenerator);
    assert!(found(&trail).is_at_least());
    assert!(
        (2800..=3000).contains(&held) && failed > 3000,
        "{held} {failed}"
    );
}

#[test]
fn a_rate_that_holds_clearly_is_not_asked_for_again_and_others_are() {
    let mut model = Exact::new(5000);
    let trail = searched(&mut model, 1000);
    let runs = |rate: u64| {
        let level = trail.levels.iter().find(|level| level.asked.rate == rate);
        level.unwrap().runs
    };
    assert_eq!([1000, 4000, 8000, 5188].map(runs), [1, 1, 2, 2]);
}

#[test]
fn a_failure_ends_the_search_or_is_the_limit() {
    let failing = |from: u64, kind, text: &str| {
        let mut model = Exact {
            fails: (from, Failure::new(kind, text)),
            ..Exact::new(5000)
        };
        let trail = searched(&mut model, 1000);
        (trail, model.asked.len())
    };
    let (unsupported, runs) = failing(0, Kind::Unsupported, "no");
    assert_eq!(runs, 1);
    assert_eq!(found(&unsupported).failure.unwrap().kind, Kind::Unsupported);
    let (wrong, _) = failing(2000, Kind::Differs, "wrong");
    assert_eq!(found(&wrong).failure.unwrap().kind, Kind::Differs);
    let (hung, runs) = failing(0, Kind::Hung, "slow");
    assert_eq!((runs, found(&hung).failure.unwrap().kind), (4, Kind::Hung));
    let (files, _) = failing(3000, Kind::Failed, "Too many open files (os error 24)");
    let (held, failed, limit) = summary(&files);
    assert_eq!(limit, Limit::Descriptors);
    assert!(found(&files).failure.is_none() && held < 3000 && failed >= 3000);
}

#[test]
fn who_keeps_the_condition_at_no_rate_has_no_result() {
    let trail = searched(&mut Exact::new(5000), 1000);
    let strict: Until = "p50<1us".parse().unwrap();
    let mut none = Trail::default();
    let ended: Result<(), _> = find(&mut Exact::new(5000), &strict, &plan(1000), &mut none);
    assert_eq!(ended, Ok(()));
    let finding = finding(&none, &strict, &plan(1000), &setting());
    assert!(finding.held.is_none());
    let (limit, words) = finding.limit.unwrap();
    assert_eq!(limit, Limit::OneTask);
    assert_eq!(words, "p50 1.00 ms at 250/s");
    assert_eq!(none.levels.len(), 2, "tasks that meet nobody tell at once");
    assert!(found(&trail).held.is_some());
    let mut slow = Trail::default();
    let at_100: Result<(), _> = find(&mut Exact::new(5000), &strict, &plan(100), &mut slow);
    assert_eq!(at_100, Ok(()));
    assert_eq!(slow.levels.len(), 1, "whose tasks met nobody already");
}

#[test]
fn tasks_that_are_slow_only_together_do_not_end_the_search() {
    // Every task of the first run meets a queue, and tasks alone take a hundredth of what is allowed.
    let mut model = Exact {
        queue_ns: 200 * MS,
        ..Exact::new(300)
    };
    let trail = searched(&mut model, 100_000);
    let (held, _, _) = summary(&trail);
    assert!((200..=300).contains(&held), "{held}");
}

#[test]
fn an_interrupted_search_says_what_is_known_and_gives_no_rate() {
    let mut model = Exact {
        stops_at: 6,
        ..Exact::new(5000)
    };
    let mut trail = Trail::default();
    let ended = find(&mut model, &until(), &plan(1000), &mut trail);
    assert_eq!(ended, Err("interrupted"));
    let finding = found(&trail);
    assert!(finding.held.is_none() && finding.limit.is_none() && !finding.is_whole);
    assert_eq!(finding.unconfirmed.unwrap().asked.rate, 4000);
    assert_eq!(finding.failed.unwrap().asked.rate, 8000);
}

#[test]
fn the_highest_rate_that_can_be_asked_for_is_a_lower_bound() {
    let trail = searched(&mut Exact::new(u64::MAX / 4), 1000);
    let (held, failed, limit) = summary(&trail);
    assert_eq!((held, failed, limit), (1_000_000, 0, Limit::HighestRate));
    assert!(found(&trail).is_at_least());
}
