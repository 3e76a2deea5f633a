//! The folders that the tool works in: the checkout, cargo's target folder, and the folder of results.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context as _;
use cargo_metadata::MetadataCommand;

/// The folders of one checkout, as absolute paths.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// The folder of the workspace's `Cargo.toml`.
    pub root: PathBuf,
    /// Cargo's target folder.
    pub target: PathBuf,
    /// The folder of the stored comparisons.
    pub results: PathBuf,
    /// Further folders in which models are looked for.
    pub more_models: Vec<PathBuf>,
}

impl Workspace {
    /// Finds the folders of the checkout. Comparisons are stored in `results`, or in the target folder.
    ///
    /// # Errors
    /// Where `cargo metadata` fails, such as outside a checkout.
    pub fn find(results: Option<&Path>, more_models: &[PathBuf]) -> anyhow::Result<Workspace> {
        // This crate lies two folders below the root.
        let manifest = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml"));
        // Cargo is asked, because a flag of its configuration, a variable or a default can set the
        // target folder.
        let mut command = MetadataCommand::new();
        command.no_deps();
        // The tool is run from any folder, and means the checkout that it was built in. A copy of it that
        // outlived that checkout means the one around the current folder.
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

    /// The path of a program that cargo builds here in release mode.
    pub fn program(&self, name: &str) -> PathBuf {
        self.target.join("release").join(name)
    }

    /// The folder of the data sets that services and runners share.
    pub fn data(&self) -> PathBuf {
        self.target.join("data")
    }

    /// What stands for a commit where git does not tell.
    pub const NO_COMMIT: &str = "nocommit";

    /// The first 12 digits of the checkout's commit, or [`Workspace::NO_COMMIT`].
    pub fn commit(&self) -> String {
        self.git(&["rev-parse", "--short=12", "HEAD"])
            .unwrap_or_else(|| Self::NO_COMMIT.to_owned())
    }

    /// Whether the checkout differs from its commit; `None` where git does not tell.
    pub fn is_changed(&self) -> Option<bool> {
        // Notes and results that lie about in a checkout change no program.
        self.git(&["status", "--porcelain", "--untracked-files=no"])
            .map(|text| !text.is_empty())
    }

    /// What git prints for a command; `None` where it fails.
    fn git(&self, arguments: &[&str]) -> Option<String> {
        let mut command = Command::new("git");
        command
            .current_dir(&self.root)
            .args(arguments)
            .stderr(Stdio::null());
        // A git that started this tool, such as for a hook, sets variables that name its own repository.
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("GIT_") {
                command.env_remove(&name);
            }
        }
        let output = command.output().ok()?;
        let printed = String::from_utf8_lossy(&output.stdout);
        output.status.success().then(|| printed.trim().to_owned())
    }
}

/// The path from the root, because programs are started in other folders than the tool.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
