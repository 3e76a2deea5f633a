//! The claims as data, read from `book/*.toml`: what is claimed, by which tests on which runs it is
//! judged, and why the thresholds lie where they do.

mod check;
mod interpreter;

use std::collections::BTreeMap;

use anyhow::Context as _;
use results::Placement;
use serde::{Deserialize, Serialize};

use crate::figure::{Figure, Metric};
use crate::free_threaded::FreeThreaded;
use crate::outcome::Verdict;

/// The files of the book: first the roles, loads and sources, then the claims by the notes' sections.
const FILES: [(&str, &str); 6] = [
    ("arms", include_str!("book/arms.toml")),
    ("concurrency", include_str!("book/concurrency.toml")),
    ("threading", include_str!("book/threading.toml")),
    ("asyncio", include_str!("book/asyncio.toml")),
    ("processes", include_str!("book/processes.toml")),
    ("bounds", include_str!("book/bounds.toml")),
];

/// The world in which a claim is tested: a column of the table of verdicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Column {
    Cpython,
    /// CPython built without its global interpreter lock.
    FreeThreaded,
    Rust,
    /// Rust under an emulated global interpreter lock.
    Gil,
}

/// The variant that stands for a role, such as `threads`, in each column; `None` where there is no
/// such variant.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Role {
    pub(crate) cpython: Option<String>,
    #[serde(rename = "free-threaded")]
    pub(crate) free_threaded: Option<String>,
    pub(crate) rust: Option<String>,
    pub(crate) gil: Option<String>,
}

/// A workload of the catalogue with changed settings.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Load {
    pub(crate) workload: String,
    #[serde(default)]
    pub(crate) placement: Placement,
    /// The settings that are changed in every column.
    #[serde(default)]
    pub(crate) set: BTreeMap<String, String>,
    /// Further changes for the columns of CPython, where plain Python takes a hundred times as long.
    #[serde(default)]
    pub(crate) cpython: BTreeMap<String, String>,
}

/// A sentence of the notes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Claim {
    /// Its numbers; most claims have one.
    pub(crate) ids: Vec<String>,
    /// The section of the notes that it comes from.
    pub(crate) section: String,
    /// The claim in our words.
    pub(crate) text: String,
    /// The reasons for the thresholds of its tests.
    #[serde(default)]
    pub(crate) threshold: String,
    /// Why the result differs in Rust, where it does.
    pub(crate) rust: Option<String>,
    /// The expectation for free-threaded CPython, written down before it was measured; nothing only where the
    /// claim cannot be measured.
    #[serde(default, rename = "free-threaded")]
    pub(crate) free_threaded: String,
    /// What the figures mean for someone who chooses a model.
    pub(crate) choice: String,
    /// Why it cannot be measured at all, where it cannot.
    pub(crate) unmeasurable: Option<String>,
    /// What is drawn of it, where a picture tells more than its figures.
    pub(crate) picture: Option<Picture>,
    #[serde(default, rename = "test")]
    pub(crate) tests: Vec<Test>,
}

/// What is drawn of a claim.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Picture {
    /// The speed-ups of its tests over the setting of this name.
    SpeedUps(String),
    /// The latencies that its tests are about, as the part of what is served within a time.
    Latencies,
    /// The ratios of its tests beside their thresholds.
    Ratios,
}

/// A figure, and the threshold that it must meet for the claim to hold.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Test {
    pub(crate) figure: Figure,
    #[serde(default)]
    pub(crate) metric: Metric,
    /// The role that the test is about.
    #[serde(rename = "of")]
    pub(crate) role: String,
    /// The load at which that role runs; a test on lines of code needs none.
    #[serde(default, rename = "at")]
    pub(crate) load: String,
    /// The role whose speed counts as 1 in a speed-up; `None` for `sequential`.
    #[serde(rename = "than")]
    pub(crate) baseline: Option<String>,
    /// The role in the denominator of a ratio; `None` for the same role at another load.
    #[serde(rename = "to")]
    pub(crate) other_role: Option<String>,
    /// The load in the denominator of a ratio; `None` for the same load.
    #[serde(rename = "to-at")]
    pub(crate) other_load: Option<String>,
    /// A load with fewer units, from which memory per unit is derived.
    #[serde(rename = "less")]
    pub(crate) fewer_units: Option<String>,
    /// The further levels of a crossover: loads that differ from `load` in one setting alone.
    #[serde(default, rename = "through")]
    pub(crate) further_levels: Vec<String>,
    /// The key of the setting in which the levels of a crossover differ.
    pub(crate) setting: Option<String>,
    /// The speed-up that a crossover is about.
    pub(crate) factor: Option<f64>,
    pub(crate) at_least: Option<f64>,
    pub(crate) at_most: Option<f64>,
    /// The factor by which numerator and denominator must differ, whichever is the larger.
    pub(crate) differs_by: Option<f64>,
    /// The condition that the test is about; tests of one condition are judged together.
    pub(crate) when: Option<String>,
    /// The columns in which it is tried, where they are shown; all of them unless said otherwise.
    #[serde(default = "everywhere")]
    pub(crate) columns: Vec<Column>,
    /// Whether the claim can hold although this test could not be measured.
    #[serde(default)]
    pub(crate) extra: bool,
}

/// All claims, and what their tests refer to by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Book {
    pub(crate) roles: BTreeMap<String, Role>,
    pub(crate) loads: BTreeMap<String, Load>,
    /// The files of each variant's own code, as globs below the root of the workspace.
    pub(crate) sources: BTreeMap<String, Vec<String>>,
    /// The models of the column of free-threaded CPython; `None` where there is no such column.
    pub(crate) free_threaded: Option<FreeThreaded>,
    /// The claims in the order of their numbers.
    pub(crate) claims: Vec<Claim>,
}

/// One file of the book.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    #[serde(default, rename = "role")]
    roles: BTreeMap<String, Role>,
    #[serde(default, rename = "load")]
    loads: BTreeMap<String, Load>,
    #[serde(default, rename = "source")]
    sources: BTreeMap<String, Vec<String>>,
    #[serde(default, rename = "claim")]
    claims: Vec<Claim>,
}

impl Column {
    pub(crate) const ALL: [Column; 4] = [
        Column::Cpython,
        Column::FreeThreaded,
        Column::Rust,
        Column::Gil,
    ];

    /// The heading of the column in tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Cpython => "CPython",
            Self::FreeThreaded => "CPython, no GIL",
            Self::Rust => "Rust",
            Self::Gil => "Rust, emulated GIL",
        }
    }

    /// A name for places with little room.
    pub(crate) fn short_name(self) -> &'static str {
        match self {
            Self::Cpython => "CPython",
            Self::FreeThreaded => "no GIL",
            Self::Rust => "Rust",
            Self::Gil => "Rust+GIL",
        }
    }

    /// Whether its programs are in plain Python, for which loads are scaled down.
    pub(crate) fn is_python(self) -> bool {
        matches!(self, Self::Cpython | Self::FreeThreaded)
    }
}

impl Test {
    /// Whether the test is that something never happens, such as a lost increment.
    pub(crate) fn is_never(&self) -> bool {
        self.figure == Figure::Value && self.at_most == Some(0.0)
    }
}

impl Role {
    /// The variant that stands for the role in a column.
    pub(crate) fn variant(&self, column: Column) -> Option<&String> {
        match column {
            Column::Cpython => self.cpython.as_ref(),
            Column::FreeThreaded => self.free_threaded.as_ref(),
            Column::Rust => self.rust.as_ref(),
            Column::Gil => self.gil.as_ref(),
        }
    }
}

impl Claim {
    /// The numbers in one text: `C4`, or `C32, C46`. It identifies the claim in stored runs.
    pub(crate) fn label(&self) -> String {
        self.ids.join(", ")
    }

    /// The verdict that is expected of free-threaded CPython; `None` where the claim cannot be measured.
    pub(crate) fn expected(&self) -> Option<Verdict> {
        let beginnings = [
            ("Expected to hold", Verdict::Holds),
            ("Expected not to hold", Verdict::DoesNotHold),
            ("Expected to depend", Verdict::Depends),
        ];
        beginnings
            .into_iter()
            .find(|(beginning, _)| self.free_threaded.starts_with(beginning))
            .map(|(_, verdict)| verdict)
    }

    fn number(&self) -> u32 {
        self.ids
            .first()
            .and_then(|id| id.strip_prefix('C')?.parse().ok())
            .unwrap_or(0)
    }
}

impl Book {
    /// Reads the book that is compiled into this program, and checks every claim.
    pub(crate) fn open() -> anyhow::Result<Book> {
        let mut book = Book::default();
        for (name, text) in FILES {
            let page: Page = toml::from_str(text).with_context(|| format!("claims: {name}"))?;
            book.roles.extend(page.roles);
            book.loads.extend(page.loads);
            book.sources.extend(page.sources);
            book.claims.extend(page.claims);
        }
        book.claims.sort_by_key(Claim::number);
        // Claims are checked once all files are read, since roles and loads lie in a file of their own.
        for claim in &book.claims {
            book.check(claim)
                .with_context(|| format!("claims: {}", claim.label()))?;
        }
        Ok(book)
    }

    /// The columns of its tables: that of free-threaded CPython only where there is such an interpreter.
    pub(crate) fn columns(&self) -> Vec<Column> {
        let mut columns = Column::ALL.to_vec();
        columns.retain(|column| *column != Column::FreeThreaded || self.free_threaded.is_some());
        columns
    }

    /// The claim that has this number, typed as `C4`, `c4` or `4`.
    pub(crate) fn find(&self, typed: &str) -> Option<&Claim> {
        let wanted = typed.to_uppercase();
        self.claims.iter().find(|claim| {
            claim
                .ids
                .iter()
                .any(|id| *id == wanted || id.strip_prefix('C') == Some(&wanted))
        })
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
            let names = |test: &Test| {
                test.role == *role || is_it(&test.other_role) || is_it(&test.baseline)
            };
            let used = tests().any(names);
            assert!(used, "{role}");
        }
        for load in book.loads.keys() {
            let uses = |test: &Test| {
                let others = test
                    .other_load
                    .iter()
                    .chain(&test.fewer_units)
                    .chain(&test.further_levels);
                test.load == *load || others.into_iter().any(|other| other == load)
            };
            assert!(tests().any(uses), "{load}");
        }
        for claim in &book.claims {
            let texts = [
                Some(&claim.text),
                Some(&claim.choice),
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
