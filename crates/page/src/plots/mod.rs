//! The plots, a file each: the figures of a workload or of a sweep go in, a [`Figure`] comes out, or
//! nothing where there is nothing to draw.

mod ahead;
mod cost;
mod curves;
mod dumbbell;
mod ecdf;
mod forest;
mod latency;
mod parts;
mod relief;
mod resources;
mod rows;
mod run_order;
mod runs;
mod scaling;
mod sweep;

use crate::figure::{Figure, in_both_rooms};
use crate::room::Room;
use crate::subject::Subject;

pub(crate) use ahead::ahead;
pub(crate) use curves::curves;
pub(crate) use dumbbell::dumbbells;
pub(crate) use sweep::swept;

/// A plot of a workload.
pub(crate) type Plot = fn(&Subject<'_>) -> Option<Figure>;

/// The plots of a workload but for the forest, each under a short name.
const FURTHER: [(&str, Plot); 8] = [
    ("run order", run_order::run_order),
    ("runs", runs::runs),
    ("latency", latency::latency),
    ("lateness", ecdf::ecdf),
    ("yielding", relief::relief),
    ("time against CPU", cost::cpu_plane),
    ("time against memory", cost::memory_plane),
    ("resources", resources::resources),
];

/// The plots of a workload by the names under which each can be a file.
pub(crate) const NAMED: [(&str, Plot); 9] = [
    ("forest", forest::forest),
    ("run-order", run_order::run_order),
    ("runs", runs::runs),
    ("latency", latency::latency),
    ("lateness", ecdf::ecdf),
    ("yielding", relief::relief),
    ("cost", cost::cpu_plane),
    ("memory", cost::memory_plane),
    ("resources", resources::resources),
];

/// The forest of a workload, for both rooms.
pub(crate) fn first(subject: &Subject<'_>) -> Option<Figure> {
    in_both_rooms(|room| {
        forest::forest(&Subject { room, ..*subject })
            .into_iter()
            .collect()
    })
    .pop()
}

/// All plots of a workload but the forest, each under a short name, for both rooms.
pub(crate) fn further(subject: &Subject<'_>) -> (Vec<&'static str>, Vec<Figure>) {
    let names = drawn(subject, Room::Wide).map(|(name, _)| name).collect();
    let figures = in_both_rooms(|room| drawn(subject, room).map(|(_, figure)| figure).collect());
    (names, figures)
}

fn drawn(subject: &Subject<'_>, room: Room) -> impl Iterator<Item = (&'static str, Figure)> {
    let in_room = Subject { room, ..*subject };
    let all = FURTHER.iter();
    all.filter_map(move |(name, plot)| Some((*name, plot(&in_room)?)))
}
