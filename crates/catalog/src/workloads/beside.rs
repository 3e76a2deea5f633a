//! What a workload file names beside itself: the package of own work, and the libraries of steps.

use std::fs;
use std::path::{Path, PathBuf};

use protocol::{Step, Workload};

use super::error::CatalogueError;
use crate::own_work::Package;

/// Makes the path to the package of own work absolute, as it is everywhere but in its file; whether there is
/// one.
pub(super) fn find_package(
    workload: &mut Workload,
    file: &Path,
    named_at: Option<String>,
) -> Result<bool, CatalogueError> {
    let (Some(work), Some(named_at)) = (&mut workload.work, named_at) else {
        return Ok(false);
    };
    let folder = path_beside(file, &work.package);
    let package =
        Package::read(&folder).map_err(|problem| CatalogueError::Package { named_at, problem })?;
    work.package = package.folder;
    Ok(true)
}

/// Makes the paths of libraries absolute, as they are everywhere but in the file.
pub(super) fn find_libraries(
    workload: &mut Workload,
    file: &Path,
    named_at: Vec<(usize, String)>,
) -> Result<(), CatalogueError> {
    for (step, named_at) in named_at {
        if let Some(Step::Call(call)) = workload.steps.get_mut(step) {
            let found = fs::canonicalize(path_beside(file, &call.library));
            call.library = found.map_err(|error| CatalogueError::Library {
                named_at,
                library: call.library.display().to_string(),
                error,
            })?;
        }
    }
    Ok(())
}

/// The path that a file names, relative to the file.
fn path_beside(file: &Path, named: &Path) -> PathBuf {
    // A file that was named without a folder is in the current one.
    let folder = Path::new(".").join(file.parent().unwrap_or(file));
    folder.join(named)
}
