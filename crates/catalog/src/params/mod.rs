//! The parameters of a sweep, which is typed as `in_flight=1,4,16`, and its cells, such as
//! `http[in_flight=4]`: a cell is a workload with a name of its own.

mod keys;
mod own;

use std::fmt;

use protocol::{CpuTime, Workload, parse_cpu_time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use keys::{Unit, WORKERS, number, unit};

/// A key with one value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Param {
    /// The key.
    pub key: String,
    /// The value as it was typed.
    pub value: String,
}

/// The place of a workload in a sweep: the workload that it was made of, and its parameters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cell {
    /// The workload's name without parameters.
    pub of: String,
    /// The parameters that it was made with.
    pub params: Vec<Param>,
}

impl Cell {
    /// The number of workers of this cell; `None` where workers are not swept.
    pub fn workers(&self) -> Option<u64> {
        let param = self.params.iter().find(|param| param.key == WORKERS)?;
        keys::workers(&param.value).ok()
    }
}

/// A key with the values that it is swept over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sweep {
    /// The key.
    pub key: String,
    /// The values as they were typed.
    pub values: Vec<String>,
}

impl fmt::Display for Param {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}={}", self.key, self.value)
    }
}

impl Param {
    /// The value as a number in the key's unit, at the workload that it was set in; `None` where it is none.
    pub fn number(&self, workload: &Workload) -> Option<f64> {
        match self.key.as_str() {
            // Neither is a field of the workload: workers belong to the run, and of a CPU time the
            // workload has the size.
            WORKERS => self.value.parse().ok(),
            keys::CPU if workload.work.is_none() => {
                Some(parse_cpu_time(&self.value).ok()?.as_nanos() as f64)
            }
            key => keys::number(workload, key),
        }
    }

    /// Reads `in_flight=4`.
    fn read(text: &str) -> Option<Param> {
        let (key, value) = text.split_once('=')?;
        let [key, value] = [key, value].map(|part| part.trim().to_owned());
        (!key.is_empty() && !value.is_empty()).then_some(Param { key, value })
    }
}

/// The message for a text that is no sweep.
const NO_SWEEP: &str = "expected a key and its values, such as `in_flight=1,4,16`";

impl std::str::FromStr for Sweep {
    type Err = String;

    /// Reads `in_flight=1,4,16`.
    fn from_str(text: &str) -> Result<Sweep, String> {
        let (typed, list) = text.split_once('=').ok_or(NO_SWEEP)?;
        // Whether the workload has it is told where it is set: own work has parameters of its own.
        let key = typed.trim().to_owned();
        if key.is_empty() {
            return Err(NO_SWEEP.to_owned());
        }
        let values: Vec<String> = list.split(',').map(|v| v.trim().to_owned()).collect();
        if values.iter().any(String::is_empty) {
            return Err(NO_SWEEP.to_owned());
        }
        // Two cells of one value would have one name, and their rows could not be told apart.
        for (index, value) in values.iter().enumerate() {
            if values[..index].contains(value) {
                return Err(format!("{key}={value} is there twice"));
            }
        }
        Ok(Sweep { key, values })
    }
}

/// The parameters of every cell: all combinations of the values, the first sweep varying slowest. Without
/// a sweep there is one cell without parameters.
pub fn cells(sweeps: &[Sweep]) -> Vec<Vec<Param>> {
    let mut cells = vec![Vec::new()];
    for Sweep { key, values } in sweeps {
        let mut longer = Vec::with_capacity(cells.len() * values.len());
        for cell in &cells {
            for value in values {
                let mut params: Vec<Param> = cell.clone();
                params.push(Param {
                    key: key.clone(),
                    value: value.clone(),
                });
                longer.push(params);
            }
        }
        cells = longer;
    }
    cells
}

/// Sets all parameters of a cell, and names the workload after them. `cpu` are the CPU times of the
/// workload's steps.
pub(crate) fn apply_all(
    workload: &mut Workload,
    cpu: &mut Vec<CpuTime>,
    params: Vec<Param>,
) -> Result<Cell, String> {
    let has_both = [keys::CPU, keys::SIZE]
        .iter()
        .all(|key| params.iter().any(|param| param.key == *key));
    if has_both && workload.work.is_none() {
        return Err("`cpu` and `size` both say how much is computed: allowed is one".to_owned());
    }
    for param in &params {
        match param.key.as_str() {
            keys::CPU if workload.work.is_none() => *cpu = keys::cpu_times(workload, &param.value)?,
            keys::SIZE => {
                keys::apply(workload, keys::SIZE, &param.value)?;
                cpu.clear();
            }
            // Runs are started with it later; here a bad value is told before anything starts.
            WORKERS => keys::workers(&param.value).map(|_| ())?,
            key => keys::apply(workload, key, &param.value)?,
        }
    }
    let name = name_at(&workload.name, &params);
    // As long as the name in a workload file may be.
    if name.len() > 64 {
        return Err(format!("{name}: a row's name has at most 64 characters"));
    }
    let plain_name = std::mem::replace(&mut workload.name, name);
    Ok(Cell {
        of: plain_name,
        params,
    })
}

/// The name of a cell's row: `http-in-flight-16`.
fn name_at(name: &str, params: &[Param]) -> String {
    let suffix: String = params
        .iter()
        .map(|param| format!("-{}-{}", param.key, param.value).to_lowercase())
        .collect();
    // Names become parts of file names, and follow the rule for names in workload files.
    name.chars()
        .chain(
            suffix
                .chars()
                .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }),
        )
        .collect()
}

/// The text that chooses one cell: `http[in_flight=16]`.
pub fn typed_at(typed: &str, params: &[Param]) -> String {
    if params.is_empty() {
        return typed.to_owned();
    }
    let shown: Vec<String> = params.iter().map(Param::to_string).collect();
    format!("{typed}[{}]", shown.join(","))
}

/// The workload and the parameters of a cell as it is typed; `None` for a text that is no cell.
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
        assert!(problem("=1").contains("such as"));
        assert!(problem("in_flight").contains("such as"));
        assert!(problem("in_flight=1,,2").contains("such as"));
        assert!(problem("in_flight=1,1").contains("twice"));
    }
}
