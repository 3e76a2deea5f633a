//! From claims to runs: which variants are needed at which work, each once, however many claims are
//! tested on it. Pure; looking things up and measuring is left to `measure`.

use super::book::{Book, Claim, Column, Load, Test};
use super::figure::{Figure, Metric};
use results::{Pass, Placement};

/// One thread that does one task after the other.
const SEQUENTIAL: &str = "sequential";
/// Of the names of work that is scaled down for plain Python.
const SCALED: &str = "-cpython";

/// A variant at some work, in one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Arm {
    pub(super) placement: Placement,
    /// The name under which rows are kept.
    pub(super) workload: String,
    pub(super) variant: String,
}

/// An arm, and for which passes it is needed.
#[derive(Clone, Debug)]
pub(super) struct Needed {
    pub(super) arm: Arm,
    pub(super) load: String,
    /// Whether it is the work of plain Python.
    pub(super) scaled: bool,
    pub(super) timed: bool,
    pub(super) memory: bool,
}

/// The two sides of a test; one side alone where a metric is taken by itself.
#[derive(Clone, Debug)]
pub(super) struct Sides {
    pub(super) over: Arm,
    pub(super) under: Option<Arm>,
    /// The same as the sides with fewer units, for memory per unit.
    pub(super) less: Vec<Arm>,
    /// Both sides again, at the other levels of a crossover.
    pub(super) rest: Vec<[Arm; 2]>,
}

impl Sides {
    pub(super) fn all(&self) -> impl Iterator<Item = &Arm> {
        let sides = std::iter::once(&self.over).chain(&self.under);
        sides.chain(&self.less).chain(self.rest.iter().flatten())
    }
}

/// The arms of a test in a column; nothing where it is not tried there, or needs no runs.
pub(super) fn sides(book: &Book, test: &Test, column: Column) -> Option<Sides> {
    if !test.columns.contains(&column) || test.figure == Figure::Lines {
        return None;
    }
    let arm = |role: &str, load: &str| arm(book, role, load, column);
    let of = arm(&test.of, &test.at)?;
    let less = |role: &str| arm(role, test.less.as_deref()?);
    let other = test.to.as_deref().unwrap_or(&test.of);
    let than = test.than.as_deref().unwrap_or(SEQUENTIAL);
    let (over, under, roles) = match test.figure {
        Figure::SpeedUp | Figure::Crossover => (arm(than, &test.at)?, Some(of), vec![]),
        Figure::Ratio => {
            let at = test.to_at.as_deref().unwrap_or(&test.at);
            (of, Some(arm(other, at)?), vec![test.of.as_str(), other])
        }
        Figure::Value | Figure::Lines => (of, None, vec![test.of.as_str()]),
    };
    let less = roles.into_iter().filter_map(less).collect();
    let level = |load: &String| Some([arm(than, load)?, arm(&test.of, load)?]);
    let rest = test.through.iter().map(level).collect::<Option<_>>()?;
    Some(Sides {
        over,
        under,
        less,
        rest,
    })
}

fn arm(book: &Book, role: &str, load: &str, column: Column) -> Option<Arm> {
    let variant = book.roles.get(role)?.of(column)?.clone();
    let of_load = book.loads.get(load)?;
    Some(Arm {
        placement: of_load.placement,
        workload: name(load, of_load, column),
        variant,
    })
}

/// Work that is the same in all columns has one name.
fn name(load: &str, of_load: &Load, column: Column) -> String {
    match is_scaled(of_load, column) {
        true => format!("{load}{SCALED}"),
        false => load.to_owned(),
    }
}

fn is_scaled(load: &Load, column: Column) -> bool {
    column == Column::Cpython && !load.cpython.is_empty()
}

/// Everything that these claims need.
pub(super) fn needed(book: &Book, claims: &[&Claim]) -> Vec<Needed> {
    let mut all: Vec<Needed> = Vec::new();
    for test in claims.iter().flat_map(|claim| &claim.tests) {
        for column in Column::ALL {
            let sides = sides(book, test, column);
            for arm in sides.iter().flat_map(Sides::all) {
                add(&mut all, book, arm, test.metric);
            }
        }
    }
    all
}

fn add(all: &mut Vec<Needed>, book: &Book, arm: &Arm, metric: Metric) {
    let (timed, memory) = match metric.pass() {
        Pass::Memory => (false, true),
        _ => (true, false),
    };
    if let Some(known) = all.iter_mut().find(|needed| needed.arm == *arm) {
        known.timed |= timed;
        known.memory |= memory;
        return;
    }
    let plain = arm.workload.strip_suffix(SCALED);
    let plain = plain.filter(|name| book.loads.contains_key(*name));
    all.push(Needed {
        load: plain.unwrap_or(&arm.workload).to_owned(),
        scaled: plain.is_some(),
        arm: arm.clone(),
        timed,
        memory,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arms_are_shared_between_claims() {
        let book = Book::open().unwrap();
        let of = |labels: &[&str]| {
            let claims: Vec<&Claim> = labels.iter().map(|l| book.find(l).unwrap()).collect();
            needed(&book, &claims)
        };
        let (one, other, both) = (of(&["C43"]), of(&["C6"]), of(&["C43", "C6"]));
        assert!(both.len() < one.len() + other.len());
        assert!(of(&["C14"]).is_empty());
    }

    #[test]
    fn everything_together_is_a_matter_of_minutes() {
        let book = Book::open().unwrap();
        let all = needed(&book, &book.claims.iter().collect::<Vec<_>>());
        // A run takes a quarter of a second on average, and timed arms run in nine blocks.
        let timed = all.iter().filter(|needed| needed.timed).count();
        let memory = all.iter().filter(|needed| needed.memory).count();
        let seconds = (9 * timed + 8 * memory) as f64 / 4.0;
        assert!(
            seconds < 480.0,
            "{timed} timed arms and {memory} for memory: {seconds} s"
        );
    }

    #[test]
    fn a_crossover_needs_both_sides_at_every_level() {
        let book = Book::open().unwrap();
        let of = |variant: &str| {
            let needed = needed(&book, &[book.find("C23").unwrap()]);
            let of_variant = needed.iter().filter(|needed| needed.arm.variant == variant);
            of_variant.count()
        };
        let claim = book.find("C23").unwrap();
        let levels = 1 + claim.tests[0].through.len();
        assert_eq!(
            ["threads/sequential", "async-tokio/current-thread"].map(of),
            [levels; 2]
        );
        assert_eq!(
            u64::from(verdict::crossover::fewest_blocks(levels)),
            crate::request::BLOCKS,
            "as many blocks as the levels need"
        );
    }

    #[test]
    fn work_in_plain_python_has_a_name_of_its_own() {
        let book = Book::open().unwrap();
        let needed = needed(&book, &[book.find("C6").unwrap()]);
        let named = |variant: &str| {
            let found = needed.iter().find(|needed| needed.arm.variant == variant);
            found.map(|needed| (needed.arm.workload.as_str(), needed.scaled))
        };
        assert_eq!(named("python/multiprocessing"), Some(("cpu-cpython", true)));
        assert_eq!(named("multiproc/pool"), Some(("cpu", false)));
    }
}
