//! What a gate by time found, in cells and sentences. The rule itself is left to `judge`.

use verdict::{Margin, PairedRatio, Verdict};

use super::judge::{Judged, Row};
use super::report::Findings;
use super::table::Table;
use report::limit;
use terminal::ratio;

/// Everything that was found.
pub(super) fn findings(rows: &[Row], limit: Margin) -> Findings {
    Findings {
        table: Table {
            titles: vec![
                "workload",
                "variant",
                "head ÷ base",
                "base ÷ base",
                "finding",
            ],
            rows: rows.iter().map(|row| cells(row, limit)).collect(),
        },
        last: last(rows, limit),
        code: super::judge::code(rows),
    }
}

fn cells(row: &Row, limit: Margin) -> Vec<String> {
    let (head, control, words) = match &row.found {
        Ok(judged) => {
            let control = judged.comparison.control.map(shown);
            let head = shown(judged.comparison.ratio);
            (head, control.unwrap_or_default(), words(judged, limit))
        }
        Err(failure) => {
            let words = format!("✗ {}: {failure}", failure.kind.word());
            (String::new(), String::new(), words)
        }
    };
    vec![
        row.workload.clone(),
        row.variant.clone(),
        head,
        control,
        words,
    ]
}

fn shown(found: PairedRatio) -> String {
    let interval = found.intervals.map(|both| both.at_95);
    ratio(found.ratio, interval.map(|both| (both.lower, both.upper)))
}

fn words(judged: &Judged, limit: Margin) -> String {
    let within = limit::shown(limit);
    let verdict = judged.judgement.verdict;
    match (verdict, &judged.again) {
        (Verdict::Slower, Some(again)) => match (again.is_suspect(), &again.found) {
            (true, Ok(second)) => {
                let second = shown(second.comparison.ratio);
                format!("-- regression: beyond +{within}, and again {second}")
            }
            (_, Ok(second)) => {
                let second = shown(second.comparison.ratio);
                format!("? not confirmed by a second pass: {second}")
            }
            (_, Err(failure)) => format!("? the second pass failed: {failure}"),
        },
        (Verdict::Slower, None) => format!("? beyond +{within}, once"),
        (Verdict::Faster, _) => format!("++ faster by more than {within}"),
        (Verdict::Equivalent, _) => format!("≈ within ±{within}"),
        _ => format!("{} {verdict}", verdict.symbol()),
    }
}

fn last(rows: &[Row], limit: Margin) -> String {
    let within = limit::shown(limit);
    let found = rows.iter().filter(|row| row.is_regression());
    let found: Vec<String> = found
        .map(|row| format!("{} at {}", row.variant, row.workload))
        .collect();
    let is_judged = |row: &&Row| row.found.is_ok();
    match (found.is_empty(), rows.iter().filter(is_judged).count()) {
        (false, _) => format!("regression beyond {within}: {}", found.join(", ")),
        (true, 0) => "nothing was compared".to_owned(),
        (true, _) => format!("no regression beyond {within}"),
    }
}
