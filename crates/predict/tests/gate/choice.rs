//! What a choice costs: how much longer than the best the chosen variant takes, by predictions, by rules of thumb, and by one half of the
//! measured rounds, which is the most that any prediction can reach.

use predict::{Figures, VARIANTS};
use protocol::Step;

use crate::parts::{close, mean, middle, within};
use crate::set::{Pair, Set};

/// Variants that are believed to be no slower than this beside the first: of them the one with the least CPU is chosen.
const ALIKE: f64 = 1.02;

/// A variant of a workload: what is believed of it, and what was measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Contender {
    /// Its time a task, as far as the one who chooses knows.
    pub(crate) believed: f64,
    /// Its CPU a task; infinite where it is not known.
    pub(crate) cpu: f64,
    /// The time by which the choice is judged.
    pub(crate) measured: f64,
}

/// How much longer than the best the chosen variant takes at each workload, as a part of the best.
pub(crate) fn regrets(set: &Set, seen: impl Fn(&Pair) -> Contender) -> Vec<f64> {
    let workloads = set.by_workload();
    let all = workloads.values().map(|pairs| {
        let contenders: Vec<Contender> = pairs.iter().map(|pair| seen(pair)).collect();
        regret(&contenders)
    });
    all.collect()
}

fn regret(contenders: &[Contender]) -> f64 {
    let first = least(contenders, |one| one.believed);
    let alike = contenders
        .iter()
        .filter(|one| one.believed <= first * ALIKE);
    let chosen = alike.min_by(|a, b| a.cpu.total_cmp(&b.cpu)).unwrap();
    chosen.measured / least(contenders, |one| one.measured) - 1.0
}

fn least(contenders: &[Contender], figure: fn(&Contender) -> f64) -> f64 {
    contenders.iter().map(figure).fold(f64::INFINITY, f64::min)
}

/// One who believes in a single variant.
fn only(pair: &Pair, variant: &str) -> Contender {
    let is_it = pair.variant == variant;
    Contender {
        believed: if is_it { 0.0 } else { f64::INFINITY },
        cpu: 0.0,
        measured: pair.time,
    }
}

/// The rule of thumb: where a task waits for a service, an asynchronous executor, and elsewhere a pool of as many threads as cores.
fn by_thumb(pair: &Pair) -> Contender {
    let mut steps = pair.workload.steps.iter();
    let waits = steps.any(|step| matches!(step, Step::HttpGet(_)));
    only(
        pair,
        if waits {
            "async-tokio/multi-thread"
        } else {
            "threads/rayon"
        },
    )
}

/// Prints what rules that know nothing of costs reach, and what one half of the rounds says of the other.
pub(crate) fn print_rules(set: &Set) {
    for variant in VARIANTS {
        let workloads = set.by_workload();
        let mut of_all = workloads.values();
        if of_all.all(|pairs| pairs.iter().any(|pair| pair.variant == variant)) {
            print(
                &format!("always {variant}"),
                &regrets(set, |pair| only(pair, variant)),
            );
        }
    }
    print("rule of thumb", &regrets(set, by_thumb));
    print_ceiling(set);
}

fn print(rule: &str, regrets: &[f64]) {
    let (good, all) = (close(regrets), regrets.len());
    println!("{rule}: {good} of {all}, regret {:.3}", mean(regrets));
}

/// Every way to halve the rounds says what one half predicts of the other.
fn print_ceiling(set: &Set) {
    let rounds = set.pairs.iter().map(|pair| pair.runs.len()).min().unwrap();
    let halves: Vec<u32> = (0..1_u32 << rounds)
        .filter(|half| half.count_ones() as usize == rounds / 2)
        .collect();
    let all: Vec<f64> = halves
        .iter()
        .flat_map(|half| regrets(set, |pair| halved(pair, *half)))
        .collect();
    let errors: Vec<f64> = halves
        .iter()
        .flat_map(|half| set.closed().map(|pair| halved(pair, *half)))
        .map(|one| (one.believed / one.measured - 1.0).abs())
        .collect();
    println!(
        "one half of the rounds for the other: times within 15 % {:.3}, median error {:.3}, choices within 5 % {:.3}, regret {:.3}",
        within(&errors, 0.15),
        middle(&errors),
        close(&all) as f64 / all.len() as f64,
        mean(&all)
    );
}

/// What the rounds of one half say, beside the time of the others.
fn halved(pair: &Pair, half: u32) -> Contender {
    Contender {
        believed: median(pair, half, |run| run.time),
        cpu: median(pair, half, |run| run.cpu),
        measured: median(pair, !half, |run| run.time),
    }
}

/// The median of a figure over the rounds of a half.
fn median(pair: &Pair, half: u32, figure: fn(&Figures) -> f64) -> f64 {
    let runs = pair.runs.iter().enumerate();
    let some = runs.filter(|(round, _)| half >> round & 1 == 1);
    verdict::median(&some.map(|(_, run)| figure(run)).collect::<Vec<_>>()).unwrap()
}
