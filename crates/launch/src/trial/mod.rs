//! A trial: one run of one variant at one workload, what it is asked, and whether its result can be
//! believed.

mod differ;
mod judge;
mod replay;

use std::path::PathBuf;
use std::time::Duration;

use catalog::{Chosen, Selected, Workspace};
use protocol::{Endpoints, Request, Setup};
use results::{Failure, Placement, Share};
use schedule::Wanted;

use crate::failure::RunError;
use crate::handshake::{self, Finished, Moment};
use crate::ledger::Ledger;
use crate::runner::runner_command;

pub use differ::first_difference;
pub use judge::{Bounds, judge};
pub use replay::replay;

/// The largest blocking pool that is asked for: the default of Tokio, the largest of any model's. The
/// threads of a machine are finite.
const MOST_BLOCKING: u64 = 512;

/// The time limit of a run, unless another one is asked for.
pub const DEFAULT_TIME_LIMIT: Duration = Duration::from_secs(30);

/// Everything that one run is made of.
#[derive(Clone, Debug)]
pub struct Trial<'a> {
    /// The variant.
    pub selected: &'a Selected,
    /// The workload.
    pub chosen: &'a Chosen,
    /// Workers, lanes and switch interval that are asked of every variant.
    pub wanted: Wanted,
    /// The tasks that this variant runs, and how many of them at once.
    pub share: Share,
    /// A run that takes longer than this is ended.
    pub limit: Duration,
    /// The processors on which it may run.
    pub placement: Placement,
    /// Bytes by which the environment is made larger, which moves the program's stack.
    pub padding: usize,
    /// Whether the program stops at barriers, so that its memory can be read.
    pub hold: bool,
    /// The file to which the digest of each task is written, if any.
    pub digests: Option<PathBuf>,
}

impl Trial<'_> {
    /// The request that the program is sent.
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
            // By this the program notices that the tool was killed, and ends too.
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

    /// Runs it once, and does not judge the result. `watch` is called at each [`Moment`].
    ///
    /// # Errors
    ///
    /// [`RunError::Failed`] where the program fails or breaks the protocol; [`RunError::Interrupted`];
    /// [`RunError::Tool`] where this tool cannot write to it.
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
