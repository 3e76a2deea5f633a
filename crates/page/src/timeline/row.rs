//! The rows of a drawing: where they are, their names and their colours.

use terminal::shown_within;

use crate::svg::{Anchor, Canvas};

/// The room at the left for the names of tracks.
pub(super) const NAMES: f64 = 190.0;
/// The room above the tracks for the key.
pub(super) const KEY: f64 = 24.0;
/// The most characters of a name.
const LONGEST_NAME: usize = 26;
/// The colours of the style sheet.
const COLOURS: usize = 8;

/// A row of a drawing: its height and the room beneath it.
#[derive(Clone, Copy)]
pub(super) struct Row {
    pub(super) height: f64,
    pub(super) gap: f64,
}

impl Row {
    /// The upper and the lower edge of a row.
    pub(super) fn edges(self, number: usize) -> (f64, f64) {
        let top = KEY + number as f64 * (self.height + self.gap);
        (top, top + self.height)
    }
}

/// The name of a row, at its left.
pub(super) fn name(canvas: &mut Canvas, row: Row, number: usize, text: &str) {
    let (top, bottom) = row.edges(number);
    let at = (NAMES - 8.0, f64::midpoint(top, bottom) + 4.0);
    canvas.text(at, Anchor::End, "tick", &shown_within(text, LONGEST_NAME));
}

/// The class that gives marks the colour of a kind.
pub(super) fn class(kind: usize) -> String {
    format!("v{}", kind % COLOURS)
}
