//! The step that calls a function of the user's, in a library with a C ABI.

use std::path::PathBuf;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

/// One call of a function with a C ABI, in a shared library.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// The library: in a workload file relative to the file, in requests and results absolute.
    pub library: PathBuf,
    /// The name of the function.
    #[serde(deserialize_with = "symbol")]
    pub function: String,
    /// What the function does with its thread.
    pub kind: CallKind,
}

/// What a function does with the thread that calls it, and therefore how models carry it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CallKind {
    /// It computes: as `compute`, it is called where a model computes.
    Compute,
    /// It blocks: as `block`, it is called where a model makes calls that block.
    Blocking,
}

/// A name of C, to which `_open` and `_close` can be appended.
fn symbol<'de, D: Deserializer<'de>>(source: D) -> Result<String, D::Error> {
    let text = String::deserialize(source)?;
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let is_name = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if begins && is_name && text.len() <= 200 {
        return Ok(text);
    }
    Err(D::Error::custom(format!(
        "`{text}` is no name of a function in C: allowed are up to 200 letters, digits and `_`"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::{parse, parse_file};
    use crate::step::Step;
    use crate::workload::Workload;

    const GOOD: &str = r#"name = "mix"
about = "a function in C"
class = "mixed"
tasks = 400
in_flight = 50
seed = 1
[[step]]
wait = { duration = "1ms" }
[[step]]
call = { library = "./libwork.so", function = "mix", kind = "compute" }
"#;

    #[test]
    fn a_call_is_read_and_survives_json_and_its_place_is_known() {
        let workload = parse(GOOD.as_bytes(), "mix.toml").unwrap();
        let call = Call {
            library: "./libwork.so".into(),
            function: "mix".to_owned(),
            kind: CallKind::Compute,
        };
        assert_eq!(workload.steps[1], Step::Call(call));
        let json = serde_json::to_string(&workload).unwrap();
        assert_eq!(serde_json::from_str::<Workload>(&json).unwrap(), workload);
        let file = parse_file(GOOD.as_bytes(), "mix.toml").unwrap();
        assert_eq!(file.libraries_at, [(1, "mix.toml:10:20".to_owned())]);
    }

    #[test]
    fn mistakes_say_what_is_allowed() {
        let cases = [
            ("\"compute\"", "\"cpu\"", "expected `compute` or `blocking`"),
            (", kind = \"compute\"", "", "missing field `kind`"),
            (
                "\"mix\", ",
                "\"mix()\", ",
                "mix.toml:10:47: `mix()` is no name of a function in C",
            ),
            ("\"mix\", ", "\"\", ", "`` is no name of a function in C"),
            ("library", "lib", "unknown field `lib`"),
        ];
        for (from, to, expected) in cases {
            assert!(GOOD.contains(from), "the case must change something");
            let text = GOOD.replace(from, to);
            let problem = parse(text.as_bytes(), "mix.toml").unwrap_err().to_string();
            assert!(problem.contains(expected), "{to}: {problem}");
        }
    }
}
