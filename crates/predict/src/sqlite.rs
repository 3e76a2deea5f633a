//! What selects of SQLite cost. Every lane has a connection of its own, whose page cache of some 2 MB fills first, and is found in the caches
//! of processors only as long as no other connection's is used in between.

use serde::{Deserialize, Serialize};

use crate::lines::{Line, far_part};

/// What selects cost a variant, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Selects {
    /// Their number decides on few connections whose caches are full.
    pub(crate) line: Line,
    /// Where lanes carry out task after task, as they do in a calibration.
    pub(crate) at_once: Misses,
    /// Where a lane waits between its tasks, so that each call is another connection's.
    pub(crate) in_turn: Misses,
    /// What the first select costs more then, as was measured; less of what its connection needs may be in the caches of processors.
    pub(crate) after_wait: f64,
}

/// What a select costs more because of what is in no cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Misses {
    /// While the page cache of its connection fills.
    pub(crate) cold: f64,
    /// More for each doubling of the connections beyond those that [`far_part`] names.
    pub(crate) far: f64,
}

/// The connections of a run to its database.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Connections {
    pub(crate) count: u64,
    /// What each of them carries out in the whole run.
    pub(crate) selects: f64,
    /// Whether their lanes wait between their tasks.
    pub(crate) take_turns: bool,
}

impl Selects {
    /// What a task costs that makes so many selects.
    pub(crate) fn cost(&self, count: u64, connections: Connections) -> f64 {
        let (misses, more) = if connections.take_turns {
            (self.in_turn, self.after_wait)
        } else {
            (self.at_once, 0.0)
        };
        let cold = misses.cold * cold_part(connections.selects);
        let far = misses.far * far_part(connections.count);
        self.line.first + more + (self.line.each + cold + far) * count as f64
    }
}

/// Selects that fill the page cache of a connection to the calibrated table, as if each of them cost as much more. SQLite keeps 469 pages of
/// 4 KiB unless told otherwise (`SQLITE_DEFAULT_CACHE_SIZE` is 2000 KiB, and a page takes about 270 bytes more), the table has some 1750 of
/// them, and 1 − exp(−550 / 1750) of these are met by 550 selects; but the first of a connection cost most. A select of the pool took 3.5 µs
/// where a connection makes 150, 1.7 µs where it makes 1500, and 1.5 µs where it makes 3000 (`tests/gate/data/b/calibration.json`): the first
/// 200 to 300 would cost that, and no 550.
const FILLING: f64 = 300.0;

/// The part of a connection's selects that find its cache not full yet.
pub(crate) fn cold_part(selects: f64) -> f64 {
    (FILLING / selects.max(1.0)).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_select_costs_more_until_the_cache_of_its_connection_is_full_and_among_many_connections() {
        let selects = Selects {
            line: Line {
                first: 1e-6,
                each: 2e-6,
            },
            at_once: Misses {
                cold: 4e-6,
                far: 1e-6,
            },
            in_turn: Misses {
                cold: 6e-6,
                far: 3e-6,
            },
            after_wait: 5e-6,
        };
        for (count, each, take_turns, cost) in [
            (16, 100.0, false, 61e-6),
            (3, 3000.0, false, 25e-6),
            (64, 3000.0, false, 45e-6),
            (16, 100.0, true, 86e-6),
            (64, 3000.0, true, 92e-6),
        ] {
            let connections = Connections {
                count,
                selects: each,
                take_turns,
            };
            let found = selects.cost(10, connections);
            assert!((found - cost).abs() < 1e-12, "{found}");
        }
    }
}
