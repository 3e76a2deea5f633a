//! A trial: one run of one variant at one workload, what it is asked, and whether its result can be
//! believed.

mod differ;
mod judge;
mod judged;
mod replay;

use std::path::PathBuf;
use std::time::Duration;

use catalog::{Chosen, Selected, Workspace};
use protocol::{Endpoints, Request, Setup};
use results::{Failure, Kind, Others, Placement, Share};
use schedule::Wanted;

use self::judge::{Bounds, judge};
use crate::asker::LoadGenerator;
use crate::failure::RunError;
use crate::handshake::{self, Finished, Moment};
use crate::needs;
use crate::own_server::OwnServerRun;
use crate::runner::runner_command;
use crate::seen::{Requests, Seen};
use host::Ledger;
use host::TemporaryFolder;

pub use self::differ::first_difference;
pub use self::judged::JudgedRun;
pub use self::replay::replay;

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
    /// The file to which the trace of the run is written, if any.
    pub trace: Option<PathBuf>,
}

/// What is known of a run besides what it said and what was seen of its processes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known<'a> {
    /// The expected digest of its tasks.
    pub(crate) expected: &'a str,
    /// What its program prints as its version, where it was asked.
    pub(crate) version: Option<&'a str>,
    /// What it asked of the HTTP origin or of the service of pulses, where that is part of the work.
    pub(crate) requests: Option<Requests>,
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
            // Where a model serves, the load generator writes them.
            digests: self.digests.clone().filter(|_| !self.serves()),
            trace: self.trace.clone(),
            // By this the program notices that the tool was killed, and ends too.
            parent: std::process::id(),
        }
    }

    /// Whether its model answers the load generator.
    fn serves(&self) -> bool {
        self.chosen.workload.serve.is_some()
    }

    /// Whether the result of a run that nobody saw can be believed: what it states is held against the
    /// expected digest and against the work alone.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong with the result.
    pub fn judge(&self, finished: &Finished, expected: &str) -> Result<(), Failure> {
        let known = Known {
            expected,
            version: None,
            requests: None,
        };
        self.judge_seen(finished, &Seen::default(), &known)
    }

    /// Runs it once while other runs of this tool go on, and judges the result; `version` is what its
    /// program prints as its version.
    ///
    /// # Errors
    ///
    /// [`RunError::Failed`] where the program fails or breaks the protocol; [`RunError::Interrupted`];
    /// [`RunError::Tool`]. A result that cannot be believed is no error.
    pub fn judged_beside_others(
        &self,
        endpoints: Endpoints,
        workspace: &Workspace,
        ledger: &Ledger,
        expected: &str,
        version: Option<&str>,
    ) -> Result<JudgedRun, RunError> {
        let (finished, seen) = self.run(endpoints, workspace, ledger, &mut |_| ())?;
        let seen = Seen {
            // The kernel counts this for all children of the tool together.
            used: None,
            ..seen
        };
        let known = Known {
            expected,
            version,
            // So do services for all who ask them.
            requests: None,
        };
        Ok(JudgedRun {
            judgement: self.judge_seen(&finished, &seen, &known),
            finished,
            services_cpu_ns: None,
            // What others did cannot be told from what the runs beside this one did.
            others: Others::Unavailable("other runs went side by side with it".to_owned()),
        })
    }

    /// Whether the result of a run of this trial can be believed.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong with the result.
    pub(crate) fn judge_seen(
        &self,
        finished: &Finished,
        seen: &Seen,
        known: &Known<'_>,
    ) -> Result<(), Failure> {
        let bounds = Bounds {
            share: self.share,
            workload: &self.chosen.workload,
            // What a server that is no model answers, the load generator holds against what its file says.
            expected: match &self.selected.model.serves {
                None => known.expected,
                Some(_) => &finished.done.digest,
            },
            version: known.version,
            requests: known.requests,
            spans_hosts: self.selected.model.spans_hosts,
        };
        judge(&finished.ready, &finished.done, seen, &bounds)
    }

    /// Runs it once, and does not judge the result. `watch` is called at each [`Moment`].
    ///
    /// # Errors
    ///
    /// [`RunError::Failed`] where the machine does not allow what it needs, or the program fails or breaks
    /// the protocol; [`RunError::Interrupted`]; [`RunError::Tool`] where this tool cannot write to it.
    pub(crate) fn run(
        &self,
        endpoints: Endpoints,
        workspace: &Workspace,
        ledger: &Ledger,
        watch: &mut dyn FnMut(Moment),
    ) -> Result<(Finished, Seen), RunError> {
        needs::check(self.selected, self.chosen, self.share, &self.wanted)?;
        let request = self.request(endpoints);
        let model = &self.selected.model;
        let generator = self.serves().then(|| LoadGenerator {
            program: workspace.program("load-generator"),
            digests: self.digests.clone(),
        });
        if let Some(asks) = &model.serves {
            let run = OwnServerRun {
                model,
                asks,
                request: &request,
                generator: &generator
                    .filter(|_| self.chosen.servers.have(model))
                    .ok_or_else(not_asked)?,
                limit: self.limit,
                placement: self.placement,
                padding: self.padding,
            };
            return run.run(workspace, ledger, watch);
        }
        // Dropped, and so removed, after the program and what it has started have ended.
        let temporary = TemporaryFolder::make("").map_err(|unfit| RunError::Tool(unfit.into()))?;
        let mut command =
            runner_command(model, &request.setup, self.padding, workspace, &temporary);
        handshake::run(
            &mut command,
            &request,
            generator.as_ref(),
            (self.limit, self.placement),
            ledger,
            watch,
        )
    }
}

/// The failure of a server that is no model at a workload of another file.
fn not_asked() -> Failure {
    let why = "a server is asked by the workload in whose file it stands, and by no other";
    Failure::new(Kind::Unsupported, why)
}
