//! One of the two revisions: where it lies, which models it has, and its programs, built. A revision
//! has a cargo target folder of its own, which is kept, and a work tree, which is not.

use std::fs::{self, File, TryLockError};
use std::path::Path;

use anyhow::{Context as _, anyhow, bail};

use super::git::{Repository, Tree};
use catalog::{Model, Registry, Selected, Workspace};
use launch::{Ledger, RunError, build_model};
use results::Failure;

/// Held while a revision is at work; when it was made says when that last began.
pub(super) const LOCK: &str = "lock";
/// Of what a compiler prints this much says why it failed.
const LAST_LINES: usize = 30;

/// A revision, or the working tree.
#[derive(Debug)]
pub(super) struct Side {
    /// `base`, `head`.
    pub(super) label: &'static str,
    /// What is shown of it.
    pub(super) revision: String,
    pub(super) workspace: Workspace,
    pub(super) registry: Registry,
    /// Goes when this goes.
    _checkout: Option<Checkout>,
}

#[derive(Debug)]
struct Checkout {
    _tree: Tree,
    /// Held against a second tool at the same revision.
    _lock: File,
}

impl Side {
    /// The working tree as it is.
    pub(super) fn working_tree(label: &'static str, workspace: Workspace) -> Side {
        Side {
            label,
            revision: "the working tree".to_owned(),
            registry: Registry::find(&workspace),
            workspace,
            _checkout: None,
        }
    }

    /// A work tree of a revision, in a folder beside its target folder.
    pub(super) fn checked_out(
        label: &'static str,
        workspace: &Workspace,
        revision: &str,
        folder: &Path,
        taken: Option<&Side>,
    ) -> anyhow::Result<Side> {
        let repository = Repository::of(&workspace.root);
        let commit = repository.commit(revision)?;
        let short = commit[..commit.len().min(12)].to_owned();
        // Two trees of one commit need two folders, and share nothing.
        let is_taken = taken.is_some_and(|other| other.revision == short);
        let folder = folder.join(match is_taken {
            true => format!("{short}-{label}"),
            false => short.clone(),
        });
        let lock = lock(&folder)?;
        let tree = repository.tree(&commit, &folder.join("tree"))?;
        let workspace = Workspace {
            root: tree.path().join(repository.prefix()?),
            target: folder.join("target"),
            ..workspace.clone()
        };
        Ok(Side {
            label,
            revision: short,
            registry: Registry::find(&workspace),
            workspace,
            _checkout: Some(Checkout {
                _tree: tree,
                _lock: lock,
            }),
        })
    }

    /// Builds a model's program here. That one does not build ends everything.
    pub(super) fn build(&self, model: &Model, ledger: &Ledger) -> anyhow::Result<()> {
        match build_model(model, &self.workspace, ledger) {
            Ok(_) => Ok(()),
            Err(RunError::Failed(failure)) => Err(self.unusable(&model.name, &failure)),
            Err(other) => Err(other.into_anyhow()),
        }
    }

    fn unusable(&self, model: &str, failure: &Failure) -> anyhow::Error {
        let lines: Vec<&str> = failure.stderr.trim_end().lines().collect();
        let last = lines[lines.len().saturating_sub(LAST_LINES)..].join("\n");
        let (label, revision) = (self.label, &self.revision);
        let word = failure.kind.word();
        anyhow!("{model} of the {label}, {revision}, {word}: {failure}\n{last}")
    }

    /// A variant as an arm: its program is this side's, wherever it is started.
    pub(super) fn arm(&self, selected: &Selected) -> Selected {
        let mut arm = selected.clone();
        let model = &mut arm.model;
        model.run = model.words(&model.run, &self.workspace.target);
        model.build = Vec::new();
        model.name = format!("{}:{}", self.label, model.name);
        arm.named = true;
        arm
    }
}

fn lock(folder: &Path) -> anyhow::Result<File> {
    let why = || format!("{}: nothing can be built here", folder.display());
    fs::create_dir_all(folder).with_context(why)?;
    let lock = File::create(folder.join(LOCK)).with_context(why)?;
    if matches!(lock.try_lock(), Err(TryLockError::WouldBlock)) {
        bail!("{}: another `ab` is at work here", folder.display());
    }
    Ok(lock)
}
