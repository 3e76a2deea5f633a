//! The claims as data: what is claimed, by which test on which runs it is judged, and why the
//! threshold lies where it does. Read from `book/*.toml`; names are checked here, and thresholds are
//! never computed from figures. What a claim must be is left to `check`, judging to `judge`.

mod check;

use std::collections::BTreeMap;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use super::figure::{Figure, Metric};
use results::Placement;

/// Who takes part and at what work; then the claims, by the notes' sections.
const FILES: [(&str, &str); 6] = [
    ("arms", include_str!("book/arms.toml")),
    ("concurrency", include_str!("book/concurrency.toml")),
    ("threading", include_str!("book/threading.toml")),
    ("asyncio", include_str!("book/asyncio.toml")),
    ("processes", include_str!("book/processes.toml")),
    ("bounds", include_str!("book/bounds.toml")),
];

/// Where a claim is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Column {
    Cpython,
    Rust,
    Gil,
}

/// One thing for each column; where it is missing, there is no such thing.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Each<T> {
    pub(super) cpython: Option<T>,
    pub(super) rust: Option<T>,
    pub(super) gil: Option<T>,
}

/// A workload of the catalogue, with what is changed of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Load {
    pub(super) workload: String,
    #[serde(default)]
    pub(super) placement: Placement,
    /// Of every column.
    #[serde(default)]
    pub(super) set: BTreeMap<String, String>,
    /// Besides, where the work is plain Python, which takes a hundred times as long.
    #[serde(default)]
    pub(super) cpython: BTreeMap<String, String>,
}

/// A sentence of the notes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Claim {
    /// Its numbers: most have one.
    pub(super) ids: Vec<String>,
    /// The section of the notes.
    pub(super) section: String,
    /// In our words.
    pub(super) text: String,
    /// Why the thresholds lie where they do.
    #[serde(default)]
    pub(super) threshold: String,
    /// Why it is otherwise in Rust, where it is.
    pub(super) rust: Option<String>,
    /// Why it cannot be measured at all.
    pub(super) unmeasurable: Option<String>,
    #[serde(default, rename = "test")]
    pub(super) tests: Vec<Test>,
}

/// A figure, and what it must be for the claim to hold.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Test {
    pub(super) figure: Figure,
    #[serde(default)]
    pub(super) metric: Metric,
    /// A role.
    pub(super) of: String,
    /// A load; lines of code need none.
    #[serde(default)]
    pub(super) at: String,
    /// Whose speed is 1 in a speed-up, unless it is `sequential`.
    pub(super) than: Option<String>,
    /// What it is compared with: another role, another load, or both.
    pub(super) to: Option<String>,
    pub(super) to_at: Option<String>,
    /// With fewer units, for memory per unit.
    pub(super) less: Option<String>,
    /// The loads of a crossover besides `at`, at which the same setting has other values.
    #[serde(default)]
    pub(super) through: Vec<String>,
    /// The setting of a crossover, by its key.
    pub(super) setting: Option<String>,
    /// The speed-up that a crossover is about.
    pub(super) factor: Option<f64>,
    pub(super) at_least: Option<f64>,
    pub(super) at_most: Option<f64>,
    /// The factor by which two must differ, whichever is the larger.
    pub(super) differs_by: Option<f64>,
    /// The condition that it is about: tests of one condition are judged together.
    pub(super) when: Option<String>,
    /// Where it is tried, if not everywhere.
    #[serde(default = "everywhere")]
    pub(super) columns: Vec<Column>,
    /// Whether its program may be missing without a word on the whole.
    #[serde(default)]
    pub(super) extra: bool,
}

/// Everything.
#[derive(Clone, Debug, Default)]
pub(super) struct Book {
    pub(super) roles: BTreeMap<String, Each<String>>,
    pub(super) loads: BTreeMap<String, Load>,
    /// The files of which each variant's own code consists, as globs over names.
    pub(super) sources: BTreeMap<String, Vec<String>>,
    /// In the order of their numbers.
    pub(super) claims: Vec<Claim>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    #[serde(default, rename = "role")]
    roles: BTreeMap<String, Each<String>>,
    #[serde(default, rename = "load")]
    loads: BTreeMap<String, Load>,
    #[serde(default, rename = "source")]
    sources: BTreeMap<String, Vec<String>>,
    #[serde(default, rename = "claim")]
    claims: Vec<Claim>,
}

impl Column {
    pub(super) const ALL: [Column; 3] = [Column::Cpython, Column::Rust, Column::Gil];

    /// As tables name it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Cpython => "CPython",
            Self::Rust => "Rust",
            Self::Gil => "Rust with a GIL",
        }
    }
}

impl Test {
    /// Whether it says that something never happens.
    pub(super) fn is_never(&self) -> bool {
        self.figure == Figure::Value && self.at_most == Some(0.0)
    }
}

impl<T> Each<T> {
    pub(super) fn of(&self, column: Column) -> Option<&T> {
        match column {
            Column::Cpython => self.cpython.as_ref(),
            Column::Rust => self.rust.as_ref(),
            Column::Gil => self.gil.as_ref(),
        }
    }
}

impl Claim {
    /// `C4`, or `C32, C46`.
    pub(super) fn label(&self) -> String {
        self.ids.join(", ")
    }

    fn number(&self) -> u32 {
        let first = self.ids.first().and_then(|id| id.strip_prefix('C'));
        first.and_then(|digits| digits.parse().ok()).unwrap_or(0)
    }
}

impl Book {
    /// The claims of this program.
    pub(super) fn open() -> anyhow::Result<Book> {
        let mut book = Book::default();
        for (name, text) in FILES {
            let page: Page = toml::from_str(text).with_context(|| format!("claims: {name}"))?;
            book.roles.extend(page.roles);
            book.loads.extend(page.loads);
            book.sources.extend(page.sources);
            book.claims.extend(page.claims);
        }
        book.claims.sort_by_key(Claim::number);
        for claim in &book.claims {
            book.check(claim)
                .with_context(|| format!("claims: {}", claim.label()))?;
        }
        Ok(book)
    }

    /// The claim that has this number, however it is typed.
    pub(super) fn find(&self, typed: &str) -> Option<&Claim> {
        let wanted = typed.to_uppercase();
        let is_it = |id: &String| *id == wanted || id.strip_prefix('C') == Some(&wanted);
        self.claims.iter().find(|claim| claim.ids.iter().any(is_it))
    }
}

fn everywhere() -> Vec<Column> {
    Column::ALL.to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_claim_of_the_notes_is_there_once() {
        let book = Book::open().unwrap();
        let mut ids: Vec<u32> = Vec::new();
        for id in book.claims.iter().flat_map(|claim| &claim.ids) {
            ids.push(id.strip_prefix('C').unwrap().parse().unwrap());
        }
        ids.sort_unstable();
        assert_eq!(ids, (1..=50).collect::<Vec<u32>>());
    }

    #[test]
    fn only_two_claims_cannot_be_measured_as_they_stand() {
        let book = Book::open().unwrap();
        let unmeasurable = book
            .claims
            .iter()
            .filter(|claim| claim.unmeasurable.is_some());
        let labels: Vec<String> = unmeasurable.map(Claim::label).collect();
        assert_eq!(labels, ["C14", "C26"]);
    }

    #[test]
    fn every_role_and_load_is_used_and_every_text_ends_as_a_sentence() {
        let book = Book::open().unwrap();
        let tests = || book.claims.iter().flat_map(|claim| &claim.tests);
        for role in book.roles.keys().filter(|role| *role != "sequential") {
            let is_it = |named: &Option<String>| named.as_ref() == Some(role);
            let names = |test: &Test| test.of == *role || is_it(&test.to) || is_it(&test.than);
            let used = tests().any(names);
            assert!(used, "{role}");
        }
        for load in book.loads.keys() {
            let uses = |test: &Test| {
                let others = test.to_at.iter().chain(&test.less).chain(&test.through);
                test.at == *load || others.into_iter().any(|at| at == load)
            };
            assert!(tests().any(uses), "{load}");
        }
        for claim in &book.claims {
            let texts = [
                Some(&claim.text),
                claim.rust.as_ref(),
                claim.unmeasurable.as_ref(),
            ];
            let ends = |text: &&String| text.ends_with('.');
            assert!(
                texts.into_iter().flatten().all(|text| ends(&text)),
                "{}",
                claim.label()
            );
        }
    }

    #[test]
    fn numbers_are_found_as_they_are_typed() {
        let book = Book::open().unwrap();
        for typed in ["C4", "c4", "4"] {
            assert_eq!(book.find(typed).unwrap().label(), "C4");
        }
        assert!(book.find("C51").is_none() && book.find("").is_none());
    }
}
