//! A timeline as a page and as a picture: what each lane did, what each thread ran, and who held an interpreter lock.

use page::{Bar, TimelinePage, Track};
use protocol::WaitsFor;
use terminal::counted;

use crate::summary::{Summary, Worker};
use crate::text::{columns, facts, rests};
use crate::timeline::{Process, State, Timeline};

/// The kinds of bars of lanes, by the order of their colours.
const STATES: [State; 7] = [
    State::Runs,
    State::Ready,
    State::Waits(WaitsFor::Socket),
    State::Waits(WaitsFor::Timer),
    State::Waits(WaitsFor::Pool),
    State::Waits(WaitsFor::Lock),
    State::Waits(WaitsFor::Unit),
];

/// The page of a timeline; `title` says which run it is of, `opening` what else is to be known of it.
///
/// # Errors
/// None that a timeline brings about.
pub(crate) fn html(
    timeline: &Timeline,
    summary: &Summary,
    title: &str,
    opening: &[String],
) -> anyhow::Result<String> {
    let mut sentences = opening.to_vec();
    sentences.extend(facts(summary, timeline.length_ns));
    let rows: Vec<Worker> = summary
        .workers
        .iter()
        .cloned()
        .chain(rests(summary))
        .collect();
    let threads = columns(&rows, timeline.length_ns);
    page::timelines(&TimelinePage {
        title: title.to_owned(),
        opening: sentences,
        timelines: drawn(timeline),
        tables: vec![("Threads".to_owned(), threads)],
    })
}

/// The timelines as one SVG file.
pub(crate) fn svg(timeline: &Timeline, title: &str) -> String {
    page::timelines_file(title, &drawn(timeline))
}

fn drawn(timeline: &Timeline) -> Vec<page::Timeline> {
    [lanes(timeline), threads_of(timeline)]
        .into_iter()
        .chain(locks(timeline))
        .collect()
}

fn lanes(timeline: &Timeline) -> page::Timeline {
    let tracks: Vec<Track> = of_all(timeline, |process| {
        let lanes = process.lanes.iter().map(|lane| Track {
            name: format!("lane {}", lane.number),
            bars: lane
                .spans
                .iter()
                .map(|span| Bar {
                    from_ns: span.from,
                    until_ns: span.until,
                    kind: kind_of(span.state),
                })
                .collect(),
        });
        lanes.collect()
    });
    page::Timeline {
        title: "Lanes".to_owned(),
        caption: "What the task of each lane did: it ran, could run and did not, or waited"
            .to_owned(),
        together: counted(tracks.len() as u64, "lane"),
        kinds: STATES.map(State::name).to_vec(),
        length_ns: timeline.length_ns,
        tracks,
    }
}

fn kind_of(state: State) -> usize {
    // All states are among them.
    STATES
        .iter()
        .position(|known| *known == state)
        .unwrap_or(STATES.len())
}

fn threads_of(timeline: &Timeline) -> page::Timeline {
    let tracks = of_all(timeline, |process| {
        let threads = process.threads.iter().map(|thread| Track {
            name: thread.name.clone(),
            bars: thread
                .stretches
                .iter()
                .map(|stretch| Bar {
                    from_ns: stretch.from,
                    until_ns: stretch.until,
                    kind: usize::from(stretch.is_part),
                })
                .collect(),
        });
        threads.collect()
    });
    page::Timeline {
        title: "Threads".to_owned(),
        caption: "When each thread ran a task, or a part of one that a pool was given".to_owned(),
        together: counted(tracks.len() as u64, "thread"),
        kinds: vec!["runs a task".to_owned(), "runs a part".to_owned()],
        length_ns: timeline.length_ns,
        tracks,
    }
}

/// A track for every thread that held a lock; `None` where there is no lock.
fn locks(timeline: &Timeline) -> Option<page::Timeline> {
    let tracks = of_all(timeline, |process| {
        let mut holders: Vec<u32> = process.holds.iter().map(|hold| hold.thread).collect();
        holders.sort_unstable();
        holders.dedup();
        let tracks = holders.into_iter().map(|thread| Track {
            name: format!("thread {thread}"),
            bars: process
                .holds
                .iter()
                .filter(|hold| hold.thread == thread)
                .map(|hold| Bar {
                    from_ns: hold.from,
                    until_ns: hold.until,
                    kind: 0,
                })
                .collect(),
        });
        tracks.collect()
    });
    (!tracks.is_empty()).then(|| page::Timeline {
        title: "Interpreter lock".to_owned(),
        caption: "Which thread held the lock".to_owned(),
        together: counted(tracks.len() as u64, "thread"),
        kinds: vec!["holds the lock".to_owned()],
        length_ns: timeline.length_ns,
        tracks,
    })
}

/// The tracks of all processes; where there are several, each says which it is of.
fn of_all(timeline: &Timeline, tracks: impl Fn(&Process) -> Vec<Track>) -> Vec<Track> {
    let is_one = timeline.processes.len() == 1;
    let all = timeline.processes.iter().flat_map(|process| {
        let of_process = tracks(process).into_iter();
        of_process.map(move |track| Track {
            name: if is_one {
                track.name
            } else {
                format!("{}, {}", process.id, track.name)
            },
            bars: track.bars,
        })
    });
    all.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::summary::fixtures::timeline;

    #[test]
    fn a_page_has_lanes_threads_and_the_lock() {
        let timeline = timeline();
        let summary = Summary::of(&timeline);
        let opening = ["One run".to_owned()];
        let html = html(&timeline, &summary, "threads/pool · <w>", &opening).unwrap();
        for expected in [
            "threads/pool · &lt;w&gt;",
            "<p>One run</p>",
            "<strong>Lanes.</strong>",
            "<strong>Threads.</strong>",
            "<strong>Interpreter lock.</strong>",
            "waits for socket",
            "main (1)",
        ] {
            assert!(html.contains(expected), "{expected}");
        }
        let file = svg(&timeline, "threads/pool · <w>");
        for expected in [
            "threads/pool · &lt;w&gt;</title>",
            ">Lanes</text>",
            ">Threads</text>",
            ">Interpreter lock</text>",
            "waits for socket",
        ] {
            assert!(file.contains(expected), "{expected}");
        }
        let mut without = timeline;
        without.processes[0].holds.clear();
        assert!(locks(&without).is_none());
    }

    #[test]
    fn of_several_processes_each_track_says_which() {
        let mut two = timeline();
        let mut other = two.processes[0].clone();
        other.id = 8;
        two.processes.push(other);
        let names: Vec<String> = lanes(&two).tracks.into_iter().map(|it| it.name).collect();
        assert_eq!(names, ["7, lane 0", "7, lane 1", "8, lane 0", "8, lane 1"]);
    }
}
