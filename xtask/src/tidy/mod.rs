//! `cargo xtask tidy`: keeps the promises of the documents. Each rule is a pure function from facts
//! to problems; reading the facts is left to `project`, and style to rustfmt and clippy.

mod arrows;
mod circles;
mod documents;
#[cfg(test)]
pub(crate) mod examples;
mod generated;
mod members;
mod modules;
mod problem;
mod project;
mod sources;
mod tokens;

use std::fs;

use anyhow::Context as _;
use protocol::ExitCode;

use catalog::Workspace;
use problem::Problem;
use project::Project;
use terminal::output::{complain, print};

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

/// Applies every rule and prints all problems; with `fix`, first writes the generated parts anew.
pub(crate) fn run(fix: bool) -> anyhow::Result<ExitCode> {
    let workspace = Workspace::find(None, &[])?;
    let mut project = Project::read(&workspace)?;
    if fix {
        write_generated_parts(&workspace, &mut project)?;
    }
    let mut problems: Vec<Problem> = RULES.iter().flat_map(|rule| rule(&project)).collect();
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
