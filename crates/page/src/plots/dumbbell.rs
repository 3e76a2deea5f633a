//! Dumb-bells: from a first figure to a second, as their ratio with its bounds, beside the limit beyond
//! which the second is too much worse.

use report::export::{RatioPlot, RatioRow};
use terminal::{factor, shown};

use crate::figure::{Figure, Table};
use crate::room::{Room, label_within};
use crate::subject::Looks;
use crate::svg::{Anchor, Canvas, Kind, Scale, bottom_axis};

use super::rows::{RowPlace, Rows};

/// The height of a row.
const ROW: f64 = 20.0;
/// The room for the numbers: the ratio with its interval, and where there is little the ratio alone.
const NUMBERS: (f64, f64) = (190.0, 76.0);

/// A line of the plot.
enum Entry<'a> {
    /// The name of what the lines below it belong to.
    Group(&'a str),
    Ratio(&'a RatioRow),
}

/// A ratio of each row; `None` where none can be drawn. The table is that of the section.
pub(crate) fn dumbbells(plot: &RatioPlot, id: &str, room: Room) -> Option<Figure> {
    let names: Vec<&str> = plot.rows.iter().map(|row| row.name.as_str()).collect();
    let looks = Looks::named(names.iter().copied());
    let values = plot.rows.iter().flat_map(|row| {
        let bounds = [row.interval, row.control].into_iter().flatten();
        let known = [Some(row.ratio), row.limit].into_iter().flatten();
        known.chain(bounds.flat_map(|(lower, upper)| [lower, upper]))
    });
    let groups = plot.rows.iter().map(|row| row.group.as_str());
    let rows = Rows::of(room, names.iter().copied().chain(groups), ROW, NUMBERS);
    let scale = Scale::over(Kind::Log, values.chain([0.98, 1.02]), rows.places)?.padded(0.03);
    let entries = lines(&plot.rows);
    let bottom = entries.len() as f64 * rows.height();
    let mut canvas = Canvas::new(room.width(), bottom + room.axis());
    let axis = if plot.is_plain {
        format!("{} (log scale)", plot.title)
    } else {
        format!("{} (log scale; left is better)", plot.title)
    };
    bottom_axis(&mut canvas, &scale, (0.0, bottom), factor, &axis);
    if let Some(one) = scale.place(1.0) {
        canvas.line((one, 0.0), (one, bottom), "one");
    }
    for (index, line) in entries.iter().enumerate() {
        let at = rows.place(0.0, index);
        match line {
            Entry::Ratio(row) => draw(&mut canvas, row, &looks, &scale, (&rows, at)),
            Entry::Group(group) => {
                // It has the line for itself.
                let heading = label_within(group, room.width());
                canvas.text((0.0, at.y + 4.0), Anchor::Start, "head", &heading);
            }
        }
    }
    let description = "A row for each variant: from the ring, which is the first figure, to the marker, which \
                       is the second, with the bounds of their ratio; the dotted stroke is the limit, the \
                       line below it how far two runs of the first were apart.";
    Some(Figure {
        svg: canvas.svg(&room.id(id), &plot.title, description),
        caption: shown(&plot.caption),
        table: Table::default(),
        narrow: None,
        also: None,
        id: id.to_owned(),
        title: shown(&plot.title),
    })
}

/// The rows, and before those of each group its name.
fn lines(rows: &[RatioRow]) -> Vec<Entry<'_>> {
    let mut groups: Vec<(&str, Vec<&RatioRow>)> = Vec::new();
    for row in rows {
        match groups.iter_mut().find(|(group, _)| *group == row.group) {
            Some((_, members)) => members.push(row),
            None => groups.push((&row.group, vec![row])),
        }
    }
    groups
        .into_iter()
        .flat_map(|(group, members)| {
            let own = members.into_iter().map(Entry::Ratio);
            [Entry::Group(group)].into_iter().chain(own)
        })
        .collect()
}

fn draw(
    canvas: &mut Canvas,
    row: &RatioRow,
    looks: &Looks,
    scale: &Scale,
    (rows, at): (&Rows, RowPlace),
) {
    let y = at.y;
    let look = looks.look(&row.name);
    if let Some(x) = row.limit.and_then(|limit| scale.place(limit)) {
        canvas.line((x, y - ROW / 2.0), (x, y + ROW / 2.0), "rule");
    }
    canvas.begin_plain("control");
    bar(canvas, row.control, scale, y + 6.0);
    canvas.end();
    look.begin(canvas);
    rows.name(canvas, at, &row.name, Some(look));
    if let (Some(from), Some(to)) = (scale.place(1.0), scale.place(row.ratio)) {
        canvas.line((from, y), (to, y), "thin");
        canvas.circle((from, y), 3.0, "hollow");
        if let Some((lower, upper)) = row.interval
            && let (Some(left), Some(right)) = (scale.place(lower), scale.place(upper))
        {
            canvas.interval(left, right, y);
        }
        look.marker(canvas, (to, y), false);
    }
    let numbers = rows.ratio(&row.sign, row.ratio, row.interval);
    rows.numbers(canvas, at, "", &numbers);
    canvas.end();
}

fn bar(canvas: &mut Canvas, bounds: Option<(f64, f64)>, scale: &Scale, y: f64) {
    if let Some((lower, upper)) = bounds
        && let (Some(left), Some(right)) = (scale.place(lower), scale.place(upper))
    {
        canvas.line((left, y), (right, y), "bar");
    }
}
