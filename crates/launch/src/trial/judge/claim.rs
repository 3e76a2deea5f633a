//! What a program says of one run, and what it is held against.

use protocol::{Done, Ready, Workload};
use results::Share;

use crate::seen::{Requests, Seen};

/// The relative error of a latency: histograms keep three significant digits. Clocks that are steered
/// differ by less.
pub(super) const ROUNDING: f64 = 0.002;
/// The part by which times of one lane may overlap, because its clock and that of the run are not read
/// at the same moment.
pub(super) const SLACK: f64 = 0.02;

/// What a run is held against.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds<'a> {
    /// The tasks and lanes that were asked for.
    pub(crate) share: Share,
    /// The work that was asked for.
    pub(crate) workload: &'a Workload,
    /// The expected digest of these tasks.
    pub(crate) expected: &'a str,
    /// What the program prints as its version, where it was asked.
    pub(crate) version: Option<&'a str>,
    /// What was asked of a service, where the work asks one that counts.
    pub(crate) requests: Option<Requests>,
    /// Whether its model's file says that it may have processes on other machines.
    pub(crate) spans_hosts: bool,
}

/// What a program says of one run, and what is known of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Claim<'a> {
    pub(super) ready: &'a Ready,
    pub(super) done: &'a Done,
    pub(super) seen: &'a Seen,
    pub(super) bounds: &'a Bounds<'a>,
}

impl Claim<'_> {
    /// The lanes that were asked for.
    pub(super) fn lanes(&self) -> u64 {
        self.bounds.share.in_flight
    }

    /// The processors on other machines that its processes may use; 0 where all are on this one.
    pub(super) fn processors_elsewhere(&self) -> u64 {
        self.ready.elsewhere.map_or(0, |there| there.processors)
    }

    /// The time that a task waits, in nanoseconds.
    pub(super) fn wait_ns(&self) -> f64 {
        self.bounds.workload.wait_per_task().as_nanos() as f64
    }
}
