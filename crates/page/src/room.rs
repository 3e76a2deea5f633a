//! The two widths that every plot is drawn for, of which a page shows the one that fits the screen.

use terminal::shown_within;

/// The most characters of a name in a plot; tables have all of it.
const LONGEST_LABEL: usize = 40;
/// The width of a character of a label, in pixels.
const CHARACTER: f64 = 7.3;

/// What a plot is drawn for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    /// A desk's screen, paper, and files.
    Wide,
    /// A phone's screen: names stand above what they name, and keys below plots.
    Narrow,
}

impl Room {
    /// The width of a plot, in pixels.
    pub(crate) fn width(self) -> f64 {
        match self {
            Room::Wide => 760.0,
            Room::Narrow => 336.0,
        }
    }

    /// The room below a plot for its axis, whose title takes two lines where it is long.
    pub(crate) fn axis(self) -> f64 {
        match self {
            Room::Wide => 46.0,
            Room::Narrow => 60.0,
        }
    }

    /// Whether names stand above what they name.
    pub(crate) fn is_narrow(self) -> bool {
        self == Room::Narrow
    }

    /// The id of a drawing, which is drawn once for each room.
    pub(crate) fn id(self, id: &str) -> String {
        match self {
            Room::Wide => id.to_owned(),
            Room::Narrow => format!("{id}-narrow"),
        }
    }
}

/// The room for these names and their markers, in pixels.
pub(crate) fn name_room<'n>(names: impl IntoIterator<Item = &'n str>) -> f64 {
    let lengths = names
        .into_iter()
        .map(|name| label(name).chars().count() as f64 * CHARACTER);
    lengths.fold(90.0, f64::max) + 26.0
}

/// A name as plots show it.
pub(crate) fn label(name: &str) -> String {
    shown_within(name, LONGEST_LABEL)
}

/// A name as plots show it within so many pixels.
pub(crate) fn label_within(name: &str, pixels: f64) -> String {
    let most = (pixels / CHARACTER).max(1.0) as usize;
    shown_within(name, most.min(LONGEST_LABEL))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_has_no_room_is_cut_and_says_so() {
        assert_eq!(
            label_within("async-tokio/current-thread", 260.0),
            "async-tokio/current-thread"
        );
        assert_eq!(
            label_within("async-tokio/current-thread", 80.0),
            "async-tok…"
        );
        assert_eq!(label_within("threads", 0.0), "…");
    }
}
