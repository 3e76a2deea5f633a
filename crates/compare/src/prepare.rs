//! Before the first block: programs are built and proved to run, right answers are computed, and
//! `run.json` says what is about to happen.

use std::collections::BTreeSet;

use launch::RunError;
use results::{Failure, Kind};

use crate::executor::Built;
use crate::resume::same_program;
use crate::session::Session;

/// Everything that must stand before a block can run.
pub(crate) fn prepare(session: &mut Session<'_>) -> Result<(), RunError> {
    // From here on a kill at any moment leaves something to continue.
    session.log.save()?;
    session.progress.set_message("building the services");
    session.executor.build_services(&session.choice.workloads)?;
    build_models(session)?;
    right_answers(session)?;
    session.log.save()
}

/// A model that does not build or run is a row at every workload.
fn build_models(session: &mut Session<'_>) -> Result<(), RunError> {
    let choice = session.choice;
    for (position, selected) in choice.variants.iter().enumerate() {
        let progress = &session.progress;
        let built = session
            .executor
            .build(selected, &|what| progress.set_message(what))?;
        match built {
            Ok(program) => note_program(session, position, program)?,
            Err(failure) => session.unusable(&selected.name(), &failure)?,
        }
    }
    for (broken, _) in &choice.broken {
        let kind = if broken.is_absent {
            Kind::Unavailable
        } else {
            Kind::Model
        };
        let failure = Failure::new(kind, broken.problem.clone());
        session.unusable(&broken.name, &failure)?;
    }
    Ok(())
}

/// Notes what a program is. A comparison that is continued refuses another one than its rows are of.
fn note_program(
    session: &mut Session<'_>,
    position: usize,
    program: Built,
) -> Result<(), RunError> {
    let record = &mut session.log.run.variants[position];
    same_program(record, &program.version, program.fingerprint.as_deref())
        .map_err(RunError::tool)?;
    record.version = Some(program.version);
    record.program = program.fingerprint;
    Ok(())
}

fn right_answers(session: &mut Session<'_>) -> Result<(), RunError> {
    for (position, chosen) in session.choice.workloads.iter().enumerate() {
        let name = &chosen.workload.name;
        session
            .progress
            .set_message(format!("computing the right answers of {name}"));
        let record = &mut session.log.run.workloads[position];
        // Several variants run the same prefix, and computing its digest takes long.
        let prefixes: BTreeSet<u64> = record.shares.values().map(|share| share.tasks).collect();
        let prefixes: Vec<u64> = prefixes.into_iter().collect();
        record.expected = session.executor.right_answers(chosen, &prefixes)?;
    }
    Ok(())
}
