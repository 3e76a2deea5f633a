//! What an interrupted calibration left, and how variants that are measured later join a calibration that is there.

use predict::{Calibration, Machine};
use terminal::output;

use crate::age::{self, Age, DAY_MS};
use crate::store::{Place, Scope};

/// What an interrupted calibration left; `None` where it left nothing that may be continued, which is told.
pub(crate) fn unfinished(
    place: &Place,
    scope: Scope,
    here: &Machine,
    now_ms: u64,
) -> Option<Calibration> {
    let found = place.unfinished(scope);
    let usable = found.map_err(|error| format!("{error:#}"));
    match usable.and_then(|found| continued(found, here, now_ms)) {
        Ok(found) => found,
        Err(why) => {
            output::notice(&format!(
                "an unfinished calibration is not continued: {why}"
            ));
            None
        }
    }
}

/// What was left, unless the machine is another one since, or it is of another day: rows that are measured now would not fit to it.
fn continued(
    found: Option<Calibration>,
    here: &Machine,
    now_ms: u64,
) -> Result<Option<Calibration>, String> {
    let Some(found) = found else {
        return Ok(None);
    };
    if let Age::Stale { why, .. } = age::of(&found, here, now_ms, None) {
        return Err(why);
    }
    if now_ms.saturating_sub(found.measured_ms) > DAY_MS {
        return Err("it was begun over a day ago".to_owned());
    }
    Ok(Some(found))
}

/// An older calibration with the variants that were asked for and measured now, in the place of what it had of them. It is as old as
/// its oldest rows.
pub(crate) fn joined(older: Calibration, new: Calibration, asked: &[String]) -> Calibration {
    let variants = new.variants().into_iter().map(str::to_owned);
    let measured: Vec<String> = variants.filter(|name| asked.contains(name)).collect();
    let mut points = older.points;
    points.retain(|point| !measured.contains(&point.variant));
    let joining = new.points.into_iter();
    points.extend(joining.filter(|point| measured.contains(&point.variant)));
    let mut programs = older.programs;
    for (name, digest) in new.programs {
        if measured.contains(&name) {
            programs.insert(name, digest);
        } else {
            // The older rows are of the program that was there then.
            programs.entry(name).or_insert(digest);
        }
    }
    Calibration {
        measured_ms: older.measured_ms.min(new.measured_ms),
        points,
        programs,
        cores: older.cores,
        machine: older.machine,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::BTreeMap;

    use predict::{Figures, Point, workloads};

    use super::*;
    use crate::age::here;

    /// A calibration with a point of each of these variants, whose tasks are told apart by the time.
    pub(crate) fn with(variants: &[&str], measured_ms: u64) -> Calibration {
        let points = variants.iter().map(|variant| Point {
            workload: workloads().swap_remove(0),
            variant: (*variant).to_owned(),
            tasks: measured_ms,
            lanes: 1,
            runs: vec![Figures {
                time: 1.0,
                cpu: 1.0,
                service_cpu: None,
                start_up: 1.0,
            }],
            memory: None,
        });
        Calibration {
            machine: here(),
            cores: None,
            programs: BTreeMap::new(),
            measured_ms,
            points: points.collect(),
        }
    }

    #[test]
    fn variants_that_are_measured_later_join_the_others_and_make_them_no_younger() {
        let found = joined(
            with(&["threads/pool", "threads/rayon"], 1),
            with(&["threads/rayon", "coroutines/may"], 2),
            &["threads/rayon", "coroutines/may"].map(str::to_owned),
        );
        assert_eq!(
            found.variants(),
            ["coroutines/may", "threads/pool", "threads/rayon"]
        );
        let rayon = found.point("cal-noop", "threads/rayon").unwrap();
        assert_eq!((rayon.tasks, found.points.len()), (2, 3));
        assert_eq!(found.measured_ms, 1);
    }

    #[test]
    fn variants_that_were_not_asked_for_take_nothing_from_a_calibration() {
        let programs = |digest: &str| {
            let names = ["threads/pool", "coroutines/may", "services"];
            BTreeMap::from(names.map(|name| (name.to_owned(), digest.to_owned())))
        };
        let older = Calibration {
            programs: programs("then"),
            ..with(&["threads/pool"], 1)
        };
        let new = Calibration {
            programs: programs("now"),
            ..with(&["threads/pool", "coroutines/may"], 2)
        };
        let found = joined(older, new, &["coroutines/may".to_owned()]);
        let tasks = |variant: &str| found.point("cal-noop", variant).unwrap().tasks;
        assert_eq!((tasks("threads/pool"), tasks("coroutines/may")), (1, 2));
        let digests: Vec<&str> = found.programs.values().map(String::as_str).collect();
        assert_eq!(
            digests,
            ["now", "then", "then"],
            "{:?}: the older rows are of older programs",
            found.programs
        );
    }

    #[test]
    fn what_was_left_is_continued_within_a_day_on_the_same_machine() {
        let left = || Some(with(&["threads/pool"], DAY_MS));
        let machine = here();
        assert_eq!(continued(None, &machine, 0), Ok(None));
        assert_eq!(continued(left(), &machine, 2 * DAY_MS), Ok(left()));
        let later = continued(left(), &machine, 2 * DAY_MS + 1).unwrap_err();
        assert!(later.contains("a day ago"), "{later}");
        let other = Machine {
            kernel: "another".to_owned(),
            ..machine
        };
        let why = continued(left(), &other, DAY_MS).unwrap_err();
        assert!(why.contains("the kernel"), "{why}");
    }
}
