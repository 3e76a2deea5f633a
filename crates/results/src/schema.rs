//! The JSON schema of `run.json`, from the types that write it. Committed as `docs/run.schema.json`;
//! `cargo xtask report --schema` prints it, and a test holds the two together.

use schemars::{Schema, SchemaGenerator, json_schema};

use super::run_file::RunFile;

/// The schema as text.
pub fn text() -> anyhow::Result<String> {
    let mut schema = schemars::schema_for!(RunFile);
    schema.insert("title".to_owned(), "run.json of Manyways".into());
    schema.insert(
        "description".to_owned(),
        "Results in docs/FORMAT.md.".into(),
    );
    Ok(serde_json::to_string_pretty(&schema)? + "\n")
}

/// A workload as it is written to requests and results. Its type lives in `protocol`, which carries
/// no schemas; `docs/FORMAT.md` describes the fields.
pub(super) fn workload(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "description": "The workload, every default filled in.",
        "properties": {
            "name": { "type": "string" },
            "about": { "type": "string" },
            "class": { "type": "string" },
            "tasks": { "type": "integer", "minimum": 1 },
            "in_flight": { "type": ["integer", "string"] },
            "rate": { "type": "string" },
            "arrivals": { "type": "string" },
            "seed": { "type": "integer", "minimum": 0 },
            "step": { "type": "array", "items": { "type": "object" } }
        },
        "required": ["name", "about", "class", "tasks", "in_flight", "seed"]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_schema_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/run.schema.json");
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            committed == text().unwrap(),
            "write it anew: cargo xtask report --schema > docs/run.schema.json"
        );
    }
}
