//! The rows of a drawing: where they are, their names and their colours.

use terminal::shown_within;

use crate::room::Room;
use crate::svg::{Anchor, Canvas};

/// The width of a character of a name, in pixels.
const CHARACTER: f64 = 6.2;
/// The height of a line of the key.
const LINE: f64 = 16.0;
/// The colours of the style sheet.
const COLOURS: usize = 8;

/// What surrounds the rows of a drawing.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    /// The width of the drawing, in pixels.
    pub(super) width: f64,
    /// The room at the left for the names of tracks.
    pub(super) names: f64,
    /// The room above the tracks for the key.
    pub(super) key: f64,
    /// The kinds that stand beside each other in the key, and the room for each.
    pub(super) beside: (usize, f64),
}

impl Frame {
    /// The frame of a drawing of so many kinds of bars.
    pub(super) fn of(room: Room, kinds: usize) -> Frame {
        match room {
            Room::Wide => Frame {
                width: 1000.0,
                names: 190.0,
                key: LINE + 8.0,
                beside: (kinds.max(1), (780.0 / kinds.max(1) as f64).min(150.0)),
            },
            Room::Narrow => Frame {
                width: room.width(),
                names: 126.0,
                key: kinds.div_ceil(3) as f64 * LINE + 8.0,
                beside: (3, room.width() / 3.0),
            },
        }
    }

    /// Where a kind stands in the key: its left upper corner.
    pub(super) fn in_key(self, kind: usize) -> (f64, f64) {
        let (beside, room) = self.beside;
        // Above the tracks, or from the left edge on where it takes all of the width.
        let first = self.names.min(self.width - room * beside as f64);
        let left = first + (kind % beside) as f64 * room;
        (left, 4.0 + (kind / beside) as f64 * LINE)
    }
}

/// A row of a drawing: its height and the room beneath it.
#[derive(Clone, Copy)]
pub(super) struct Row {
    pub(super) frame: Frame,
    pub(super) height: f64,
    pub(super) gap: f64,
}

impl Row {
    /// The upper and the lower edge of a row.
    pub(super) fn edges(self, number: usize) -> (f64, f64) {
        let top = self.frame.key + number as f64 * (self.height + self.gap);
        (top, top + self.height)
    }
}

/// The name of a row, at its left.
pub(super) fn name(canvas: &mut Canvas, row: Row, number: usize, text: &str) {
    let (top, bottom) = row.edges(number);
    let room = row.frame.names - 8.0;
    let at = (room, f64::midpoint(top, bottom) + 4.0);
    let shown = shown_within(text, (room / CHARACTER) as usize);
    canvas.text(at, Anchor::End, "tick", &shown);
}

/// The class that gives marks the colour of a kind.
pub(super) fn class(kind: usize) -> String {
    format!("v{}", kind % COLOURS)
}
