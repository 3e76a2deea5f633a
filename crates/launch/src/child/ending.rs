//! How a child is ended: it is asked to, given its time, and killed where it does not.

use std::process::ExitStatus;
use std::time::{Duration, Instant};

use terminal::{interrupt, output, progress};

use super::{CHECK_INTERVAL, Child, ShutdownPolicy};

/// How long a process may take to end once its standard input is closed.
const GRACE: Duration = Duration::from_millis(500);
/// The same for a process that first cleans up: longer than a server that is alive makes it wait.
const TIME_TO_CLEAN_UP: Duration = Duration::from_secs(150);

impl Child<'_> {
    /// Asks it to end, kills it where it does not, and returns how it ended.
    pub(crate) fn end(&mut self) -> Option<ExitStatus> {
        self.close_stdin();
        let deadline = Instant::now() + GRACE;
        while !self.has_exited() && Instant::now() < deadline {
            self.drain_and_pause();
        }
        if let ShutdownPolicy::CleanUp { notice } = self.shutdown
            && !self.has_exited()
        {
            output::notice(&format!("{notice} (interrupt once more to wait no longer)"));
            self.wait_for_clean_up();
        }
        let status = self.reap();
        // Its last lines are still in the pipe: a service says there why it ended.
        self.drain();
        self.ledger.remove(self.id());
        status
    }

    /// Waits for its end, for [`TIME_TO_CLEAN_UP`] at most, and no longer once another signal comes.
    fn wait_for_clean_up(&mut self) {
        let deadline = Instant::now() + TIME_TO_CLEAN_UP;
        // The signal that ended the run is counted already; only a further one ends this wait.
        let requests = interrupt::requests();
        while !self.has_exited() && Instant::now() < deadline && interrupt::requests() == requests {
            self.drain_and_pause();
        }
    }

    /// Reads its streams, so that a full pipe does not keep it from ending, and waits a little.
    fn drain_and_pause(&mut self) {
        self.drain();
        progress::tick();
        std::thread::sleep(CHECK_INTERVAL);
    }
}
