//! One figure of a stored comparison, or of a section of the page of another command, as an SVG file.

use catalog::did_you_mean;
use report::document;
use report::export::{Comparison, Part};
use terminal::{Usage, shown};

use crate::figure::Figure;
use crate::page::{record, rows_of};
use crate::plots::{self, NAMED, Plot};
use crate::room::Room;
use crate::subject::{Looks, Subject};

/// The most names that an error lists.
const MOST_NAMES: usize = 12;

/// Figures of sweeps by their names, each with the ends of the ids of the drawings that it may be.
const SWEPT: [(&str, &[&str]); 2] = [("sweep", &["time", "p99"]), ("sweep-cpu", &["cpu"])];

/// A figure that is wanted: a plot, and the workload or the sweep that it is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedFigure {
    plot: String,
    of: Option<String>,
}

/// The names of the plots that can be written as files.
pub fn figure_names() -> impl Iterator<Item = &'static str> {
    let swept = SWEPT.iter().map(|(name, _)| *name);
    NAMED.iter().map(|(name, _)| *name).chain(swept)
}

impl WantedFigure {
    /// Reads `PLOT` or `PLOT:WORKLOAD`.
    ///
    /// # Errors
    /// No plot has this name (a usage error).
    pub fn parse(typed: &str) -> anyhow::Result<WantedFigure> {
        let (plot, of) = match typed.split_once(':') {
            Some((plot, of)) => (plot, Some(of.to_owned())),
            None => (typed, None),
        };
        if !figure_names().any(|name| name == plot) {
            let names: Vec<&str> = figure_names().collect();
            return Err(Usage::error(format!(
                "no plot is named `{}`; there are {}",
                shown(plot),
                names.join(", ")
            )));
        }
        Ok(WantedFigure {
            plot: plot.to_owned(),
            of,
        })
    }
}

/// The file of a figure of a comparison whose statistics are computed.
///
/// # Errors
/// Usage errors: the comparison has no such workload or sweep, has nothing to draw of it, or has several and none
/// was named.
pub fn figure_file(comparison: &Comparison<'_>, wanted: &WantedFigure) -> anyhow::Result<String> {
    let plot = &wanted.plot;
    let names = subjects(comparison, wanted);
    let chosen: Vec<&String> = match &wanted.of {
        None => names.iter().collect(),
        Some(of) => {
            let named: Vec<&String> = names
                .iter()
                .filter(|name| is_named(comparison, name, of))
                .collect();
            if named.is_empty() {
                return Err(unknown(of, &names));
            }
            named
        }
    };
    let mut drawn: Vec<(&String, Figure)> = chosen
        .iter()
        .filter_map(|name| Some((*name, figure(comparison, wanted, name)?)))
        .collect();
    if drawn.len() > 1 {
        let several = listed(drawn.iter().map(|(name, _)| name.as_str()));
        return Err(Usage::error(format!(
            "{plot} can be drawn of several here: name one, as in `{plot}:{}`; there are {several}",
            shown(drawn[0].0)
        )));
    }
    match drawn.pop() {
        Some((_, figure)) => Ok(figure.svg.file()),
        None => Err(Usage::error(format!(
            "there is nothing to draw as {plot}: neither figures nor runs for it are in {}",
            listed(chosen.iter().map(|name| name.as_str()))
        ))),
    }
}

/// The file of what a section of the page of another command has drawn; `None` where it has nothing to draw.
pub fn part_file(part: &Part) -> Option<String> {
    let curves = part
        .curves
        .as_ref()
        .and_then(|plot| plots::curves(plot, "figure", Room::Wide));
    let ratios = part.ratios.as_ref();
    let drawn =
        curves.or_else(|| ratios.and_then(|plot| plots::dumbbells(plot, "figure", Room::Wide)));
    drawn.map(|figure| figure.svg.file())
}

/// Whether a workload or a sweep is the one that was typed: by its name, as it was typed for the comparison, or, for
/// a sweep, by its workload.
fn is_named(comparison: &Comparison<'_>, name: &str, typed: &str) -> bool {
    let mut records = comparison.run.workloads.iter();
    name == typed
        || name
            .split_once(" over ")
            .is_some_and(|(workload, _)| workload == typed)
        || records.any(|record| record.workload.name == name && record.typed == typed)
}

fn unknown(of: &str, names: &[String]) -> anyhow::Error {
    let hint = did_you_mean(of, names.iter().cloned());
    Usage::error(format!("this comparison has no `{}`{hint}", shown(of)))
}

/// Names in a sentence, the first of many.
fn listed<'n>(names: impl ExactSizeIterator<Item = &'n str>) -> String {
    let all = names.len();
    let mut quoted: Vec<String> = names
        .take(MOST_NAMES)
        .map(|name| format!("`{}`", shown(name)))
        .collect();
    if all > MOST_NAMES {
        quoted.push(format!("{} more", all - MOST_NAMES));
    }
    if quoted.is_empty() {
        "none".to_owned()
    } else {
        quoted.join(", ")
    }
}

/// The workloads of a comparison, or its sweeps, whichever the figure can be of.
fn subjects(comparison: &Comparison<'_>, wanted: &WantedFigure) -> Vec<String> {
    let run = comparison.run;
    if ends(wanted).is_some() {
        let sweeps = document(run).sweeps.into_iter();
        return sweeps.map(|section| section.title).collect();
    }
    let summaries = run.statistics.iter();
    summaries.map(|summary| summary.workload.clone()).collect()
}

fn ends(wanted: &WantedFigure) -> Option<&'static [&'static str]> {
    let mut swept = SWEPT.iter();
    swept
        .find(|(name, _)| *name == wanted.plot)
        .map(|(_, ends)| *ends)
}

fn figure(comparison: &Comparison<'_>, wanted: &WantedFigure, name: &str) -> Option<Figure> {
    match ends(wanted) {
        Some(ends) => of_sweep(comparison, name, ends),
        None => {
            let (_, plot) = NAMED.iter().find(|(known, _)| *known == wanted.plot)?;
            of_workload(comparison, name, *plot)
        }
    }
}

fn of_sweep(comparison: &Comparison<'_>, title: &str, ends: &[&str]) -> Option<Figure> {
    let run = comparison.run;
    let sections = document(run).sweeps;
    let mut both = run.sweeps.iter().zip(&sections);
    let (sweep, section) = both.find(|(_, section)| section.title == title)?;
    let figures = plots::swept(run, sweep, section, &Looks::of(run), ("s", Room::Wide));
    figures.into_iter().find(|figure| {
        let end = figure.id.rsplit('-').next();
        end.is_some_and(|end| ends.contains(&end))
    })
}

fn of_workload(comparison: &Comparison<'_>, name: &str, plot: Plot) -> Option<Figure> {
    let run = comparison.run;
    let mut summaries = run.statistics.iter();
    let summary = summaries.find(|summary| summary.workload == name)?;
    let rows = rows_of(comparison.rows, name);
    let own = Comparison { run, rows: &rows };
    plot(&Subject {
        comparison: &own,
        record: record(run, summary)?,
        summary,
        looks: &Looks::of(run),
        id: "w",
        room: Room::Wide,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plot_is_read_with_what_it_is_of() {
        let wanted = WantedFigure::parse("forest:http in-flight=8").unwrap();
        assert_eq!(wanted.of.as_deref(), Some("http in-flight=8"));
        assert_eq!(WantedFigure::parse("sweep").unwrap().of, None);
        let refused = WantedFigure::parse("pie:http").unwrap_err();
        assert!(refused.is::<Usage>());
        let told = refused.to_string();
        assert!(
            told.contains("`pie`") && told.contains("forest, "),
            "{told}"
        );
    }

    #[test]
    fn long_lists_of_names_are_cut() {
        let names: Vec<String> = (0..14).map(|number| format!("w{number}")).collect();
        let all = listed(names.iter().map(String::as_str));
        assert!(all.ends_with("`w11`, 2 more"), "{all}");
        assert_eq!(listed([].into_iter()), "none");
    }
}
