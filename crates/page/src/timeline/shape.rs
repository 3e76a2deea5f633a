//! What a page of timelines is made of.

use terminal::Column;

/// A page of timelines.
#[derive(Clone, Debug)]
pub struct TimelinePage {
    /// What it is of.
    pub title: String,
    /// The sentences above everything else.
    pub opening: Vec<String>,
    /// The timelines, one beneath the other, all over the same time.
    pub timelines: Vec<Timeline>,
    /// Tables of what they come to, each with its title.
    pub tables: Vec<(String, Vec<Column>)>,
}

/// Tracks over one time.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// What the tracks are.
    pub title: String,
    /// What can be seen.
    pub caption: String,
    /// What is said of all tracks together, such as `100 lanes`, where they have no room for one each.
    pub together: String,
    /// The names of the kinds of bars.
    pub kinds: Vec<String>,
    /// The time that the tracks are over, in nanoseconds.
    pub length_ns: u64,
    /// The tracks, from the top down.
    pub tracks: Vec<Track>,
}

/// One line of bars.
#[derive(Clone, Debug)]
pub struct Track {
    /// What it is of.
    pub name: String,
    /// Its bars, the earliest first, none over another.
    pub bars: Vec<Bar>,
}

/// A time during which a track was of one kind.
#[derive(Clone, Copy, Debug)]
pub struct Bar {
    /// Its beginning, in nanoseconds.
    pub from_ns: u64,
    /// Its end.
    pub until_ns: u64,
    /// The number of its kind, from 0.
    pub kind: usize,
}
