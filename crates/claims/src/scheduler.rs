//! Which loads the next block measures: those of the figures that are least precise, until all are as precise as
//! asked or the time is over.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use results::{Pass, Placement, Row, RunFile, Stored};

use verdict::crossover;

use crate::book::{Book, Claim, Column, Test};
use crate::evidence::Evidence;
use crate::figure::Figure;
use crate::plan::sides;
use crate::request::{PATIENCE, PRECISION};
use crate::width::half_width;

/// A block that costs no more than this is cheap, in milliseconds.
const CHEAP_MS: f64 = 1000.0;

/// The scheduler of one comparison.
pub(crate) struct ByWidth<'a> {
    book: &'a Book,
    questions: Vec<Question<'a>>,
    placement: Placement,
    /// What was measured so far, in this comparison and in those before it.
    evidence: &'a mut Evidence,
}

/// A test in a column, with the names of the workloads that its figure is computed from in this placement.
struct Question<'a> {
    test: &'a Test,
    column: Column,
    workloads: Vec<String>,
}

impl Question<'_> {
    /// What a block of all its workloads costs, in milliseconds.
    fn cost(&self, costs: &BTreeMap<&str, f64>) -> f64 {
        let names: BTreeSet<&str> = self.workloads.iter().map(String::as_str).collect();
        names.iter().filter_map(|name| costs.get(name)).sum()
    }
}

impl<'a> ByWidth<'a> {
    /// A scheduler for the tests of these claims that are timed in this placement.
    pub(crate) fn new(
        book: &'a Book,
        claims: &[&'a Claim],
        placement: Placement,
        evidence: &'a mut Evidence,
    ) -> ByWidth<'a> {
        let mut questions = Vec::new();
        for test in claims.iter().flat_map(|claim| &claim.tests) {
            if test.metric.pass() != Pass::Measured {
                continue;
            }
            for column in book.columns() {
                let arms = sides(book, test, column);
                let workloads: Vec<String> = arms
                    .iter()
                    .flat_map(|sides| sides.arms())
                    .filter(|arm| arm.placement == placement)
                    .map(|arm| arm.workload.clone())
                    .collect();
                if !workloads.is_empty() {
                    questions.push(Question {
                        test,
                        column,
                        workloads,
                    });
                }
            }
        }
        ByWidth {
            book,
            questions,
            placement,
            evidence,
        }
    }

    /// Takes over what was measured since the last call.
    fn read(&mut self, run: &RunFile, rows: &[Row]) {
        let comparisons = &mut self.evidence.comparisons;
        if comparisons
            .last()
            .is_none_or(|(placement, _)| *placement != self.placement)
        {
            let stored = Stored {
                path: PathBuf::new(),
                run: run.clone(),
                rows: Vec::new(),
            };
            comparisons.push((self.placement, stored));
        }
        if let Some((_, stored)) = comparisons.last_mut() {
            stored.run = run.clone();
            stored.rows.extend_from_slice(&rows[stored.rows.len()..]);
        }
    }

    /// The fewest blocks of a workload, if an interval needs so many: a crossover needs more.
    fn fewest(&self, workload: &str, for_interval: u64) -> u64 {
        let crossovers = self.questions.iter().filter(|question| {
            question.test.figure == Figure::Crossover
                && question.workloads.iter().any(|name| name == workload)
        });
        let needed = crossovers.map(|question| {
            u64::from(crossover::fewest_blocks(
                question.test.further_levels.len() + 1,
            ))
        });
        needed.chain([for_interval]).max().unwrap_or(for_interval)
    }

    /// The workloads of every figure that is wider than asked, those of the widest first. Where it is less than
    /// half as wide as the widest, its blocks must be cheap: a block of everything would narrow little in the
    /// time that there is.
    fn imprecise(&self, costs: &BTreeMap<&str, f64>) -> Vec<&str> {
        let mut wide: Vec<(f64, &Question<'_>)> = self
            .questions
            .iter()
            .filter_map(|question| {
                let width = half_width(
                    self.book,
                    question.test,
                    question.column,
                    self.placement,
                    self.evidence,
                )?;
                (width > PRECISION).then_some((width, question))
            })
            .collect();
        wide.sort_by(|(one, _), (other, _)| other.total_cmp(one));
        if let Some((widest, _)) = wide.first().copied() {
            wide.retain(|(width, question)| {
                *width >= widest / 2.0 || question.cost(costs) <= CHEAP_MS
            });
        }
        let mut workloads: Vec<&str> = Vec::new();
        for name in wide.iter().flat_map(|(_, question)| &question.workloads) {
            if !workloads.contains(&name.as_str()) {
                workloads.push(name);
            }
        }
        workloads
    }
}

impl compare::Scheduler for ByWidth<'_> {
    fn next(&mut self, run: &RunFile, rows: &[Row], blocks: &[u64], spent: Duration) -> Vec<usize> {
        let (fewest, most) = (run.options.fewest_blocks, run.options.blocks);
        let is_fixed = fewest >= most;
        let below: Vec<usize> = (0..blocks.len())
            .filter(|place| {
                let name = &run.workloads[*place].workload.name;
                let needed = if is_fixed {
                    fewest
                } else {
                    self.fewest(name, fewest)
                };
                blocks[*place] < needed
            })
            .collect();
        if !below.is_empty() || is_fixed {
            return below;
        }
        self.read(run, rows);
        let of_rounds = costs(rows);
        let mut left = run.options.budget_ms.map_or(f64::INFINITY, |budget| {
            budget as f64 / PATIENCE - spent.as_millis() as f64
        });
        let mut workloads = Vec::new();
        for name in self.imprecise(&of_rounds) {
            let place = run
                .workloads
                .iter()
                .position(|record| record.workload.name == name);
            let cost = of_rounds.get(name).copied().unwrap_or(0.0);
            if let Some(place) = place.filter(|place| blocks[*place] < most && cost <= left) {
                left -= cost;
                workloads.push(place);
            }
        }
        workloads
    }
}

/// The time that a block of each workload has taken on average, in milliseconds.
fn costs(rows: &[Row]) -> BTreeMap<&str, f64> {
    let mut spent: BTreeMap<&str, (u64, Vec<u64>)> = BTreeMap::new();
    for row in rows {
        if let Row::Run(run) = row
            && run.pass == Pass::Measured
        {
            let (total_ms, blocks) = spent.entry(&run.workload).or_default();
            *total_ms += run.took_ms;
            if blocks.last() != Some(&run.block) {
                blocks.push(run.block);
            }
        }
    }
    spent
        .into_iter()
        .map(|(name, (total_ms, blocks))| (name, total_ms as f64 / blocks.len() as f64))
        .collect()
}

#[cfg(test)]
#[path = "scheduler_test.rs"]
mod tests;
