//! The files of the catalogue.

use std::ffi::OsStr;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use protocol::MAX_FILE_BYTES;

use crate::workspace::Workspace;

/// The names of all workloads of the catalogue, sorted.
pub fn names(workspace: &Workspace) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder(workspace))
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| name_of(&entry.path()))
        .collect();
    names.sort();
    names
}

/// The path of the workload of this name, whether or not there is one.
pub(super) fn path_of(workspace: &Workspace, name: &str) -> PathBuf {
    folder(workspace).join(format!("{name}.toml"))
}

/// The bytes of a workload file.
pub(super) fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // One byte more than is allowed shows that a file is too large without reading all of it.
    fs::File::open(path)?
        .take(MAX_FILE_BYTES + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn folder(workspace: &Workspace) -> PathBuf {
    workspace.root.join("crates/workloads/catalog")
}

/// The name that a file of the catalogue gives its workload; `None` for other files.
fn name_of(path: &Path) -> Option<String> {
    let stem = path.file_stem()?.to_string_lossy();
    (path.extension() == Some(OsStr::new("toml"))).then(|| stem.into_owned())
}
