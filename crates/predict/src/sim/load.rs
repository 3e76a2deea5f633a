//! Loads: for how much of the time a thread, or the threads of a core, were ready to run. The kernel places a woken thread by them
//! (`update_load_avg` of `kernel/sched/pelt.c`).

/// The time after which what was counts half as much (`LOAD_AVG_PERIOD`), in seconds.
const HALF_LIFE: f64 = 0.032;

/// A thread's load, or that of all threads of a core: how many were ready on an average in which the past fades.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Load {
    /// The average at a time, and how many are ready since then.
    average: f64,
    at: f64,
    ready: f64,
}

impl Load {
    /// The average now.
    pub(super) fn now(&self, now: f64) -> f64 {
        let past = (-(now - self.at) / HALF_LIFE).exp2();
        self.ready + (self.average - self.ready) * past
    }

    /// A thread becomes ready, or ready no more.
    pub(super) fn count(&mut self, is_ready: bool, now: f64) {
        let more = if is_ready { 1.0 } else { -1.0 };
        self.change(0.0, more, now);
    }

    /// A thread with this load comes here from another core, which it is taken from.
    pub(super) fn take_over(&mut self, thread: Load, from: &mut Load, now: f64) {
        from.change(-thread.now(now), -thread.ready, now);
        self.change(thread.now(now), thread.ready, now);
    }

    fn change(&mut self, average: f64, ready: f64, now: f64) {
        *self = Load {
            average: self.now(now) + average,
            at: now,
            ready: self.ready + ready,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_past_fades_by_half_and_a_thread_takes_its_load_along() {
        let [mut thread, mut core, mut other] = [Load::default(); 3];
        for load in [&mut thread, &mut core] {
            load.count(true, 1.0);
        }
        let ran = 1.0 + HALF_LIFE;
        assert!((core.now(ran) - 0.5).abs() < 1e-12, "{core:?}");
        core.count(true, ran);
        let both = ran + HALF_LIFE;
        assert!((core.now(both) - 1.25).abs() < 1e-12, "{core:?}");
        other.take_over(thread, &mut core, both);
        assert!((other.now(both) - 0.75).abs() < 1e-12, "{other:?}");
        assert!((core.now(both) - 0.5).abs() < 1e-12, "{core:?}");
        // The thread goes on, and so does that which stayed.
        let [here, there] = [other, core].map(|load| load.now(both + 100.0));
        assert!((here - 1.0).abs() < 1e-9 && (there - 1.0).abs() < 1e-9);
        other.count(false, both + 100.0);
        assert!(other.now(both + 200.0).abs() < 1e-9);
    }
}
