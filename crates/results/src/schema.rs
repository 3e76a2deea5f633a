//! The JSON schema of `run.json`, derived from the types that write it. It is committed as
//! `docs/run.schema.json`; `cargo xtask report --schema` prints it, and a test compares the two.

use schemars::{Schema, SchemaGenerator, json_schema};

use super::run_file::RunFile;

/// The schema as indented JSON.
///
/// # Errors
/// Where the schema cannot be written as JSON, which does not happen.
pub fn text() -> anyhow::Result<String> {
    let mut schema = schemars::schema_for!(RunFile);
    schema.insert("title".to_owned(), "run.json of Manyways".into());
    schema.insert(
        "description".to_owned(),
        "Results in docs/FORMAT.md.".into(),
    );
    Ok(serde_json::to_string_pretty(&schema)? + "\n")
}

/// The schema of a workload as it is written to requests and results; `docs/FORMAT.md` describes the
/// fields.
pub(super) fn workload(_: &mut SchemaGenerator) -> Schema {
    // Written by hand, because `protocol` is compiled into every runner and is kept free of schemars.
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
            "work": { "type": "object" },
            "step": { "type": "array", "items": { "type": "object" } }
        },
        "required": ["name", "about", "class", "tasks", "in_flight", "seed"]
    })
}

/// The schema of the headline that a workload's file asks for.
pub(super) fn headline(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "description": "The question that comes first, where the workload's file says so.",
        "enum": ["time", "cpu"]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_schema_is_current() {
        // Of now and not of the build, which may be of another folder that this one is a copy of.
        let package = std::env::var("CARGO_MANIFEST_DIR").unwrap();
        let path = format!("{package}/../../docs/run.schema.json");
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            committed == text().unwrap(),
            "write it anew: cargo xtask report --schema > docs/run.schema.json"
        );
    }
}
