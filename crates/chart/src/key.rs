//! The key of forests: what their characters mean.

use terminal::{Charset, percent};

use crate::flow::flow;
use crate::glyphs::ForestGlyphs;

/// What the characters of these lines mean, those that occur, where the band ends at this ratio: lines of
/// at most `width` characters. Empty where nothing is drawn.
pub fn key(drawn: &str, end_of_band: f64, width: usize, charset: Charset) -> String {
    let glyphs = ForestGlyphs::of(charset);
    let ForestGlyphs {
        estimate,
        line,
        lower,
        upper,
        below,
        above,
        ..
    } = glyphs;
    let within = percent(end_of_band - 1.0);
    let entries = [
        (
            [estimate, lower],
            format!("{lower}{line}{estimate}{line}{upper} ratio and 95 % interval, log axis"),
        ),
        (
            [glyphs.control; 2],
            format!("{} A/A control (noise alone)", glyphs.control),
        ),
        ([glyphs.lone; 2], format!("{} no interval", glyphs.lone)),
        ([glyphs.band; 2], format!("{} within {within}", glyphs.band)),
        ([below, above], format!("{below} {above} beyond the axis")),
    ];
    let known: Vec<String> = entries
        .into_iter()
        .filter(|(signs, _)| drawn.contains(*signs))
        .map(|(_, words)| words)
        .collect();
    let lines = flow(&known, width);
    lines.iter().map(|line| format!("{line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_has_what_occurs() {
        let words = key("├●┤ ░┊", 1.02, 80, Charset::Unicode);
        let expected = "├─●─┤ ratio and 95 % interval, log axis   ░ within 2 %\n";
        assert_eq!(words, expected);
        assert_eq!(key("", 1.02, 80, Charset::Ascii), "");
    }
}
