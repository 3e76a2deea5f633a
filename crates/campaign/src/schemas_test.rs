//! What a published schema says of a document.

use serde_json::Value;

/// Every way in which a document breaks a schema.
pub(crate) fn problems(schema: &str, document: &Value) -> Vec<String> {
    let schema: Value = serde_json::from_str(schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let found = validator.iter_errors(document);
    found
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}
