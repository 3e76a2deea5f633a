//! A claim in words, for `cargo xtask explain`: its text, its tests with their thresholds, and how to
//! measure it.

use crate::book::{Book, Claim};
use crate::words;

/// The number of every claim, as it is typed: `C1`, `C2`, ….
pub fn ids() -> Vec<String> {
    // The book is compiled in and checked by tests. If it were broken nevertheless, `explain` would
    // still have to work for everything that is not a claim.
    let book = Book::open().unwrap_or_default();
    book.claims
        .into_iter()
        .flat_map(|claim| claim.ids)
        .collect()
}

/// The description of the claim with this number; `None` where there is no such claim.
pub fn explain(id: &str) -> Option<String> {
    let book = Book::open().ok()?;
    book.find(id).map(description)
}

fn description(claim: &Claim) -> String {
    let mut lines = vec![
        format!("{}: {}", claim.label(), claim.text),
        format!("from the notes' section \"{}\"", claim.section),
    ];
    for test in &claim.tests {
        let columns: Vec<&str> = test.columns.iter().map(|column| column.name()).collect();
        lines.push(format!(
            "  {}{} {} ({})",
            words::prefix(test.when.as_deref()),
            words::figure(test),
            words::threshold(test),
            columns.join(", ")
        ));
    }
    if !claim.threshold.is_empty() {
        lines.push(format!("thresholds: {}", claim.threshold));
    }
    if let Some(rust) = &claim.rust {
        lines.push(format!("in Rust: {rust}"));
    }
    if let Some(why) = &claim.unmeasurable {
        lines.push(format!("not measurable as it stands: {why}"));
    } else {
        let id = claim.ids.first().map_or("", String::as_str);
        lines.push(format!("to see it: cargo xtask claims {id}"));
    }
    lines.join("\n") + "\n"
}
