//! A claim in words, for `cargo xtask explain`: its text, its tests with their thresholds, and how to
//! measure it; and the roles and loads that the tests refer to.

use std::collections::BTreeMap;

use results::Placement;

use crate::book::{Book, Claim, Column};
use crate::words;

/// The number of every claim (`C1`, `C2`, …), and the roles and loads that tests name, such as `threads at cpu`.
pub fn names() -> Vec<String> {
    // The book is compiled in and checked by tests. If it were broken nevertheless, `explain` would
    // still have to work for everything that is not a claim.
    let book = Book::open().unwrap_or_default();
    let claims = book.claims.into_iter().flat_map(|claim| claim.ids);
    let roles = book.roles.into_keys();
    claims.chain(roles).chain(book.loads.into_keys()).collect()
}

/// The description of a claim by its number, of a role, of a load, or of a role at a load; `None` where it
/// is none of these.
pub fn explain(name: &str) -> Option<String> {
    let book = Book::open().ok()?;
    let typed = name.to_lowercase();
    if let Some(claim) = book.find(name) {
        return Some(description(claim));
    }
    if let Some((of, at)) = typed.split_once(" at ") {
        let (of, at) = (role(&book, of.trim())?, load(&book, at.trim())?);
        return Some(format!("{name}: this role at this load\n{of}{at}"));
    }
    let texts: Vec<String> = [role(&book, &typed), load(&book, &typed)]
        .into_iter()
        .flatten()
        .collect();
    (!texts.is_empty()).then(|| texts.concat())
}

/// Who plays a role, column by column.
fn role(book: &Book, name: &str) -> Option<String> {
    let role = book.roles.get(name)?;
    let players: Vec<String> = Column::ALL
        .iter()
        .filter_map(|column| Some(format!("{} in {}", role.variant(*column)?, world(*column))))
        .collect();
    Some(format!(
        "{name}, a role in the tests of claims: {}\n",
        players.join(", ")
    ))
}

fn world(column: Column) -> &'static str {
    match column {
        Column::FreeThreaded => "CPython without its GIL",
        Column::Gil => "Rust under an emulated GIL",
        _ => column.name(),
    }
}

/// The workload of a load, and what is changed of it.
fn load(book: &Book, name: &str) -> Option<String> {
    let load = book.loads.get(name)?;
    let mut text = format!("{name}, a load of claims: the workload {}", load.workload);
    if !load.set.is_empty() {
        text += &format!(" with {}", settings(&load.set));
    }
    if load.placement != Placement::default() {
        text += &format!(", placement {}", load.placement.name());
    }
    if !load.cpython.is_empty() {
        text += &format!("; in CPython {}", settings(&load.cpython));
    }
    Some(text + "\n")
}

fn settings(set: &BTreeMap<String, String>) -> String {
    let pairs: Vec<String> = set
        .iter()
        .map(|(key, value)| format!("{key} = {value}"))
        .collect();
    pairs.join(", ")
}

fn description(claim: &Claim) -> String {
    let mut lines = vec![
        format!("{}: {}", claim.label(), claim.text),
        format!("from the notes' section \"{}\"", claim.section),
    ];
    for test in &claim.tests {
        let columns: Vec<&str> = test.columns.iter().map(|column| world(*column)).collect();
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
    if !claim.free_threaded.is_empty() {
        lines.push(format!("CPython without its GIL: {}", claim.free_threaded));
    }
    if let Some(rust) = &claim.rust {
        lines.push(format!("in Rust: {rust}"));
    }
    lines.push(format!("for a choice: {}", claim.choice));
    if let Some(why) = &claim.unmeasurable {
        lines.push(format!("not measurable as it stands: {why}"));
    } else {
        let id = claim.ids.first().map_or("", String::as_str);
        lines.push(format!("to see it: cargo xtask claims {id}"));
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tests_refer_to_by_name_is_explained() {
        let text = explain("threads at cpu").unwrap();
        assert!(text.contains("python/threading in CPython"), "{text}");
        assert!(text.contains("the workload sum-squares"), "{text}");
        let text = explain("parked-16").unwrap();
        assert!(
            text.contains("sleep with in_flight = 16, tasks = 16"),
            "{text}"
        );
        assert!(text.contains("in CPython workers = 16"), "{text}");
        assert_eq!(explain("threads at nothing"), None);
    }

    #[test]
    fn every_name_is_explained() {
        for name in names() {
            assert!(explain(&name).is_some(), "{name}");
        }
    }
}
