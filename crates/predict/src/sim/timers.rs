//! Waits without an origin: the variants' own timers, and calls that stop their thread.

use super::events::Happening;
use super::state::Sim;
use crate::segment::Segment;

/// Most time between two looks at whether all lanes wait (`LONGEST_REST` of `crates/workloads/src/latch.rs`).
const LONGEST_REST: f64 = 1.0;

impl Sim<'_> {
    /// A lane begins to wait.
    pub(super) fn begin_wait(&mut self, lane: usize) {
        match self.segment(lane) {
            Some(Segment::Timer { time, grain, slack }) => {
                if self.lanes.at_timers == 0 {
                    self.lanes.first_at_timer = self.now;
                }
                self.lanes.at_timers += 1;
                self.ring(lane, rounded_up(self.now + time, grain) + slack);
            }
            Some(Segment::Stop { time }) => self.ring(lane, self.now + time),
            _ => {}
        }
    }

    /// A wait is over, unless lanes are missing that have not begun to wait in this run yet.
    pub(super) fn waited(&mut self, lane: usize) {
        match (self.segment(lane), self.rest(lane)) {
            (Some(Segment::Timer { grain, slack, .. }), Some(rest)) => {
                self.ring(lane, rounded_up(self.now + rest, grain) + slack);
            }
            _ => self.advance(lane),
        }
    }

    fn ring(&mut self, lane: usize, at: f64) {
        self.events.add(at, Happening::Due { lane });
    }

    /// How much longer a lane waits for the others: what `Latch::expected_rest` of `crates/workloads/src/latch.rs` reckons. `None`
    /// where nobody is missing, and in an open loop.
    fn rest(&self, lane: usize) -> Option<f64> {
        let Some(Segment::Timer { time, .. }) = self.segment(lane) else {
            return None;
        };
        let (arrived, lanes) = (self.lanes.at_timers, self.plan.lanes as u64);
        if self.plan.arrivals.is_some() || arrived >= lanes {
            return None;
        }
        let elapsed = self.now - self.lanes.first_at_timer;
        let rest = elapsed * (lanes - arrived) as f64 * 1.25 / arrived as f64;
        Some(rest.clamp(time, time.max(LONGEST_REST)))
    }
}

/// The next multiple of a grain; the time itself where there is no grain.
fn rounded_up(time: f64, grain: f64) -> f64 {
    if grain > 0.0 {
        (time / grain).ceil() * grain
    } else {
        time
    }
}
