//! As much of JSON Schema as generated schemas use, so that documents are checked without a library
//! many times the size of the tool. A keyword that is unknown here is an error and not a pass.

use serde_json::Value;

/// Keywords that constrain nothing that these documents could get wrong.
const SILENT: [&str; 6] = [
    "$schema",
    "$defs",
    "title",
    "description",
    "default",
    "format",
];

/// Every way in which a document breaks its schema.
pub(crate) fn problems(schema: &Value, document: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(schema, schema, document, "$", &mut found);
    found
}

fn check(root: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    let Some(keywords) = schema.as_object() else {
        if *schema == Value::Bool(false) {
            found.push(format!("{at}: nothing is allowed here"));
        }
        return;
    };
    for (keyword, wanted) in keywords {
        let is_good = match keyword.as_str() {
            "$ref" => {
                let pointer = wanted.as_str().unwrap().trim_start_matches('#');
                check(root, root.pointer(pointer).unwrap(), value, at, found);
                true
            }
            "type" => has_type(wanted, value),
            "const" => value == wanted,
            "enum" => wanted.as_array().unwrap().contains(value),
            "minimum" => value.as_f64().is_none_or(|n| n >= wanted.as_f64().unwrap()),
            "maximum" => value.as_f64().is_none_or(|n| n <= wanted.as_f64().unwrap()),
            "minItems" => length(value).is_none_or(|n| n >= wanted.as_u64().unwrap()),
            "maxItems" => length(value).is_none_or(|n| n <= wanted.as_u64().unwrap()),
            "oneOf" => fitting(root, wanted, value) == 1,
            "anyOf" => fitting(root, wanted, value) > 0,
            "allOf" => fitting(root, wanted, value) == wanted.as_array().unwrap().len(),
            "required" => has_all(wanted, value),
            "properties" | "patternProperties" | "additionalProperties" => true,
            "items" | "prefixItems" => true,
            known => {
                SILENT.contains(&known) || {
                    found.push(format!("{at}: the keyword {known} is not understood here"));
                    true
                }
            }
        };
        if !is_good {
            found.push(format!("{at}: {value} breaks {keyword}: {wanted}"));
        }
    }
    match value {
        Value::Object(_) => members(root, schema, value, at, found),
        Value::Array(_) => elements(root, schema, value, at, found),
        _ => {}
    }
}

fn members(root: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    for (name, member) in value.as_object().unwrap() {
        let at = format!("{at}.{name}");
        let named = schema["properties"].get(name);
        // The only pattern that is generated is that of whole numbers as keys.
        let is_number = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
        let patterns = schema["patternProperties"].as_object();
        let by_pattern = patterns
            .and_then(|all| all.values().next())
            .filter(|_| is_number);
        let other = schema.get("additionalProperties");
        if let Some(wanted) = named.or(by_pattern).or(other) {
            check(root, wanted, member, &at, found);
        }
    }
}

fn elements(root: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    let first = schema["prefixItems"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    for (number, element) in value.as_array().unwrap().iter().enumerate() {
        if let Some(wanted) = first.get(number).or(schema.get("items")) {
            check(root, wanted, element, &format!("{at}[{number}]"), found);
        }
    }
}

fn fitting(root: &Value, schemas: &Value, value: &Value) -> usize {
    let fits = |schema: &&Value| {
        let mut found = Vec::new();
        check(root, schema, value, "$", &mut found);
        found.is_empty()
    };
    schemas.as_array().unwrap().iter().filter(fits).count()
}

fn has_all(names: &Value, value: &Value) -> bool {
    let mut names = names.as_array().unwrap().iter();
    value
        .as_object()
        .is_none_or(|members| names.all(|name| members.contains_key(name.as_str().unwrap())))
}

fn has_type(wanted: &Value, value: &Value) -> bool {
    let is = |name: &Value| match name.as_str().unwrap() {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{other} is no type"),
    };
    wanted
        .as_array()
        .map_or_else(|| is(wanted), |names| names.iter().any(is))
}

fn length(value: &Value) -> Option<u64> {
    value.as_array().map(|elements| elements.len() as u64)
}
