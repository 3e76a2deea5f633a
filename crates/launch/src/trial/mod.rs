//! One run of one variant, as `compare` and `run` both do it: what is asked, what comes of it, and
//! whether that can be true. Blocks and statistics are left to them.

mod differ;
mod judge;
mod replay;

use std::path::PathBuf;
use std::time::Duration;

use protocol::{Endpoints, Request, Setup};

pub use differ::first_difference;
pub use judge::{Bounds, judge};
pub use replay::replay;

use crate::failure::RunError;
use crate::handshake::{self, Finished, Moment};
use crate::ledger::Ledger;
use crate::runner::runner_command;
use catalog::{Chosen, Selected, Workspace};
use results::{Failure, Placement, Share};
use schedule::Wanted;

/// Blocking pools larger than this are no model's default, and the machine's threads are finite.
const MOST_BLOCKING: u64 = 512;

/// A run that takes longer than this is ended, unless another limit was asked for.
pub const DEFAULT_TIME_LIMIT: Duration = Duration::from_secs(30);

/// Everything that one run is made of.
#[derive(Clone, Debug)]
pub struct Trial<'a> {
    pub selected: &'a Selected,
    pub chosen: &'a Chosen,
    pub wanted: Wanted,
    pub share: Share,
    pub limit: Duration,
    pub placement: Placement,
    pub padding: usize,
    /// Stop at barriers, so that memory can be read.
    pub hold: bool,
    /// Where to write every task's digest.
    pub digests: Option<PathBuf>,
}

impl Trial<'_> {
    /// What the program is asked.
    pub fn request(&self, endpoints: Endpoints) -> Request {
        let in_flight = self.wanted.lanes(&self.chosen.workload);
        Request {
            protocol: protocol::VERSION,
            variant: self.selected.variant.name.clone(),
            setup: Setup {
                workload: self.chosen.workload.clone(),
                endpoints,
                workers: self.wanted.workers,
                in_flight,
                blocking: in_flight.min(MOST_BLOCKING),
                switch_interval_us: self.wanted.switch_interval_us,
            },
            tasks: self.share.tasks,
            hold: self.hold,
            digests: self.digests.clone(),
            parent: std::process::id(),
        }
    }

    /// Whether the result of a run of this trial can be believed; `expected` is the digest of its
    /// tasks.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong with the result.
    pub fn judge(&self, finished: &Finished, expected: &str) -> Result<(), Failure> {
        let workload = &self.chosen.workload;
        let bounds = Bounds {
            share: self.share,
            wait: workload.wait_per_task(),
            overlap: workload.is_paced_by_pulses(),
            expected,
        };
        judge(&finished.ready, &finished.done, &bounds)
    }

    /// Runs it. The answer is not judged yet.
    pub fn run(
        &self,
        endpoints: Endpoints,
        workspace: &Workspace,
        ledger: &Ledger,
        watch: &mut dyn FnMut(Moment),
    ) -> Result<Finished, RunError> {
        let request = self.request(endpoints);
        let model = &self.selected.model;
        let mut command = runner_command(model, &request.setup, self.padding, workspace);
        handshake::run(
            &mut command,
            &request,
            self.limit,
            self.placement,
            ledger,
            watch,
        )
    }
}
