//! What is under way, as lines of text: which of them are due at which moment. Times are given to it,
//! so that it needs no clock.

use std::time::Duration;

use crate::foreign::shown_within;

/// Nobody waits longer than this for a sign of life.
pub(super) const LONGEST_SILENCE: Duration = Duration::from_secs(10);
/// Steps that follow each other faster than this are not all told: a line for each would hide the rest.
const SHORTEST_SILENCE: Duration = Duration::from_secs(2);

/// The most characters of a detail or a step, which may be a line that a program printed.
const LONGEST_TEXT: usize = 160;

/// The stage that is under way, its step, and when the last line was printed. All times are since the
/// start of the program.
#[derive(Debug, Default)]
pub(super) struct Lines {
    stage: Option<Stage>,
    /// What is done within the stage, such as `block 3 of 12`.
    step: String,
    /// What is done within the step, such as the run that is under way.
    detail: String,
    /// The time that all stages still take, if it is known.
    left: Option<Duration>,
    /// What is to be expected of the stage, such as a precision.
    outlook: String,
    /// Whether the step has been told.
    told: bool,
    /// When the last line was printed.
    last: Duration,
}

#[derive(Debug)]
struct Stage {
    name: String,
    began: Duration,
}

impl Lines {
    /// A stage begins, which ends the one before it.
    pub(super) fn stage(&mut self, name: &str, now: Duration) -> Vec<String> {
        let ended = self.end(now);
        let safe_name = shown_within(name, LONGEST_TEXT);
        let begun = stamped(now, &safe_name);
        self.stage = Some(Stage {
            name: safe_name,
            began: now,
        });
        self.last = now;
        ended.into_iter().chain([begun]).collect()
    }

    /// A step of the stage begins. It is told at once, or with a later line where the last one was
    /// printed just before.
    pub(super) fn step(&mut self, step: &str, now: Duration) -> Option<String> {
        self.step = shown_within(step, LONGEST_TEXT);
        self.detail.clear();
        self.told = false;
        self.line_after(SHORTEST_SILENCE, now)
    }

    /// What is done within the step, which is told only where the step takes long.
    pub(super) fn detail(&mut self, detail: &str) {
        self.detail = shown_within(detail, LONGEST_TEXT);
    }

    /// The time that all stages still take.
    pub(super) fn left(&mut self, left: Option<Duration>) {
        self.left = left;
    }

    /// What is to be expected of the stage. A line tells it at once where it is due.
    pub(super) fn outlook(&mut self, text: &str, is_due: bool, now: Duration) -> Option<String> {
        self.outlook = shown_within(text, LONGEST_TEXT);
        let name = &self.stage.as_ref().filter(|_| is_due)?.name;
        self.last = now;
        Some(stamped(now, &format!("{name}: {}", self.outlook)))
    }

    /// A line where the last one was too long ago.
    pub(super) fn tick(&mut self, now: Duration) -> Option<String> {
        let silence = if self.told {
            LONGEST_SILENCE
        } else {
            SHORTEST_SILENCE
        };
        self.line_after(silence, now)
    }

    /// The stage that is under way ends.
    pub(super) fn end(&mut self, now: Duration) -> Option<String> {
        let Stage { name, began } = self.stage.take()?;
        self.step.clear();
        self.detail.clear();
        self.outlook.clear();
        self.told = true;
        self.last = now;
        let took = seconds(now.saturating_sub(began));
        Some(stamped(now, &format!("{name}: done in {took}")))
    }

    /// The stage, the step and its detail.
    pub(super) fn summary(&self) -> String {
        let name = self.stage.as_ref().map_or("", |stage| stage.name.as_str());
        let parts = [name, &self.step, &self.detail];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(": ")
    }

    /// The stage, what is to be expected of it, and its step and detail, for a bar.
    pub(super) fn whole_summary(&self) -> String {
        if self.outlook.is_empty() {
            return self.summary();
        }
        format!("{} ({})", self.summary(), self.outlook)
    }

    /// The time since the start of the program, and the time that is left, for a bar.
    pub(super) fn time_left(&self) -> Option<Duration> {
        self.left
    }

    fn line_after(&mut self, silence: Duration, now: Duration) -> Option<String> {
        if self.stage.is_none() || now.saturating_sub(self.last) < silence {
            return None;
        }
        self.last = now;
        self.told = true;
        let left = self.left.map(|left| format!("; {}", about(left)));
        Some(stamped(now, &(self.summary() + &left.unwrap_or_default())))
    }
}

/// `about 2 min left`: an estimate, and rounded like one.
pub(super) fn about(left: Duration) -> String {
    let seconds = left.as_secs();
    if seconds < 5 {
        "a few seconds left".to_owned()
    } else if seconds < 90 {
        format!("about {} s left", seconds.div_ceil(5) * 5)
    } else {
        format!("about {} min left", (seconds + 30) / 60)
    }
}

fn stamped(now: Duration, text: &str) -> String {
    format!("[{:>5}] {text}", seconds(now))
}

fn seconds(time: Duration) -> String {
    format!("{:.0} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: f64) -> Duration {
        Duration::from_secs_f64(seconds)
    }

    #[test]
    fn a_stage_is_told_when_it_begins_and_when_it_ends() {
        let mut lines = Lines::default();
        assert_eq!(lines.stage("building", at(0.2)), ["[  0 s] building"]);
        let next = lines.stage("checking answers", at(12.4));
        let expected = ["[ 12 s] building: done in 12 s", "[ 12 s] checking answers"];
        assert_eq!(next, expected);
        assert_eq!(
            lines.end(at(20.0)).as_deref(),
            Some("[ 20 s] checking answers: done in 8 s")
        );
        assert_eq!(lines.end(at(21.0)), None);
        assert_eq!(lines.tick(at(99.0)), None);
    }

    #[test]
    fn steps_that_follow_fast_are_not_all_told() {
        let mut lines = Lines::default();
        lines.stage("measuring", at(0.0));
        assert_eq!(lines.step("block 1 of 9", at(0.5)), None);
        assert_eq!(lines.tick(at(1.0)), None);
        assert_eq!(
            lines.step("block 5 of 9", at(2.5)).as_deref(),
            Some("[  2 s] measuring: block 5 of 9")
        );
        assert_eq!(lines.step("block 6 of 9", at(3.0)), None);
        assert_eq!(
            lines.tick(at(5.0)).as_deref(),
            Some("[  5 s] measuring: block 6 of 9")
        );
    }

    #[test]
    fn an_outlook_is_told_where_it_is_due_and_a_bar_always_has_it() {
        let mut lines = Lines::default();
        lines.stage("measuring", at(0.0));
        lines.step("round 7 of 30", at(3.0));
        let text = "±2 % in about 40 s";
        assert_eq!(
            lines.outlook(text, true, at(3.1)).as_deref(),
            Some("[  3 s] measuring: ±2 % in about 40 s")
        );
        assert_eq!(lines.outlook(text, false, at(9.0)), None);
        assert_eq!(
            lines.whole_summary(),
            "measuring: round 7 of 30 (±2 % in about 40 s)"
        );
        assert_eq!(lines.summary(), "measuring: round 7 of 30");
        lines.stage("reading memory", at(10.0));
        assert_eq!(lines.whole_summary(), "reading memory");
    }

    #[test]
    fn a_long_step_is_told_again_with_its_detail_and_the_time_that_is_left() {
        let mut lines = Lines::default();
        lines.stage("building", at(0.0));
        lines.step("threads", at(3.0));
        lines.detail("Compiling rayon v1.11.0");
        lines.left(Some(at(170.0)));
        assert_eq!(lines.tick(at(12.0)), None);
        assert_eq!(
            lines.tick(at(13.0)).as_deref(),
            Some("[ 13 s] building: threads: Compiling rayon v1.11.0; about 3 min left")
        );
        assert_eq!(lines.tick(at(14.0)), None);
    }

    #[test]
    fn the_time_that_is_left_is_rounded() {
        let cases = [
            (4, "a few seconds left"),
            (6, "about 10 s left"),
            (89, "about 90 s left"),
            (90, "about 2 min left"),
            (149, "about 2 min left"),
        ];
        for (seconds, expected) in cases {
            assert_eq!(about(Duration::from_secs(seconds)), expected);
        }
    }
}
