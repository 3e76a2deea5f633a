//! Documents as YAML: what is written is also what JSON would say, but for the marks of lists and fields. Pure.

use serde_json::{Map, Value};

/// A document with a line of comment above it.
pub(crate) fn document(comment: &str, value: &Value) -> String {
    let mut text = format!("# {comment}\n");
    add(&mut text, value, 0);
    text
}

/// Writes a value whose lines begin at this indent.
fn add(text: &mut String, value: &Value, indent: usize) {
    match value {
        Value::Object(fields) if !fields.is_empty() => add_fields(text, fields, indent),
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                *text += &format!("{}- ", " ".repeat(indent));
                add_item(text, item, indent + 2);
            }
        }
        other => *text += &format!("{}{}\n", " ".repeat(indent), scalar(other)),
    }
}

fn add_fields(text: &mut String, fields: &Map<String, Value>, indent: usize) {
    for (name, value) in fields {
        *text += &format!("{}{}:", " ".repeat(indent), key(name));
        match value {
            Value::Object(inner) if !inner.is_empty() => {
                text.push('\n');
                add(text, value, indent + 2);
            }
            Value::Array(inner) if !inner.is_empty() => {
                text.push('\n');
                add(text, value, indent + 2);
            }
            Value::String(lines) if is_block(lines) => add_block(text, lines, indent + 2),
            other => *text += &format!(" {}\n", scalar(other)),
        }
    }
}

/// An item stands behind its dash, and what follows of it below.
fn add_item(text: &mut String, item: &Value, indent: usize) {
    let mut own = String::new();
    add(&mut own, item, indent);
    *text += own.trim_start();
}

/// Whether a text reads best as lines of its own, and keeps all its bytes as such.
fn is_block(text: &str) -> bool {
    let inner = text.strip_suffix('\n').unwrap_or_default();
    inner.contains('\n')
        && !text.ends_with("\n\n")
        && !text.starts_with([' ', '\n'])
        && text.chars().all(|c| c == '\n' || !c.is_control())
}

fn add_block(text: &mut String, lines: &str, indent: usize) {
    *text += " |\n";
    for line in lines.lines() {
        *text += &format!("{}{line}\n", " ".repeat(indent));
    }
}

/// JSON's texts, numbers and names are YAML's too.
fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) if is_plain(text) => text.clone(),
        other => other.to_string(),
    }
}

fn key(name: &str) -> String {
    scalar(&Value::from(name))
}

/// Whether a text needs no quotes: letters first, and nothing that YAML reads as another kind of value.
fn is_plain(text: &str) -> bool {
    let words = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c))
        && !words.contains(&text.to_lowercase().as_str())
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::json;
    use yaml_rust2::{Yaml, YamlLoader};

    use super::*;

    /// The documents of a text in YAML, as a reader other than ours has them.
    pub(crate) fn read(text: &str) -> Vec<Value> {
        let documents = YamlLoader::load_from_str(text).unwrap();
        documents.iter().map(value).collect()
    }

    fn value(yaml: &Yaml) -> Value {
        match yaml {
            Yaml::Integer(number) => json!(number),
            Yaml::String(text) => json!(text),
            Yaml::Boolean(is) => json!(is),
            Yaml::Array(items) => items.iter().map(value).collect(),
            Yaml::Hash(fields) => {
                let fields = fields.iter();
                let named =
                    fields.map(|(name, its)| (name.as_str().unwrap().to_owned(), value(its)));
                Value::Object(named.collect())
            }
            Yaml::Null => Value::Null,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let written = json!({
            "on": {"push": null, "paths": ["a/*", "- b", "c: d", "#e"]},
            "empty": [{}, [], ""],
            "nested": [[1, 2], [{"a": [true, "true", "1.5", "null", "~"]}], "x"],
            "script": "set -e\n  echo \"${{ a }}\"\n\necho b\n",
            "odd": ["a\nb", " a\nb\n", "a\n\n", "tab\there", "é", "NO", "0x1", "1e3", "@x", "%y"],
            "quoted \"key\"": -3,
        });
        let text = document("of a test", &written);
        assert_eq!(read(&text), [written], "{text}");
    }
}
