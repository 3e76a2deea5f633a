//! Where a comparison takes its workloads, its variants and its runs from: the checkout, or a script.

use std::collections::BTreeMap;

use catalog::{Calibration, Chosen, Registry, Workspace, uses_postgres, workloads};
use host::{Ledger, environment, identity, stored_variables};
use launch::{stored_server, workload_error};
use protocol::{Levels, OwnWork};
use results::HostRecord;
use terminal::Usage;

use crate::choice::Choice;
use crate::crew::Crew;
use crate::executor::Executor;
use crate::programs::Programs;
use crate::scripted::{Player, Script};

/// The one place that tells a script from the checkout.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Source<'a> {
    /// Models, workloads and programs of a checkout.
    Checkout(&'a Workspace),
    /// Everything that a script describes.
    Script(&'a Script),
}

impl<'a> Source<'a> {
    /// The script where there is one.
    pub(crate) fn of(workspace: &'a Workspace, script: Option<&'a Script>) -> Source<'a> {
        script.map_or(Source::Checkout(workspace), Source::Script)
    }

    /// The variants that there are for these workloads.
    pub(crate) fn registry(self, workloads: &[Chosen]) -> anyhow::Result<Registry> {
        match self {
            Self::Checkout(workspace) => {
                let work = one_package(workloads).map_err(Usage::error)?;
                let found = Registry::find(workspace);
                let able = found.for_work(workspace, work).map_err(Usage::error)?;
                able.with_servers(workloads).map_err(Usage::error)
            }
            Self::Script(script) => Ok(script.registry()),
        }
    }

    /// The workloads that were typed. A script says itself what CPU times come to.
    pub(crate) fn workloads(
        self,
        typed: &[String],
        calibration: &dyn Calibration,
    ) -> anyhow::Result<Vec<Chosen>> {
        match self {
            Self::Checkout(workspace) => {
                workloads::choose(workspace, typed, calibration).map_err(workload_error)
            }
            Self::Script(script) => script.choose(typed),
        }
    }

    /// The levels that what was typed is compared at.
    pub(crate) fn levels(self, typed: &str) -> anyhow::Result<Option<Levels>> {
        match self {
            Self::Checkout(workspace) => {
                workloads::levels(workspace, typed).map_err(workload_error)
            }
            Self::Script(script) => Ok(script.levels(typed)),
        }
    }

    /// What is known of the machine that the figures are of; a script has none.
    pub(crate) fn environment(self, choice: &Choice) -> BTreeMap<String, String> {
        match self {
            Self::Checkout(_) => environment()
                .into_iter()
                .chain(postgres_server(choice))
                .collect(),
            Self::Script(_) => BTreeMap::from([("scripted".to_owned(), "yes".to_owned())]),
        }
    }

    /// The machine that the figures are of; a script says itself which it stands for.
    pub(crate) fn host(self) -> Option<HostRecord> {
        match self {
            Self::Checkout(_) => Some(identity()),
            Self::Script(script) => script.host(),
        }
    }

    /// The inherited environment variables that change results; a script starts no program.
    pub(crate) fn variables(self) -> Option<BTreeMap<String, String>> {
        match self {
            Self::Checkout(workspace) => Some(stored_variables(&workspace.target)),
            Self::Script(_) => None,
        }
    }

    /// What carries out several runs at a time; nothing for a script, whose runs take no time.
    pub(crate) fn crew(self, ledger: &'a Ledger, choice: &Choice) -> Option<Crew<'a>> {
        match self {
            Self::Checkout(workspace) => {
                Some(Crew::new(workspace, ledger, choice.postgres.as_deref()))
            }
            Self::Script(_) => None,
        }
    }

    /// What carries out the runs, one after the other.
    pub(crate) fn executor(self, ledger: &'a Ledger, choice: &Choice) -> Box<dyn Executor + 'a> {
        match self {
            Self::Checkout(workspace) => Box::new(Programs::new(workspace, ledger, choice)),
            Self::Script(script) => {
                let slots = choice.workloads.len() * (choice.variants.len() + 1);
                Box::new(Player::new(script, slots))
            }
        }
    }
}

/// The own work that all workloads are; nothing where they consist of steps. A model has one program in a
/// comparison.
fn one_package(workloads: &[Chosen]) -> Result<Option<&OwnWork>, String> {
    let Some(first) = workloads.first() else {
        return Ok(None);
    };
    let other = workloads.iter().find(|chosen| {
        !is_same_package(first.workload.work.as_ref(), chosen.workload.work.as_ref())
    });
    match other {
        None => Ok(first.workload.work.as_ref()),
        Some(other) => Err(format!(
            "`{}` and `{}` cannot be compared together: own work is compared by itself, and one package at a \
             time",
            first.typed, other.typed
        )),
    }
}

fn is_same_package(one: Option<&OwnWork>, other: Option<&OwnWork>) -> bool {
    let parts =
        [one, other].map(|work| work.map(|work| (&work.package, &work.type_name, &work.models)));
    parts[0] == parts[1]
}

/// Which PostgreSQL server the figures are of, where it is not one that is made for them.
fn postgres_server(choice: &Choice) -> Option<(String, String)> {
    let url = choice.postgres.as_deref()?;
    choice
        .workloads
        .iter()
        .any(|chosen| uses_postgres(&chosen.workload))
        .then(|| ("postgres".to_owned(), stored_server(url)))
}
