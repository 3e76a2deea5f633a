//! Keeps what the documents promise about the source tree: who imports whom, how files begin, what
//! is documented.
//!
//! `project` reads the facts once, and each rule is a pure function from facts to problems. Layout
//! and lints are checked by rustfmt and clippy.

mod arrows;
mod circles;
mod documents;
mod generated;
mod members;
mod modules;
mod problem;
mod project;
mod sources;
mod tokens;

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use catalog::Workspace;
use protocol::ExitCode;
use terminal::output::{complain, print};

use crate::problem::Problem;
use crate::project::Project;

/// What must hold of the whole project: a broken promise is one problem.
type Rule = fn(&Project) -> Vec<Problem>;

const RULES: [Rule; 14] = [
    |project| arrows::imports(&project.members),
    |project| arrows::runtimes(&project.members),
    |project| arrows::one_user(&project.members),
    |project| circles::of_rust(&project.members, &project.sources),
    |project| circles::of_python(&project.python),
    |project| members::names(&project.members),
    |project| members::lints(&project.members),
    |project| sources::heads(&project.sources),
    |project| sources::unsafe_code(&project.sources),
    |project| project.unreadable.clone(),
    |project| documents::models(&project.models, &project.models_document),
    |project| documents::workloads(&project.workloads, &project.workloads_document),
    |project| generated::current(&project.readme, &generated::models_part(&project.models)),
    |project| {
        generated::current(
            &project.readme,
            &generated::workloads_part(&project.workloads),
        )
    },
];

/// Applies every rule to the checkout and prints all problems, of which any makes the exit code 1.
/// `fix` writes the generated parts of the README anew first.
///
/// # Errors
///
/// Where the facts cannot be read, or the README cannot be written.
pub fn run(workspace: &Workspace, fix: bool) -> anyhow::Result<ExitCode> {
    let mut project = Project::read(workspace)?;
    if fix {
        // Before the rules, so that they judge what stands there now.
        write_generated_parts(workspace, &mut project)?;
    }
    let mut problems: Vec<Problem> = RULES.iter().flat_map(|rule| rule(&project)).collect();
    // By file and line, so that an editor can be led through them.
    problems.sort();
    let lines: String = problems
        .iter()
        .map(|problem| format!("{problem}\n"))
        .collect();
    print(&lines)?;
    let rules = RULES.len();
    complain(&match problems.len() {
        0 => format!("tidy: {rules} rules, no problem"),
        1 => format!("tidy: {rules} rules, 1 problem"),
        many => format!("tidy: {rules} rules, {many} problems"),
    });
    Ok(if problems.is_empty() {
        ExitCode::Ok
    } else {
        ExitCode::Failed
    })
}

/// What the documents lack of the models in a folder of the checkout, a line a problem.
///
/// # Errors
///
/// Where the facts cannot be read.
pub fn missing_documents(workspace: &Workspace, folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut project = Project::read(workspace)?;
    let table = generated::models_part(&project.models);
    project.models.retain(|file| file.model.folder == folder);
    let mut problems = documents::models(&project.models, &project.models_document);
    problems.extend(generated::current(&project.readme, &table));
    Ok(problems.iter().map(Problem::to_string).collect())
}

fn write_generated_parts(workspace: &Workspace, project: &mut Project) -> anyhow::Result<()> {
    let models = generated::models_part(&project.models);
    let workloads = generated::workloads_part(&project.workloads);
    let readme = &mut project.readme;
    let text = generated::rewritten(&generated::rewritten(&readme.text, &models), &workloads);
    if text != readme.text {
        let path = workspace.root.join(&readme.path);
        fs::write(&path, &text).with_context(|| path.display().to_string())?;
        complain(&format!(
            "tidy: wrote the generated parts of {}",
            readme.path
        ));
        readme.text = text;
    }
    Ok(())
}

#[cfg(test)]
mod examples_test;
