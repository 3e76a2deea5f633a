//! What all checks of one command share: the checkout, the services, the expected digests, a folder.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use catalog::{Chosen, Workspace};
use host::{Ledger, TemporaryFolder};
use launch::{Bench, Conversation, RunError, Trial};
use protocol::{DEFAULT_SWITCH_INTERVAL_US, Endpoints, Request, Setup, Workload};
use results::{Placement, Share};
use schedule::Wanted;

use crate::cases::{LANES, LIMIT, WORKERS};
use crate::subject::Subject;

/// The checkout, its services, and a folder for files that programs write.
pub(crate) struct Setting<'a> {
    pub(crate) workspace: &'a Workspace,
    pub(crate) ledger: &'a Ledger,
    pub(crate) bench: Bench<'a>,
    pub(crate) missing_documents: MissingDocuments,
    folder: TemporaryFolder,
}

/// What the documents of a checkout lack of the models in a folder of it, a line a problem. The caller gives
/// it, because the rules of documents belong to the tool and not to the laboratory.
pub type MissingDocuments = fn(&Workspace, &Path) -> anyhow::Result<Vec<String>>;

impl<'a> Setting<'a> {
    pub(crate) fn new(
        workspace: &'a Workspace,
        ledger: &'a Ledger,
        missing_documents: MissingDocuments,
    ) -> anyhow::Result<Setting<'a>> {
        // The space shows whether a program takes a path as one word.
        let folder = TemporaryFolder::make("conformance ");
        Ok(Setting {
            workspace,
            ledger,
            bench: Bench::new(workspace, ledger, None),
            missing_documents,
            folder: folder.context("a folder for the programs' files")?,
        })
    }

    /// The path of a file in the folder.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Which task of a trial is the first whose digest is wrong, in words.
    pub(crate) fn first_wrong_task(&mut self, trial: &Trial<'_>) -> Result<String, RunError> {
        self.bench.first_wrong_task(trial, self.folder.path())
    }

    /// The request for so many tasks of a workload.
    pub(crate) fn request(
        &self,
        subject: &Subject,
        workload: &Workload,
        tasks: u64,
        endpoints: Endpoints,
    ) -> Request {
        Request {
            protocol: protocol::VERSION,
            variant: subject.selected.variant.name.clone(),
            setup: Setup {
                workload: workload.clone(),
                endpoints,
                workers: WORKERS,
                in_flight: LANES,
                blocking: LANES,
                switch_interval_us: DEFAULT_SWITCH_INTERVAL_US,
            },
            tasks,
            hold: false,
            digests: None,
            trace: None,
            parent: std::process::id(),
        }
    }

    /// A trial of so many tasks of a workload.
    pub(crate) fn trial<'s>(
        &self,
        subject: &'s Subject,
        chosen: &'s Chosen,
        tasks: u64,
    ) -> Trial<'s> {
        Trial {
            selected: &subject.selected,
            chosen,
            wanted: Wanted {
                workers: WORKERS,
                in_flight: Some(LANES),
                most_lanes: None,
                switch_interval_us: DEFAULT_SWITCH_INTERVAL_US,
            },
            share: Share {
                tasks,
                in_flight: subject.lanes(tasks),
            },
            limit: LIMIT,
            placement: Placement::Free,
            padding: 0,
            hold: false,
            digests: None,
            trace: None,
        }
    }

    /// Starts the program of a variant as for this request, which is not sent yet.
    pub(crate) fn start(
        &self,
        subject: &Subject,
        request: &Request,
        arguments: &[&str],
    ) -> Result<Conversation<'a>, RunError> {
        let model = &subject.selected.model;
        Conversation::start(
            model,
            arguments,
            &request.setup,
            self.workspace,
            self.ledger,
        )
    }
}
