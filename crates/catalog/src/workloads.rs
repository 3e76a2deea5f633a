//! The workloads that there are: `crates/workloads/catalog/*.toml` by name, and a user's own files
//! by path. What a file means is left to `protocol::parse`.

use std::cmp::Reverse;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use protocol::{Class, MAX_FILE_BYTES, Marks, Rate, Workload, parse_with_marks};

use crate::params;
use crate::params::Cell;
use crate::suggestion::did_you_mean;
use crate::workspace::Workspace;

/// A workload, and what to type to have it again.
#[derive(Clone, Debug)]
pub struct Chosen {
    pub workload: Workload,
    /// Its name in the catalogue, or the path that was typed.
    pub typed: String,
    /// Where it is one of a sweep.
    pub cell: Option<Cell>,
    /// Where the tool uses it although nobody named it.
    pub marks: Marks,
}

impl Chosen {
    /// Its own number of workers, where it has one.
    pub fn workers(&self) -> Option<u64> {
        self.cell.as_ref().and_then(Cell::workers)
    }

    /// The same workload with these parameters.
    pub fn at(mut self, params: Vec<params::Param>) -> Result<Chosen, String> {
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

/// What was typed is no workload.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    #[error("no workload is named `{typed}`{hint}")]
    Unknown { typed: String, hint: String },
    #[error("{path}: {error}")]
    Unreadable { path: String, error: std::io::Error },
    #[error(transparent)]
    Mistake(#[from] protocol::FileError),
    #[error("{typed}: {problem}")]
    Parameter { typed: String, problem: String },
    #[error("two workloads are named `{0}`: their rows could not be told apart")]
    Twice(String),
}

/// Every name of the catalogue, in order.
pub fn names(workspace: &Workspace) -> Vec<String> {
    let files = fs::read_dir(folder(workspace))
        .into_iter()
        .flatten()
        .flatten();
    let stem = |path: PathBuf| {
        let is_toml = path
            .extension()
            .is_some_and(|extension| extension == "toml");
        is_toml.then(|| {
            path.file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned()
        })
    };
    let mut names: Vec<String> = files.filter_map(|entry| stem(entry.path())).collect();
    names.sort();
    names
}

/// The workloads of the catalogue that the quick profile runs unless others are named, by their
/// names: work that waits, then work that computes, then both.
///
/// # Errors
/// A file of the catalogue that cannot be read, since it may have the mark.
pub fn quick(workspace: &Workspace) -> Result<Vec<String>, CatalogueError> {
    let mut marked = marked(workspace, |marks| marks.quick)?;
    marked.sort_by_key(|chosen| rank(chosen.workload.class));
    Ok(typed(marked))
}

/// The workloads of the catalogue that two revisions are compared by, and verdicts tried on, unless
/// others are named, by their names. Work that computes comes before work that waits: its times
/// vary least, so that the firmest rows are read first.
///
/// # Errors
/// A file of the catalogue that cannot be read, since it may have the mark.
pub fn gate(workspace: &Workspace) -> Result<Vec<String>, CatalogueError> {
    let mut marked = marked(workspace, |marks| marks.gate)?;
    marked.sort_by_key(|chosen| Reverse(rank(chosen.workload.class)));
    Ok(typed(marked))
}

/// The workloads of the catalogue with a mark, by name.
fn marked(
    workspace: &Workspace,
    has_mark: fn(Marks) -> bool,
) -> Result<Vec<Chosen>, CatalogueError> {
    let mut marked = Vec::new();
    for name in names(workspace) {
        let chosen = choose_plain(workspace, &name)?;
        if has_mark(chosen.marks) {
            marked.push(chosen);
        }
    }
    Ok(marked)
}

fn typed(chosen: Vec<Chosen>) -> Vec<String> {
    chosen.into_iter().map(|chosen| chosen.typed).collect()
}

/// The place of a class among the others.
fn rank(class: Class) -> u8 {
    match class {
        Class::Io => 0,
        Class::Cpu => 1,
        Class::Mixed => 2,
        Class::Coordination => 3,
    }
}

/// The workloads that were typed: names of the catalogue, or paths of files.
pub fn choose(workspace: &Workspace, typed: &[String]) -> Result<Vec<Chosen>, CatalogueError> {
    let mut chosen: Vec<Chosen> = Vec::new();
    for text in typed {
        let next = choose_one(workspace, text)?;
        match chosen
            .iter()
            .find(|other| other.workload.name == next.workload.name)
        {
            None => chosen.push(next),
            Some(other) if other.typed == next.typed => {}
            Some(_) => return Err(CatalogueError::Twice(next.workload.name)),
        }
    }
    Ok(chosen)
}

/// The same workloads once for each rate, as open loops: what would have been typed as
/// `http@500 http@1000`.
pub fn at_rates(typed: Vec<String>, rates: &[Rate]) -> Vec<String> {
    if rates.is_empty() {
        return typed;
    }
    let at = |text: String| {
        let at_rate = move |rate: &Rate| format!("{text}@{}", rate.per_second());
        rates.iter().map(at_rate)
    };
    typed.into_iter().flat_map(at).collect()
}

/// One workload: `http`, `http@500` for an open loop of 500 tasks a second, or `http[in_flight=4]`
/// for one with other parameters than its file has.
pub fn choose_one(workspace: &Workspace, typed: &str) -> Result<Chosen, CatalogueError> {
    let Some((name, params)) = params::split(typed) else {
        return choose_at_rate(workspace, typed);
    };
    let chosen = choose_at_rate(workspace, name)?.at(params);
    chosen.map_err(|problem| CatalogueError::Parameter {
        typed: typed.to_owned(),
        problem,
    })
}

fn choose_at_rate(workspace: &Workspace, typed: &str) -> Result<Chosen, CatalogueError> {
    let at_rate = typed
        .rsplit_once('@')
        .and_then(|(name, rate)| Some((name, rate.parse().ok()?)));
    let Some((name, rate)): Option<(&str, Rate)> = at_rate else {
        return choose_plain(workspace, typed);
    };
    let mut chosen = choose_plain(workspace, name)?;
    chosen.workload.rate = Some(rate);
    chosen.workload.name = format!("{}-at-{}", chosen.workload.name, rate.per_second());
    chosen.typed = typed.to_owned();
    Ok(chosen)
}

fn choose_plain(workspace: &Workspace, typed: &str) -> Result<Chosen, CatalogueError> {
    let is_path = typed.contains(['/', '\\']) || Path::new(typed).extension().is_some();
    let path = match is_path {
        true => PathBuf::from(typed),
        false => folder(workspace).join(format!("{typed}.toml")),
    };
    if !is_path && !path.is_file() {
        let hint = did_you_mean(typed, names(workspace).into_iter());
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
    let bytes = read(&path).map_err(|error| CatalogueError::Unreadable {
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

/// One byte more than is allowed shows that a file is too large; no more is read of it.
fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(path)?
        .take(MAX_FILE_BYTES + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn folder(workspace: &Workspace) -> PathBuf {
    workspace.root.join("crates/workloads/catalog")
}
