//! Before the first block: programs are built and proved to run, right answers are computed, and
//! `run.json` says what is about to happen.

use std::collections::BTreeMap;

use launch::{RunError, build_model, build_packages, expected, fingerprint, packages};
use results::{Failure, Kind, Pass};

use super::resume::same_program;
use super::session::Session;

/// Everything that must stand before a block can run.
pub(super) fn prepare(session: &mut Session<'_>) -> Result<(), RunError> {
    if let Some(player) = &session.player {
        let right = player.right();
        scripted(session, &right);
        return session.save();
    }
    session.progress.set_message("building the services");
    let workloads = session
        .choice
        .workloads
        .iter()
        .map(|chosen| &chosen.workload);
    build_packages(&packages(workloads), session.workspace, session.ledger)
        .map_err(RunError::tool)?;
    build_models(session)?;
    right_answers(session)?;
    session.save()
}

/// Nothing to build, and one answer to everything.
fn scripted(session: &mut Session<'_>, right: &str) {
    for record in &mut session.run.variants {
        record.version = Some("scripted".to_owned());
    }
    for record in &mut session.run.workloads {
        let prefixes = record.shares.values().map(|share| share.tasks);
        record.expected = prefixes.map(|tasks| (tasks, right.to_owned())).collect();
    }
}

/// A model that does not build or run is a row at every workload.
fn build_models(session: &mut Session<'_>) -> Result<(), RunError> {
    let choice = session.choice;
    let mut built: BTreeMap<String, Result<String, Failure>> = BTreeMap::new();
    for (at, selected) in choice.variants.iter().enumerate() {
        let name = &selected.model.name;
        if !built.contains_key(name) {
            session.progress.set_message(format!("building {name}"));
            let version = match build_model(&selected.model, session.workspace, session.ledger) {
                Ok(version) => Ok(version),
                Err(RunError::Failed(failure)) => Err(failure),
                Err(other) => return Err(other),
            };
            built.insert(name.clone(), version);
        }
        match &built[name] {
            Ok(version) => session.built(at, version)?,
            Err(failure) => session.unusable(&selected.name(), failure)?,
        }
    }
    for (broken, _) in &choice.broken {
        let kind = match broken.is_absent {
            true => Kind::Unavailable,
            false => Kind::Model,
        };
        let failure = Failure::new(kind, broken.problem.clone());
        session.unusable(&broken.name, &failure)?;
    }
    Ok(())
}

fn right_answers(session: &mut Session<'_>) -> Result<(), RunError> {
    let program = session.workspace.program("expected");
    for (at, chosen) in session.choice.workloads.iter().enumerate() {
        let name = &chosen.workload.name;
        session
            .progress
            .set_message(format!("computing the right answers of {name}"));
        let shares = session.run.workloads[at].shares.values();
        let mut prefixes: Vec<u64> = shares.map(|share| share.tasks).collect();
        prefixes.sort_unstable();
        prefixes.dedup();
        let found = expected(&program, &chosen.workload, &prefixes, None, session.ledger);
        session.run.workloads[at].expected = found.map_err(RunError::tool)?;
    }
    Ok(())
}

impl Session<'_> {
    /// A program that runs; in a comparison that is gone on with it must be the same one.
    fn built(&mut self, at: usize, version: &str) -> Result<(), RunError> {
        let model = &self.choice.variants[at].model;
        let words = model.words(&model.run, &self.workspace.target);
        let program = fingerprint(&words, &self.workspace.root);
        let record = &mut self.run.variants[at];
        same_program(record, version, program.as_deref()).map_err(RunError::tool)?;
        record.version = Some(version.to_owned());
        record.program = program;
        Ok(())
    }

    /// A row for every workload, and no further run of this variant.
    fn unusable(&mut self, variant: &str, failure: &Failure) -> Result<(), RunError> {
        for at in 0..self.choice.workloads.len() {
            self.failed_before_start(at, variant, failure.clone(), Pass::Preparation)?;
        }
        Ok(())
    }
}
