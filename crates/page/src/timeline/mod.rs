//! A page of timelines: who did what when, as bars on tracks, and what that comes to.

mod bars;
mod density;
mod drawing;
mod file;
mod row;
mod shape;

use serde::Serialize;
use terminal::duration_of;

use crate::figure::{Figure, Table};
use crate::frame;
use crate::room::Room;

use drawing::OF_PAGE;

pub use file::timelines_file;
pub use shape::{Bar, Timeline, TimelinePage, Track};

/// The most rows of the table beneath a timeline.
const MOST_ROWS: usize = 100;

#[derive(Serialize)]
struct Contents<'a> {
    title: &'a str,
    opening: &'a [String],
    figures: Vec<Figure>,
    tables: Vec<TitledTable<'a>>,
}

#[derive(Serialize)]
struct TitledTable<'a> {
    title: &'a str,
    table: Table,
}

/// The page: one file that loads nothing and has no script.
///
/// # Errors
/// Where its text cannot be put together, which no timeline brings about.
pub fn timelines(page: &TimelinePage) -> anyhow::Result<String> {
    let figures = page.timelines.iter().enumerate();
    let tables = page.tables.iter().map(|(title, columns)| {
        let rows = columns.first().map_or(0, |column| column.cells.len());
        TitledTable {
            title,
            table: Table::of_columns(columns, &vec![None; rows]),
        }
    });
    frame::timelines(&Contents {
        title: &page.title,
        opening: &page.opening,
        figures: figures
            .map(|(number, timeline)| figure(&format!("timeline-{number}"), timeline))
            .collect(),
        tables: tables.collect(),
    })
}

fn figure(id: &str, timeline: &Timeline) -> Figure {
    Figure {
        id: id.to_owned(),
        title: timeline.title.clone(),
        caption: timeline.caption.clone(),
        svg: drawing::drawing(id, timeline, OF_PAGE, Room::Wide),
        narrow: Some(drawing::drawing(id, timeline, OF_PAGE, Room::Narrow)),
        table: table(timeline),
        also: None,
    }
}

/// How long each track was of each kind.
fn table(timeline: &Timeline) -> Table {
    let titles: Vec<&str> = std::iter::once("track")
        .chain(timeline.kinds.iter().map(String::as_str))
        .collect();
    let mut table = Table::titled(&titles);
    let (own, others) = timeline
        .tracks
        .split_at(timeline.tracks.len().min(MOST_ROWS));
    for track in own {
        push(
            &mut table,
            track.name.clone(),
            std::slice::from_ref(track),
            timeline,
        );
    }
    if !others.is_empty() {
        push(
            &mut table,
            format!("{} others", others.len()),
            others,
            timeline,
        );
    }
    table
}

fn push(table: &mut Table, name: String, tracks: &[Track], timeline: &Timeline) {
    let mut sums = vec![0_u64; timeline.kinds.len()];
    for bar in tracks.iter().flat_map(|track| &track.bars) {
        if let Some(sum) = sums.get_mut(bar.kind) {
            *sum = sum.saturating_add(bar.until_ns.saturating_sub(bar.from_ns));
        }
    }
    let times = sums.iter().map(|sum| match sum {
        0 => String::new(),
        sum => duration_of(*sum),
    });
    table.push(None, std::iter::once(name).chain(times));
}

#[cfg(test)]
mod tests {
    use terminal::Column;

    use super::*;

    fn page(tracks: u64, bars: u64) -> String {
        let tracks = (0..tracks).map(|number| Track {
            name: format!("lane {number} <script>"),
            bars: (0..bars)
                .map(|bar| Bar {
                    from_ns: bar * 1000,
                    until_ns: bar * 1000 + 500,
                    kind: (bar % 2) as usize,
                })
                .collect(),
        });
        let timeline = Timeline {
            title: "Lanes <b>".to_owned(),
            caption: "What each lane did".to_owned(),
            together: "all lanes".to_owned(),
            kinds: vec!["runs".to_owned(), "waits".to_owned()],
            length_ns: bars * 1000,
            tracks: tracks.collect(),
        };
        let column = Column {
            title: "thread",
            right: false,
            worth: 1,
            cells: vec!["a<b".to_owned()],
        };
        let page = TimelinePage {
            title: "threads/pool · <i>".to_owned(),
            opening: vec!["One run & no more".to_owned()],
            timelines: vec![timeline],
            tables: vec![("Threads".to_owned(), vec![column])],
        };
        timelines(&page).unwrap()
    }

    #[test]
    fn a_page_is_whole_loads_nothing_and_no_text_acts() {
        let html = page(3, 10);
        for forbidden in [
            "http:", "https:", "src=", "@import", "<script", "<b>", "<i>", "NaN",
        ] {
            assert!(!html.contains(forbidden), "{forbidden}");
        }
        for expected in [
            "<title>threads/pool · &lt;i&gt;</title>",
            "One run &amp; no more",
            "<figcaption><strong>Lanes &lt;b&gt;.</strong> What each lane did</figcaption>",
            "<td>a&lt;b</td>",
            "lane 2 &lt;script&gt;",
            "Content-Security-Policy",
            "<td>2.50 µs</td>",
        ] {
            assert!(html.contains(expected), "{expected}");
        }
    }

    /// The rectangles of all bars, of which a path has many.
    fn rectangles(page: &str) -> usize {
        let paths = page.split("class=\"amount\" d=\"").skip(1);
        let shapes = paths.filter_map(|rest| rest.split('"').next());
        shapes.map(|path| path.matches('z').count()).sum()
    }

    #[test]
    fn many_bars_are_drawn_as_their_density() {
        let (few, many) = (page(2, 1000), page(2, 1001));
        assert_eq!(
            rectangles(&few),
            2 * (2000 + 2),
            "a bar each, and the key, in both rooms"
        );
        assert!(rectangles(&many) < 40 && many.contains("share of the time"));
        let wide = page(5000, 2);
        assert!(wide.contains("all lanes") && wide.contains("4900 others"));
        assert!(wide.len() < 200_000, "{}", wide.len());
    }
}
