//! One of the two revisions: its checkout, its models, and how they are built. A revision has a cargo
//! target folder of its own, which is kept, and a work tree, which is removed.

use std::fs::{self, File, TryLockError};
use std::path::Path;

use anyhow::{Context as _, anyhow, bail};
use catalog::{Model, Registry, Selected, Workspace};
use host::Ledger;
use launch::{RunError, build_model};
use results::Failure;

use crate::git::{Repository, Tree};

/// The name of a file that is locked while a tool uses the revision. Its time of modification is when
/// the revision was last used.
pub(super) const LOCK: &str = "lock";
/// Lines of a compiler's messages that are shown: the last ones say why it failed.
const LAST_LINES: usize = 30;

/// A commit that is checked out, or the working tree.
#[derive(Debug)]
pub(super) struct Revision {
    /// `base` or `head`.
    pub(super) label: &'static str,
    /// The short commit, or the words for the working tree.
    pub(super) name: String,
    /// The folders of its checkout.
    pub(super) workspace: Workspace,
    /// Its models.
    pub(super) registry: Registry,
    /// The work tree is removed when this is dropped.
    _checkout: Option<Checkout>,
}

/// What a checked-out commit holds until it is dropped.
#[derive(Debug)]
struct Checkout {
    _tree: Tree,
    /// Keeps a second tool from the same revision.
    _lock: File,
}

impl Revision {
    /// The working tree as it is.
    pub(super) fn working_tree(label: &'static str, workspace: Workspace) -> Revision {
        Revision {
            label,
            name: "the working tree".to_owned(),
            registry: Registry::find(&workspace),
            workspace,
            _checkout: None,
        }
    }

    /// A commit in a work tree of its own, in a folder beside its target folder. `taken` is the other
    /// revision, where there is one already.
    pub(super) fn checked_out(
        label: &'static str,
        workspace: &Workspace,
        revision: &str,
        folder: &Path,
        taken: Option<&Revision>,
    ) -> anyhow::Result<Revision> {
        let repository = Repository::of(&workspace.root);
        let commit = repository.commit(revision)?;
        let short = commit[..commit.len().min(12)].to_owned();
        // The same commit on both sides needs two folders: one lock cannot be held twice.
        let place = if taken.is_some_and(|other| other.name == short) {
            folder.join(format!("{short}-{label}"))
        } else {
            folder.join(&short)
        };
        let lock_file = lock(&place)?;
        let tree = repository.tree(&commit, &place.join("tree"))?;
        let workspace = Workspace {
            root: tree.path().join(repository.prefix()?),
            target: place.join("target"),
            ..workspace.clone()
        };
        Ok(Revision {
            label,
            name: short,
            registry: Registry::find(&workspace),
            workspace,
            _checkout: Some(Checkout {
                _tree: tree,
                _lock: lock_file,
            }),
        })
    }

    /// Builds a model's program in this revision. One that does not build ends the whole `ab`.
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
        let (label, name) = (self.label, &self.name);
        let word = failure.kind.word();
        anyhow!("{model} of the {label}, {name}, {word}: {failure}\n{last}")
    }

    /// A variant under a name with this revision's label, whose program is this revision's wherever it is
    /// started from.
    pub(super) fn arm(&self, selected: &Selected) -> Selected {
        let mut arm = selected.clone();
        let model = &mut arm.model;
        model.run = model.words(&model.run, &self.workspace.target);
        // It is built already, and a comparison would build it in its own workspace.
        model.build = Vec::new();
        model.name = format!("{}:{}", self.label, model.name);
        arm.named = true;
        arm
    }
}

/// The lock of a revision's folder, which is made where it is missing.
fn lock(folder: &Path) -> anyhow::Result<File> {
    let file = fs::create_dir_all(folder)
        // Making the file anew sets its time of modification, by which old revisions are removed.
        .and_then(|()| File::create(folder.join(LOCK)))
        .with_context(|| format!("{}: nothing can be built here", folder.display()))?;
    // A file system without locks gives another error, and is no reason to refuse.
    if matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
        bail!("{}: another `ab` is at work here", folder.display());
    }
    Ok(file)
}
