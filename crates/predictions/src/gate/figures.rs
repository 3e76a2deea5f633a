//! What the gate is about: how far predictions are from what was measured, and what a choice by them costs.

use std::collections::BTreeMap;

use predict::{Prediction, choose};
use serde::Serialize;

/// What a time is to be within.
const TIME: f64 = 0.15;
/// The same of CPU a task.
const CPU: f64 = 0.25;
/// A choice that is this close to the measured best is a good one.
const GOOD: f64 = 0.05;
/// Variants whose predicted times are as close as this are chosen among by CPU.
const AS_GOOD: f64 = 1.02;
/// The choice of who knows nothing of the work.
const CONSTANT: &str = "async-tokio/multi-thread";
/// The choice by a rule of thumb for work that does not wait.
const FOR_COMPUTATION: &str = "threads/pool";

/// One variant at one workload: seconds a task, measured, and the prediction.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub(super) workload: String,
    pub(super) variant: String,
    /// Seconds that a task waits.
    pub(super) waits: f64,
    pub(super) time: f64,
    pub(super) cpu: f64,
    /// The medians of the times of every second round, from the first and from the second on; `None` where there is one round.
    pub(super) halves: Option<[f64; 2]>,
    pub(super) prediction: Prediction,
}

impl Cell {
    pub(super) fn error(&self) -> f64 {
        self.prediction.time.value / self.time - 1.0
    }
}

/// How many predictions were asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    /// The predictions of all drawn workloads, also of those that were drawn and not taken.
    pub(super) all: usize,
    /// Those of them that were refused.
    pub(super) refused: usize,
    /// What was to be measured.
    pub(super) to_measure: usize,
}

/// Parts are from 0 to 1; `None` where there is nothing to take one of.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Figures {
    /// Measured times, and the part of predictions within 15 % of them.
    pub(super) times: usize,
    pub(super) within_15: Option<f64>,
    pub(super) median_error: Option<f64>,
    /// The part of times within 15 % where one half of the rounds predicts the other: what the machine lets anybody reach.
    pub(super) halves_within_15: Option<f64>,
    /// How often the 90 % intervals cover times, and CPU where that is predicted.
    pub(super) covered: Option<f64>,
    pub(super) cpu_covered: Option<f64>,
    /// The part of predicted CPU figures within 25 %, and the part that is not predicted.
    pub(super) cpu_within_25: Option<f64>,
    pub(super) cpu_refused: Option<f64>,
    /// The part of all predictions of drawn workloads that was refused.
    pub(super) refused: Option<f64>,
    /// Predictions whose runs failed, so that they are held against nothing.
    pub(super) failed: usize,
    /// How often the measured best is among those that are not told apart from the predicted best.
    pub(super) best_is_candidate: Option<f64>,
    pub(super) by_prediction: Choices,
    /// The same variant whatever the work is.
    pub(super) by_constant: Choices,
    /// That variant where tasks wait longer than they compute, a pool of threads elsewhere.
    pub(super) by_rule_of_thumb: Choices,
}

/// What choices by one rule come to.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct Choices {
    pub(super) workloads: usize,
    /// Within 5 % of the measured best.
    pub(super) good: usize,
    /// How much longer what was chosen takes than the best, on average.
    pub(super) mean_regret: Option<f64>,
}

impl Choices {
    /// The choices of a rule, each as the time of the chosen over that of the best, less 1.
    fn of(regrets: &[f64]) -> Choices {
        Choices {
            workloads: regrets.len(),
            good: regrets.iter().filter(|regret| **regret <= GOOD).count(),
            mean_regret: mean(regrets),
        }
    }
}

impl Figures {
    /// The figures of these cells, where so many predictions were asked for.
    pub(super) fn of(cells: &[Cell], asked: Asked) -> Figures {
        let errors: Vec<f64> = cells.iter().map(|cell| cell.error().abs()).collect();
        let cpu: Vec<(&Cell, predict::Estimate)> = cells
            .iter()
            .filter_map(|cell| Some((cell, *cell.prediction.cpu.as_ref().ok()?)))
            .collect();
        let halves: Vec<[f64; 2]> = cells.iter().filter_map(|cell| cell.halves).collect();
        let workloads = by_workload(cells);
        Figures {
            times: cells.len(),
            within_15: part(&errors, |error| *error <= TIME),
            median_error: verdict::median(&errors).ok(),
            halves_within_15: part(&halves, |[one, other]| (one / other - 1.0).abs() <= TIME),
            covered: part(cells, |cell| cell.prediction.time.covers(cell.time)),
            cpu_covered: part(&cpu, |(cell, its)| its.covers(cell.cpu)),
            cpu_within_25: part(&cpu, |(cell, its)| {
                (its.value / cell.cpu - 1.0).abs() <= CPU
            }),
            cpu_refused: part(cells, |cell| cell.prediction.cpu.is_err()),
            refused: (asked.all > 0).then(|| asked.refused as f64 / asked.all as f64),
            failed: asked.to_measure.saturating_sub(cells.len()),
            best_is_candidate: part(&workloads, |cells| best_is_candidate(cells)),
            by_prediction: Choices::of(&regrets(&workloads, predicted_choice)),
            by_constant: Choices::of(&regrets(&workloads, |cells| named(cells, CONSTANT))),
            by_rule_of_thumb: Choices::of(&regrets(&workloads, rule_of_thumb)),
        }
    }
}

fn part<T>(all: &[T], is_meant: impl Fn(&T) -> bool) -> Option<f64> {
    let count = all.iter().filter(|one| is_meant(one)).count();
    (!all.is_empty()).then(|| count as f64 / all.len() as f64)
}

fn mean(all: &[f64]) -> Option<f64> {
    (!all.is_empty()).then(|| all.iter().sum::<f64>() / all.len() as f64)
}

fn by_workload(cells: &[Cell]) -> Vec<Vec<&Cell>> {
    let mut all: BTreeMap<&str, Vec<&Cell>> = BTreeMap::new();
    for cell in cells {
        all.entry(&cell.workload).or_default().push(cell);
    }
    all.into_values().collect()
}

/// What a rule's choices cost, where the variant that it names was measured.
fn regrets<'a>(
    workloads: &[Vec<&'a Cell>],
    rule: impl Fn(&[&'a Cell]) -> Option<&'a Cell>,
) -> Vec<f64> {
    let chosen = workloads.iter().filter_map(|cells| {
        let best = measured_best(cells)?.time;
        Some(rule(cells)?.time / best - 1.0)
    });
    chosen.collect()
}

fn measured_best<'a>(cells: &[&'a Cell]) -> Option<&'a Cell> {
    let all = cells.iter().copied();
    all.min_by(|a, b| a.time.total_cmp(&b.time))
}

fn named<'a>(cells: &[&'a Cell], variant: &str) -> Option<&'a Cell> {
    cells.iter().copied().find(|cell| cell.variant == variant)
}

/// The one with the least predicted CPU of those that are predicted to be done first, give or take 2 %.
fn predicted_choice<'a>(cells: &[&'a Cell]) -> Option<&'a Cell> {
    let times = cells.iter().map(|cell| cell.prediction.time.value);
    let first = times.fold(f64::INFINITY, f64::min);
    let near = cells
        .iter()
        .copied()
        .filter(|cell| cell.prediction.time.value <= first * AS_GOOD);
    near.min_by(|a, b| predicted_cpu(a).total_cmp(&predicted_cpu(b)))
}

fn predicted_cpu(cell: &Cell) -> f64 {
    let cpu = cell.prediction.cpu.as_ref();
    cpu.map_or(f64::INFINITY, |cpu| cpu.value)
}

/// An asynchronous runtime where tasks wait longer than they compute, threads elsewhere.
fn rule_of_thumb<'a>(cells: &[&'a Cell]) -> Option<&'a Cell> {
    let pool = named(cells, FOR_COMPUTATION)?;
    let is_waiting = pool.waits > pool.cpu;
    named(
        cells,
        if is_waiting {
            CONSTANT
        } else {
            FOR_COMPUTATION
        },
    )
}

fn best_is_candidate(cells: &[&Cell]) -> bool {
    let predictions: Vec<(String, Prediction)> = cells
        .iter()
        .map(|cell| (cell.variant.clone(), cell.prediction.clone()))
        .collect();
    let best = measured_best(cells).map(|cell| &cell.variant);
    choose(&predictions)
        .zip(best)
        .is_some_and(|(choice, best)| choice.candidates.contains(best))
}

#[cfg(test)]
#[path = "figures_test.rs"]
mod tests;
