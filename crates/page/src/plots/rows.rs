//! The rows of a plot, one for each variant: its name stands at the left of it, or above it where the plot is narrow.

use terminal::{factor, ratio};

use crate::room::{Room, label_within, name_room};
use crate::svg::{Anchor, Canvas, Look};

/// The height of a name that stands above its row.
const NAME: f64 = 16.0;
/// The room at the ends of rows of a narrow plot.
const MARGIN: f64 = 10.0;

/// The rows of a plot.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rows {
    room: Room,
    /// The height of what is drawn in a row, without its name.
    own: f64,
    /// The room for numbers at the right.
    numbers: f64,
    /// The horizontal places between which values are drawn.
    pub(super) places: (f64, f64),
}

/// Where a row stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct RowPlace {
    /// The middle of what is drawn.
    pub(super) y: f64,
    /// The middle of the line of its name.
    name_y: f64,
}

impl Rows {
    /// Rows of these names, each `own` high without its name. A wide plot has room for `numbers` at the right, and a
    /// narrow one for `short_numbers` beside the name.
    pub(super) fn of<'n>(
        room: Room,
        names: impl IntoIterator<Item = &'n str>,
        own: f64,
        (numbers, short_numbers): (f64, f64),
    ) -> Rows {
        let (places, numbers) = match room {
            Room::Wide => ((name_room(names), room.width() - numbers), numbers),
            Room::Narrow => ((MARGIN, room.width() - MARGIN), short_numbers),
        };
        Rows {
            room,
            own,
            numbers,
            places,
        }
    }

    /// Whether the ends of a scale have room below each other.
    pub(super) fn is_wide(&self) -> bool {
        !self.room.is_narrow()
    }

    /// A sign and a ratio, with its interval where there is room.
    pub(super) fn ratio(&self, sign: &str, value: f64, interval: Option<(f64, f64)>) -> String {
        let shown = match self.room {
            Room::Wide => ratio(value, interval),
            Room::Narrow => factor(value),
        };
        format!("{sign} {shown}").trim().to_owned()
    }

    /// The height of a row with its name.
    pub(super) fn height(&self) -> f64 {
        match self.room {
            Room::Wide => self.own,
            Room::Narrow => self.own + NAME,
        }
    }

    /// The place of a row, whose first begins at `top`.
    pub(super) fn place(&self, top: f64, index: usize) -> RowPlace {
        let begin = top + index as f64 * self.height();
        let y = begin + self.height() - self.own / 2.0;
        RowPlace {
            y,
            name_y: match self.room {
                Room::Wide => y,
                Room::Narrow => begin + NAME / 2.0,
            },
        }
    }

    /// Writes the name of a row, and the marker of its variant before it.
    pub(super) fn name(&self, canvas: &mut Canvas, at: RowPlace, name: &str, look: Option<Look>) {
        let pixels = match self.room {
            Room::Wide => f64::INFINITY,
            Room::Narrow => self.room.width() - self.numbers - 14.0,
        };
        let text = label_within(name, pixels);
        canvas.text((14.0, at.name_y + 4.0), Anchor::Start, "", &text);
        if let Some(look) = look {
            look.marker(canvas, (6.0, at.name_y), false);
        }
    }

    /// Writes the numbers of a row: at its right, or at the right of its name.
    pub(super) fn numbers(&self, canvas: &mut Canvas, at: RowPlace, class: &str, numbers: &str) {
        let (x, anchor) = match self.room {
            Room::Wide => (self.room.width() - self.numbers + 12.0, Anchor::Start),
            Room::Narrow => (self.room.width(), Anchor::End),
        };
        canvas.text((x, at.name_y + 4.0), anchor, class, numbers);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_beside_rows_or_above_them() {
        let wide = Rows::of(Room::Wide, ["a"], 20.0, (190.0, 60.0));
        assert_eq!((wide.height(), wide.places.1), (20.0, 570.0));
        let at = wide.place(100.0, 1);
        assert_eq!((at.y, at.name_y), (130.0, 130.0));
        let narrow = Rows::of(Room::Narrow, ["a"], 20.0, (190.0, 60.0));
        assert_eq!((narrow.height(), narrow.places), (36.0, (10.0, 326.0)));
        let below = narrow.place(100.0, 1);
        assert_eq!((below.y, below.name_y), (162.0, 144.0));
    }
}
