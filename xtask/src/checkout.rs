//! The checkout that a command is about.

use std::path::{Path, PathBuf};

use catalog::Workspace;
use terminal::output;

/// The checkout around the current folder. Where there is none it is the one that this program was built
/// in, which people are told.
///
/// # Errors
/// Those of [`Workspace::find`].
pub(crate) fn find(results: Option<&Path>, more_models: &[PathBuf]) -> anyhow::Result<Workspace> {
    let workspace = Workspace::find(results, more_models)?;
    if !workspace.is_around_current_folder() {
        let root = workspace.root.display();
        output::notice(&format!(
            "no checkout is around this folder: {root} is used, where this program was built"
        ));
    }
    Ok(workspace)
}
