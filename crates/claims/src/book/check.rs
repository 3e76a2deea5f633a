//! What a claim must be before anything is measured for it: every name is that of something, every
//! figure has what it needs, and every threshold is explained.

use anyhow::{Context as _, bail, ensure};

use super::{Book, Claim, Column, Figure, Metric, Test};

impl Book {
    pub(super) fn check(&self, claim: &Claim) -> anyhow::Result<()> {
        ensure!(claim.number() > 0, "its number is not C1, C2, …");
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
        for column in Column::ALL {
            let is_tried = |test: &Test| test.columns.contains(&column) && !test.extra;
            let tried = claim.tests.iter().any(is_tried);
            ensure!(tried, "nothing is tried in the column {}", column.name());
        }
        claim.tests.iter().try_for_each(|test| {
            self.check_roles(test)?;
            self.check_loads(test)?;
            check_figure(test)?;
            check_bounds(test)
        })
    }

    fn check_roles(&self, test: &Test) -> anyhow::Result<()> {
        let roles = [Some(&test.of), test.to.as_ref(), test.than.as_ref()];
        for role in roles.into_iter().flatten() {
            let each = self.roles.get(role);
            let each = each.with_context(|| format!("there is no role `{role}`"))?;
            let mut columns = test.columns.iter();
            if let Some(column) = columns.find(|column| each.of(**column).is_none()) {
                bail!(
                    "the role `{role}` has nobody in the column {}",
                    column.name()
                );
            }
        }
        Ok(())
    }

    fn check_loads(&self, test: &Test) -> anyhow::Result<()> {
        let at = (test.figure != Figure::Lines).then_some(&test.at);
        let loads = at.into_iter().chain(&test.to_at).chain(&test.less);
        for load in loads.chain(&test.through) {
            ensure!(self.loads.contains_key(load), "there is no load `{load}`");
        }
        Ok(())
    }
}

fn check_figure(test: &Test) -> anyhow::Result<()> {
    let is = |figure| test.figure == figure;
    let compared = test.to.is_some() || test.to_at.is_some();
    ensure!(!is(Figure::Ratio) || compared, "a ratio is to something");
    ensure!(
        !is(Figure::Lines) || test.to.is_some(),
        "lines are compared"
    );
    let per_unit = test.metric == Metric::MemoryPerUnit;
    ensure!(
        per_unit == test.less.is_some(),
        "`less` is for memory per unit"
    );
    let parts = [
        !test.through.is_empty(),
        test.setting.is_some(),
        test.factor.is_some_and(|factor| factor > 0.0),
    ];
    ensure!(
        parts == [is(Figure::Crossover); 3],
        "`through`, `setting` and a `factor` above 0 are for a crossover, which needs all three"
    );
    Ok(())
}

fn check_bounds(test: &Test) -> anyhow::Result<()> {
    let bounds = test.at_least.is_some() || test.at_most.is_some();
    let Some(by) = test.differs_by else {
        ensure!(bounds, "a test has a threshold");
        return Ok(());
    };
    ensure!(
        by > 1.0 && test.figure == Figure::Ratio && !bounds,
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
        let head = "ids = [\"C1\"]\nsection = \"\"\ntext = \"t.\"\nthreshold = \"because.\"\n";
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
