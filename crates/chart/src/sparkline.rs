//! The course of a figure as a line of small bars, one for each round: `▃▄▅▄▃`.

use terminal::Charset;

/// The bars of deviations, from the lowest to the highest; the middle one is no deviation. In ASCII they are
/// digits.
const BARS: [[char; 7]; 2] = [
    ['▁', '▂', '▃', '▄', '▅', '▆', '▇'],
    ['1', '2', '3', '4', '5', '6', '7'],
];
/// Deviations that all bars show, however small the others are: 2 %.
const LEAST_SPREAD: f64 = 0.02;
/// How many times the typical deviation has a bar; what is farther away has an arrow and flattens nothing.
const FARTHEST: f64 = 4.0;

/// The characters of a sparkline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Glyphs {
    bars: [char; 7],
    below: char,
    above: char,
    missing: char,
}

impl Glyphs {
    fn of(charset: Charset) -> Glyphs {
        match charset {
            Charset::Unicode => Glyphs {
                bars: BARS[0],
                below: '▼',
                above: '▲',
                missing: ' ',
            },
            Charset::Ascii => Glyphs {
                bars: BARS[1],
                below: 'v',
                above: '^',
                missing: ' ',
            },
        }
    }
}

/// The courses of several variants over the same rounds, on one scale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sparklines {
    /// A line for each course.
    pub lines: Vec<String>,
    /// Below the lines, a `!` under each round that is marked; empty where none is.
    pub marks: String,
    /// What the bars mean.
    pub key: String,
}

/// Draws courses within a width. Each is the figure of every round, divided by the median of the course;
/// `None` where a round has none. `marked` has the rounds that get a mark. `None` where there is nothing to
/// draw.
pub fn sparklines(
    courses: &[Vec<Option<f64>>],
    marked: &[bool],
    width: usize,
    charset: Charset,
) -> Option<Sparklines> {
    let glyphs = Glyphs::of(charset);
    let rounds = courses.iter().map(Vec::len).max()?;
    let together = rounds.div_ceil(width.max(1)).max(1);
    let grouped: Vec<Vec<Option<f64>>> = courses
        .iter()
        .map(|course| course.chunks(together).map(deviation).collect())
        .collect();
    let whole = spread(&grouped)?;
    let lines: Vec<String> = grouped
        .iter()
        .map(|course| line(course, whole, glyphs))
        .collect();
    let marks: String = marked
        .chunks(together)
        .map(|group| if group.contains(&true) { '!' } else { ' ' })
        .collect();
    Some(Sparklines {
        key: key(&lines.concat(), whole, together, glyphs),
        lines,
        marks: marks.trim_end().to_owned(),
    })
}

/// The median deviation of some rounds, as a logarithm.
fn deviation(rounds: &[Option<f64>]) -> Option<f64> {
    let mut known: Vec<f64> = rounds
        .iter()
        .flatten()
        .filter(|ratio| ratio.is_finite() && **ratio > 0.0)
        .map(|ratio| ratio.ln())
        .collect();
    known.sort_by(f64::total_cmp);
    let middle = known.len().checked_sub(1)? / 2;
    Some(known[middle])
}

/// The deviation that the lowest and the highest bar stand for.
fn spread(courses: &[Vec<Option<f64>>]) -> Option<f64> {
    let mut sizes: Vec<f64> = courses
        .iter()
        .flatten()
        .flatten()
        .map(|deviation| deviation.abs())
        .collect();
    sizes.sort_by(f64::total_cmp);
    let typical = sizes.get(sizes.len().checked_sub(1)? / 2)?;
    let least = LEAST_SPREAD.ln_1p();
    let limit = least.max(FARTHEST * typical);
    let within = sizes.into_iter().filter(|size| *size <= limit);
    Some(within.fold(least, f64::max))
}

fn line(course: &[Option<f64>], spread: f64, glyphs: Glyphs) -> String {
    let bars = course.iter().map(|deviation| match deviation {
        None => glyphs.missing,
        Some(high) if *high > spread => glyphs.above,
        Some(low) if *low < -spread => glyphs.below,
        Some(within) => {
            let middle = (glyphs.bars.len() / 2) as f64;
            let bar = (within / spread * middle + middle).round() as usize;
            glyphs.bars[bar.min(glyphs.bars.len() - 1)]
        }
    });
    bars.collect()
}

fn key(drawn: &str, spread: f64, together: usize, glyphs: Glyphs) -> String {
    let [lowest, .., highest] = glyphs.bars;
    let [down, up] = [1.0 - (-spread).exp(), spread.exp() - 1.0].map(terminal::percent);
    let mut words = format!("{lowest} {down} below its median, {highest} {up} above");
    if drawn.contains([glyphs.below, glyphs.above]) {
        words += &format!(", {} {} beyond", glyphs.below, glyphs.above);
    }
    if together > 1 {
        words += &format!("; a character for {together} rounds");
    }
    words
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn course(ratios: &[f64]) -> Vec<Option<f64>> {
        let known = |ratio: &f64| ratio.is_finite().then_some(*ratio);
        ratios.iter().map(known).collect()
    }

    #[test]
    fn bars_are_deviations_from_the_median_on_one_scale() {
        let courses = [
            course(&[0.9, 0.95, 1.0, 1.05, 1.1, f64::NAN, 1.0]),
            course(&[1.03, 0.97, 1.0, 3.0, 0.2, 1.04, 0.96]),
        ];
        let marked = [false, false, false, true, false, false, false];
        let drawn = sparklines(&courses, &marked, 80, Charset::Unicode).unwrap();
        assert_eq!(drawn.lines, ["▁▃▄▅▇ ▄", "▅▃▄▲▼▅▃"]);
        assert_eq!(drawn.marks, "   !");
        assert_eq!(
            drawn.key,
            "▁ 10 % below its median, ▇ 11.1 % above, ▼ ▲ beyond"
        );
        let plain = sparklines(&courses, &marked, 80, Charset::Ascii).unwrap();
        assert_eq!(plain.lines, ["13457 4", "534^v53"]);
    }

    #[test]
    fn more_rounds_than_characters_stand_together() {
        let courses = [course(&[1.05, 1.05, 1.1, 1.1, 0.9, 0.9, 1.0])];
        let marked = [false, true, false, false, false, false, false];
        let drawn = sparklines(&courses, &marked, 4, Charset::Unicode).unwrap();
        assert_eq!(drawn.lines, ["▅▇▁▄"]);
        assert_eq!(drawn.marks, "!");
        assert!(
            drawn.key.ends_with("; a character for 2 rounds"),
            "{}",
            drawn.key
        );
    }

    #[test]
    fn nothing_known_is_no_line() {
        assert_eq!(sparklines(&[], &[], 10, Charset::Unicode), None);
        let unknown = [vec![None, Some(f64::NAN)], Vec::new()];
        assert_eq!(sparklines(&unknown, &[], 10, Charset::Unicode), None);
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_asked_for(
            courses in prop::collection::vec(
                prop::collection::vec(prop::option::of(any::<f64>()), 0..90), 0..40,
            ),
            width in 1_usize..60,
        ) {
            let marked = vec![true; courses.iter().map(Vec::len).max().unwrap_or(0)];
            if let Some(drawn) = sparklines(&courses, &marked, width, Charset::Unicode) {
                for line in drawn.lines.iter().chain([&drawn.marks]) {
                    prop_assert!(line.chars().count() <= width, "{}", line);
                }
            }
        }
    }
}
