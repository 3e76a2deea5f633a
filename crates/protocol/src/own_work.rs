//! Own work: a package of the user's, whose code does what every task of a workload does, instead of
//! steps.

use std::path::PathBuf;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

/// The type that carries out the work, where a file does not name one.
const USUAL_TYPE: &str = "Work";
/// Keys by which a sweep sets something else than a parameter of own work.
const TAKEN: [&str; 5] = ["in_flight", "rate", "seed", "tasks", "workers"];
/// Keys by which a sweep sets a time of steps: reports write their numbers as nanoseconds.
const TIMES: [&str; 8] = [
    "after", "block", "cpu", "hog", "latency", "period", "think", "wait",
];

/// The package that does the tasks of a workload, and what it is made with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnWork {
    /// The folder of the package's `Cargo.toml`: in a workload file relative to the file, in requests and
    /// results absolute.
    pub package: PathBuf,
    /// The type that implements the work, as a path within the package: `Work` where a file names none.
    #[serde(
        rename = "type",
        default = "usual_type",
        deserialize_with = "path_of_type"
    )]
    pub type_name: String,
    /// What the type is made with.
    #[serde(
        default,
        deserialize_with = "params",
        skip_serializing_if = "Map::is_empty"
    )]
    pub params: Map<String, Value>,
    /// Globs of the variants that the work is for; for all that have own work where there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub models: Vec<String>,
}

fn usual_type() -> String {
    USUAL_TYPE.to_owned()
}

/// A path of Rust. It becomes part of a program, so that nothing else may stand there.
fn path_of_type<'de, D: Deserializer<'de>>(source: D) -> Result<String, D::Error> {
    let text = String::deserialize(source)?;
    if text.len() <= 200 && text.split("::").all(is_identifier) {
        return Ok(text);
    }
    Err(D::Error::custom(format!(
        "`{text}` is no path of a type: allowed is such as \"Resize\" or \"images::Resize\""
    )))
}

fn is_identifier(word: &str) -> bool {
    let mut characters = word.chars();
    let begins = characters
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    begins && characters.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn params<'de, D: Deserializer<'de>>(source: D) -> Result<Map<String, Value>, D::Error> {
    let params = Map::<String, Value>::deserialize(source)?;
    for (name, value) in &params {
        if TAKEN.contains(&name.as_str()) {
            return Err(D::Error::custom(format!(
                "`{name}` is a field of the workload itself: a parameter has another name"
            )));
        }
        if TIMES.contains(&name.as_str()) {
            return Err(D::Error::custom(format!(
                "`{name}` is a time of built-in steps: a parameter has its unit in its name, such as \
                 `{name}_us`"
            )));
        }
        if !is_identifier(name) {
            return Err(D::Error::custom(format!(
                "`{name}` is no name of a parameter: allowed are letters, digits and `_`"
            )));
        }
        if !is_plain(value) {
            return Err(D::Error::custom(format!(
                "`{name}` cannot be written as JSON: allowed are numbers that are finite, strings, true, \
                 false, lists and tables"
            )));
        }
    }
    Ok(params)
}

/// Whether a value of TOML has its like in JSON: dates and what is no number have none.
fn is_plain(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(list) => list.iter().all(is_plain),
        // The key by which the `toml` crate writes a date.
        Value::Object(table) => {
            table.values().all(is_plain) && !table.keys().any(|key| key.starts_with("$__toml"))
        }
        Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use crate::file::parse;
    use crate::workload::Workload;

    const GOOD: &str = r#"name = "resize"
about = "fetch, then resize"
class = "mixed"
tasks = 400
in_flight = 50
seed = 1
[work]
package = "."
type = "Resize"
params = { wait_us = 2000, name = "a", big = 18_446_744 }
models = ["async-tokio/*"]
"#;

    fn problem(from: &str, to: &str) -> String {
        assert!(GOOD.contains(from), "the case must change something");
        parse(GOOD.replace(from, to).as_bytes(), "work.toml")
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn a_file_with_own_work_is_read_and_survives_json() {
        let workload = parse(GOOD.as_bytes(), "work.toml").unwrap();
        let work = workload.work.as_ref().unwrap();
        assert_eq!(work.type_name, "Resize");
        assert_eq!(work.params["wait_us"], 2000);
        assert_eq!(work.models, ["async-tokio/*"]);
        let json = serde_json::to_string(&workload).unwrap();
        assert_eq!(serde_json::from_str::<Workload>(&json).unwrap(), workload);
        let short = GOOD.replace("type = \"Resize\"\n", "");
        let usual = parse(short.as_bytes(), "work.toml").unwrap();
        assert_eq!(usual.work.unwrap().type_name, "Work");
    }

    #[test]
    fn mistakes_have_a_place_and_say_what_is_allowed() {
        let cases = [
            ("package = \".\"", "", "missing field `package`"),
            (
                "\"Resize\"",
                "\"Resize; fn x() {}\"",
                "work.toml:9:8: `Resize; fn x() {}` is no path of a type",
            ),
            (
                "wait_us = 2000",
                "tasks = 5",
                "work.toml:10:10: `tasks` is a field of the workload itself",
            ),
            (
                "wait_us",
                "wait",
                "`wait` is a time of built-in steps: a parameter has its unit in its name, such as `wait_us`",
            ),
            (
                "2000",
                "1979-05-27",
                "work.toml:10:10: `wait_us` cannot be written as JSON",
            ),
            ("2000", "nan", "`wait_us` cannot be written as JSON"),
            ("models", "model", "work.toml:11:1: unknown field `model`"),
            (
                "[work]",
                "[[step]]\nwait = { duration = \"1ms\" }\n[work]",
                "a workload has steps or `[work]`, not both",
            ),
        ];
        for (from, to, expected) in cases {
            let problem = problem(from, to);
            assert!(problem.contains(expected), "{to}: {problem}");
        }
    }
}
