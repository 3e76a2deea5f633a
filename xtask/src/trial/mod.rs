//! One run of one variant, as `compare` and `run` both do it: what is asked, what comes of it, and
//! whether that can be true. Blocks and statistics are left to them.

mod differ;
mod judge;
mod replay;

use std::path::PathBuf;
use std::time::Duration;

use protocol::{Endpoints, Request, Setup};

pub(crate) use differ::first_difference;
pub(crate) use judge::{Bounds, judge};
pub(crate) use replay::replay;

use crate::catalogue::Chosen;
use crate::launch::{self, Finished, Ledger, Moment, Placement, RunError, runner_command};
use crate::registry::Selected;
use crate::schedule::{Share, Wanted};
use crate::workspace::Workspace;

/// Blocking pools larger than this are no model's default, and the machine's threads are finite.
const MOST_BLOCKING: u64 = 512;

/// Everything that one run is made of.
#[derive(Clone, Debug)]
pub(crate) struct Trial<'a> {
    pub(crate) selected: &'a Selected,
    pub(crate) chosen: &'a Chosen,
    pub(crate) wanted: Wanted,
    pub(crate) share: Share,
    pub(crate) limit: Duration,
    pub(crate) placement: Placement,
    pub(crate) padding: usize,
    /// Stop at barriers, so that memory can be read.
    pub(crate) hold: bool,
    /// Where to write every task's digest.
    pub(crate) digests: Option<PathBuf>,
}

impl Trial<'_> {
    /// What the program is asked.
    pub(crate) fn request(&self, endpoints: Endpoints) -> Request {
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

    /// Runs it. The answer is not judged yet.
    pub(crate) fn run(
        &self,
        endpoints: Endpoints,
        workspace: &Workspace,
        ledger: &Ledger,
        watch: &mut dyn FnMut(Moment),
    ) -> Result<Finished, RunError> {
        let request = self.request(endpoints);
        let model = &self.selected.model;
        let mut command = runner_command(model, &request.setup, self.padding, workspace);
        launch::run(
            &mut command,
            &request,
            self.limit,
            self.placement,
            ledger,
            watch,
        )
    }
}
