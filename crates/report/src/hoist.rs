//! Notes that several tables have in common: they are said once, after the tables.

use crate::notes::Notes;

/// Takes the general notes that more than one table has away from the tables, and gives them with the
/// names of the workloads that they hold for.
pub(crate) fn hoist(tables: &mut [(&str, Notes)]) -> Vec<String> {
    let mut shared: Vec<String> = Vec::new();
    for (_, notes) in tables.iter() {
        for note in &notes.general {
            if !shared.contains(note) && holders(tables, note).len() > 1 {
                shared.push(note.clone());
            }
        }
    }
    let lines = shared
        .iter()
        .map(|note| {
            let names = holders(tables, note);
            if names.len() == tables.len() {
                format!("all workloads: {note}")
            } else {
                format!("{}: {note}", names.join(", "))
            }
        })
        .collect();
    for (_, notes) in tables.iter_mut() {
        notes.general.retain(|note| !shared.contains(note));
    }
    lines
}

/// The workloads whose tables have this note.
fn holders<'a>(tables: &[(&'a str, Notes)], note: &String) -> Vec<&'a str> {
    tables
        .iter()
        .filter(|(_, notes)| notes.general.contains(note))
        .map(|(name, _)| *name)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table<'a>(name: &'a str, general: [&'a str; 2]) -> (&'a str, Notes) {
        let notes = Notes {
            own: vec!["the same".to_owned()],
            general: general.map(str::to_owned).to_vec(),
        };
        (name, notes)
    }

    #[test]
    fn what_holds_for_several_tables_is_said_once() {
        let mut tables = [
            table("a", ["always", "once"]),
            table("b", ["twice", "always"]),
            table("c", ["twice", "always"]),
        ];
        let shared = hoist(&mut tables);
        assert_eq!(shared, ["all workloads: always", "b, c: twice"]);
        assert_eq!(tables[0].1.general, ["once"]);
        assert!(tables[1].1.general.is_empty());
        assert_eq!(tables[1].1.own, ["the same"]);
    }

    #[test]
    fn a_single_table_keeps_its_notes() {
        let mut tables = [table("a", ["one", "two"])];
        assert!(hoist(&mut tables).is_empty());
        assert_eq!(tables[0].1.general, ["one", "two"]);
    }
}
