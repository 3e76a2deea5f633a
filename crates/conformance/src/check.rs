//! The whole check: models are found and built, every rule is applied to every variant, and each line is
//! printed as soon as it is known.

use catalog::{Registry, Selected, Workspace};
use launch::{RunError, build_model};
use protocol::ExitCode;
use results::Kind;
use terminal::{Usage, hanging, output, shown};

use crate::cases::all;
use crate::lines::{Totals, of_rule};
use crate::outcome::{Fault, Outcome};
use crate::rule::Rule;
use crate::rules::RULES;
use crate::setting::{MissingDocuments, Setting};
use crate::subject::Subject;

/// What is to be checked.
#[derive(Clone, Debug)]
pub struct Request {
    /// Models, variants, or globs.
    pub names: Vec<String>,
    /// The numbers of the rules to apply, from 1 to 12; empty for all of them.
    pub rules: Vec<u8>,
    /// What the documents of the checkout lack of the models in a folder, a line a problem.
    pub missing_documents: MissingDocuments,
}

/// Checks models, and prints a line for each rule and each group of variants with the same outcome.
///
/// # Errors
///
/// A name that matches nothing, an interrupt, or a tool that cannot go on. A rule that does not hold is no
/// error: it makes the exit code [`ExitCode::Failed`].
pub fn run(request: &Request, workspace: &Workspace) -> anyhow::Result<ExitCode> {
    let selection = Registry::find(workspace)
        .matching(&request.names)
        .map_err(Usage::error)?;
    for (broken, _) in &selection.broken {
        output::complain(&format!(
            "{}: {}",
            shown(&broken.name),
            hanging(&broken.problem)
        ));
    }
    let ledger = launch::begin(&workspace.results)?;
    let mut setting = Setting::new(workspace, &ledger, request.missing_documents)?;
    let workloads: Vec<_> = all().into_iter().map(|case| case.chosen.workload).collect();
    let packages = setting.bench.build_packages(&workloads);
    packages.map_err(RunError::into_anyhow)?;
    let mut totals = Totals::default();
    for variants in by_model(selection.variants) {
        one_model(&mut setting, variants, &request.rules, &mut totals)?;
    }
    output::print(&totals.line())?;
    // A model that a glob matches may be for a program that is not on this machine.
    let mut models = selection.broken.iter();
    let is_model_broken = models.any(|(broken, named)| *named || !broken.is_absent);
    let is_well = totals.broken == 0 && totals.holds > 0 && !is_model_broken;
    Ok(if is_well {
        ExitCode::Ok
    } else {
        ExitCode::Failed
    })
}

/// The variants of each model together.
fn by_model(variants: Vec<Selected>) -> Vec<Vec<Selected>> {
    let mut models: Vec<Vec<Selected>> = Vec::new();
    for selected in variants {
        match models.last_mut() {
            Some(model) if model[0].model.name == selected.model.name => model.push(selected),
            _ => models.push(vec![selected]),
        }
    }
    models
}

fn one_model(
    setting: &mut Setting<'_>,
    variants: Vec<Selected>,
    rules: &[u8],
    totals: &mut Totals,
) -> anyhow::Result<()> {
    let model = variants[0].model.clone();
    output::print(&format!("{}: {}\n", model.name, shown(&model.about)))?;
    if let Err(error) = build_model(&model, setting.workspace, setting.ledger) {
        let failure = error.into_row().map_err(RunError::into_anyhow)?;
        totals.broken += 1;
        let text = format!(
            "✗    {}: {}\n  {}\n",
            failure.kind.word(),
            shown(&failure.to_string()),
            hanging(&failure.stderr)
        );
        return output::print(&text);
    }
    let mut subjects: Vec<Subject> = variants.into_iter().map(Subject::new).collect();
    let command = again(setting.workspace);
    for rule in RULES.iter().filter(|rule| is_wanted(rule, rules)) {
        let checked = if rule.of_program { 1 } else { subjects.len() };
        let mut outcomes = Vec::with_capacity(checked);
        for subject in &mut subjects[..checked] {
            let outcome = outcome_of(rule, setting, subject)?;
            outcomes.push((subject.selected.name(), outcome));
        }
        // The runs of rule 3 are made for rule 8 as well, and then rule 3 was not asked for.
        if rules.is_empty() || rules.contains(&rule.number) {
            outcomes.iter().for_each(|(_, outcome)| totals.add(outcome));
            output::print(&of_rule(rule, &outcomes, &command))?;
        }
    }
    Ok(())
}

/// Whether a rule is applied: rule 8 looks at the runs of rule 3.
fn is_wanted(rule: &Rule, rules: &[u8]) -> bool {
    rules.is_empty() || rules.contains(&rule.number) || (rule.number == 3 && rules.contains(&8))
}

/// A failure that ends a check is a broken rule, and the next rule is applied.
fn outcome_of(
    rule: &Rule,
    setting: &mut Setting<'_>,
    subject: &mut Subject,
) -> anyhow::Result<Outcome> {
    match (rule.check)(setting, subject) {
        Ok(outcome) => Ok(outcome),
        Err(RunError::Failed(failure)) if failure.kind != Kind::Service => {
            Ok(Outcome::Broken(vec![Fault {
                case: "the check".to_owned(),
                seen: format!("{}: {failure}", failure.kind.word()),
                due: "a program that runs".to_owned(),
                request: None,
            }]))
        }
        Err(other) => Err(other.into_anyhow()),
    }
}

/// What to type for this checkout, without the name of a variant.
fn again(workspace: &Workspace) -> String {
    let mut words = "cargo xtask conformance".to_owned();
    for folder in &workspace.more_models {
        words.push_str(&format!(" --models {}", folder.display()));
    }
    words
}
