//! The state of the page cache before a run: every file that the tasks read is either read once or
//! evicted and proved absent. This is the same for every model and happens before the measured
//! phase.

use std::fs::File;
use std::path::Path;

use protocol::{Cache, ReadFile, Setup, Step};
use workloads::{file_index, file_path};

use crate::error::{Error, Result};
use crate::meters::resident_pages;

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

/// Which files the first `tasks` tasks read. They repeat after as many tasks as there are files.
fn indices(seed: u64, tasks: u64, read: &ReadFile) -> impl Iterator<Item = u64> {
    let files = read.files;
    (0..tasks.min(files)).map(move |task| file_index(seed, task, files))
}

fn prepare(path: &Path, cache: Cache) -> Result<()> {
    match cache {
        Cache::Cached => std::fs::read(path).map(drop),
        Cache::Cold => {
            // `POSIX_FADV_DONTNEED` is only advice, so its effect is checked: a warm file in a run
            // that claims to be cold would be measured as a very fast disk.
            let pages = evicted(path);
            if let Ok(pages @ 1..) = pages {
                return Err(Error::Unavailable(format!(
                    "{}: {pages} pages stay in the page cache after eviction (a file system in memory, such as tmpfs, cannot evict)",
                    path.display()
                )));
            }
            pages.map(drop)
        }
    }
    .map_err(|error| Error::io(path.display().to_string(), error))
}

/// Evicts a file from the page cache; the number of its pages that stay there.
fn evicted(path: &Path) -> std::io::Result<usize> {
    let file = File::open(path)?;
    evict(&file)?;
    resident_pages(&file)
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
