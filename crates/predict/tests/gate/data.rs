//! Rows that were measured once: of calibrations, and of workloads that no fit has seen.

use crate::floors::{self, Floor};

/// A calibration, and what was measured on its machine afterwards, as JSON.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Data {
    /// What its past errors go by.
    pub(crate) name: &'static str,
    pub(crate) calibration: &'static str,
    pub(crate) rows: &'static str,
    /// The seeds of fits, which differ by the runs that they draw: figures of several together are less a matter of chance.
    pub(crate) seeds: &'static [u64],
    /// Whether the errors of its workloads are known to a fit.
    pub(crate) is_known: bool,
    pub(crate) floor: Floor,
}

macro_rules! data {
    ($folder:literal, $seeds:expr, $is_known:literal, $floor:expr) => {
        Data {
            name: $folder,
            calibration: include_str!(concat!("data/", $folder, "/calibration.json")),
            rows: include_str!(concat!("data/", $folder, "/rows.json")),
            seeds: $seeds,
            is_known: $is_known,
            floor: $floor,
        }
    };
}

/// Two processors.
pub(crate) const TWO: [Data; 6] = [
    data!("a", &[1, 2], true, floors::A),
    data!("b", &[1, 2], true, floors::B),
    data!("c", &[1, 2], true, floors::C),
    data!("d", &[1], true, floors::D),
    data!("e", &[1], true, floors::E),
    data!("f", &[1], true, floors::F),
];
/// One processor of two.
pub(crate) const ONE: Data = data!("one", &[1], true, floors::ONE);
/// A slower machine that changed its speed.
pub(crate) const HOLD_OUT: Data = data!("hold-out", &[1, 2], false, floors::HOLD_OUT);
