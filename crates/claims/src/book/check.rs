//! The rules that every claim of the book obeys before anything is measured for it: its names exist,
//! its figures have what they need, and its thresholds are explained.

use anyhow::{Context as _, bail, ensure};

use crate::book::{Book, Claim, Column, Picture, Test};
use crate::figure::{Figure, Metric};

/// The most sentences and characters of what a claim means for a choice: it is read at a glance.
const MOST_SENTENCES: usize = 2;
const MOST_CHARACTERS: usize = 260;

impl Book {
    /// Checks one claim; an error says which rule it breaks.
    pub(super) fn check(&self, claim: &Claim) -> anyhow::Result<()> {
        ensure!(claim.number() > 0, "its number is not C1, C2, …");
        check_choice(&claim.choice)?;
        check_picture(claim)?;
        if claim.unmeasurable.is_some() {
            ensure!(
                claim.tests.is_empty(),
                "it has tests and cannot be measured"
            );
            return Ok(());
        }
        ensure!(
            !claim.threshold.is_empty(),
            "its thresholds are not explained"
        );
        ensure!(
            claim.expected().is_some(),
            "`free-threaded` begins with one of: Expected to hold, Expected not to hold, Expected to depend"
        );
        for column in Column::ALL {
            // A test that may be missing cannot be the only one of a column: where it is missing,
            // the column would have no verdict and no reason for that.
            ensure!(
                claim
                    .tests
                    .iter()
                    .any(|test| test.columns.contains(&column) && !test.extra),
                "nothing is tried in the column {}",
                column.name()
            );
        }
        claim.tests.iter().try_for_each(|test| {
            self.check_roles(test)?;
            self.check_loads(test)?;
            check_figure(test)?;
            check_bounds(test)
        })
    }

    fn check_roles(&self, test: &Test) -> anyhow::Result<()> {
        let names = std::iter::once(&test.role)
            .chain(&test.other_role)
            .chain(&test.baseline);
        for name in names {
            let role = self
                .roles
                .get(name)
                .with_context(|| format!("there is no role `{name}`"))?;
            let mut columns = test.columns.iter();
            if let Some(column) = columns.find(|column| role.variant(**column).is_none()) {
                bail!(
                    "the role `{name}` has nobody in the column {}",
                    column.name()
                );
            }
        }
        Ok(())
    }

    fn check_loads(&self, test: &Test) -> anyhow::Result<()> {
        let names = (test.figure != Figure::Lines)
            .then_some(&test.load)
            .into_iter()
            .chain(&test.other_load)
            .chain(&test.fewer_units)
            .chain(&test.further_levels);
        for name in names {
            ensure!(self.loads.contains_key(name), "there is no load `{name}`");
        }
        Ok(())
    }
}

/// What a claim means for a choice is one plain sentence or two.
fn check_choice(choice: &str) -> anyhow::Result<()> {
    let sentences = choice.split_terminator(". ").count();
    ensure!(
        choice.ends_with('.') && sentences <= MOST_SENTENCES,
        "`choice` is one sentence or two, and this has {sentences}: {choice:?}"
    );
    let characters = choice.chars().count();
    ensure!(
        characters <= MOST_CHARACTERS,
        "`choice` has at most {MOST_CHARACTERS} characters, and this has {characters}"
    );
    Ok(())
}

/// A picture is drawn of tests that have what it shows.
fn check_picture(claim: &Claim) -> anyhow::Result<()> {
    let Some(picture) = &claim.picture else {
        return Ok(());
    };
    let has_any = claim.tests.iter().any(|test| match picture {
        Picture::SpeedUps(_) => matches!(test.figure, Figure::SpeedUp | Figure::Crossover),
        Picture::Latencies => matches!(test.metric, Metric::P50 | Metric::P90 | Metric::Longest),
        Picture::Ratios => test.figure == Figure::Ratio,
    });
    ensure!(has_any, "`picture` shows what none of its tests is about");
    Ok(())
}

fn check_figure(test: &Test) -> anyhow::Result<()> {
    let is_crossover = test.figure == Figure::Crossover;
    let is_compared = test.other_role.is_some() || test.other_load.is_some();
    ensure!(
        test.figure != Figure::Ratio || is_compared,
        "a ratio is to something"
    );
    ensure!(
        test.figure != Figure::Lines || test.other_role.is_some(),
        "lines are compared"
    );
    let is_per_unit = test.metric == Metric::MemoryPerUnit;
    ensure!(
        is_per_unit == test.fewer_units.is_some(),
        "`less` is for memory per unit"
    );
    let parts = [
        !test.further_levels.is_empty(),
        test.setting.is_some(),
        test.factor.is_some_and(|factor| factor > 0.0),
    ];
    ensure!(
        parts == [is_crossover; 3],
        "`through`, `setting` and a `factor` above 0 are for a crossover, which needs all three"
    );
    Ok(())
}

fn check_bounds(test: &Test) -> anyhow::Result<()> {
    let has_bounds = test.at_least.is_some() || test.at_most.is_some();
    let Some(factor) = test.differs_by else {
        ensure!(has_bounds, "a test has a threshold");
        return Ok(());
    };
    ensure!(
        factor > 1.0 && test.figure == Figure::Ratio && !has_bounds,
        "`differs-by` is above 1, and the one threshold of a ratio"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is wrong with a claim of this one test.
    fn problem(test: &str) -> Option<String> {
        let book = Book::open().unwrap();
        let head = "ids = [\"C1\"]\nsection = \"\"\ntext = \"t.\"\nthreshold = \"because.\"\n\
                    free-threaded = \"Expected to hold.\"\nchoice = \"c.\"\n";
        let claim: Claim = toml::from_str(&format!("{head}[[test]]\n{test}")).unwrap();
        book.check(&claim).err().map(|error| error.to_string())
    }

    const CROSSOVER: &str = "figure = \"crossover\"\nof = \"async\"\nat = \"http-16\"\n\
        through = [\"http-16-50ms\"]\nsetting = \"latency\"\nfactor = 8.0\nat-most = 1e6\n";
    const DIFFERS: &str = "figure = \"ratio\"\nof = \"threads\"\nto = \"async\"\nat = \"cpu\"\n\
        differs-by = 1.5\n";

    #[test]
    fn a_crossover_has_its_loads_its_setting_and_its_factor() {
        assert_eq!(problem(CROSSOVER), None);
        for without in [
            "through = [\"http-16-50ms\"]\n",
            "setting = \"latency\"\n",
            "factor = 8.0\n",
        ] {
            let why = problem(&CROSSOVER.replace(without, "")).unwrap();
            assert!(why.contains("for a crossover"), "{without}{why}");
        }
        let speed_up = problem(&CROSSOVER.replace("\"crossover\"", "\"speed-up\"")).unwrap();
        assert!(speed_up.contains("for a crossover"), "{speed_up}");
        let unknown = problem(&CROSSOVER.replace("http-16-50ms", "http-17")).unwrap();
        assert_eq!(unknown, "there is no load `http-17`");
    }

    #[test]
    fn a_picture_is_of_something_that_is_tested() {
        let book = Book::open().unwrap();
        let mut claim = book.find("C29").unwrap().clone();
        assert_eq!(claim.picture, Some(Picture::Latencies));
        claim.picture = Some(Picture::SpeedUps("latency".to_owned()));
        let why = book.check(&claim).unwrap_err().to_string();
        assert!(why.contains("none of its tests is about"), "{why}");
    }

    #[test]
    fn a_choice_is_a_sentence_or_two() {
        let is_refused = |choice: &str| check_choice(choice).is_err();
        assert!(!is_refused("Take threads."));
        assert!(!is_refused("Take threads. They are lighter."));
        for choice in ["", "Take threads", "Take threads. Or tasks. Or both."] {
            assert!(is_refused(choice), "{choice}");
        }
        assert!(is_refused(&format!("{}.", "a".repeat(MOST_CHARACTERS))));
    }

    #[test]
    fn what_a_lock_or_none_means_is_said_beside_rust() {
        let book = Book::open().unwrap();
        for id in ["C7", "C9", "C12", "C13", "C30", "C43"] {
            let choice = &book.find(id).unwrap().choice;
            let says = |what: &str| choice.contains(what);
            assert!(
                says("free-threaded CPython") && says("Rust"),
                "{id}: {choice}"
            );
        }
    }

    #[test]
    fn a_difference_is_the_one_threshold_of_a_ratio() {
        assert_eq!(problem(DIFFERS), None);
        for (from, to) in [
            ("1.5", "1.0"),
            ("1.5", "1.5\nat-least = 2.0"),
            ("\"ratio\"", "\"speed-up\""),
        ] {
            let why = problem(&DIFFERS.replace(from, to)).unwrap();
            assert!(why.contains("`differs-by` is above 1"), "{to}: {why}");
        }
        let none = problem(&DIFFERS.replace("differs-by = 1.5\n", "")).unwrap();
        assert_eq!(none, "a test has a threshold");
    }
}
