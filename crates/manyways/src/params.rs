//! The parameters of own work: read from a request, and checked in a workload file, where a mistake has its
//! line and column.

use std::path::Path;

use protocol::{FileError, Workload, plain_words};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Parameters of work that has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoParams {}

/// The parameters of a request's workload.
///
/// # Errors
/// Which parameter is wrong, and what is allowed.
pub(crate) fn of_workload<P: DeserializeOwned>(workload: &Workload) -> Result<P, String> {
    let own = workload
        .work
        .as_ref()
        .ok_or("the workload is no own work")?;
    let params = Value::Object(own.params.clone());
    serde_path_to_error::deserialize(params).map_err(|error| {
        let problem = plain_words(&error.inner().to_string());
        match error.path().to_string().as_str() {
            "." => format!("params: {problem}"),
            path => format!("params.{path}: {problem}"),
        }
    })
}

/// The part of a workload file that has parameters.
#[derive(Deserialize)]
struct File<P> {
    work: Section<P>,
}

#[derive(Deserialize)]
struct Section<P> {
    params: P,
}

/// Reads the parameters of a workload file as the work itself will.
///
/// # Errors
/// What is wrong, with its file, line and column.
pub(crate) fn check_file<P: DeserializeOwned>(path: &Path) -> Result<(), String> {
    let shown = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| format!("{shown}: {error}"))?;
    check_text::<P>(&text, &shown).map_err(|error| error.to_string())
}

fn check_text<P: DeserializeOwned>(text: &str, shown: &str) -> Result<(), FileError> {
    let has_params = text.parse::<toml::Table>().is_ok_and(|table| {
        table
            .get("work")
            .is_some_and(|work| work.get("params").is_some())
    });
    if !has_params {
        // An absent table is an empty one, which has no place: its mistake stands at the section.
        let offset = text.find("[work]").unwrap_or(0);
        let empty = Value::Object(serde_json::Map::new());
        return P::deserialize(empty).map(drop).map_err(|error| {
            let problem = format!("`params` is not there: {}", plain_words(&error.to_string()));
            FileError::at_offset(shown, text, offset, problem)
        });
    }
    match toml::from_str::<File<P>>(text) {
        Ok(File { work }) => {
            drop(work.params);
            Ok(())
        }
        Err(error) => {
            let offset = error.span().map_or(0, |span| span.start);
            let problem = plain_words(error.message());
            Err(FileError::at_offset(shown, text, offset, problem))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Params {
        #[expect(dead_code, reason = "only read from text")]
        pixels: u32,
    }

    const FILE: &str = "name = \"w\"\n[work]\npackage = \".\"\nparams = { pixels = 5 }\n";

    fn problem(from: &str, to: &str) -> String {
        assert!(FILE.contains(from), "the case must change something");
        let text = FILE.replace(from, to);
        check_text::<Params>(&text, "work.toml")
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn a_parameter_that_is_wrong_has_its_line_and_column() {
        assert!(check_text::<Params>(FILE, "work.toml").is_ok());
        let text = problem("5", "\"many\"");
        assert!(text.starts_with("work.toml:4:21: "), "{text}");
        let unknown = problem("pixels", "pixls");
        assert!(
            unknown.starts_with("work.toml:4:12: unknown field `pixls`"),
            "{unknown}"
        );
        let absent = problem("params = { pixels = 5 }\n", "");
        assert!(
            absent.starts_with("work.toml:2:1: `params` is not there: missing field"),
            "{absent}"
        );
    }

    #[test]
    fn a_parameter_of_a_request_is_named() {
        let text = format!(
            "about = \"\"\nclass = \"cpu\"\ntasks = 9\nin_flight = 1\nseed = 1\n{}",
            FILE.replace("5", "\"many\"")
        );
        let workload = protocol::parse(text.as_bytes(), "work.toml").unwrap();
        let problem = of_workload::<Params>(&workload).unwrap_err();
        assert!(problem.starts_with("params.pixels: "), "{problem}");
        let unknown = of_workload::<NoParams>(&workload).unwrap_err();
        assert!(unknown.contains("unknown field `pixels`"), "{unknown}");
    }
}
