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
                self.ring_timer(lane, time, grain, slack);
            }
            Some(Segment::Stop { time }) => self.ring(lane, self.now + time),
            _ => {}
        }
    }

    /// A wait is over, unless lanes are missing that have not begun to wait in this run yet.
    pub(super) fn waited(&mut self, lane: usize) {
        match (self.segment(lane), self.rest(lane)) {
            (Some(Segment::Timer { grain, slack, .. }), Some(rest)) => {
                self.ring_timer(lane, rest, grain, slack);
            }
            (Some(Segment::Timer { grain, slack, .. }), None) if grain > 0.0 => {
                self.end_at_grain(lane, grain, slack);
            }
            _ => self.advance(lane),
        }
    }

    /// Sets a timer: without a grain it ends as late as its slack says, and with one its executor comes to it, see [`Sim::end_at_grain`].
    fn ring_timer(&mut self, lane: usize, time: f64, grain: f64, slack: f64) {
        let end = self.now + time;
        if grain > 0.0 {
            self.ring(lane, rounded_up(end, grain));
        } else {
            self.ring(lane, end + slack);
        }
    }

    /// The grain at which a timer ends has come. An executor at work sees that at its next look, or another of its threads does at once. One that
    /// went to sleep in the midst of a grain sleeps on: for as many whole grains as lay between that one's start and the timer's end. Of several
    /// threads one holds the timers; which that is is not followed, and the last that went to sleep stands for it.
    fn end_at_grain(&mut self, lane: usize, grain: f64, slack: f64) {
        let queue = self.queue_of(lane);
        let executor = &self.queues[queue];
        if !executor.is_batched || !self.cores.all_sleep(&executor.threads) {
            return self.advance(lane);
        }
        let grains = (self.now / grain).round() - (executor.slept / grain).floor();
        let wakes = executor.slept + grains * grain + slack;
        self.events.add(wakes, Happening::Alarm { queue });
        self.arrive_unseen(lane, queue);
    }

    /// An executor that is still asleep wakes for what has ended meanwhile, with as many of its threads as that is.
    pub(super) fn alarm(&mut self, queue: usize) {
        let of = &self.queues[queue];
        for _ in 0..of.arrived.len() + of.ready.len() {
            self.wake_one_of(queue);
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
