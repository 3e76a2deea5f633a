//! The choice of workloads by what was typed: a name of the catalogue or the path of a file, possibly with
//! a rate or parameters.

use std::path::{Path, PathBuf};

use protocol::{CpuTime, Headline, Levels, Marks, Rate, Workload, WorkloadFile, parse_file};

use super::beside::{find_libraries, find_package};
use super::error::CatalogueError;
use super::files;
use crate::calibration::{Calibration, NoCalibration, calibrate};
use crate::models::Servers;
use crate::params::{self, Cell, Param};
use crate::suggestion::did_you_mean;
use crate::workspace::Workspace;

/// The file of own work in a folder that was typed.
const WORK_FILE: &str = "work.toml";

/// A workload, and what was typed to choose it.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// The workload.
    pub workload: Workload,
    /// The CPU times that steps were asked to take, from which their sizes follow.
    pub cpu: Vec<CpuTime>,
    /// Its name in the catalogue or its path, with rate and parameters.
    pub typed: String,
    /// The workload and the parameters that it is a cell of; `None` outside sweeps.
    pub cell: Option<Cell>,
    /// Where the tool uses it although nobody named it.
    pub marks: Marks,
    /// The question that comes first, where its file says so.
    pub headline: Option<Headline>,
    /// The levels that it is compared at, where its file says so.
    pub levels: Option<Levels>,
    /// The servers of its file that are asked beside the models.
    pub servers: Servers,
    /// Its file, where it is own work, whose parameters only the work itself can check.
    pub file: Option<PathBuf>,
}

impl Chosen {
    /// Its own number of workers, where workers are swept.
    pub fn workers(&self) -> Option<u64> {
        self.cell.as_ref().and_then(Cell::workers)
    }

    /// The same workload with these parameters, its sizes as calibration says.
    ///
    /// # Errors
    /// A parameter that the workload does not have, or a value that it does not allow.
    pub fn at(
        self,
        params: Vec<Param>,
        calibration: &dyn Calibration,
    ) -> Result<Chosen, CatalogueError> {
        self.with(params)?.calibrated(calibration)
    }

    /// The same workload, with the size of each step that has a CPU time.
    ///
    /// # Errors
    /// A CPU time that no size takes, or that cannot be found out.
    pub fn calibrated(mut self, calibration: &dyn Calibration) -> Result<Chosen, CatalogueError> {
        calibrate(&mut self.workload, &self.cpu, calibration)?;
        Ok(self)
    }

    fn with(mut self, params: Vec<Param>) -> Result<Chosen, CatalogueError> {
        let typed = params::typed_at(&self.typed, &params);
        match params::apply_all(&mut self.workload, &mut self.cpu, params) {
            Ok(cell) => Ok(Chosen {
                typed,
                cell: Some(cell),
                ..self
            }),
            Err(problem) => Err(CatalogueError::Parameter { typed, problem }),
        }
    }
}

/// The workloads that were typed, each once.
///
/// # Errors
/// The first that is no workload, and two that have one name.
pub fn choose(
    workspace: &Workspace,
    typed: &[String],
    calibration: &dyn Calibration,
) -> Result<Vec<Chosen>, CatalogueError> {
    let mut chosen: Vec<Chosen> = Vec::new();
    for text in typed {
        let next = choose_one(workspace, text, calibration)?;
        match chosen
            .iter()
            .find(|other| other.workload.name == next.workload.name)
        {
            None => chosen.push(next),
            // Typing the same twice, as a glob of the shell may, asks for it once.
            Some(other) if other.typed == next.typed => {}
            Some(_) => return Err(CatalogueError::Twice(next.workload.name)),
        }
    }
    Ok(chosen)
}

/// The same workloads once for each rate, as open loops: what would have been typed as
/// `http@500 http@1000`. Without a rate they stay as they are.
pub fn at_rates(typed: Vec<String>, rates: &[Rate]) -> Vec<String> {
    if rates.is_empty() {
        return typed;
    }
    let mut typed_at_rates = Vec::new();
    for text in typed {
        typed_at_rates.extend(
            rates
                .iter()
                .map(|rate| format!("{text}@{}", rate.per_second())),
        );
    }
    typed_at_rates
}

/// What was typed, with the members of each group in its place: a name that no workload has and that several begin
/// with, up to a dash, stands for all of them, as `blocking` does for `blocking-sleep` and others.
pub fn of_groups(workspace: &Workspace, typed: &[String]) -> Vec<String> {
    let names = files::names(workspace);
    let mut all = Vec::new();
    for text in typed {
        let members = group(&names, text);
        if members.len() > 1 && !names.contains(text) {
            all.extend(members);
        } else {
            all.push(text.clone());
        }
    }
    all
}

/// The names that begin with this one and a dash.
fn group(names: &[String], typed: &str) -> Vec<String> {
    let mut members = names.to_vec();
    members.retain(|name| {
        let rest = name.strip_prefix(typed);
        rest.is_some_and(|rest| rest.starts_with('-'))
    });
    members
}

/// The levels that what was typed is compared at, where it is a workload with levels and neither a
/// rate nor parameters.
///
/// # Errors
/// Where it is no workload.
pub fn levels(workspace: &Workspace, typed: &str) -> Result<Option<Levels>, CatalogueError> {
    if params::split(typed).is_some() {
        return Ok(None);
    }
    let chosen = choose_at_rate(workspace, typed)?;
    Ok(chosen.levels.filter(|_| chosen.workload.rate.is_none()))
}

/// One workload: `http`, `http@500` for an open loop of 500 tasks a second, or `http[in_flight=4]` for one
/// with other parameters than its file has.
///
/// # Errors
/// Where it is no workload.
pub fn choose_one(
    workspace: &Workspace,
    typed: &str,
    calibration: &dyn Calibration,
) -> Result<Chosen, CatalogueError> {
    let chosen = match params::split(typed) {
        None => choose_at_rate(workspace, typed)?,
        Some((name, params)) => choose_at_rate(workspace, name)?.with(params)?,
    };
    chosen.calibrated(calibration)
}

/// A workload of the catalogue, all of which say sizes: nothing has to be calibrated for it.
///
/// # Errors
/// Where it is no workload, or has a CPU time.
pub fn of_catalogue(workspace: &Workspace, name: &str) -> Result<Chosen, CatalogueError> {
    choose_one(workspace, name, &NoCalibration)
}

fn choose_at_rate(workspace: &Workspace, typed: &str) -> Result<Chosen, CatalogueError> {
    // A path can have an `@` too, so that only one before a rate is the mark of a rate.
    let at_rate: Option<(&str, Rate)> = typed
        .rsplit_once('@')
        .and_then(|(name, rate)| Some((name, rate.parse().ok()?)));
    let Some((name, rate)) = at_rate else {
        return choose_plain(workspace, typed);
    };
    let mut chosen = choose_plain(workspace, name)?;
    chosen.workload.rate = Some(rate);
    chosen.workload.name = format!("{}-at-{}", chosen.workload.name, rate.per_second());
    typed.clone_into(&mut chosen.typed);
    Ok(chosen)
}

fn choose_plain(workspace: &Workspace, typed: &str) -> Result<Chosen, CatalogueError> {
    // Names of the catalogue have neither slashes nor dots. What has one is a path, and a mistake in it
    // gets the system's error instead of names that may have been meant.
    let is_path = typed.contains(['/', '\\']) || Path::new(typed).extension().is_some();
    let path = if is_path {
        file_at(typed)
    } else {
        files::path_of(workspace, typed)
    };
    if !is_path && !path.is_file() {
        let hint = if Path::new(typed).join(WORK_FILE).is_file() {
            format!(": did you mean the folder `./{typed}`?")
        } else {
            did_you_mean(typed, files::names(workspace).into_iter())
        };
        return Err(CatalogueError::Unknown {
            typed: typed.to_owned(),
            hint,
        });
    }
    let shown = path
        .strip_prefix(&workspace.root)
        .unwrap_or(&path)
        .display()
        .to_string();
    let bytes = files::read(&path).map_err(|error| CatalogueError::Unreadable {
        path: shown.clone(),
        error,
    })?;
    let WorkloadFile {
        mut workload,
        marks,
        headline,
        levels,
        cpu,
        servers,
        package_at,
        libraries_at,
    } = parse_file(&bytes, &shown)?;
    let is_own = find_package(&mut workload, &path, package_at)?;
    find_libraries(&mut workload, &path, libraries_at)?;
    Ok(Chosen {
        workload,
        cpu,
        typed: typed.to_owned(),
        cell: None,
        marks,
        headline,
        levels,
        servers: Servers {
            folder: folder_of(&path),
            list: servers,
        },
        file: is_own.then_some(path),
    })
}

/// The folder of a file, as it is found from everywhere.
fn folder_of(file: &Path) -> PathBuf {
    let folder = file.parent().unwrap_or(file);
    // A file that was named without a folder is in the current one.
    let named = Path::new(".").join(folder);
    named.canonicalize().unwrap_or(named)
}

/// The workload file that a path names: in a folder it is the one of own work.
fn file_at(typed: &str) -> PathBuf {
    let path = PathBuf::from(typed);
    if path.is_dir() {
        path.join(WORK_FILE)
    } else {
        path
    }
}
