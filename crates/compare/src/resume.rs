//! Continues an interrupted comparison: what was compared is looked up again, and refused where it is no
//! longer the same. The log then takes the rows over one by one, and the loop comes to the same
//! decisions from them.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::{anyhow, ensure};
use catalog::{Broken, Calibration, CalibrationError, Registry, Selected, Workspace};
use launch::Builds;
use protocol::{Kernel, format_duration};
use report::other_variables;
use results::{Folder, RunFile, Stored, VariantRecord, WorkloadRecord};
use schedule::Wanted;
use terminal::{Usage, output};

use crate::choice::Choice;
use crate::log::Before;
use crate::run_file::{run_file, shares_at};
use crate::scripted::Script;
use crate::source::Source;
use crate::sweep;

/// Opens a comparison to add to it, and finds again everything that takes part.
pub(crate) fn open(
    workspace: &Workspace,
    named: &str,
    scripted: Option<&Path>,
    postgres: Option<&str>,
    builds: Builds,
) -> anyhow::Result<(Choice, Folder, Before)> {
    let found = Stored::open(&workspace.results, named).map_err(refused)?;
    let (folder, rows) = Folder::reopen(&found.path)?;
    let before = Before {
        run: found.run,
        rows,
    };
    if before.run.shard.is_some() {
        return Err(refused(
            "it is a unit of a campaign, whose blocks are of one host from the first to the last: begin the shard \
             again",
        ));
    }
    let is_over = before.run.ended.is_some() && !before.run.interrupted;
    if is_over {
        let shown = found.path.display();
        return Err(Usage::error(format!(
            "{shown} is complete: `cargo xtask report` shows it"
        )));
    }
    // Its URL may hold a password, which is not stored: it is given again.
    let choice = Choice {
        postgres: postgres.map(str::to_owned),
        builds,
        ..choose_again(workspace, &before.run, scripted).map_err(refused)?
    };
    let now = at_stored_lengths(run_file(&choice, workspace), &before.run, &choice);
    let changed = differences(&before.run, &now);
    if !changed.is_empty() {
        return Err(refused(changed.join("; ")));
    }
    if let Some(moved) = other_commit(&before.run, &now) {
        output::complain(&moved);
    }
    Ok((choice, folder, before))
}

/// The same with runs as long as they were chosen to be then: the log comes to that anew from the rows.
fn at_stored_lengths(mut now: RunFile, then: &RunFile, choice: &Choice) -> RunFile {
    let records = now.workloads.iter_mut().zip(&then.workloads);
    for ((record, was), chosen) in records.zip(&choice.workloads) {
        if let Some(length) = &was.run_length {
            record.shares = shares_at(choice, chosen, length.tasks);
        }
    }
    now
}

/// What CPU times came to in a stored comparison: what it goes on with, whatever a new calibration would
/// come to.
struct StoredSizes<'a>(&'a [WorkloadRecord]);

impl Calibration for StoredSizes<'_> {
    fn size(&self, kernel: Kernel, time: Duration) -> Result<u64, CalibrationError> {
        for record in self.0 {
            let asked = record.cpu.iter().filter(|asked| asked.time() == time);
            let mut steps = asked.filter_map(|asked| asked.compute(&record.workload));
            if let Some(compute) = steps.find(|compute| compute.kernel == kernel) {
                return Ok(compute.size);
            }
        }
        let (name, time) = (kernel.name(), format_duration(time));
        let problem = format!("{time} of {name} is not in the stored comparison");
        Err(CalibrationError::Impossible(problem))
    }
}

fn refused(why: impl std::fmt::Display) -> anyhow::Error {
    Usage::error(format!("this comparison cannot be continued: {why:#}"))
}

fn choose_again(
    workspace: &Workspace,
    stored: &RunFile,
    scripted: Option<&Path>,
) -> anyhow::Result<Choice> {
    let script = scripted.map(Script::read).transpose()?;
    let typed: Vec<String> = stored.workloads.iter().map(|r| r.typed.clone()).collect();
    let source = Source::of(workspace, script.as_ref());
    let workloads = source.workloads(&typed, &StoredSizes(&stored.workloads))?;
    let registry = source.registry(&workloads)?;
    // A model that could not be used has a record, and no share of any workload.
    let (usable, unusable): (Vec<_>, Vec<_>) = stored.variants.iter().partition(|record| {
        let workload = stored.workloads.first();
        workload.is_some_and(|workload| workload.shares.contains_key(&record.name))
    });
    let variants: Result<Vec<Selected>, _> = usable
        .into_iter()
        .map(|record| {
            let selected = registry.exactly(&record.name)?;
            let named = record.named;
            anyhow::Ok(Selected { named, ..selected })
        })
        .collect();
    let broken = unusable
        .into_iter()
        .map(|record| still_broken(&registry, record));
    let options = stored.options.clone();
    let settings = sweep::settings(options.profile, &workloads);
    Ok(Choice {
        wanted: Wanted {
            workers: options.workers,
            in_flight: options.in_flight,
            most_lanes: settings.most_lanes,
            switch_interval_us: options.switch_interval_us,
        },
        settings,
        limit: Duration::from_millis(options.time_limit_ms),
        options,
        workloads,
        variants: variants?,
        broken: broken.collect::<anyhow::Result<_>>()?,
        script,
        postgres: None,
        builds: Builds::Made,
    })
}

fn still_broken(registry: &Registry, record: &VariantRecord) -> anyhow::Result<(Broken, bool)> {
    let name = &record.name;
    let mut broken = registry.broken.iter();
    match broken.find(|broken| broken.name == *name) {
        Some(broken) => Ok((broken.clone(), record.named)),
        None => Err(anyhow!("{name} could not be used then")),
    }
}

/// What is no longer as it was, before anything is built.
fn differences(then: &RunFile, now: &RunFile) -> Vec<String> {
    let mut found = Vec::new();
    let names = then.environment.keys().chain(now.environment.keys());
    let mut names: Vec<&String> = names.collect();
    names.sort();
    names.dedup();
    // A container that is started again has another name, on the same machine.
    for name in names.into_iter().filter(|name| *name != "host") {
        let values = [then, now].map(|run| run.environment.get(name));
        if values[0] != values[1] {
            let [was, is] = values.map(|value| value.map_or("unknown", String::as_str));
            found.push(format!("{name} was {was:?} and is {is:?}"));
        }
    }
    found.extend(other_variables(then, now));
    for (was, is) in then.workloads.iter().zip(&now.workloads) {
        if was.workload != is.workload {
            found.push(format!("the workload {} has changed", was.workload.name));
        } else if was.headline() != is.headline() {
            found.push(format!("the headline of {} has changed", was.workload.name));
        } else if was.shares != is.shares {
            let name = &was.workload.name;
            found.push(format!("the variants run another part of {name}"));
        }
    }
    found
}

/// What people are told where the checkout is no longer at the commit that the rows are of. It is no reason to
/// refuse: each program is proved to be the same.
fn other_commit(then: &RunFile, now: &RunFile) -> Option<String> {
    let (was, is) = (&then.commit, &now.commit);
    (was != is).then(|| {
        format!(
            "warning: the checkout was at {was} and is at {is}: the comparison goes on if it builds the same programs"
        )
    })
}

/// Whether the programs that serve and judge runs are those of the rows, as far as they were known then.
pub(crate) fn same_programs_beside(
    then: &BTreeMap<String, String>,
    now: &BTreeMap<String, String>,
) -> anyhow::Result<()> {
    for (name, was) in then {
        let same = now.get(name).is_none_or(|is| is == was);
        ensure!(
            same,
            refused(anyhow!("the program `{name}` was built anew and differs"))
        );
    }
    Ok(())
}

/// Whether a program is the one that the rows are of, as far as it was known then.
pub(crate) fn same_program(
    record: &VariantRecord,
    version: &str,
    program: Option<&str>,
) -> anyhow::Result<()> {
    let name = &record.name;
    let Some(was) = record.version.as_deref() else {
        return Ok(());
    };
    ensure!(
        was == version,
        refused(anyhow!("{name} was {was:?} and is {version:?}"))
    );
    let same = record.program.as_deref() == program;
    ensure!(
        same,
        refused(anyhow!("the program of {name} was built anew and differs"))
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use results::AskedCpu;

    use super::*;

    fn record(version: Option<&str>, program: Option<&str>) -> VariantRecord {
        VariantRecord {
            name: "a/b".to_owned(),
            about: String::new(),
            named: true,
            version: version.map(str::to_owned),
            program: program.map(str::to_owned),
        }
    }

    #[test]
    fn a_cpu_time_is_the_size_that_it_was() {
        let step = "[[step]]\ncompute = { kernel = \"sha256\", size = 1780 }\n";
        let text = format!(
            "name = \"w\"\nabout = \"\"\nclass = \"cpu\"\ntasks = 9\nin_flight = 1\nseed = 1\n{step}"
        );
        let asked = AskedCpu {
            step: 0,
            cpu_ns: 1_000_000,
        };
        let records = [WorkloadRecord {
            typed: "w.toml".to_owned(),
            workload: protocol::parse(text.as_bytes(), "w.toml").unwrap(),
            cpu: vec![asked],
            cell: None,
            asked_headline: None,
            lanes: 1,
            run_length: None,
            shares: Default::default(),
            left_out: Vec::new(),
            predicted: Default::default(),
            expected: Default::default(),
        }];
        let stored = StoredSizes(&records);
        let millisecond = Duration::from_millis(1);
        assert_eq!(stored.size(Kernel::Sha256, millisecond).unwrap(), 1780);
        let other = stored.size(Kernel::Sha256, millisecond * 2).unwrap_err();
        assert_eq!(
            other.to_string(),
            "2ms of sha256 is not in the stored comparison"
        );
        assert!(stored.size(Kernel::Primes, millisecond).is_err());
    }

    #[test]
    fn other_programs_beside_the_models_are_refused() {
        let programs = |digest: &str| BTreeMap::from([("expected".to_owned(), digest.to_owned())]);
        assert!(same_programs_beside(&programs("aa"), &programs("aa")).is_ok());
        assert!(same_programs_beside(&BTreeMap::new(), &programs("aa")).is_ok());
        let other = same_programs_beside(&programs("aa"), &programs("bb")).unwrap_err();
        assert!(
            other
                .to_string()
                .contains("the program `expected` was built anew"),
            "{other}"
        );
    }

    #[test]
    fn another_build_is_refused_and_what_was_never_built_is_not() {
        let built = record(Some("1.0"), Some("aa"));
        assert!(same_program(&built, "1.0", Some("aa")).is_ok());
        assert!(same_program(&record(None, None), "1.0", Some("aa")).is_ok());
        let newer = same_program(&built, "1.1", Some("aa")).unwrap_err();
        assert!(newer.to_string().contains("a/b was \"1.0\" and is \"1.1\""));
        let rebuilt = same_program(&built, "1.0", Some("bb")).unwrap_err();
        assert!(rebuilt.to_string().contains("differs"), "{rebuilt}");
    }
}
