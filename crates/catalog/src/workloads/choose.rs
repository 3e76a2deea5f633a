//! The choice of workloads by what was typed: a name of the catalogue or the path of a file, possibly with
//! a rate or parameters.

use std::path::{Path, PathBuf};

use protocol::{Marks, Rate, Workload, parse_with_marks};

use super::files;
use crate::params::{self, Cell, Param};
use crate::suggestion::did_you_mean;
use crate::workspace::Workspace;

/// A workload, and what was typed to choose it.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// The workload.
    pub workload: Workload,
    /// Its name in the catalogue or its path, with rate and parameters.
    pub typed: String,
    /// The workload and the parameters that it is a cell of; `None` outside sweeps.
    pub cell: Option<Cell>,
    /// Where the tool uses it although nobody named it.
    pub marks: Marks,
}

impl Chosen {
    /// Its own number of workers, where workers are swept.
    pub fn workers(&self) -> Option<u64> {
        self.cell.as_ref().and_then(Cell::workers)
    }

    /// The same workload with these parameters.
    ///
    /// # Errors
    /// A parameter that the workload does not have, or a value that it does not allow, in words.
    pub fn at(mut self, params: Vec<Param>) -> Result<Chosen, String> {
        let typed = params::typed_at(&self.typed, &params);
        let cell = params::apply_all(&mut self.workload, params)?;
        Ok(Chosen {
            workload: self.workload,
            typed,
            cell: Some(cell),
            marks: self.marks,
        })
    }
}

/// The reason why what was typed is no workload.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// The catalogue has no workload of this name.
    #[error("no workload is named `{typed}`{hint}")]
    Unknown {
        /// What was typed.
        typed: String,
        /// The end of the message: names that may have been meant.
        hint: String,
    },
    /// The file cannot be read.
    #[error("{path}: {error}")]
    Unreadable {
        /// The path of the file.
        path: String,
        /// The reason.
        error: std::io::Error,
    },
    /// The file is no workload.
    #[error(transparent)]
    Mistake(#[from] protocol::FileError),
    /// A parameter does not fit the workload.
    #[error("{typed}: {problem}")]
    Parameter {
        /// What was typed.
        typed: String,
        /// The reason.
        problem: String,
    },
    /// Two different workloads have one name.
    #[error("two workloads are named `{0}`: their rows could not be told apart")]
    Twice(String),
}

/// The workloads that were typed, each once.
///
/// # Errors
/// The first that is no workload, and two that have one name.
pub fn choose(workspace: &Workspace, typed: &[String]) -> Result<Vec<Chosen>, CatalogueError> {
    let mut chosen: Vec<Chosen> = Vec::new();
    for text in typed {
        let next = choose_one(workspace, text)?;
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

/// One workload: `http`, `http@500` for an open loop of 500 tasks a second, or `http[in_flight=4]` for one
/// with other parameters than its file has.
///
/// # Errors
/// Where it is no workload.
pub fn choose_one(workspace: &Workspace, typed: &str) -> Result<Chosen, CatalogueError> {
    let Some((name, params)) = params::split(typed) else {
        return choose_at_rate(workspace, typed);
    };
    choose_at_rate(workspace, name)?
        .at(params)
        .map_err(|problem| CatalogueError::Parameter {
            typed: typed.to_owned(),
            problem,
        })
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
        PathBuf::from(typed)
    } else {
        files::path_of(workspace, typed)
    };
    if !is_path && !path.is_file() {
        let hint = did_you_mean(typed, files::names(workspace).into_iter());
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
    let (workload, marks) = parse_with_marks(&bytes, &shown)?;
    Ok(Chosen {
        workload,
        typed: typed.to_owned(),
        cell: None,
        marks,
    })
}
