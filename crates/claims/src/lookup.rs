//! Looking up the workloads and variants that a plan names. A name that leads nowhere is no error: it
//! is recorded with the reason, and the claims that need it are not measurable.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Context as _;
use catalog::params::{WORKERS, typed_at};
use catalog::{
    CatalogueError, Chosen, NoCalibration, Param, Registry, SelectError, Selected, Workspace,
    workloads,
};
use compare::Script;

use crate::book::Book;
use crate::free_threaded::{NONE_FOUND, is_unfilled};
use crate::plan::{Arm, Needed};

/// The workloads and variants behind the names of a plan.
#[derive(Default)]
pub(crate) struct Resolved {
    /// Workloads by the names under which rows are stored.
    pub(crate) workloads: BTreeMap<String, Chosen>,
    pub(crate) variants: Vec<Selected>,
    /// Reasons by the name of the workload or variant that cannot be had.
    pub(crate) missing: BTreeMap<String, String>,
}

impl Resolved {
    /// Whether workload and variant of an arm can both be had.
    pub(crate) fn has_both(&self, arm: &Arm) -> bool {
        // One map serves both kinds of names: a variant's has a slash, and a workload's has none.
        !self.missing.contains_key(&arm.workload) && !self.missing.contains_key(&arm.variant)
    }

    fn knows_workload(&self, name: &str) -> bool {
        self.workloads.contains_key(name) || self.missing.contains_key(name)
    }

    fn knows_variant(&self, name: &str) -> bool {
        self.missing.contains_key(name) || self.variants.iter().any(|known| known.name() == name)
    }
}

/// Where names are looked up.
pub(crate) struct Lookup<'a> {
    pub(crate) workspace: &'a Workspace,
    pub(crate) registry: &'a Registry,
    pub(crate) book: &'a Book,
    /// A script whose workloads take the place of the catalogue's.
    pub(crate) script: Option<&'a Script>,
    /// The folder of the results, in which changed workloads are kept; `None` where nothing is measured.
    pub(crate) folder: Option<&'a Path>,
}

impl Lookup<'_> {
    /// Looks up each name of the plan once.
    ///
    /// # Errors
    /// A changed workload that cannot be written to the folder.
    pub(crate) fn resolve(&self, needed: &[Needed]) -> anyhow::Result<Resolved> {
        let mut resolved = Resolved::default();
        for needed in needed {
            let Arm {
                workload, variant, ..
            } = &needed.arm;
            if !resolved.knows_workload(workload) {
                match self.workload(needed) {
                    Ok(chosen) => {
                        let kept = self.keep(chosen)?;
                        resolved.workloads.insert(workload.clone(), kept);
                    }
                    Err(why) => {
                        resolved.missing.insert(workload.clone(), why);
                    }
                }
            }
            if !resolved.knows_variant(variant) {
                match self.registry.exactly(variant) {
                    Ok(selected) => resolved.variants.push(selected),
                    Err(error) => {
                        let why = why_missing(variant, &error);
                        resolved.missing.insert(variant.clone(), why);
                    }
                }
            }
        }
        Ok(resolved)
    }

    /// The workload of an arm, with the settings of its load and the name of its rows.
    fn workload(&self, needed: &Needed) -> Result<Chosen, String> {
        let name = &needed.arm.workload;
        if let Some(script) = self.script {
            return script
                .choose(std::slice::from_ref(name))
                .map_err(|error| error.to_string())?
                .into_iter()
                .next()
                .ok_or_else(|| name.clone());
        }
        let load = self
            .book
            .loads
            .get(&needed.load)
            .ok_or_else(|| format!("there is no load `{}`", needed.load))?;
        let original = workloads::of_catalogue(self.workspace, &load.workload).map_err(
            |error| match error {
                CatalogueError::Unknown { typed, .. } => {
                    format!("there is no workload `{typed}` here")
                }
                other => other.to_string(),
            },
        )?;
        // The settings for plain Python come last, since they replace those of all columns.
        let params = load
            .set
            .iter()
            .chain(load.cpython.iter().filter(|_| needed.scaled))
            .map(|(key, value)| Param {
                key: key.clone(),
                value: value.clone(),
            })
            .collect();
        let mut changed = original
            .at(params, &NoCalibration)
            .map_err(|error| error.to_string())?;
        changed.workload.name.clone_from(name);
        Ok(changed)
    }

    /// Writes a changed workload to a file below the results, so that any of its runs can be made
    /// again by hand; what is to be typed for it then names that file.
    fn keep(&self, chosen: Chosen) -> anyhow::Result<Chosen> {
        // A workload of a script has no program that could run it again.
        let Some(results) = self.folder.filter(|_| self.script.is_none()) else {
            return Ok(chosen);
        };
        let folder = results.join("workloads");
        fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        let path = folder.join(format!("{}.toml", chosen.workload.name));
        fs::write(&path, toml::to_string(&chosen.workload)?)
            .with_context(|| path.display().to_string())?;
        // The number of workers is an option of a run and no field of a workload, so it is the one
        // parameter that the file cannot hold and that must be typed after its name.
        let outside: Vec<Param> = chosen
            .cell
            .iter()
            .flat_map(|cell| &cell.params)
            .filter(|param| param.key == WORKERS)
            .cloned()
            .collect();
        let typed = typed_at(&path.display().to_string(), &outside);
        Ok(Chosen { typed, ..chosen })
    }
}

fn why_missing(variant: &str, error: &SelectError) -> String {
    match error {
        SelectError::Nothing { .. } if is_unfilled(variant) => NONE_FOUND.to_owned(),
        SelectError::Nothing { .. } => format!("there is no `{variant}` here"),
        broken => broken.to_string(),
    }
}
