//! How much of the time tracks were of each kind, in equal parts of the whole time, one colour on top of the other.

use super::row::{Row, class, name};
use super::shape::{Timeline, Track};
use crate::svg::{Canvas, Scale};

/// A row for each track, with the time in so many parts.
pub(super) fn draw_each(
    canvas: &mut Canvas,
    timeline: &Timeline,
    scale: &Scale,
    row: Row,
    parts: usize,
) {
    for (number, track) in timeline.tracks.iter().enumerate() {
        name(canvas, row, number, &track.name);
        stack(
            canvas,
            &shares(std::slice::from_ref(track), timeline, parts),
            timeline.length_ns,
            scale,
            row.edges(number),
        );
    }
}

/// One row for all tracks, with the time in so many parts.
pub(super) fn draw_together(
    canvas: &mut Canvas,
    timeline: &Timeline,
    scale: &Scale,
    row: Row,
    parts: usize,
) {
    name(canvas, row, 0, &timeline.together);
    let together = shares(&timeline.tracks, timeline, parts);
    stack(canvas, &together, timeline.length_ns, scale, row.edges(0));
}

/// The share of each kind in each part of the time; all of a part add up to 1 at most.
fn shares(tracks: &[Track], timeline: &Timeline, parts: usize) -> Vec<Vec<f64>> {
    let mut shares = vec![vec![0.0; parts]; timeline.kinds.len()];
    let part = timeline.length_ns as f64 / parts as f64;
    let whole = part * tracks.len().max(1) as f64;
    for bar in tracks.iter().flat_map(|track| &track.bars) {
        let Some(of_kind) = shares.get_mut(bar.kind) else {
            continue;
        };
        let (from, until) = (bar.from_ns as f64, bar.until_ns as f64);
        let first = (from / part).max(0.0) as usize;
        for (index, share) in of_kind.iter_mut().enumerate().skip(first) {
            let (begin, end) = (index as f64 * part, (index + 1) as f64 * part);
            if begin >= until {
                break;
            }
            *share += (until.min(end) - from.max(begin)).max(0.0) / whole;
        }
    }
    shares
}

fn stack(
    canvas: &mut Canvas,
    shares: &[Vec<f64>],
    length_ns: u64,
    scale: &Scale,
    (top, bottom): (f64, f64),
) {
    let mut below = vec![0.0; shares.first().map_or(0, Vec::len)];
    for (kind, of_kind) in shares.iter().enumerate() {
        let mut above = below.clone();
        for (sum, share) in above.iter_mut().zip(of_kind) {
            *sum += share;
        }
        if of_kind.iter().any(|share| *share > 0.0) {
            canvas.begin_plain(&class(kind));
            let [upper, lower] =
                [&above, &below].map(|sums| edge(sums, length_ns, scale, (top, bottom)));
            canvas.ribbon(&upper, &lower, "amount");
            canvas.end();
        }
        below = above;
    }
}

/// The steps of an edge in the order of time.
fn edge(sums: &[f64], length_ns: u64, scale: &Scale, (top, bottom): (f64, f64)) -> Vec<(f64, f64)> {
    let part = length_ns as f64 / sums.len() as f64;
    let steps = sums.iter().enumerate().flat_map(|(index, sum)| {
        let y = bottom - sum.min(1.0) * (bottom - top);
        [index, index + 1].map(|end| scale.place(end as f64 * part).map(|x| (x, y)))
    });
    steps.flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::shape::Bar;

    #[test]
    fn shares_add_up_to_the_time_of_the_bars() {
        let bar = |from_ns, until_ns, kind| Bar {
            from_ns,
            until_ns,
            kind,
        };
        let track = Track {
            name: String::new(),
            bars: vec![bar(0, 240, 0), bar(250, 1200, 1), bar(1200, 1300, 7)],
        };
        let timeline = Timeline {
            title: String::new(),
            caption: String::new(),
            together: String::new(),
            kinds: vec![String::new(), String::new()],
            length_ns: 2400,
            tracks: vec![track.clone(), track],
        };
        let shares = shares(&timeline.tracks, &timeline, 240);
        let sums: Vec<f64> = shares.iter().map(|of_kind| of_kind.iter().sum()).collect();
        assert!((sums[0] - 24.0).abs() < 1e-9, "{sums:?}");
        assert!((sums[1] - 95.0).abs() < 1e-9, "{sums:?}");
        assert!((shares[0][0] - 1.0).abs() < 1e-9 && shares[0][24] == 0.0);
    }
}
