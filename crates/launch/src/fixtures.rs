//! What several tests of this crate start from.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use catalog::Model;

/// A model without variants, built and run by these commands.
pub(crate) fn model(build: &[&str], run: &[&str]) -> Model {
    let [build, run] =
        [build, run].map(|words| words.iter().map(|&word| word.to_owned()).collect());
    Model {
        name: "mine".to_owned(),
        about: String::new(),
        classes: Vec::new(),
        build,
        run,
        env: Default::default(),
        hidden: false,
        on_request: false,
        spans_hosts: false,
        programs: None,
        program: None,
        own: None,
        real_program: Vec::new(),
        install: None,
        scale: Default::default(),
        serves: None,
        folder: PathBuf::new(),
        file: PathBuf::new(),
        variants: Vec::new(),
    }
}

/// Lets the tests of one process have orphans one after the other: this tool cannot tell whose one is that
/// bears no mark.
pub(crate) fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}
