//! The rows of a calibration while it is measured: which of them are missing, and which were of programs that are no more.

use std::collections::{BTreeMap, BTreeSet};

use catalog::{Selected, uses_origin};
use predict::{Calibration, Point};
use protocol::Workload;
use results::RunFile;

use crate::parts::{all_parts, needed};
use crate::rebuilt::SERVICES;

/// The variants of which points of a part are missing.
pub(crate) fn missing(
    kept: &Calibration,
    workloads: &[Workload],
    variants: &[Selected],
) -> Vec<Selected> {
    let lacking: BTreeSet<String> = needed(workloads, variants, kept.cores())
        .filter(|(workload, name)| !has(kept, workload, name))
        .map(|(_, name)| name)
        .collect();
    let all = variants.iter();
    all.filter(|selected| lacking.contains(&selected.name()))
        .cloned()
        .collect()
}

fn has(kept: &Calibration, workload: &Workload, variant: &str) -> bool {
    let mut points = kept.points.iter();
    points.any(|point| point.workload == *workload && point.variant == variant)
}

/// The digest of each variant's program, and of that of the services where they took part.
pub(crate) fn programs(run: &RunFile) -> BTreeMap<String, String> {
    let variants = run.variants.iter();
    let of_services = run.programs.get_key_value(SERVICES);
    variants
        .map(|variant| {
            (
                variant.name.clone(),
                variant.program.clone().unwrap_or_default(),
            )
        })
        .chain(of_services.map(|(name, digest)| (name.clone(), digest.clone())))
        .collect()
}

/// Takes note of programs. Where one was built anew since, what was measured of it before is of no use any more: returns whether
/// anything was lost.
pub(crate) fn forget_others(kept: &mut Calibration, programs: &BTreeMap<String, String>) -> bool {
    let before = kept.points.len();
    for (name, program) in programs {
        let was = kept.programs.insert(name.clone(), program.clone());
        if was.is_some_and(|was| was != *program) {
            kept.points.retain(|point| !is_of(point, name));
        }
    }
    kept.points.len() < before
}

/// Whether a point tells what a program costs: a variant's own runs, and all requests that the services answered.
fn is_of(point: &Point, program: &str) -> bool {
    if program == SERVICES {
        uses_origin(&point.workload)
    } else {
        point.variant == program
    }
}

/// Drops what is not needed of these variants: rows that an older version of a workload left would be found by its name.
pub(crate) fn forget_unneeded(kept: &mut Calibration, variants: &[Selected]) {
    let workloads = all_parts(kept.cores()).concat();
    let all: Vec<(&Workload, String)> = needed(&workloads, variants, kept.cores()).collect();
    kept.points.retain(|point| {
        let mut needed = all.iter();
        needed.any(|(workload, variant)| **workload == point.workload && *variant == point.variant)
    });
}

/// Adds what a part measured, in the place of what is there of it.
pub(crate) fn add(kept: &mut Calibration, points: Vec<Point>) {
    kept.points.retain(|old| {
        points
            .iter()
            .all(|new| (&new.variant, &new.workload) != (&old.variant, &old.workload))
    });
    kept.points.extend(points);
}

#[cfg(test)]
mod tests {
    use predict::workloads;

    use super::*;
    use crate::age::here;

    fn point(workload: &Workload, variant: &str) -> Point {
        Point {
            workload: workload.clone(),
            variant: variant.to_owned(),
            tasks: 1,
            lanes: 1,
            runs: Vec::new(),
            memory: None,
        }
    }

    #[test]
    fn a_variant_that_was_built_anew_loses_its_rows_and_no_other_does() {
        let workload = &workloads()[0];
        let mut kept = Calibration {
            machine: here(),
            programs: BTreeMap::from([("a/b".to_owned(), "first".to_owned())]),
            cores: None,
            measured_ms: 0,
            points: Vec::new(),
        };
        add(
            &mut kept,
            vec![point(workload, "a/b"), point(workload, "c/d")],
        );
        add(&mut kept, vec![point(workload, "a/b")]);
        assert_eq!(kept.points.len(), 2, "a point is there once");
        let same = BTreeMap::from([("a/b".to_owned(), "first".to_owned())]);
        assert!(!forget_others(&mut kept, &same));
        let other = BTreeMap::from([("a/b".to_owned(), "second".to_owned())]);
        assert!(forget_others(&mut kept, &other));
        assert_eq!(kept.variants(), ["c/d"]);
    }

    #[test]
    fn the_programs_of_a_comparison_are_those_of_its_variants_and_the_services() {
        let stored = include_str!("../../report/tests/stored/run.json");
        let mut run: RunFile = serde_json::from_str(stored).unwrap();
        let variants = programs(&run).len();
        assert_eq!(variants, run.variants.len());
        for name in [SERVICES, "expected"] {
            run.programs.insert(name.to_owned(), "1".to_owned());
        }
        let found = programs(&run);
        assert_eq!(found.len(), variants + 1);
        assert_eq!(found[SERVICES], "1");
    }

    #[test]
    fn services_that_were_built_anew_cost_the_rows_of_all_requests() {
        let all = workloads();
        let named = |name: &str| all.iter().find(|one| one.name == name).unwrap();
        let without = [
            point(named("cal-noop"), "a/b"),
            point(named("cal-sql-1"), "a/b"),
        ];
        let mut kept = Calibration {
            machine: here(),
            programs: BTreeMap::from([(SERVICES.to_owned(), "first".to_owned())]),
            cores: None,
            measured_ms: 0,
            points: without.to_vec(),
        };
        add(
            &mut kept,
            vec![
                point(named("cal-get-64"), "a/b"),
                point(named("cal-mix-3"), "c/d"),
            ],
        );
        let built = |digest: &str| BTreeMap::from([(SERVICES.to_owned(), digest.to_owned())]);
        assert!(!forget_others(&mut kept, &built("first")));
        assert!(forget_others(&mut kept, &built("second")));
        assert_eq!(kept.points, without);
    }

    #[test]
    fn variants_lack_points_until_each_of_theirs_is_there() {
        let workspace = catalog::Workspace::find(None, &[]).unwrap();
        let registry = catalog::Registry::find(&workspace);
        let both =
            ["threads/pool", "threads/sequential"].map(|name| registry.exactly(name).ok().unwrap());
        // The sequential variant is measured at kernels alone.
        let nothing_and_a_kernel: Vec<Workload> = workloads()
            .into_iter()
            .filter(|workload| ["cal-noop", "calk-primes-0"].contains(&workload.name.as_str()))
            .collect();
        let [nothing, kernel] = nothing_and_a_kernel.as_slice() else {
            panic!("{nothing_and_a_kernel:?}");
        };
        let mut kept = Calibration {
            machine: here(),
            programs: BTreeMap::new(),
            cores: None,
            measured_ms: 0,
            points: Vec::new(),
        };
        let mut found = vec![lacking(&kept, &nothing_and_a_kernel, &both)];
        for (workload, variant) in [
            (kernel, "threads/sequential"),
            (nothing, "threads/pool"),
            (kernel, "threads/pool"),
        ] {
            add(&mut kept, vec![point(workload, variant)]);
            found.push(lacking(&kept, &nothing_and_a_kernel, &both));
        }
        let pool = "threads/pool".to_owned();
        let all = vec![pool.clone(), "threads/sequential".to_owned()];
        assert_eq!(found, [all, vec![pool.clone()], vec![pool], vec![]]);
    }

    #[test]
    fn rows_of_workloads_that_were_others_once_and_of_other_variants_are_forgotten() {
        let workspace = catalog::Workspace::find(None, &[]).unwrap();
        let pool = catalog::Registry::find(&workspace)
            .exactly("threads/pool")
            .unwrap();
        let workload = all_parts(here().processors)[1][0].clone();
        let once = Workload {
            tasks: workload.tasks + 1,
            ..workload.clone()
        };
        let mut kept = Calibration {
            machine: here(),
            programs: BTreeMap::new(),
            cores: None,
            measured_ms: 0,
            points: vec![
                point(&once, "threads/pool"),
                point(&workload, "threads/pool"),
                point(&workload, "threads/rayon"),
            ],
        };
        forget_unneeded(&mut kept, &[pool]);
        assert_eq!(kept.points, [point(&workload, "threads/pool")]);
    }

    fn lacking(kept: &Calibration, workloads: &[Workload], variants: &[Selected]) -> Vec<String> {
        let found = missing(kept, workloads, variants);
        found.iter().map(Selected::name).collect()
    }
}
