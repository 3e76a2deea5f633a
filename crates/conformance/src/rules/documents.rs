//! Rule 10: a model of this checkout is in the documents, as `cargo xtask tidy` wants it.

use launch::RunError;

use crate::outcome::{Fault, Outcome};
use crate::rule::Rule;
use crate::setting::Setting;
use crate::subject::Subject;

pub(crate) const RULE: Rule = Rule {
    number: 10,
    name: "documents",
    stated: "CONTRIBUTING \"A model\"",
    of_program: true,
    check,
};

fn check(setting: &mut Setting<'_>, subject: &mut Subject) -> Result<Outcome, RunError> {
    let folder = &subject.selected.model.folder;
    if !folder.starts_with(&setting.workspace.root) {
        let text = "a model that is not of this checkout".to_owned();
        return Ok(Outcome::Unsupported(text));
    }
    let missing = (setting.missing_documents)(setting.workspace, folder).map_err(RunError::Tool)?;
    if missing.is_empty() {
        return Ok(Outcome::Holds("every variant is named".to_owned()));
    }
    let faults = missing.into_iter().map(|problem| Fault {
        case: "the documents of this checkout".to_owned(),
        seen: problem,
        due: "what `cargo xtask tidy` asks for".to_owned(),
        request: None,
    });
    Ok(Outcome::Broken(faults.collect()))
}
