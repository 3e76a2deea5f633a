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
use terminal::counted;
use terminal::output::{complain, print};

use crate::problem::Problem;
use crate::project::Project;

/// What must hold of the whole project: a broken promise is one problem.
type Rule = fn(&Project) -> Vec<Problem>;

const RULES: [Rule; 13] = [
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
    |project| {
        let parts = generated::parts(project).into_iter();
        parts
            .flat_map(|(document, part)| generated::current(document, &part))
            .collect()
    },
];

/// Applies every rule to the checkout and prints all problems, of which any makes the exit code 1.
/// `fix` writes the generated parts of documents anew first.
///
/// # Errors
///
/// Where the facts cannot be read, or a document cannot be written.
pub fn run(workspace: &Workspace, fix: bool) -> anyhow::Result<ExitCode> {
    let mut project = Project::read(workspace)?;
    if fix {
        write_generated_parts(workspace, &project)?;
        // The rules judge what stands there now.
        project = Project::read(workspace)?;
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
    complain(&match problems.len() as u64 {
        0 => format!("tidy: {rules} rules, no problem"),
        found => format!("tidy: {rules} rules, {}", counted(found, "problem")),
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
    let project = Project::read(workspace)?;
    let tables: Vec<Problem> = generated::parts(&project)
        .into_iter()
        .flat_map(|(document, part)| generated::current(document, &part))
        .collect();
    let models = project
        .models
        .into_iter()
        .filter(|file| file.model.folder == folder)
        .collect::<Vec<_>>();
    let unnamed = documents::models(&models, &project.models_document);
    Ok(unnamed
        .iter()
        .chain(&tables)
        .map(Problem::to_string)
        .collect())
}

fn write_generated_parts(workspace: &Workspace, project: &Project) -> anyhow::Result<()> {
    for (document, part) in generated::parts(project) {
        let text = generated::rewritten(&document.text, &part);
        if text != document.text {
            let path = workspace.root.join(&document.path);
            fs::write(&path, &text).with_context(|| path.display().to_string())?;
            complain(&format!("tidy: wrote a table of {}", document.path));
        }
    }
    Ok(())
}

#[cfg(test)]
mod examples_test;
