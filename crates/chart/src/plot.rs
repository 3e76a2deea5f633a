//! Plots made of characters: figures over one another, each variant with a letter of its own.

use terminal::{Charset, shown_within};

use crate::canvas::Canvas;
use crate::flow::flow;
use crate::glyphs::PlotGlyphs;
use crate::labels::labels;
use crate::scale::{Kind, Scale};
use crate::ticks::ticks;

/// The rows of the area.
const ROWS: usize = 16;
/// The rows between two labels at the left, at least.
const ROWS_A_LABEL: usize = 2;
/// The fewest columns of the area, however long the labels at the left are.
const LEAST_WIDTH: usize = 8;
/// The most characters of a label at the left.
const LONGEST_LABEL: usize = 10;
/// The most characters of a name in the key.
const LONGEST_NAME: usize = 60;
/// The letters that tell variants apart.
const MARKERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// An axis.
#[derive(Clone, Debug)]
pub struct Axis {
    /// How its values are spread.
    pub kind: Kind,
    /// What it shows.
    pub title: String,
    /// A value with its unit; a tick without any text is left out.
    pub label: fn(f64) -> String,
}

/// A place of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The value across.
    pub x: f64,
    /// The value upwards.
    pub y: f64,
    /// Whether little is known about it: a stretch of such points has gaps.
    pub is_faint: bool,
}

/// The points of a variant.
#[derive(Clone, Debug)]
pub struct Series {
    /// The name in the key.
    pub name: String,
    /// The number of the variant, which decides its letter in every plot.
    pub number: usize,
    /// The points, ascending across.
    pub points: Vec<Point>,
    /// Whether dots connect the points.
    pub is_joined: bool,
}

/// A plot.
#[derive(Clone, Debug)]
pub struct Plot {
    /// The axis at the bottom.
    pub across: Axis,
    /// The axis at the left.
    pub up: Axis,
    /// The variants.
    pub series: Vec<Series>,
    /// Stretches of the bottom axis that are shaded.
    pub bands: Vec<(f64, f64)>,
    /// Values of the bottom axis that have a vertical line.
    pub rules: Vec<f64>,
    /// What the shade means; empty where it says itself.
    pub band_words: String,
}

/// The scales of a plot and how it is drawn.
struct Frame {
    across: Scale,
    up: Scale,
    width: usize,
    glyphs: PlotGlyphs,
}

impl Plot {
    /// The lines of the plot, of at most `width` characters where that is 20 or more; `None` where no point
    /// can be drawn.
    pub fn draw(&self, width: usize, charset: Charset) -> Option<Vec<String>> {
        let points = self.points();
        let bottom = (ROWS - 1) as f64;
        let values = points.iter().map(|point| point.y);
        let up = Scale::over(self.up.kind, values, (bottom, 0.0))?;
        let left = left_labels(&up, self.up.label);
        let margin = left.iter().map(|label| length(label)).max().unwrap_or(0);
        let inner = width.saturating_sub(margin + 2).max(LEAST_WIDTH);
        let values = points.iter().map(|point| point.x);
        let frame = Frame {
            across: Scale::over(self.across.kind, values, (0.0, (inner - 1) as f64))?,
            up,
            width: inner,
            glyphs: PlotGlyphs::of(charset),
        };
        let mut canvas = Canvas::new(inner, ROWS);
        self.shade(&mut canvas, &frame);
        for series in &self.series {
            frame.draw(&mut canvas, series);
        }
        let mut lines = vec![shown_within(&self.up.title, width)];
        let rows = left.iter().zip(canvas.rows());
        lines.extend(rows.map(|(label, row)| frame.row(label, margin, &row)));
        lines.extend(self.bottom(&frame, margin));
        lines.push(shown_within(
            &format!("{:margin$}  {}", "", self.across.title),
            width,
        ));
        lines.extend(self.key(width, &frame.glyphs));
        Some(
            lines
                .iter()
                .map(|line| line.trim_end().to_owned())
                .collect(),
        )
    }

    /// The points that have a letter and a place on both axes.
    fn points(&self) -> Vec<Point> {
        let drawn = self.series.iter().filter(|series| marker(series).is_some());
        let points = drawn.flat_map(|series| &series.points);
        points
            .filter(|point| {
                is_placed(self.across.kind, point.x) && is_placed(self.up.kind, point.y)
            })
            .copied()
            .collect()
    }

    fn shade(&self, canvas: &mut Canvas, frame: &Frame) {
        let glyphs = frame.glyphs;
        let bands = self.bands.iter().filter_map(|(from, to)| {
            let ends = (frame.column(*from)?, frame.column(*to)?);
            Some((ends, glyphs.band))
        });
        let rules = self.rules.iter().filter_map(|value| {
            let column = frame.column(*value)?;
            Some(((column, column), glyphs.rule))
        });
        for ((from, to), character) in bands.chain(rules) {
            for column in from.min(to)..=from.max(to) {
                for row in 0..ROWS {
                    canvas.put_behind((column, row), character);
                }
            }
        }
    }

    /// The axis at the bottom with its labels.
    fn bottom(&self, frame: &Frame, margin: usize) -> [String; 2] {
        let below = labels(&frame.across, frame.width, self.across.label);
        let line: String = (0..frame.width)
            .map(|column| {
                if below.ticks.contains(&column) {
                    frame.glyphs.bottom_tick
                } else {
                    frame.glyphs.bottom
                }
            })
            .collect();
        [
            format!("{:margin$} {}{line}", "", frame.glyphs.corner),
            format!("{:margin$}  {}", "", below.line),
        ]
    }

    /// What letters and shades mean, and how many variants have no letter.
    fn key(&self, width: usize, glyphs: &PlotGlyphs) -> Vec<String> {
        let mut entries: Vec<String> = self
            .series
            .iter()
            .filter_map(|series| {
                let name = shown_within(&series.name, LONGEST_NAME);
                Some(format!("{} {name}", marker(series)?))
            })
            .collect();
        let others = self.series.len() - entries.len();
        if others > 0 {
            entries.push(format!("{others} more are not drawn"));
        }
        if !self.bands.is_empty() && !self.band_words.is_empty() {
            entries.push(format!("{} {}", glyphs.band, self.band_words));
        }
        flow(&entries, width)
    }
}

impl Frame {
    fn draw(&self, canvas: &mut Canvas, series: &Series) {
        let Some(marker) = marker(series) else {
            return;
        };
        if series.is_joined {
            for pair in series.points.windows(2) {
                self.join(canvas, pair[0], pair[1]);
            }
        }
        for point in &series.points {
            match self.cell(*point) {
                // Every other column, so that the stretch is a broken line.
                Some((column, _)) if point.is_faint && column % 2 == 1 => {}
                Some(cell) => canvas.mark(cell, marker),
                None => {}
            }
        }
    }

    /// Dots between two points, in the columns between them.
    fn join(&self, canvas: &mut Canvas, one: Point, other: Point) {
        let (Some(from), Some(to)) = (self.cell(one), self.cell(other)) else {
            return;
        };
        for column in from.0 + 1..to.0 {
            let share = (column - from.0) as f64 / (to.0 - from.0) as f64;
            let row = from.1 as f64 + share * (to.1 as f64 - from.1 as f64);
            canvas.put_behind((column, row.round() as usize), self.glyphs.dot);
        }
    }

    /// A row of the area with its label, where it has one.
    fn row(&self, label: &str, margin: usize, cells: &str) -> String {
        let axis = if label.is_empty() {
            self.glyphs.left
        } else {
            self.glyphs.left_tick
        };
        format!("{label:>margin$} {axis}{cells}")
    }

    fn cell(&self, point: Point) -> Option<(usize, usize)> {
        let row = self.up.place(point.y)?.round() as usize;
        Some((self.column(point.x)?, row.min(ROWS - 1)))
    }

    fn column(&self, value: f64) -> Option<usize> {
        let column = self.across.place(value)?.round() as usize;
        Some(column.min(self.width - 1))
    }
}

/// Whether a value has a place on an axis.
fn is_placed(kind: Kind, value: f64) -> bool {
    Scale::over(kind, [value], (0.0, 1.0)).is_some()
}

/// The letter of a series; `None` where there are more variants than letters.
fn marker(series: &Series) -> Option<char> {
    MARKERS.chars().nth(series.number)
}

/// The labels at the left, one for each row; most rows have an empty one.
fn left_labels(scale: &Scale, label: fn(f64) -> String) -> Vec<String> {
    (1..=ROWS / ROWS_A_LABEL)
        .rev()
        .map(|most| placed(scale, most, label))
        .find(|labels| do_differ(labels))
        .unwrap_or_else(|| vec![String::new(); ROWS])
}

fn placed(scale: &Scale, most: usize, label: fn(f64) -> String) -> Vec<String> {
    let mut labels = vec![String::new(); ROWS];
    for value in ticks(scale, most) {
        if let Some(row) = scale.place(value) {
            labels[(row.round() as usize).min(ROWS - 1)] =
                shown_within(&label(value), LONGEST_LABEL);
        }
    }
    labels
}

/// Whether there is a label and none stands for two values.
fn do_differ(labels: &[String]) -> bool {
    let known: Vec<&String> = labels.iter().filter(|label| !label.is_empty()).collect();
    !known.is_empty() && known.windows(2).all(|pair| pair[0] != pair[1])
}

fn length(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
#[path = "plot_test.rs"]
mod plot_test;
