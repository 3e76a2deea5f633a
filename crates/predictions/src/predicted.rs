//! `cargo xtask predict`: what a workload would come to under each variant, without running anything.

use catalog::{Param, Registry, Selected, Sweep, Workspace};
use host::machine;
use predict::{MEASURED, Model, VARIANTS};
use protocol::ExitCode;
use report::export::SheetExport;
use results::time;
use terminal::{Usage, output};

use crate::curve;
use crate::found::Context;
use crate::range::Range;
use crate::rebuilt::rebuilt_since;
use crate::selected::broken_words;
use crate::sheet::sheet;
use crate::source::Source;
use crate::{json, table};

/// What is asked for.
#[derive(Debug)]
pub struct PredictRequest {
    /// A workload's name, or the path of a workload file.
    pub workload: String,
    /// Parameters, each with values or with a range `a..b`.
    pub params: Vec<Sweep>,
    /// Globs over variants; the usual ones and all that are calibrated where there is none.
    pub models: Vec<String>,
    /// How many processors models would have; all of the machine's where no number is given.
    pub cores: Option<u64>,
    /// Whether to print JSON.
    pub json: bool,
    /// Where a page with the curves goes.
    pub page: Option<SheetExport>,
}

/// Everything from what was asked to the exit code.
///
/// # Errors
/// A machine without a calibration for these processors or with a stale one, an unknown workload, parameter or variant.
pub fn predict(request: &PredictRequest, workspace: &Workspace) -> anyhow::Result<ExitCode> {
    let cores = request.cores.unwrap_or_else(machine::processors);
    let source = Source::of(workspace, cores)?;
    let names = variant_names(workspace, source.model(), &request.models)?;
    let context = Context {
        workspace,
        source: &source,
        names: &names,
    };
    let facts = table::Facts {
        days: source.days,
        probe: source.probe,
        now_ms: time::now_ms(),
        machine: source.machine(),
        noise: source.model().calibration().noise(),
        cores,
        rebuilt: rebuilt_since(source.model().calibration(), workspace),
    };
    if let Some(note) = source.note() {
        output::notice(&note);
    }
    let text = match ranges(&request.params)? {
        Some((range, fixed)) => {
            let points = curve::points(&context, &request.workload, &range, &fixed)?;
            if let Some(page) = &request.page {
                page.deliver(&sheet(&facts, &request.workload, &range, &points))?;
                if page.is_stdout() {
                    return Ok(ExitCode::Ok);
                }
            }
            if request.json {
                json::text(&facts, &points, source.cores())?
            } else {
                curve::picture(&facts, &range, &points, output::style(false).width)
            }
        }
        None if request.page.is_some() => {
            return Err(Usage::error(
                "--export-html is of curves: a range such as `-L in_flight=1..600` makes one",
            ));
        }
        None => {
            let all = context.cells(&request.workload, &request.params)?;
            if request.json {
                json::text(&facts, &all, source.cores())?
            } else {
                let width = output::style(false).width;
                let tables = all.iter().map(|one| table::table(&facts, one, width));
                tables.collect::<Vec<_>>().join("\n")
            }
        }
    };
    output::document(&text)?;
    Ok(ExitCode::Ok)
}

/// The variants that were named, whether they have rules or not; the usual ones and all that are calibrated where none was.
fn variant_names(
    workspace: &Workspace,
    model: &Model,
    globs: &[String],
) -> anyhow::Result<Vec<String>> {
    if globs.is_empty() {
        return Ok(unnamed(&model.calibration().variants()));
    }
    let found = Registry::find(workspace)
        .matching(globs)
        .map_err(Usage::error)?;
    let words = broken_words(&found.broken);
    if found.variants.is_empty() {
        return Err(Usage::error(words.join("; ")));
    }
    for line in words {
        output::notice(&line);
    }
    Ok(found.variants.iter().map(Selected::name).collect())
}

/// All that are calibrated, in the order of the documentation, and the usual ones that are not: a row says why.
fn unnamed(calibrated: &[&str]) -> Vec<String> {
    let all = VARIANTS.iter();
    all.filter(|name| calibrated.contains(name) || MEASURED.contains(name))
        .map(|name| (*name).to_owned())
        .collect()
}

/// The range among the parameters, and the others; `None` where there is no range.
fn ranges(params: &[Sweep]) -> anyhow::Result<Option<(Range, Vec<Param>)>> {
    let Some(at) = params
        .iter()
        .position(|sweep| sweep.values.iter().any(|value| value.contains("..")))
    else {
        return Ok(None);
    };
    let range = Range::of(&params[at]).map_err(Usage::error)?;
    let mut fixed = Vec::new();
    for (other, sweep) in params.iter().enumerate() {
        if other == at {
            continue;
        }
        match sweep.values.as_slice() {
            [value] if !value.contains("..") => fixed.push(Param {
                key: sweep.key.clone(),
                value: value.clone(),
            }),
            _ => {
                return Err(Usage::error(format!(
                    "a curve has one range: allowed beside {} is one value of {}",
                    range.key, sweep.key
                )));
            }
        }
    }
    Ok(Some((range, fixed)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_variants_without_a_calibration_are_rows_and_others_are_where_they_are_calibrated() {
        let found = unnamed(&["threads/pool", "coroutines/may"]);
        assert!(
            MEASURED
                .iter()
                .all(|name| found.contains(&(*name).to_owned()))
        );
        assert!(found.contains(&"coroutines/may".to_owned()));
        assert_eq!(found.len(), MEASURED.len() + 1, "{found:?}");
    }
}
