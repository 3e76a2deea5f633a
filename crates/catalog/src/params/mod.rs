//! Parameters of a sweep: what is typed as `in_flight=1,4,16`, and one cell of it, `http[in_flight=4]`,
//! which is a workload of its own name. What a key changes, and within which bounds, is left to `keys`
//! and `protocol`; which cells are run, to `compare`.

mod keys;

use std::fmt;

use protocol::Workload;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use keys::{Unit, WORKERS, apply, number, unit};

/// One value of one key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Param {
    pub key: String,
    pub value: String,
}

/// Of which workload a row is a cell, and which one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cell {
    /// The workload's name without parameters.
    pub of: String,
    pub params: Vec<Param>,
}

impl Cell {
    /// The workers of this cell, where they are swept.
    pub fn workers(&self) -> Option<u64> {
        let mut params = self.params.iter();
        let found = params.find(|param| param.key == WORKERS)?;
        keys::workers(&found.value).ok()
    }
}

/// Several values of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sweep {
    pub key: String,
    pub values: Vec<String>,
}

impl fmt::Display for Param {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}={}", self.key, self.value)
    }
}

impl Param {
    fn read(text: &str) -> Option<Param> {
        let (key, value) = text.split_once('=')?;
        let [key, value] = [key, value].map(|part| part.trim().to_owned());
        (!key.is_empty() && !value.is_empty()).then_some(Param { key, value })
    }
}

impl std::str::FromStr for Sweep {
    type Err = String;

    /// Reads `in_flight=1,4,16`.
    fn from_str(text: &str) -> Result<Sweep, String> {
        let expected = || "expected a key and its values, such as `in_flight=1,4,16`".to_owned();
        let (key, values) = text.split_once('=').ok_or_else(expected)?;
        let key = keys::find(key.trim())?.to_owned();
        let values: Vec<String> = values.split(',').map(|v| v.trim().to_owned()).collect();
        if values.iter().any(String::is_empty) {
            return Err(expected());
        }
        for (at, value) in values.iter().enumerate() {
            if values[..at].contains(value) {
                return Err(format!("{key}={value} is there twice"));
            }
        }
        Ok(Sweep { key, values })
    }
}

/// Every combination, the first sweep varying slowest; one that is empty where there is no sweep.
pub fn cells(sweeps: &[Sweep]) -> Vec<Vec<Param>> {
    let mut cells = vec![Vec::new()];
    for Sweep { key, values } in sweeps {
        let with = |cell: &Vec<Param>, value: &String| {
            let (key, value) = (key.clone(), value.clone());
            let mut cell = cell.clone();
            cell.push(Param { key, value });
            cell
        };
        let longer = cells
            .iter()
            .flat_map(|cell| values.iter().map(move |value| with(cell, value)));
        cells = longer.collect();
    }
    cells
}

/// Sets all of them, and names the workload after them.
pub fn apply_all(workload: &mut Workload, params: Vec<Param>) -> Result<Cell, String> {
    for param in &params {
        match param.key.as_str() {
            WORKERS => keys::workers(&param.value).map(|_| ())?,
            key => apply(workload, key, &param.value)?,
        }
    }
    let name = name_at(&workload.name, &params);
    if name.len() > 64 {
        return Err(format!("{name}: a row's name has at most 64 characters"));
    }
    let of = std::mem::replace(&mut workload.name, name);
    Ok(Cell { of, params })
}

/// The name of a cell's row: `http-in-flight-16`.
pub fn name_at(name: &str, params: &[Param]) -> String {
    let part = |param: &Param| {
        let text = format!("-{}-{}", param.key, param.value).to_lowercase();
        let fits = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        text.chars().map(fits).collect::<String>()
    };
    name.to_owned() + &params.iter().map(part).collect::<String>()
}

/// What is typed to have one cell: `http[in_flight=16]`.
pub fn typed_at(typed: &str, params: &[Param]) -> String {
    if params.is_empty() {
        return typed.to_owned();
    }
    let shown: Vec<String> = params.iter().map(Param::to_string).collect();
    format!("{typed}[{}]", shown.join(","))
}

/// The workload and the parameters of one cell, as typed; `None` where it is none.
pub fn split(typed: &str) -> Option<(&str, Vec<Param>)> {
    let (name, inside) = typed.strip_suffix(']')?.rsplit_once('[')?;
    let params: Option<Vec<Param>> = inside.split(',').map(Param::read).collect();
    Some((name, params?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sweep(text: &str) -> Sweep {
        text.parse().unwrap()
    }

    #[test]
    fn sweeps_are_read_and_multiplied() {
        let sweeps = [sweep("in_flight=1,4"), sweep("latency= 5ms , 20ms")];
        let typed: Vec<String> = cells(&sweeps)
            .iter()
            .map(|cell| typed_at("http", cell))
            .collect();
        let expected = [
            "http[in_flight=1,latency=5ms]",
            "http[in_flight=1,latency=20ms]",
            "http[in_flight=4,latency=5ms]",
            "http[in_flight=4,latency=20ms]",
        ];
        assert_eq!(typed, expected);
        assert_eq!(cells(&[]), [Vec::new()]);
    }

    #[test]
    fn a_cell_is_read_back_from_what_is_typed() {
        let cell = &cells(&[sweep("in_flight=4"), sweep("bytes=2KiB")])[0];
        let typed = typed_at("./my.toml", cell);
        assert_eq!(split(&typed), Some(("./my.toml", cell.clone())));
        assert_eq!(name_at("mine", cell), "mine-in-flight-4-bytes-2kib");
        assert_eq!(split("http"), None);
        assert_eq!(split("http[in_flight]"), None);
    }

    #[test]
    fn what_is_no_sweep_is_refused() {
        let problem = |text: &str| text.parse::<Sweep>().unwrap_err();
        assert!(problem("in_fligt=1").contains("did you mean `in_flight`?"));
        assert!(problem("in_flight").contains("such as"));
        assert!(problem("in_flight=1,,2").contains("such as"));
        assert!(problem("in_flight=1,1").contains("twice"));
    }
}
