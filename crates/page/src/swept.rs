//! What a page has of sweeps: their sentences, plots and tables.

use report::{Document, SweptSection};
use results::{RunFile, SweepSummary};
use serde::Serialize;
use terminal::shown;

use crate::figure::{Figure, Table, in_both_rooms};
use crate::ids::Ids;
use crate::lines::all_shown;
use crate::plots;
use crate::room::Room;
use crate::subject::Looks;

/// What a page has of a sweep.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SweepSection {
    id: String,
    name: String,
    lines: Vec<String>,
    figures: Vec<Figure>,
    table: Table,
}

/// What the page of a comparison has of its sweeps.
pub(crate) fn sweeps(
    run: &RunFile,
    document: &Document,
    looks: &Looks,
    ids: &mut Ids,
) -> Vec<SweepSection> {
    let both = run.sweeps.iter().zip(&document.sweeps);
    both.map(|(sweep, section)| {
        let id = ids.take("s", &section.title);
        let figures = in_both_rooms(|room| {
            let mut figures = plots::swept(run, sweep, section, looks, (&id, room));
            figures.extend(map(run, sweep, looks, (&id, room)));
            figures
        });
        SweepSection {
            name: shown(&section.title),
            lines: all_shown(&section.lines),
            figures,
            table: swept_table(section, run, looks),
            id,
        }
    })
    .collect()
}

/// Who is ahead where two keys were swept, at the first sweep of the two keys.
fn map(
    run: &RunFile,
    sweep: &SweepSummary,
    looks: &Looks,
    (id, room): (&str, Room),
) -> Option<Figure> {
    let is_of_two =
        |other: &&SweepSummary| other.workload == sweep.workload && other.fixed.len() == 1;
    let all: Vec<&SweepSummary> = run.sweeps.iter().filter(is_of_two).collect();
    let is_first = all.first().is_some_and(|first| std::ptr::eq(*first, sweep));
    if !is_first {
        return None;
    }
    let of_one_key = all.into_iter().filter(|other| other.key == sweep.key);
    let of_one_key: Vec<&SweepSummary> = of_one_key.collect();
    plots::ahead(run, &of_one_key, looks, &format!("{id}-ahead"), room)
}

fn swept_table(section: &SweptSection, run: &RunFile, looks: &Looks) -> Table {
    let (titles, rows) = section
        .grid
        .split_first()
        .map_or((&[][..], &[][..]), |(titles, rows)| {
            (titles.as_slice(), rows)
        });
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    let mut table = Table::titled(&titles);
    for (row, variant) in rows.iter().zip(&run.variants) {
        let cells = row.iter().map(|cell| cell.trim().to_owned());
        table.push(looks.number(&variant.name), cells);
    }
    table
}
