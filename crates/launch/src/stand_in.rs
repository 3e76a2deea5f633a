//! Scripts that stand in for programs: version managers put such in the place of all programs. They take
//! as long to start as an interpreter itself, which is no cost of the model, so that runs start the real
//! program.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use catalog::Model;

/// The real programs by the path of the script, for the whole process: a script stands for one program as
/// long as the environment is the same.
static REAL: Mutex<BTreeMap<PathBuf, PathBuf>> = Mutex::new(BTreeMap::new());

/// The command that prints the path of the real program, where a script stands in for it and the model
/// says how to ask.
pub(crate) fn question(model: &Model) -> Option<Vec<String>> {
    let program = model.program.as_deref()?;
    let is_asked = !model.real_program.is_empty() && is_script(program) && real(program).is_none();
    is_asked.then(|| {
        let first = program.display().to_string();
        [first]
            .into_iter()
            .chain(model.real_program.iter().cloned())
            .collect()
    })
}

/// Notes the answer of a script. One that names no file is no answer, and the script is run as before.
pub(crate) fn learn(model: &Model, answer: &str) {
    let path = PathBuf::from(answer.trim());
    if let Some(script) = &model.program
        && path.is_absolute()
        && path.is_file()
    {
        let mut known = REAL.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(script.clone(), path);
    }
}

/// A command with the real program in the place of a script that stands in for it.
pub(crate) fn with_real_program(words: Vec<String>) -> Vec<String> {
    let program = words.first().and_then(|first| real(Path::new(first)));
    match program {
        Some(program) => std::iter::once(program.display().to_string())
            .chain(words.into_iter().skip(1))
            .collect(),
        None => words,
    }
}

fn real(script: &Path) -> Option<PathBuf> {
    let known = REAL.lock().unwrap_or_else(PoisonError::into_inner);
    known.get(script).cloned()
}

fn is_script(path: &Path) -> bool {
    let mut start = [0; 2];
    File::open(path).is_ok_and(|mut file| file.read_exact(&mut start).is_ok() && start == *b"#!")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;

    #[test]
    fn a_script_is_replaced_once_its_answer_names_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("shim");
        let program = folder.path().join("program");
        std::fs::write(&script, "#!/bin/sh\n").unwrap();
        std::fs::write(&program, "\x7fELF").unwrap();
        assert!(is_script(&script) && !is_script(&program));
        let words = vec![script.display().to_string(), "main".to_owned()];
        let model = Model {
            program: Some(script),
            real_program: vec!["-p".to_owned()],
            ..fixtures::model(&[], &[])
        };
        assert_eq!(
            question(&model),
            Some(vec![words[0].clone(), "-p".to_owned()])
        );
        learn(&model, "no/such/file");
        assert_eq!(with_real_program(words.clone()), words);
        learn(&model, &format!("{}\n", program.display()));
        assert_eq!(
            with_real_program(words),
            [program.display().to_string(), "main".to_owned()]
        );
        assert_eq!(question(&model), None);
    }
}
