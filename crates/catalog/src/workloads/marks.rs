//! The workloads that the tool uses where none is named, as the files of the catalogue say.

use std::cmp::Reverse;

use protocol::{Class, Marks};

use super::choose::{Chosen, of_catalogue};
use super::error::CatalogueError;
use super::files::names;
use crate::workspace::Workspace;

/// The names of the workloads that the quick profile runs unless others are named: work that waits, then
/// work that computes, then both.
///
/// # Errors
/// A file of the catalogue that cannot be read, since it may have the mark.
pub fn quick(workspace: &Workspace) -> Result<Vec<String>, CatalogueError> {
    let mut chosen = marked(workspace, |marks| marks.quick)?;
    chosen.sort_by_key(|chosen| rank(chosen.workload.class));
    Ok(names_of(chosen))
}

/// The names of the workloads that two revisions are compared by, and verdicts tried on, unless others are
/// named: the reverse order of [`quick`].
///
/// # Errors
/// A file of the catalogue that cannot be read, since it may have the mark.
pub fn gate(workspace: &Workspace) -> Result<Vec<String>, CatalogueError> {
    let mut chosen = marked(workspace, |marks| marks.gate)?;
    // The times of work that computes vary least, so that the firmest rows of the table come first.
    chosen.sort_by_key(|chosen| Reverse(rank(chosen.workload.class)));
    Ok(names_of(chosen))
}

/// The names of the workloads that a comparison of everything runs: all but those with levels, each of which
/// takes as long as several others, and those in which models serve, which is another question. Those that cannot
/// be read are among them, so that they are told.
pub fn by_default(workspace: &Workspace) -> Vec<String> {
    let mut all = names(workspace);
    all.retain(|name| of_catalogue(workspace, name).map_or(true, |chosen| is_usual(&chosen)));
    all
}

/// The names of the workloads that the smoke profile runs unless others are named: those of a comparison of
/// everything, and what is marked so.
pub fn smoke(workspace: &Workspace) -> Vec<String> {
    let mut all = names(workspace);
    all.retain(|name| {
        let chosen = of_catalogue(workspace, name);
        chosen.map_or(true, |chosen| is_usual(&chosen) || chosen.marks.smoke)
    });
    all
}

fn is_usual(chosen: &Chosen) -> bool {
    chosen.levels.is_none() && chosen.workload.serve.is_none()
}

/// The workloads of the catalogue with a mark, by name.
fn marked(
    workspace: &Workspace,
    has_mark: fn(Marks) -> bool,
) -> Result<Vec<Chosen>, CatalogueError> {
    let mut marked = Vec::new();
    for name in names(workspace) {
        let chosen = of_catalogue(workspace, &name)?;
        if has_mark(chosen.marks) {
            marked.push(chosen);
        }
    }
    Ok(marked)
}

fn names_of(chosen: Vec<Chosen>) -> Vec<String> {
    chosen.into_iter().map(|chosen| chosen.typed).collect()
}

/// The place of a class among the others.
fn rank(class: Class) -> u8 {
    match class {
        Class::Io => 0,
        Class::Cpu => 1,
        Class::Mixed => 2,
        Class::Coordination => 3,
        Class::Serve => 4,
    }
}
