//! The past errors that corrections begin with are those of the stored rows.

use std::path::PathBuf;

use predict::PastError;

use crate::data::Data;
use crate::parts::within;

/// Where this is set, the errors are written and not compared.
const WRITE: &str = "WRITE_PAST_ERRORS";

/// Where the library has those of a set.
fn file(data: &Data) -> PathBuf {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/correction/past");
    PathBuf::from(folder).join(format!("{}.json", data.name))
}

/// A line a row, so that changes can be seen.
fn written(errors: &[PastError]) -> String {
    let lines: Vec<String> = errors
        .iter()
        .map(|error| serde_json::to_string(error).unwrap())
        .collect();
    format!("[\n{}\n]\n", lines.join(",\n"))
}

/// Prints how good the rules alone are, and fails where the stored errors of a set are not these.
pub(crate) fn assert_stored(data: &Data, found: &[PastError]) {
    let off = found
        .iter()
        .map(|error| (error.ratio_of_time() - 1.0).abs());
    let alone = within(&off.collect::<Vec<_>>(), 0.15);
    println!("set {}: {alone:.3} of times by the rules alone", data.name);
    if std::env::var_os(WRITE).is_some() {
        std::fs::write(file(data), written(found)).unwrap();
        return;
    }
    let text = std::fs::read_to_string(file(data)).unwrap();
    let stored: Vec<PastError> = serde_json::from_str(&text).unwrap();
    assert_eq!(found.len(), stored.len(), "{WRITE}=1 writes them anew");
    // Another platform's logarithms may let two events of a simulation change places.
    let apart = found
        .iter()
        .zip(&stored)
        .filter(|(one, other)| !one.is_as(other))
        .count();
    assert!(
        apart * 20 <= found.len(),
        "{}: {apart} of {} are others: {WRITE}=1 writes them anew",
        data.name,
        found.len()
    );
}
