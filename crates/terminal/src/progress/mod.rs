//! What the tool is doing, for people who wait: a bar on a terminal, lines in a file. It is one for the
//! whole process, as standard error is, so that a wait deep within can show that it goes on.
//!
//! Everything is drawn by the thread that calls: a thread of its own would take processor time from what
//! is measured.

mod lines;

use std::io::{IsTerminal as _, Write as _};
use std::sync::{LazyLock, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use lines::{LONGEST_SILENCE, Lines, about};

/// The length of the bar, in parts of the whole.
const WHOLE: u64 = 1000;
/// Time between two looks at whether something is due, and between two drawings of the bar while nothing
/// changes.
const REDRAW: Duration = Duration::from_secs(1);

/// What is shown of the progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// A bar on a terminal, lines elsewhere.
    Shown,
    /// Nothing.
    Hidden,
}

#[derive(Debug)]
enum Output {
    Bar(ProgressBar),
    Lines,
    Nothing,
}

#[derive(Debug)]
struct Progress {
    start: Instant,
    lines: Lines,
    output: Output,
    /// Whether something is measured, so that the bar is drawn between runs only.
    measures: bool,
}

static PROGRESS: LazyLock<Mutex<Progress>> = LazyLock::new(|| {
    Mutex::new(Progress {
        start: Instant::now(),
        lines: Lines::default(),
        // Tests and other programs that never begin are not disturbed.
        output: Output::Nothing,
        measures: false,
    })
});

/// Begins to count the time that is printed with each line, and decides what is shown.
pub fn begin(visibility: Visibility) {
    let mut progress = lock();
    progress.start = Instant::now();
    progress.output = match visibility {
        Visibility::Shown => output(),
        Visibility::Hidden => Output::Nothing,
    };
}

/// A stage begins, such as `building`; the one before it ends.
pub fn stage(name: &str) {
    lock().begin(name, false);
}

/// A stage begins in which runs are measured: meanwhile nothing is drawn but between runs, and once in
/// ten seconds.
pub fn measured_stage(name: &str) {
    lock().begin(name, true);
}

/// A step of the stage begins, such as `block 3 of 12`.
pub fn step(text: &str) {
    let mut progress = lock();
    let now = progress.now();
    let line = progress.lines.step(text, now);
    progress.show(line);
}

/// What is done within the step, such as the run that is under way: a line tells it only where it takes
/// long.
pub fn detail(text: &str) {
    let mut progress = lock();
    progress.lines.detail(text);
    progress.show(None);
}

/// What is to be expected of the stage: a bar shows it always, and a line tells it where it is due.
pub fn outlook(text: &str, is_due: bool) {
    let mut progress = lock();
    let now = progress.now();
    let line = progress.lines.outlook(text, is_due, now);
    progress.show(line);
}

/// The time that all stages still take, as far as it can be estimated.
pub fn left(time: Option<Duration>) {
    lock().lines.left(time);
}

/// Shows that the work goes on; whoever waits calls it at least as often as [`next_tick`] says.
pub fn tick() {
    let mut progress = lock();
    let now = progress.now();
    if let Some(line) = progress.lines.tick(now) {
        progress.show(Some(line));
    } else if let Output::Bar(bar) = &progress.output
        && !progress.measures
    {
        bar.tick();
    }
}

/// The longest time that a wait may last before it calls [`tick`].
pub fn next_tick() -> Duration {
    match lock().output {
        Output::Bar(_) | Output::Lines => REDRAW,
        Output::Nothing => LONGEST_SILENCE,
    }
}

/// Everything is over: the last stage ends, and a bar disappears.
pub fn end() {
    let mut progress = lock();
    let now = progress.now();
    let line = progress.lines.end(now);
    progress.show(line);
    if let Output::Bar(bar) = &progress.output {
        bar.finish_and_clear();
        // A stage that begins later has a bar of its own.
        progress.output = output();
    }
}

/// Writes to a stream while no bar is in the way.
pub(crate) fn without_bar<T>(write: impl FnOnce() -> T) -> T {
    // A thread that panicked within the lock must not keep its message from being printed.
    let bar = match &lock().output {
        Output::Bar(bar) => Some(bar.clone()),
        Output::Lines | Output::Nothing => None,
    };
    match bar {
        Some(bar) => bar.suspend(write),
        None => write(),
    }
}

fn lock() -> MutexGuard<'static, Progress> {
    PROGRESS
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn output() -> Output {
    if !std::io::stderr().is_terminal() {
        return Output::Lines;
    }
    let bar = ProgressBar::new(WHOLE);
    match ProgressStyle::with_template("{bar:20} {wide_msg} {prefix} {elapsed}") {
        Ok(style) => Output::Bar(bar.with_style(style)),
        Err(_) => Output::Lines,
    }
}

impl Progress {
    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    fn begin(&mut self, name: &str, measures: bool) {
        self.measures = measures;
        let now = self.now();
        for line in self.lines.stage(name, now) {
            self.show(Some(line));
        }
    }

    /// Prints the line where lines are shown, and draws the bar where that is.
    fn show(&self, line: Option<String>) {
        match &self.output {
            Output::Nothing => {}
            Output::Lines => {
                if let Some(line) = line {
                    // Where standard error cannot be written, there is no place to say so.
                    let _ = writeln!(std::io::stderr(), "{line}");
                }
            }
            Output::Bar(bar) => {
                bar.set_message(self.lines.whole_summary());
                if let Some(left) = self.lines.time_left() {
                    let (past, left_s) = (self.now().as_secs_f64(), left.as_secs_f64());
                    let part = past / (past + left_s).max(f64::MIN_POSITIVE);
                    bar.set_position((part * WHOLE as f64) as u64);
                    bar.set_prefix(about(left));
                }
                bar.tick();
            }
        }
    }
}
