//! The search for a free-threaded CPython among the models: which one runs without the interpreter's lock, and
//! which one is of the same version with it.

use catalog::{Model, Registry, Workspace};
use host::Ledger;
use launch::{RunError, build_model};
use serde::{Deserialize, Serialize};

/// The model that runs CPython.
const PYTHON: &str = "python";
/// Stands in the book for the model that runs free-threaded CPython.
const PLACE: &str = "{free-threaded}";
/// Stands in the book for the model of the same version of CPython with its lock.
const PLACE_OF_LOCKED: &str = "{same-version}";

/// Said in the place of a column, and of a figure, without such an interpreter.
pub(crate) const NONE_FOUND: &str = "no free-threaded CPython (3.13t or newer) was on the PATH: \
    peers/python/free-threaded.sh builds one";

/// The models that stand for free-threaded CPython.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FreeThreaded {
    /// The model whose interpreter has no lock, such as `python-3.13t`.
    pub(crate) model: String,
    /// The model of the same version with the lock, such as `python-3.13`; it need not be there.
    pub(crate) locked: String,
}

/// An interpreter as its model's version line tells it.
struct Interpreter {
    model: String,
    /// Major and minor number, such as `3.13`.
    version: String,
    has_lock: bool,
}

impl FreeThreaded {
    /// Asks every CPython of the registry whether it has its lock; `None` where all have.
    ///
    /// # Errors
    /// An interrupt.
    pub(crate) fn find(
        registry: &Registry,
        workspace: &Workspace,
        ledger: &Ledger,
    ) -> anyhow::Result<Option<FreeThreaded>> {
        let mut interpreters = Vec::new();
        for model in registry.models.iter().filter(|model| is_python(model)) {
            match build_model(model, workspace, ledger) {
                Ok(line) => interpreters.extend(Interpreter::read(&model.name, &line)),
                // An interpreter that does not start is told of where a claim needs it.
                Err(RunError::Failed(_)) => {}
                Err(other) => return Err(other.into_anyhow()),
            }
        }
        Ok(Self::among(&interpreters))
    }

    /// The free-threaded model of a script, which has no interpreter that could be asked.
    pub(crate) fn of_script(registry: &Registry) -> Option<FreeThreaded> {
        let models = registry.models.iter();
        let mut names = models.filter_map(|model| model.name.strip_suffix('t'));
        let locked = names.find(|name| name.starts_with("python-"))?;
        Some(FreeThreaded {
            model: format!("{locked}t"),
            locked: locked.to_owned(),
        })
    }

    fn among(interpreters: &[Interpreter]) -> Option<FreeThreaded> {
        let free = interpreters.iter().find(|one| !one.has_lock)?;
        let locked = interpreters
            .iter()
            .find(|one| one.has_lock && one.version == free.version);
        Some(FreeThreaded {
            model: free.model.clone(),
            locked: match locked {
                Some(locked) => locked.model.clone(),
                None => format!("{PYTHON}-{}", free.version),
            },
        })
    }

    /// A name of the book with the models in their places.
    pub(crate) fn filled(&self, name: &str) -> String {
        name.replace(PLACE, &self.model)
            .replace(PLACE_OF_LOCKED, &self.locked)
    }
}

impl Interpreter {
    /// Reads a line such as `python 0.1.0 (CPython 3.13.5, GIL off)`; `None` for other interpreters. The program
    /// asks `sys._is_gil_enabled()` for it: a free-threaded build can have its lock switched on.
    fn read(model: &str, line: &str) -> Option<Interpreter> {
        let (_, told) = line.split_once("(CPython ")?;
        let (number, lock) = told.split_once(", GIL ")?;
        let (version, _) = number.rsplit_once('.')?;
        Some(Interpreter {
            model: model.to_owned(),
            version: version.to_owned(),
            has_lock: lock.trim_end().trim_end_matches(')') != "off",
        })
    }
}

/// Whether the model is CPython, under whichever of its names that is no second name of another.
fn is_python(model: &Model) -> bool {
    let is_its_name = model.name == PYTHON || model.name.starts_with("python-");
    is_its_name && !model.hidden && model.program.is_some()
}

/// Whether a variant is one of an interpreter that was not found.
pub(crate) fn is_unfilled(variant: &str) -> bool {
    variant.starts_with(PLACE) || variant.starts_with(PLACE_OF_LOCKED)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn among(lines: &[(&str, &str)]) -> Option<(String, String)> {
        let interpreters: Vec<Interpreter> = lines
            .iter()
            .filter_map(|(model, line)| Interpreter::read(model, line))
            .collect();
        FreeThreaded::among(&interpreters).map(|found| (found.model, found.locked))
    }

    #[test]
    fn what_an_interpreter_says_counts_and_not_its_name() {
        let old = ("python", "python 0.1.0 (CPython 3.11.7, GIL on)");
        let on = (
            "python-3.13t",
            "python 0.1.0 (CPython 3.13.5, GIL on (free-threaded build))",
        );
        assert_eq!(among(&[old, on]), None);
        let other = ("python-3.12", "python 0.1.0 (PyPy 3.9.16, GIL off)");
        assert_eq!(among(&[old, other]), None);
        let named = |model: &str, locked: &str| Some((model.to_owned(), locked.to_owned()));
        let off = ("python", "python 0.1.0 (CPython 3.14.0, GIL off)\n");
        assert_eq!(among(&[off]), named("python", "python-3.14"));
        let off = ("python-3.13t", "python 0.1.0 (CPython 3.13.5, GIL off)");
        assert_eq!(among(&[old, off]), named("python-3.13t", "python-3.13"));
        // The same version with the lock may be the one that is called plainly `python3`.
        let locked = ("python", "python 0.1.0 (CPython 3.13.0, GIL on)");
        assert_eq!(among(&[locked, off]), named("python-3.13t", "python"));
    }
}
