//! The ratios of a claim's tests in each column, beside their thresholds.

use report::export::{RatioPlot, RatioRow};

use crate::book::Claim;
use crate::figure::Figure;
use crate::judge::{ColumnVerdict, JudgedClaim, TestResult};

/// The ratios; `None` where none was measured.
pub(super) fn ratios(judged: &JudgedClaim<'_>) -> Option<RatioPlot> {
    let claim = judged.claim;
    let rows: Vec<RatioRow> = judged
        .columns
        .iter()
        .flat_map(|column| column.tests.iter().map(move |result| (column, result)))
        .filter_map(|(column, result)| row(claim, column, result))
        .collect();
    (!rows.is_empty()).then(|| RatioPlot {
        title: format!("{}: ratios beside their thresholds", claim.label()),
        caption: format!(
            "{} The line ends in the ratio with its 95 % interval; the dotted stroke is the threshold.",
            claim.text
        ),
        is_plain: true,
        rows,
    })
}

fn row(claim: &Claim, column: &ColumnVerdict, result: &TestResult) -> Option<RatioRow> {
    let test = claim.tests.get(result.place)?;
    if test.figure != Figure::Ratio {
        return None;
    }
    Some(RatioRow {
        group: result.figure.clone(),
        name: column.column.name().to_owned(),
        ratio: result.value?,
        interval: result.interval,
        control: None,
        limit: test.at_least.or(test.at_most),
        sign: result.outcome.sign().to_owned(),
    })
}
