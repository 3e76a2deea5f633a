//! The state of the page cache before a run: files read once, or evicted and proved absent. It is
//! the same for every model, and outside the measured region. Making the files is left to
//! `services`.

use std::fs::File;
use std::path::Path;

use protocol::{Cache, ReadFile, Setup, Step};
use workloads::{file_index, file_path};

use crate::meters::resident_pages;
use crate::model::{Error, Result};

/// Brings the files that the first `tasks` tasks read into the state that the workload asks for.
pub(crate) fn files(setup: &Setup, tasks: u64) -> Result<()> {
    for step in &setup.workload.steps {
        if let (Step::ReadFile(read), Some(folder)) = (step, &setup.endpoints.files) {
            for index in indices(setup.workload.seed, tasks, read) {
                prepare(&file_path(folder, index), read.cache)?;
            }
        }
    }
    Ok(())
}

fn indices(seed: u64, tasks: u64, read: &ReadFile) -> impl Iterator<Item = u64> {
    let files = read.files;
    (0..tasks.min(files)).map(move |task| file_index(seed, task, files))
}

fn prepare(path: &Path, cache: Cache) -> Result<()> {
    let failed = |error| Error::io(path.display().to_string(), error);
    match cache {
        Cache::Cached => std::fs::read(path).map(drop).map_err(failed),
        Cache::Cold => {
            let file = File::open(path).map_err(failed)?;
            evict(&file).map_err(failed)?;
            match resident_pages(&file).map_err(failed)? {
                0 => Ok(()),
                pages => Err(Error::Unavailable(format!(
                    "{}: {pages} pages stay in the page cache after eviction (a file system in memory, such as tmpfs, cannot evict)",
                    path.display()
                ))),
            }
        }
    }
}

#[cfg(target_os = "linux")]
fn evict(file: &File) -> std::io::Result<()> {
    Ok(rustix::fs::fadvise(
        file,
        0,
        None,
        rustix::fs::Advice::DontNeed,
    )?)
}

#[cfg(not(target_os = "linux"))]
fn evict(_: &File) -> std::io::Result<()> {
    Err(std::io::Error::new(
        std::io::ErrorKind::Unsupported,
        "this system cannot evict a file",
    ))
}
