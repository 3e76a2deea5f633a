//! Verdicts on rows that are made up: one claim with two conditions, in a place with six blocks.

use results::{Placement, Row};

use super::*;
use crate::book::Role;
use crate::evidence::Manifest;
use crate::fixtures::{VARIANTS, counted, row, stored, work};

/// Six blocks in which the second variant takes these parts of the first one's time.
fn evidence(parts: [f64; 6]) -> Evidence {
    let blocks = (2..).zip(parts);
    let rows = blocks.flat_map(|(block, part)| {
        // The machine's speed differs from block to block, which must not matter.
        let machine = 100.0 + 30.0 * block as f64;
        [(VARIANTS[0], machine), (VARIANTS[1], machine * part)]
            .map(|(variant, ms)| row(block, "w", variant, Some(ms)))
    });
    with(rows.collect())
}

fn with(rows: Vec<Row>) -> Evidence {
    Evidence {
        manifest: Manifest::default(),
        comparisons: vec![(Placement::Free, stored(vec![work("w", "0ms")], rows))],
    }
}

/// The speed-up of the second must be 2 and more; the first is measured by itself besides.
fn book(tests: &str) -> Book {
    let claim = format!(
        "ids = [\"C1\"]\nsection = \"s\"\ntext = \"t.\"\nthreshold = \"because.\"\nchoice = \"c.\"\n{tests}"
    );
    let everywhere = |name: &str| Role {
        cpython: None,
        free_threaded: None,
        rust: Some(name.to_owned()),
        gil: Some("gone/gone".to_owned()),
    };
    let load = toml::from_str("workload = \"w\"").unwrap();
    Book {
        roles: [("sequential", VARIANTS[0]), ("many", VARIANTS[1])]
            .map(|(role, name)| (role.to_owned(), everywhere(name)))
            .into(),
        loads: [("w".to_owned(), load)].into(),
        claims: vec![toml::from_str(&claim).unwrap()],
        ..Book::default()
    }
}

const TWICE: &str = "[[test]]\nfigure = \"speed-up\"\nof = \"many\"\nat = \"w\"\nat-least = 2.0\n";

fn verdicts(tests: &str, evidence: &Evidence) -> Vec<ColumnVerdict> {
    let book = book(tests);
    judge(&book, &book.claims[0], evidence).columns
}

fn in_rust(tests: &str, evidence: &Evidence) -> ColumnVerdict {
    let mut columns = verdicts(tests, evidence);
    columns.swap_remove(1)
}

#[test]
fn a_claim_holds_where_the_whole_interval_is_beyond_the_threshold() {
    let judged = in_rust(TWICE, &evidence([0.25, 0.26, 0.24, 0.25, 0.3, 0.25]));
    assert_eq!(judged.verdict, Verdict::Holds);
    let (lower, upper) = judged.tests[0].interval.unwrap();
    assert!((lower - 1.0 / 0.3).abs() < 1e-6 && (upper - 1.0 / 0.24).abs() < 1e-6);
    assert_eq!(judged.tests[0].blocks, 6);
}

#[test]
fn it_does_not_hold_where_the_whole_interval_is_on_the_other_side() {
    let judged = in_rust(TWICE, &evidence([0.9, 1.0, 1.1, 0.95, 0.7, 0.8]));
    assert_eq!(
        (judged.verdict, judged.condition),
        (Verdict::DoesNotHold, None)
    );
}

#[test]
fn an_interval_across_the_threshold_says_nothing() {
    let judged = in_rust(TWICE, &evidence([0.25, 0.25, 0.25, 0.25, 0.25, 0.7]));
    assert_eq!(judged.verdict, Verdict::Inconclusive);
    let few = with(evidence([0.25; 6]).comparisons[0].1.rows[..8].to_vec());
    let judged = in_rust(TWICE, &few);
    assert_eq!(judged.verdict, Verdict::Inconclusive);
    assert_eq!(
        judged.tests[0].why.as_deref(),
        Some("no interval from 4 rounds")
    );
}

#[test]
fn what_is_not_there_is_not_measurable_and_says_why() {
    let columns = verdicts(TWICE, &evidence([0.25; 6]));
    assert_eq!(
        columns[0].verdict,
        Verdict::NotMeasurable,
        "a role without anybody"
    );
    assert_eq!(columns[2].verdict, Verdict::NotMeasurable);
    let why = columns[2].condition.as_deref().unwrap();
    assert!(why.contains("gone/gone at w was not measured"), "{why}");
    let mut rows = evidence([0.25; 6]).comparisons[0].1.rows.clone();
    rows.push(row(9, "w", VARIANTS[1], None));
    let fallen = in_rust(TWICE, &with(rows));
    assert_eq!(fallen.verdict, Verdict::NotMeasurable);
    assert_eq!(fallen.condition.as_deref(), Some("m/many: it fell"));
}

#[test]
fn conditions_that_disagree_are_what_it_depends_on() {
    let never = TWICE.replace("at-least = 2.0", "at-most = 0.5");
    let tests = format!("{TWICE}when = \"here\"\n{never}when = \"there\"\n");
    let judged = in_rust(&tests, &evidence([0.25; 6]));
    assert_eq!(judged.verdict, Verdict::Depends);
    assert_eq!(
        judged.condition.as_deref(),
        Some("holds: here; does not: there")
    );
    // Tests of one condition must all hold.
    let judged = in_rust(&format!("{TWICE}{never}"), &evidence([0.25; 6]));
    assert_eq!(
        (judged.verdict, judged.condition),
        (Verdict::DoesNotHold, None)
    );
}

#[test]
fn a_metric_by_itself_has_the_interval_of_its_median() {
    let test = "[[test]]\nfigure = \"value\"\nmetric = \"given-up\"\nof = \"many\"\nat = \"w\"\n\
                at-most = 1000.0\n";
    let judged = in_rust(test, &evidence([1.0; 6]));
    assert_eq!(judged.verdict, Verdict::Holds);
    // Three a run, of 160 ms in the first block and 310 ms in the last.
    let (lower, upper) = judged.tests[0].interval.unwrap();
    assert!((lower - 3.0 / 0.31).abs() < 1e-3 && (upper - 3.0 / 0.16).abs() < 1e-3);
    let judged = in_rust(&test.replace("given-up", "lost"), &evidence([1.0; 6]));
    assert_eq!(
        judged.condition.as_deref(),
        Some("m/many does not count `lost`")
    );
}

#[test]
fn a_part_that_is_missing_keeps_the_whole_from_holding() {
    let gone = TWICE.replace("\"many\"", "\"gone\"");
    let judged = |tests: &str| {
        let mut book = book(tests);
        let nobody = Role {
            cpython: None,
            free_threaded: None,
            rust: Some("gone/gone".to_owned()),
            gil: None,
        };
        book.roles.insert("gone".to_owned(), nobody);
        let mut columns = judge(&book, &book.claims[0], &evidence([0.25; 6])).columns;
        columns.swap_remove(1)
    };
    let whole = judged(&format!("{TWICE}{gone}"));
    assert_eq!(whole.verdict, Verdict::NotMeasurable);
    // What the claim can do without leaves it to the rest, and both its word and its condition say so.
    let extra = judged(&format!(
        "{TWICE}{gone}extra = true\nwhen = \"on another\"\n"
    ));
    assert_eq!(extra.verdict, Verdict::Holds);
    assert_eq!(extra.word(), "holds where measured");
    assert_eq!(extra.condition.as_deref(), Some("not measured: on another"));
    assert_eq!(judged(TWICE).word(), "holds");
    // Of another condition it leaves the whole open.
    let other = judged(&format!("{TWICE}when = \"here\"\n{gone}when = \"there\"\n"));
    assert_eq!(other.verdict, Verdict::Inconclusive);
    assert_eq!(other.condition.as_deref(), Some("not measured: there"));
    // What fails, fails whatever else is missing.
    let never = TWICE.replace("at-least = 2.0", "at-most = 0.5");
    assert_eq!(
        judged(&format!("{never}{gone}")).verdict,
        Verdict::DoesNotHold
    );
}

#[test]
fn an_interpreter_whose_lock_came_back_has_no_figure() {
    let runs = |at_block_5: u64| {
        let rows = (2..8).flat_map(|block| {
            let count = if block == 5 { at_block_5 } else { 0 };
            let of = |variant| row(block, "w", variant, Some(10.0));
            [of(VARIANTS[0]), counted(of(VARIANTS[1]), "gil-on", count)]
        });
        in_rust(TWICE, &with(rows.collect()))
    };
    assert_eq!(runs(0).verdict, Verdict::DoesNotHold);
    let judged = runs(1);
    assert_eq!(judged.verdict, Verdict::NotMeasurable);
    let why = judged.condition.unwrap();
    assert!(
        why.contains("its interpreter lock was switched on"),
        "{why}"
    );
}

#[test]
fn one_run_refutes_what_must_never_happen() {
    let test = "[[test]]\nfigure = \"value\"\nmetric = \"lost\"\nof = \"many\"\nat = \"w\"\n\
                at-most = 0.0\n";
    let lost = |lost: &[u64]| {
        let blocks = (2..).zip(lost);
        let rows = blocks.map(|(block, lost)| {
            let row = row(block, "w", VARIANTS[1], Some(100.0));
            counted(row, "lost", *lost)
        });
        let judged = in_rust(test, &with(rows.collect()));
        (judged.verdict, judged.tests[0].shown.clone())
    };
    // The median of twelve would be 0, with an interval of nothing but 0.
    let (verdict, shown) = lost(&[0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 2]);
    assert_eq!((verdict, shown.as_str()), (Verdict::DoesNotHold, "40.0 %"));
    assert_eq!(lost(&[0; 6]), (Verdict::Holds, "0.0 %".to_owned()));
    assert_eq!(lost(&[0; 5]).0, Verdict::Inconclusive);
    assert_eq!(lost(&[0, 1]).0, Verdict::DoesNotHold);
}

#[test]
fn two_differ_where_either_is_the_larger() {
    let test = "[[test]]\nfigure = \"ratio\"\nof = \"many\"\nto = \"sequential\"\nat = \"w\"\n\
                differs-by = 1.5\n";
    let judged_with = |parts| in_rust(test, &evidence(parts));
    assert_eq!(judged_with([0.5; 6]).verdict, Verdict::Holds);
    assert_eq!(
        judged_with([1.6, 1.7, 1.6, 1.8, 1.6, 1.7]).verdict,
        Verdict::Holds
    );
    assert_eq!(
        judged_with([0.9, 1.1, 1.0, 1.2, 0.9, 1.0]).verdict,
        Verdict::DoesNotHold
    );
    let judged = judged_with([1.3, 1.7, 1.4, 1.6, 1.5, 1.5]);
    assert_eq!(judged.verdict, Verdict::Inconclusive);
    assert_eq!(judged.tests[0].threshold, "≥ 1.5 or ≤ 1 ÷ 1.5");
}

#[test]
fn processors_stand_beside_a_speed_up_of_computation_but_not_on_one_processor() {
    let mut computing = work("w", "0ms");
    computing["class"] = serde_json::json!("cpu");
    computing["step"] = serde_json::json!([{"compute": {"kernel": "sum-squares", "size": 1000}}]);
    let rows = (2..8)
        .flat_map(|block| {
            VARIANTS
                .into_iter()
                .zip([100.0, 50.0])
                .map(move |(variant, ms)| row(block, "w", variant, Some(ms)))
        })
        .collect();
    let mut evidence = with(rows);
    evidence.comparisons[0].1.run.workloads[0].workload =
        serde_json::from_value(computing).unwrap();
    let mut book = book(TWICE);
    let free = judge(&book, &book.claims[0], &evidence)
        .columns
        .swap_remove(1);
    assert!(free.tests[0].cores.is_some());
    book.loads.get_mut("w").unwrap().placement = Placement::OneCpu;
    evidence.comparisons[0].0 = Placement::OneCpu;
    let pinned = judge(&book, &book.claims[0], &evidence)
        .columns
        .swap_remove(1);
    assert!(pinned.tests[0].interval.is_some() && pinned.tests[0].cores.is_none());
}
