//! The figures of a claim as a table with a picture: each divided by its threshold, with its interval.

use chart::{Forest, Mark, lay_out_with};
use terminal::{Column, Pictures, Style};

use crate::book::Test;
use crate::judge::{ColumnVerdict, JudgedClaim, TestResult};
use crate::outcome::Outcome;
use crate::words;

/// The title of the column of figures' names.
const FIGURE: &str = "figure";
/// The title of the column of thresholds.
const THRESHOLD: &str = "threshold";
/// The title of the picture.
const RATIO: &str = "÷ threshold";
/// The space in front of every line below a claim.
const INDENT: &str = "  ";

/// What stands below a claim whose figures are drawn.
pub(crate) struct Pictured {
    /// The lines.
    pub(crate) text: String,
    /// The lines of the picture without anything else.
    pub(crate) drawn: String,
}

/// A test in a column, or a column that has none.
struct Row<'j> {
    /// The column with its verdict, in its first row.
    head: String,
    result: Option<&'j TestResult>,
    mark: Option<Mark>,
}

/// The figures of a claim as a table with a forest beside the thresholds; `None` where the width has no room for both,
/// no picture is asked for, or nothing can be drawn.
pub(crate) fn beside(judged: &JudgedClaim<'_>, style: Style) -> Option<Pictured> {
    style.pictures?;
    let all = rows(judged);
    let columns = vec![
        column("", &all, |row| row.head.clone()),
        column(FIGURE, &all, figure),
        column("found", &all, found),
        column(THRESHOLD, &all, threshold),
    ];
    let mut pictured = drawn(columns, forest(&all, THRESHOLD), style)?;
    for one in &judged.columns {
        for remark in one.remarks() {
            pictured.text += &format!("{INDENT}{}: {remark}\n", one.column.name());
        }
    }
    Some(pictured)
}

/// The forest beside the names of the figures alone, for the place below lines that leave no room; `None` where it is
/// not asked for there.
pub(crate) fn below(judged: &JudgedClaim<'_>, style: Style) -> Option<Pictured> {
    style.pictures.filter(|pictures| pictures.below)?;
    let all = rows(judged);
    let columns = vec![
        column("", &all, |row| row.head.clone()),
        column(FIGURE, &all, figure),
    ];
    drawn(columns, forest(&all, FIGURE), style)
}

/// The table with the forest; `None` where a column would be lost to it, or it is not drawn.
fn drawn(columns: Vec<Column>, forest: Forest, style: Style) -> Option<Pictured> {
    let Pictures { charset, .. } = style.pictures?;
    let width = style.width.saturating_sub(INDENT.len());
    let (table, picture) = lay_out_with(columns, &[forest], width, charset);
    if picture.is_empty() || !table.hidden.is_empty() {
        return None;
    }
    let lines = table.lines.iter();
    Some(Pictured {
        text: lines.map(|line| format!("{INDENT}{line}\n")).collect(),
        drawn: picture,
    })
}

fn rows<'j>(judged: &'j JudgedClaim<'_>) -> Vec<Row<'j>> {
    let tests = &judged.claim.tests;
    let mut rows: Vec<Row<'j>> = Vec::new();
    for one in &judged.columns {
        let mut verdict = head(one);
        for result in one.told() {
            rows.push(Row {
                head: std::mem::take(&mut verdict),
                result: Some(result),
                mark: tests.get(result.place).and_then(|test| mark(test, result)),
            });
        }
        // Nothing was measured there, and its verdict says so.
        if !verdict.is_empty() {
            rows.push(Row {
                head: verdict,
                result: None,
                mark: None,
            });
        }
    }
    rows
}

fn head(one: &ColumnVerdict) -> String {
    let (name, sign) = (one.column.short_name(), one.verdict.sign());
    format!("{name:<8} {sign} {}", one.word())
}

/// A figure divided by its threshold; `None` where there is no figure, or not one threshold.
fn mark(test: &Test, result: &TestResult) -> Option<Mark> {
    let bound = match (test.at_least, test.at_most, test.differs_by) {
        (Some(bound), None, None) | (None, Some(bound), None) => bound,
        _ => return None,
    };
    Some(Mark {
        ratio: result.value? / bound,
        interval: result
            .interval
            .map(|(lower, upper)| (lower / bound, upper / bound)),
        is_control: false,
    })
}

fn forest(rows: &[Row<'_>], beside: &'static str) -> Forest {
    Forest {
        beside,
        title: RATIO,
        marks: rows.iter().map(|row| row.mark).collect(),
        others: Vec::new(),
        band: (1.0, 1.0),
    }
}

fn column(title: &'static str, rows: &[Row<'_>], cell: fn(&Row<'_>) -> String) -> Column {
    Column {
        title,
        right: false,
        worth: 1,
        cells: rows.iter().map(cell).collect(),
    }
}

fn figure(row: &Row<'_>) -> String {
    row.result.map_or_else(String::new, |result| {
        format!("{}{}", words::prefix(result.when.as_deref()), result.figure)
    })
}

fn found(row: &Row<'_>) -> String {
    match row.result {
        Some(result) if result.outcome != Outcome::NotMeasurable => {
            format!("{}{}", result.shown, result.on_cores())
        }
        _ => String::new(),
    }
}

fn threshold(row: &Row<'_>) -> String {
    row.result.map_or_else(String::new, |result| {
        format!("{} {}", result.threshold, result.outcome.sign())
    })
}

#[cfg(test)]
mod tests {
    use results::Placement;
    use terminal::Charset;

    use super::*;
    use crate::book::{Book, Role};
    use crate::evidence::{Evidence, Manifest};
    use crate::fixtures::{VARIANTS, row, stored, work};
    use crate::judge::judge;

    const CLAIM: &str = "ids = [\"C1\"]\nsection = \"s\"\ntext = \"It holds.\"\nchoice = \"c.\"\n\
        [[test]]\nfigure = \"ratio\"\nof = \"many\"\nto = \"sequential\"\nat = \"http\"\nat-most = 0.9\n\
        [[test]]\nfigure = \"ratio\"\nof = \"many\"\nto = \"sequential\"\nat = \"http\"\ndiffers-by = 1.5\n";

    fn style(width: usize, below: bool) -> Style {
        Style {
            width,
            colour: false,
            pictures: Some(Pictures {
                charset: Charset::Unicode,
                below,
            }),
            knobs: false,
            verbose: false,
        }
    }

    /// A book of one claim that Rust alone is tried on, and rows in which `many` takes half of the time.
    fn measured() -> (Book, Evidence) {
        let role =
            |variant: &str| -> Role { toml::from_str(&format!("rust = \"{variant}\"")).unwrap() };
        let book = Book {
            roles: [("sequential", VARIANTS[0]), ("many", VARIANTS[1])]
                .map(|(name, variant)| (name.to_owned(), role(variant)))
                .into(),
            loads: [(
                "http".to_owned(),
                toml::from_str("workload = \"http\"").unwrap(),
            )]
            .into(),
            claims: vec![toml::from_str(CLAIM).unwrap()],
            ..Book::default()
        };
        let rows = (2..14).flat_map(|block| {
            let slow = 1000.0 + 5.0 * block as f64;
            [(VARIANTS[0], slow), (VARIANTS[1], 500.0)]
                .map(|(variant, ms)| row(block, "http", variant, Some(ms)))
        });
        let evidence = Evidence {
            manifest: Manifest::default(),
            comparisons: vec![(
                Placement::Free,
                stored(vec![work("http", "1ms")], rows.collect()),
            )],
        };
        (book, evidence)
    }

    #[test]
    fn figures_stand_beside_their_ratios_to_the_threshold() {
        let (book, evidence) = measured();
        let judged = judge(&book, &book.claims[0], &evidence);
        let pictured = beside(&judged, style(140, false)).unwrap();
        let lines: Vec<&str> = pictured.text.lines().collect();
        assert!(lines[0].ends_with("÷ threshold"), "{lines:?}");
        let rust = lines.iter().find(|line| line.contains("Rust ")).unwrap();
        for part in ["✓ holds", "0.48 [0.4", "≤ 0.9 ✓", "●", "┊"] {
            assert!(rust.contains(part), "{part}: {rust}");
        }
        let estimate = rust.find('●').unwrap();
        assert!(estimate < rust.find('┊').unwrap(), "it is below 1: {rust}");
        let estimates = pictured.drawn.matches('●').count();
        assert_eq!(estimates, 1, "the other test has two thresholds");
        let cpython = lines.iter().find(|line| line.contains("CPython ")).unwrap();
        assert!(cpython.contains("not measurable here"), "{cpython}");
        assert!(pictured.text.contains("  CPython: "), "{}", pictured.text);
    }

    #[test]
    fn where_there_is_no_room_it_stands_below_or_nowhere() {
        let (book, evidence) = measured();
        let judged = judge(&book, &book.claims[0], &evidence);
        assert!(beside(&judged, style(110, true)).is_none());
        assert!(below(&judged, style(110, false)).is_none());
        let under = below(&judged, style(110, true)).unwrap();
        assert!(under.drawn.contains('●') && !under.text.contains("≤ 0.9"));
        let none = Style {
            pictures: None,
            ..style(200, true)
        };
        assert!(beside(&judged, none).is_none() && below(&judged, none).is_none());
    }
}
