//! Where everything lies: the checkout, cargo's target folder, and the folder of results. What
//! is in them is left to the registry, the catalogue and the store.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context as _;
use cargo_metadata::MetadataCommand;

/// The folders of one checkout.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// The folder of the workspace's `Cargo.toml`.
    pub root: PathBuf,
    /// Cargo's target folder.
    pub target: PathBuf,
    /// Where comparisons are kept.
    pub results: PathBuf,
    /// Further folders in which models are looked for.
    pub more_models: Vec<PathBuf>,
}

impl Workspace {
    /// Asks cargo, because the target folder may be set in three ways.
    pub fn find(results: Option<&Path>, more_models: &[PathBuf]) -> anyhow::Result<Workspace> {
        // This crate lies two folders below the root.
        let manifest = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml"));
        let mut command = MetadataCommand::new();
        command.no_deps();
        // Without the checkout that this program was built in, the current folder's is meant.
        if manifest.is_file() {
            command.manifest_path(manifest);
        }
        let metadata = command.exec().context("cargo metadata")?;
        let target = metadata.target_directory.into_std_path_buf();
        Ok(Workspace {
            root: metadata.workspace_root.into_std_path_buf(),
            results: results.map_or_else(|| target.join("compare"), absolute),
            target,
            more_models: more_models.iter().map(|folder| absolute(folder)).collect(),
        })
    }

    /// A program that cargo built here in release mode.
    pub fn program(&self, name: &str) -> PathBuf {
        self.target.join("release").join(name)
    }

    /// The folder of the data sets.
    pub fn data(&self) -> PathBuf {
        self.target.join("data")
    }

    /// The commit of the checkout, short, or `nocommit`.
    pub fn commit(&self) -> String {
        self.git(&["rev-parse", "--short=12", "HEAD"])
            .unwrap_or_else(|| "nocommit".to_owned())
    }

    /// Whether the checkout differs from its commit; `None` where git does not tell.
    pub fn is_changed(&self) -> Option<bool> {
        self.git(&["status", "--porcelain", "--untracked-files=no"])
            .map(|text| !text.is_empty())
    }

    fn git(&self, arguments: &[&str]) -> Option<String> {
        let mut command = Command::new("git");
        command
            .current_dir(&self.root)
            .args(arguments)
            .stderr(Stdio::null());
        let output = command.output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        output.status.success().then_some(text)
    }
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
