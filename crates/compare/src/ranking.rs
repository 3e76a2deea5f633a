//! Predictions first: which of the selected variants are measured, and which are left out because another one is
//! predicted to be faster beyond both intervals.

use std::collections::BTreeMap;

use catalog::{Chosen, Workspace};
use report::left_out_by_prediction;
use results::{Options, Predicted, WorkloadRecord};
use terminal::{Usage, counted, output, shown};

use crate::choice::Choice;
use crate::choose;
use crate::predictor::{Predictor, predicted};
use crate::request::Request;
use crate::run_file::workload_record;
use crate::session::Session;

/// What is predicted of the variants of each workload, in the order of the workloads.
#[derive(Clone, Debug)]
pub(crate) struct Ranking(Vec<BTreeMap<String, Predicted>>);

impl Ranking {
    /// Predicts every run of what is asked for. Nothing is built or run for it: what CPU times come to is taken from the
    /// calibration as well.
    ///
    /// # Errors
    /// A request that cannot be ranked: nothing is known of a workload, or nothing would be measured.
    pub(crate) fn of(
        workspace: &Workspace,
        request: &Request,
        predictor: Option<&dyn Predictor>,
    ) -> anyhow::Result<Ranking> {
        if !request.profile.measures() {
            return Err(Usage::error(
                "--predict has no meaning with --profile smoke, which measures nothing",
            ));
        }
        let known = predictor.ok_or_else(|| {
            Usage::error("--predict needs a calibration: `cargo xtask calibrate` measures one")
        })?;
        let choice = choose::choose(workspace, request, known.sizes())?;
        let ranked = choice
            .workloads
            .iter()
            .map(|chosen| ranked(&choice, chosen, known));
        ranked
            .collect::<Result<_, String>>()
            .map(Ranking)
            .map_err(Usage::error)
    }

    /// The choice without the variants that no workload measures. What is left out of it is told.
    pub(crate) fn narrowed(&self, choice: Choice) -> Choice {
        for (chosen, predicted) in choice.workloads.iter().zip(&self.0) {
            let record = WorkloadRecord {
                predicted: predicted.clone(),
                ..workload_record(&choice, chosen)
            };
            output::notice(&words(&record, choice.variants.len()));
        }
        let mut narrowed = choice;
        narrowed
            .variants
            .retain(|selected| !self.is_out_everywhere(&selected.name()));
        narrowed
    }

    fn is_out_everywhere(&self, variant: &str) -> bool {
        let mut all = self.0.iter();
        all.all(|predicted| predicted.get(variant).is_some_and(|its| its.left_out))
    }

    /// Notes in `run.json` what was predicted.
    pub(crate) fn note(self, session: &mut Session<'_>) {
        let records = session.log.run.workloads.iter_mut();
        for (record, predicted) in records.zip(self.0) {
            record.predicted = predicted;
        }
    }
}

/// What is predicted of a workload's variants, and who is left out. The reference stays, and so does every variant of
/// which nothing is known.
fn ranked(
    choice: &Choice,
    chosen: &Chosen,
    predictor: &dyn Predictor,
) -> Result<BTreeMap<String, Predicted>, String> {
    let record = workload_record(choice, chosen);
    let mut found = BTreeMap::new();
    let mut refusals = Vec::new();
    for selected in &choice.variants {
        let name = selected.name();
        match predicted(predictor, &choice.options, &record, &name) {
            Ok(its) => drop(found.insert(name, its)),
            Err(why) => refusals.push(why),
        }
    }
    if found.is_empty() {
        let typed = shown(&chosen.typed);
        let why = refusals.first().map_or("it has no variant", String::as_str);
        return Err(format!(
            "{typed}: none of its variants can be predicted: {why}; compare it without --predict"
        ));
    }
    Ok(with_those_left_out(found, &choice.options))
}

fn with_those_left_out(
    mut found: BTreeMap<String, Predicted>,
    options: &Options,
) -> BTreeMap<String, Predicted> {
    let best = found.values().copied().min_by(|a, b| {
        let (a, b) = (a.time_per_task_ns.value, b.time_per_task_ns.value);
        a.total_cmp(&b)
    });
    for (name, its) in &mut found {
        its.left_out = *name != options.reference && best.is_some_and(|best| its.is_behind(&best));
    }
    found
}

/// What is told before anything is built.
fn words(record: &WorkloadRecord, variants: usize) -> String {
    let name = shown(&record.workload.name);
    let out = record.predicted.values().filter(|its| its.left_out).count();
    let unknown = variants - record.predicted.len();
    let measured = counted((variants - out) as u64, "variant");
    let why = match unknown {
        0 => String::new(),
        _ => format!(", {unknown} of them because they cannot be predicted"),
    };
    let told = left_out_by_prediction(record)
        .unwrap_or_else(|| "no variant is predicted to be behind beyond all intervals".to_owned());
    format!("{name}: {measured} to measure{why}; {told}")
}

#[cfg(test)]
#[path = "ranking_test.rs"]
mod tests;
