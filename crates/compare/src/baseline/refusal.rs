//! What is known to be in vain before anything is measured: a baseline of another machine, of other
//! settings or of other work, and a profile that has no figures.

use analysis::can_be_compared;
use catalog::Workspace;
use report::{other_host, other_variables, settings};
use results::{RunFile, Stored};
use terminal::{Usage, output};
use verdict::Confidence;

use super::Baselines;
use super::kept::{folder, known};

impl Baselines {
    /// A baseline that nothing can be held against, or that cannot be kept, is refused before anything is
    /// measured.
    ///
    /// # Errors
    /// A sentence for the user; a baseline that cannot be read.
    pub fn refuse(
        &self,
        workspace: &Workspace,
        run: impl FnOnce() -> RunFile,
    ) -> anyhow::Result<()> {
        if self.baseline.is_none() && self.save_baseline.is_none() {
            return Ok(());
        }
        let then = match &self.baseline {
            Some(name) => Some((name, kept(workspace, name)?)),
            None => None,
        };
        let now = run();
        if !now.options.profile.measures() {
            let flag = match &self.baseline {
                Some(_) => "--baseline",
                None => "--save-baseline",
            };
            return Err(Usage::error(format!(
                "{flag} needs a profile that measures: `smoke` checks answers only"
            )));
        }
        match then {
            Some((name, then)) => self.refuse_baseline(name, &then, &now),
            None => Ok(()),
        }
    }

    fn refuse_baseline(&self, name: &str, then: &Stored, now: &RunFile) -> anyhow::Result<()> {
        let other = other_host(&then.run, now);
        if !other.is_empty() && !self.force {
            return Err(Usage::error(format!(
                "the baseline `{name}` is of another machine ({}): --force compares with it all the same",
                other.join("; ")
            )));
        }
        let other = settings(&then.run, now);
        if !other.is_empty() {
            return Err(Usage::error(format!(
                "the baseline `{name}` was made otherwise ({}), so its figures are of something \
                 else: ask for the same, or see `cargo xtask diff {name} latest` afterwards",
                other.join("; ")
            )));
        }
        let (asked, fewest) = (now.options.blocks, Confidence::NINETY_FIVE.fewest_samples());
        if asked < u64::from(fewest) {
            return Err(Usage::error(format!(
                "--baseline needs at least {fewest} rounds, because there is no interval to judge by \
                 under that: --runs asks for {asked}"
            )));
        }
        if !can_be_compared(then, now) {
            return Err(Usage::error(format!(
                "nothing can be compared with `{name}`: no workload and variant of it, with an interval, \
                 has the same work now"
            )));
        }
        for changed in other_variables(&then.run, now) {
            output::complain(&format!("since the baseline `{name}`: {changed}"));
        }
        Ok(())
    }
}

fn kept(workspace: &Workspace, name: &str) -> anyhow::Result<Stored> {
    let path = folder(workspace, name);
    if !path.is_dir() {
        return Err(Usage::error(format!(
            "no baseline is named `{name}`: {}",
            known(workspace)
        )));
    }
    Stored::read(path)
}
