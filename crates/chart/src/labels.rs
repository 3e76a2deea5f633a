//! The labels of a horizontal axis: as many round values as a line of text has room for.

use crate::scale::Scale;
use crate::ticks::ticks;

/// The least space between two labels, in characters.
const GAP: usize = 2;
/// The most ticks of an axis.
const MOST_TICKS: usize = 12;

/// The ticks of an axis and the line of their labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Labels {
    /// The cells that have a tick, ascending.
    pub(crate) ticks: Vec<usize>,
    /// The labels, each about its tick.
    pub(crate) line: String,
}

/// The labels below an axis of `width` characters, whose scale has the cells of the axis for its places.
pub(crate) fn labels(scale: &Scale, width: usize, label: fn(f64) -> String) -> Labels {
    let spots = (1..=MOST_TICKS)
        .rev()
        .map(|most| spots(scale, most, width, label))
        .find(|spots| !spots.is_empty() && do_fit(spots))
        .unwrap_or_else(|| thinned(spots(scale, MOST_TICKS, width, label)));
    let mut line = String::new();
    let mut used = 0;
    for spot in &spots {
        line.push_str(&" ".repeat(spot.start - used));
        line.push_str(&spot.text);
        used = spot.start + spot.length();
    }
    Labels {
        ticks: spots.iter().map(|spot| spot.cell).collect(),
        line,
    }
}

/// A label and where it begins.
struct Spot {
    cell: usize,
    start: usize,
    text: String,
}

impl Spot {
    fn length(&self) -> usize {
        self.text.chars().count()
    }
}

fn spots(scale: &Scale, most: usize, width: usize, label: fn(f64) -> String) -> Vec<Spot> {
    let values = ticks(scale, most).into_iter();
    let placed = values.filter_map(|value| {
        let cell = scale.place(value)?.round() as usize;
        let text = label(value);
        let length = text.chars().count();
        let start = cell
            .saturating_sub(length / 2)
            .min(width.saturating_sub(length));
        ((1..=width).contains(&length)).then_some(Spot { cell, start, text })
    });
    placed.collect()
}

/// The labels from the left for which those before them leave room.
fn thinned(all: Vec<Spot>) -> Vec<Spot> {
    let mut kept: Vec<Spot> = Vec::new();
    for spot in all {
        let is_next = kept.last().is_none_or(|last| is_apart(last, &spot));
        if is_next {
            kept.push(spot);
        }
    }
    kept
}

/// Whether labels neither touch nor repeat each other.
fn do_fit(spots: &[Spot]) -> bool {
    spots.windows(2).all(|pair| is_apart(&pair[0], &pair[1]))
}

fn is_apart(left: &Spot, right: &Spot) -> bool {
    left.start + left.length() + GAP <= right.start && left.text != right.text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scale::Kind;

    fn shown(low: f64, high: f64, width: usize) -> String {
        let scale = Scale::over(Kind::Log, [low, high], (0.0, width as f64 - 1.0)).unwrap();
        labels(&scale, width, |value| format!("{value}")).line
    }

    #[test]
    fn labels_stand_about_their_ticks_and_do_not_overlap() {
        assert_eq!(shown(0.5, 2.0, 21), "0.5       1         2");
        assert_eq!(shown(1.0, 1000.0, 12), "1     100");
        assert_eq!(shown(1.0, 1000.0, 3), "1");
    }

    #[test]
    fn where_no_set_of_ticks_fits_labels_are_left_out() {
        let scale = Scale::over(Kind::Tail, [0.0, 0.999], (0.0, 15.0)).unwrap();
        let line = labels(&scale, 16, |value| format!("p{value}")).line;
        assert_eq!(line, "p0      p0.99");
    }
}
