//! The runs that claims need: which variant runs at which workload, each once, however many claims
//! are tested on it. Pure: no catalogue is read and no program runs.

use results::{Pass, Placement};

use crate::book::{Book, Claim, Column, Load, Test};
use crate::figure::{Figure, Metric};

/// The role of one thread that does one task after the other: the baseline of speed-ups.
const SEQUENTIAL: &str = "sequential";
/// The end of the names of workloads that are scaled down for plain Python.
const SCALED: &str = "-cpython";

/// A variant at a workload, with a placement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Arm {
    pub(crate) placement: Placement,
    /// The name under which rows are stored.
    pub(crate) workload: String,
    pub(crate) variant: String,
}

/// An arm, and the passes in which it must run.
#[derive(Clone, Debug)]
pub(crate) struct Needed {
    pub(crate) arm: Arm,
    pub(crate) load: String,
    /// Whether the load is scaled down for plain Python.
    pub(crate) scaled: bool,
    pub(crate) timed: bool,
    pub(crate) memory: bool,
}

/// The arms from which the figure of a test is computed.
#[derive(Clone, Debug)]
pub(crate) struct Sides {
    pub(crate) numerator: Side,
    /// `None` where the figure is a metric of one arm alone.
    pub(crate) denominator: Option<Side>,
    /// Numerator and denominator again, at each further level of a crossover.
    pub(crate) further_levels: Vec<[Arm; 2]>,
}

/// One side of a ratio.
#[derive(Clone, Debug)]
pub(crate) struct Side {
    pub(crate) arm: Arm,
    /// The same variant with fewer units, for memory per unit.
    pub(crate) fewer_units: Option<Arm>,
}

impl Side {
    fn new(book: &Book, test: &Test, column: Column, role: &str, load: &str) -> Option<Side> {
        Some(Side {
            arm: arm(book, column, role, load)?,
            fewer_units: test
                .fewer_units
                .as_deref()
                .and_then(|load| arm(book, column, role, load)),
        })
    }
}

impl Sides {
    /// The sides of the ratio, the numerator first; one alone where there is no ratio.
    pub(crate) fn sides(&self) -> impl Iterator<Item = &Side> {
        std::iter::once(&self.numerator).chain(&self.denominator)
    }

    /// Every arm that must run for the test.
    pub(crate) fn arms(&self) -> impl Iterator<Item = &Arm> {
        self.sides()
            .map(|side| &side.arm)
            .chain(self.sides().filter_map(|side| side.fewer_units.as_ref()))
            .chain(self.further_levels.iter().flatten())
    }
}

/// The arms of a test in a column; `None` where the test is not tried there, or needs no runs.
pub(crate) fn sides(book: &Book, test: &Test, column: Column) -> Option<Sides> {
    if !test.columns.contains(&column) || test.figure == Figure::Lines {
        return None;
    }
    let subject = Side::new(book, test, column, &test.role, &test.load)?;
    let baseline = test.baseline.as_deref().unwrap_or(SEQUENTIAL);
    let (numerator, denominator) = match test.figure {
        // Rows hold times and not speeds, so the baseline is the numerator: half the time of the
        // baseline is a speed-up of two.
        Figure::SpeedUp | Figure::Crossover => (
            Side::new(book, test, column, baseline, &test.load)?,
            Some(subject),
        ),
        Figure::Ratio => {
            let role = test.other_role.as_deref().unwrap_or(&test.role);
            let load = test.other_load.as_deref().unwrap_or(&test.load);
            let other = Side::new(book, test, column, role, load)?;
            (subject, Some(other))
        }
        Figure::Value | Figure::Lines => (subject, None),
    };
    // A crossover with a level missing would be located between the wrong neighbours, so one level
    // that cannot be had makes the whole test impossible.
    let further_levels = test
        .further_levels
        .iter()
        .map(|load| {
            Some([
                arm(book, column, baseline, load)?,
                arm(book, column, &test.role, load)?,
            ])
        })
        .collect::<Option<_>>()?;
    Some(Sides {
        numerator,
        denominator,
        further_levels,
    })
}

fn arm(book: &Book, column: Column, role: &str, load_name: &str) -> Option<Arm> {
    let variant = book.roles.get(role)?.variant(column)?.clone();
    let load = book.loads.get(load_name)?;
    Some(Arm {
        placement: load.placement,
        workload: workload_name(load_name, load, column),
        variant,
    })
}

/// The name of a load's workload in a column. Work that is the same in all columns has one name, so
/// that columns share the runs of a variant that stands in both.
fn workload_name(load_name: &str, load: &Load, column: Column) -> String {
    if column.is_python() && !load.cpython.is_empty() {
        format!("{load_name}{SCALED}")
    } else {
        load_name.to_owned()
    }
}

/// Every arm that these claims need, each once.
pub(crate) fn needed(book: &Book, claims: &[&Claim]) -> Vec<Needed> {
    let mut arms: Vec<Needed> = Vec::new();
    for test in claims.iter().flat_map(|claim| &claim.tests) {
        for column in book.columns() {
            if let Some(sides) = sides(book, test, column) {
                for arm in sides.arms() {
                    add(&mut arms, book, arm, test.metric);
                }
            }
        }
    }
    arms
}

fn add(arms: &mut Vec<Needed>, book: &Book, arm: &Arm, metric: Metric) {
    // A run for memory is held at barriers while its memory is read, so its time counts for nothing:
    // an arm that is needed for both must run in both passes.
    let is_memory = metric.pass() == Pass::Memory;
    if let Some(known) = arms.iter_mut().find(|needed| needed.arm == *arm) {
        known.timed |= !is_memory;
        known.memory |= is_memory;
        return;
    }
    // A load may have a name that ends like a scaled one; only the start of such a name that is a
    // load itself shows that this one was scaled.
    let unscaled = arm
        .workload
        .strip_suffix(SCALED)
        .filter(|name| book.loads.contains_key(*name));
    arms.push(Needed {
        load: unscaled.unwrap_or(&arm.workload).to_owned(),
        scaled: unscaled.is_some(),
        arm: arm.clone(),
        timed: !is_memory,
        memory: is_memory,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arms_are_shared_between_claims() {
        let book = Book::open().unwrap();
        let needed_by = |labels: &[&str]| {
            let claims: Vec<&Claim> = labels.iter().map(|l| book.find(l).unwrap()).collect();
            needed(&book, &claims)
        };
        let (one, other, both) = (
            needed_by(&["C43"]),
            needed_by(&["C6"]),
            needed_by(&["C43", "C6"]),
        );
        assert!(both.len() < one.len() + other.len());
        assert!(needed_by(&["C14"]).is_empty());
    }

    #[test]
    fn a_crossover_needs_both_sides_at_every_level() {
        let book = Book::open().unwrap();
        let arms_of = |variant: &str| {
            let needed = needed(&book, &[book.find("C23").unwrap()]);
            let of_variant = needed.iter().filter(|needed| needed.arm.variant == variant);
            of_variant.count()
        };
        let claim = book.find("C23").unwrap();
        let levels = 1 + claim.tests[0].further_levels.len();
        assert_eq!(
            ["threads/sequential", "async-tokio/current-thread"].map(arms_of),
            [levels; 2]
        );
        assert!(
            u64::from(verdict::crossover::fewest_blocks(levels)) <= crate::request::MOST_BLOCKS,
            "the levels need more rounds than a load gets"
        );
    }

    #[test]
    fn work_in_plain_python_has_a_name_of_its_own() {
        let book = Book::open().unwrap();
        let needed = needed(&book, &[book.find("C6").unwrap()]);
        let named = |variant: &str| {
            let arm = needed.iter().find(|needed| needed.arm.variant == variant);
            arm.map(|needed| (needed.arm.workload.as_str(), needed.scaled))
        };
        assert_eq!(named("python/multiprocessing"), Some(("cpu-cpython", true)));
        assert_eq!(named("multiproc/pool"), Some(("cpu", false)));
    }
}
