//! Before the first block: right answers are computed, programs are built and proved to run, and
//! `run.json` says what is about to happen.

use std::collections::BTreeSet;
use std::time::Instant;

use launch::RunError;
use results::{Failure, Kind};
use schedule::lanes_for_rate;
use terminal::{duration_of, output, progress, shown};

use crate::executor::Built;
use crate::forecast::Part;
use crate::resume::{same_program, same_programs_beside};
use crate::session::Session;

/// Everything that must stand before a block can run.
pub(crate) fn prepare(session: &mut Session<'_>) -> Result<(), RunError> {
    warn_of_rates(session);
    // From here on a kill at any moment leaves something to continue.
    session.log.save()?;
    progress::stage("building what all runs share");
    let before = Instant::now();
    session.executor.build_services(&session.choice.workloads)?;
    session.one_done(Part::Build, before.elapsed());
    note_programs_beside(session)?;
    // First, because own work may be refused here, and building it into all models takes minutes.
    right_answers(session)?;
    build_models(session)?;
    session.forecast.expect(Part::Build, 0);
    session.log.save()
}

/// Says of which rates it is known that nobody can keep up with them.
fn warn_of_rates(session: &Session<'_>) {
    for chosen in &session.choice.workloads {
        let workload = &chosen.workload;
        let lanes = session.choice.wanted_of(chosen).lanes(workload);
        let short = workload.rate.zip(lanes_for_rate(workload, lanes));
        if let Some((rate, needed)) = short {
            let wait = duration_of(workload.wait_per_task().as_nanos() as u64);
            output::complain(&format!(
                "warning: {}: {rate} needs {needed} in flight at the least, since each task waits {wait}, \
                 and {lanes} are allowed: no variant can keep up (`--in-flight {needed}`)",
                shown(&workload.name)
            ));
        }
    }
}

/// Notes the programs that serve and judge all runs. A comparison that is continued refuses others than its
/// rows were made with.
fn note_programs_beside(session: &mut Session<'_>) -> Result<(), RunError> {
    let programs = session.executor.programs(&session.choice.workloads);
    let then = &session.log.run.programs;
    same_programs_beside(then, &programs).map_err(RunError::tool)?;
    session.log.run.programs = programs;
    Ok(())
}

/// A model that does not build or run is a row at every workload.
fn build_models(session: &mut Session<'_>) -> Result<(), RunError> {
    progress::stage("building models");
    let choice = session.choice;
    for (position, selected) in choice.variants.iter().enumerate() {
        let model = &selected.model.name;
        let is_new = position == 0 || choice.variants[position - 1].model.name != *model;
        let before = Instant::now();
        let built = session.executor.build(selected)?;
        if is_new {
            session.one_done(Part::Build, before.elapsed());
        }
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
    progress::stage("computing the right answers");
    for (position, chosen) in session.choice.workloads.iter().enumerate() {
        progress::step(&chosen.workload.name);
        let before = Instant::now();
        let record = &mut session.log.run.workloads[position];
        // Several variants run the same prefix, and computing its digest takes long.
        let prefixes: BTreeSet<u64> = record.shares.values().map(|share| share.tasks).collect();
        let prefixes: Vec<u64> = prefixes.into_iter().collect();
        record.expected = session.executor.right_answers(chosen, &prefixes)?;
        session.one_done(Part::Answers, before.elapsed());
    }
    Ok(())
}
