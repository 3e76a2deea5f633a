//! Timelines as an SVG file: below each other, over the same time.

use super::drawing::{Detail, drawing};
use super::shape::Timeline;
use crate::room::Room;
use crate::svg::Drawing;

/// What a file of at most 40 kB has room for, all timelines together.
const OF_FILE: Detail = Detail {
    most_bars: 1000,
    most_rows: 48,
    most_densities: 1,
    parts: 100,
};

/// The file of timelines, with this title above them.
pub fn timelines_file(title: &str, timelines: &[Timeline]) -> String {
    let detail = Detail {
        most_bars: OF_FILE.most_bars / timelines.len().max(1),
        ..OF_FILE
    };
    let drawings: Vec<Drawing> = timelines
        .iter()
        .map(|timeline| drawing("timeline", timeline, detail, Room::Wide))
        .collect();
    Drawing::stacked("timelines", title, &drawings).file()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::shape::{Bar, Track};

    fn timeline(tracks: u64, bars: u64) -> Timeline {
        let tracks = (0..tracks).map(|track| Track {
            name: format!("lane {track} <b>"),
            bars: (0..bars)
                .map(|bar| Bar {
                    from_ns: bar * 1009 + track,
                    until_ns: bar * 1009 + track + 101 + 700 * (bar % 2),
                    kind: ((bar + track) % 7) as usize,
                })
                .collect(),
        });
        Timeline {
            title: "Lanes".to_owned(),
            caption: "What each lane did".to_owned(),
            together: "all lanes".to_owned(),
            kinds: (0..7).map(|kind| format!("kind {kind}")).collect(),
            length_ns: bars * 1009 + 2000,
            tracks: tracks.collect(),
        }
    }

    #[test]
    fn a_file_is_small_however_much_was_recorded() {
        for (tracks, bars) in [(0, 0), (1, 1), (4, 100), (48, 8), (16, 25), (100, 500)] {
            let timelines = vec![timeline(tracks, bars); 2];
            let file = timelines_file("threads/pool · <http>", &timelines);
            roxmltree::Document::parse(&file).unwrap();
            assert!(file.len() <= 40_000, "{tracks} {bars}: {}", file.len());
            assert!(!file.contains("NaN") && !file.contains("<http>"));
            assert_eq!(file, timelines_file("threads/pool · <http>", &timelines));
        }
    }
}
