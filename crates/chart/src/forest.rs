//! Ratios with their intervals as lines of characters over one logarithmic axis: `├──●──┤`.

use std::f64::consts::LN_2;

use terminal::{Charset, factor};

use crate::glyphs::ForestGlyphs;
use crate::labels::labels;
use crate::scale::{Kind, Scale};

/// How many times as far from 1 as the typical ratio an axis reaches, as logarithms. One variant that is an
/// order of magnitude away is marked at the end of the axis, and does not flatten all others.
const FARTHEST: f64 = 4.0;
/// Ratios up to a factor of 2 are always within the axis.
const NEVER_CLIPPED: f64 = LN_2;

/// A ratio to be drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mark {
    /// The estimate.
    pub ratio: f64,
    /// Its interval, where there is one.
    pub interval: Option<(f64, f64)>,
    /// Whether it is the reference against itself.
    pub is_control: bool,
}

impl Mark {
    /// Whether it can be drawn: a ratio is a finite number above 0.
    fn is_ratio(&self) -> bool {
        is_placed(self.ratio)
    }

    /// The interval, unless a bound is no number.
    fn bounds(&self) -> Option<(f64, f64)> {
        self.interval
            .filter(|(lower, upper)| lower.is_finite() && upper.is_finite() && lower <= upper)
    }
}

/// An axis of ratios, of so many characters.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Axis {
    scale: Scale,
    band: (f64, f64),
    width: usize,
    glyphs: ForestGlyphs,
}

/// Where a value is on an axis.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spot {
    Below,
    Cell(usize),
    Above,
}

impl Axis {
    /// An axis for these ratios, on which the band has its place too; `None` where none can be drawn or
    /// the width is too small for an interval.
    pub(crate) fn over(
        marks: &[Mark],
        band: (f64, f64),
        width: usize,
        charset: Charset,
    ) -> Option<Axis> {
        if width < 3 || !marks.iter().any(Mark::is_ratio) {
            return None;
        }
        let last = (width - 1) as f64;
        let values = kept(marks).into_iter().chain([band.0, 1.0, band.1]);
        let scale = Scale::over(Kind::Log, values, (0.0, last))?;
        // A cell at either end, so that an arrow hides no estimate.
        Some(Axis {
            scale: scale.padded(1.0 / last),
            band,
            width,
            glyphs: ForestGlyphs::of(charset),
        })
    }

    /// The line of a ratio: `width` characters, the band and the ratio 1 behind it. What cannot be drawn
    /// is missing.
    pub(crate) fn line(&self, mark: Option<&Mark>) -> String {
        let mut cells = self.background();
        if let Some(mark) = mark.filter(|mark| mark.is_ratio()) {
            self.draw(&mut cells, mark);
        }
        cells.into_iter().collect()
    }

    /// The line of labels below.
    pub(crate) fn labels(&self) -> String {
        labels(&self.scale, self.width, short).line
    }

    fn background(&self) -> Vec<char> {
        let mut cells = vec![' '; self.width];
        if let (Some(from), Some(to)) = (self.cell(self.band.0), self.cell(self.band.1)) {
            cells[from.min(to)..=from.max(to)].fill(self.glyphs.band);
        }
        if let Some(one) = self.cell(1.0) {
            cells[one] = self.glyphs.one;
        }
        cells
    }

    fn draw(&self, cells: &mut [char], mark: &Mark) {
        let ForestGlyphs { below, above, .. } = self.glyphs;
        let last = self.width - 1;
        let bounds = mark.bounds();
        if let Some((lower, upper)) = bounds {
            let (from, start) = match self.spot(lower) {
                Spot::Below => (0, below),
                Spot::Cell(cell) => (cell, self.glyphs.lower),
                Spot::Above => (last, above),
            };
            let (to, end) = match self.spot(upper) {
                Spot::Below => (0, below),
                Spot::Cell(cell) => (cell, self.glyphs.upper),
                Spot::Above => (last, above),
            };
            // Ratios at the ends of what a number can be are placed no better than by rounding.
            cells[from.min(to)..=from.max(to)].fill(self.glyphs.line);
            cells[from] = start;
            cells[to] = end;
        }
        match self.spot(mark.ratio) {
            Spot::Below => cells[0] = below,
            Spot::Above => cells[last] = above,
            Spot::Cell(cell) if bounds.is_none() => cells[cell] = self.glyphs.lone,
            Spot::Cell(cell) if mark.is_control => cells[cell] = self.glyphs.control,
            Spot::Cell(cell) => cells[cell] = self.glyphs.estimate,
        }
    }

    fn spot(&self, value: f64) -> Spot {
        let (low, _) = self.scale.ends();
        match self.cell(value).filter(|_| self.scale.contains(value)) {
            Some(cell) => Spot::Cell(cell),
            None if value < low => Spot::Below,
            None => Spot::Above,
        }
    }

    fn cell(&self, value: f64) -> Option<usize> {
        let place = self.scale.place(value)?.round() as usize;
        Some(place.min(self.width - 1))
    }
}

/// What an axis has room for: the ratios and the bounds that are not much farther from 1 than the typical
/// ratio is.
fn kept(marks: &[Mark]) -> Vec<f64> {
    let mut distances: Vec<f64> = marks
        .iter()
        .filter(|mark| mark.is_ratio() && !mark.is_control)
        .map(|mark| distance(mark.ratio))
        .collect();
    distances.sort_by(f64::total_cmp);
    let typical = match distances.len() {
        0 => 0.0,
        many => distances[(many - 1) / 2],
    };
    let limit = NEVER_CLIPPED.max(FARTHEST * typical);
    marks
        .iter()
        .filter(|mark| mark.is_ratio())
        .flat_map(|mark| {
            let (lower, upper) = mark.bounds().unwrap_or((mark.ratio, mark.ratio));
            [lower, mark.ratio, upper]
        })
        .filter(|value| is_placed(*value) && distance(*value) <= limit)
        .collect()
}

fn distance(ratio: f64) -> f64 {
    ratio.ln().abs()
}

fn is_placed(value: f64) -> bool {
    value.is_finite() && value > 0.0
}

/// A ratio with no more digits than it needs: `1`, `0.95`.
fn short(ratio: f64) -> String {
    let text = factor(ratio);
    if !text.contains('.') || text.ends_with(['k', 'M']) {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
#[path = "forest_test.rs"]
mod forest_test;
