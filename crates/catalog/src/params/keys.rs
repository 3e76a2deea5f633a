//! The keys of parameters, and the fields of a workload that each of them sets.

use protocol::{CpuTime, Step, Workload, parse_cpu_time, plain_words};
use serde_json::Value;

use super::own;
use crate::suggestion::did_you_mean;

/// The key for the number of workers. It belongs to a run, and sets no field of the workload.
pub const WORKERS: &str = "workers";
/// The key for the CPU time of every `compute` step. It sets sizes, once these are calibrated.
pub(super) const CPU: &str = "cpu";
/// The key for the size of every `compute` step.
pub(super) const SIZE: &str = "size";
/// The most workers, as for `--workers`.
const MOST_WORKERS: u64 = 1024;

/// The unit of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A plain number.
    Count,
    /// Bytes.
    Bytes,
    /// Nanoseconds.
    Nanoseconds,
    /// The size of a kernel: bytes, or whatever else the kernel is sized by.
    Size,
}

/// One key, and the fields that it sets, wherever the workload has them.
struct Key {
    name: &'static str,
    unit: Unit,
    /// The fields.
    places: &'static [Place],
}

/// Where a field is.
enum Place {
    /// A field of the workload itself.
    Top(&'static str),
    /// A field of every step of a kind, of `coordination` of that kind, or of `serve`: kind and field.
    Within(&'static str, &'static str),
}

use Place::{Top, Within};

const fn key(name: &'static str, unit: Unit, places: &'static [Place]) -> Key {
    Key { name, unit, places }
}

const KEYS: [Key; 21] = [
    key("in_flight", Unit::Count, &[Top("in_flight")]),
    key("tasks", Unit::Count, &[Top("tasks")]),
    key("rate", Unit::Count, &[Top("rate")]),
    key("seed", Unit::Count, &[Top("seed")]),
    key(WORKERS, Unit::Count, &[]),
    key(
        "latency",
        Unit::Nanoseconds,
        &[Within("http-get", "latency")],
    ),
    key(
        "wait",
        Unit::Nanoseconds,
        &[
            Within("wait", "duration"),
            Within("postgres-select", "wait"),
        ],
    ),
    key(
        "bytes",
        Unit::Bytes,
        &[
            Within("http-get", "bytes"),
            Within("read-file", "bytes"),
            Within("ping-pong", "bytes"),
            Within("serve", "bytes"),
        ],
    ),
    key(CPU, Unit::Nanoseconds, &[]),
    key(SIZE, Unit::Size, &[Within("compute", "size")]),
    key(
        "rows",
        Unit::Count,
        &[
            Within("sqlite-select", "rows"),
            Within("postgres-select", "rows"),
        ],
    ),
    key("count", Unit::Count, &[Within("sqlite-select", "count")]),
    key("files", Unit::Count, &[Within("read-file", "files")]),
    key("percent", Unit::Count, &[Within("only", "percent")]),
    key("after", Unit::Nanoseconds, &[Within("only", "after")]),
    key("block", Unit::Nanoseconds, &[Within("block", "duration")]),
    key(
        "increments",
        Unit::Count,
        &[Within("counter", "increments")],
    ),
    key(
        "hog",
        Unit::Nanoseconds,
        &[Within("stall", "hog"), Within("echo", "hog")],
    ),
    key(
        "hogs",
        Unit::Count,
        &[Within("stall", "hogs"), Within("echo", "hogs")],
    ),
    key("think", Unit::Nanoseconds, &[Within("echo", "think")]),
    key("period", Unit::Nanoseconds, &[Within("stall", "period")]),
];

/// Sets a key of a workload to a value, as if its file said so.
pub(super) fn apply(workload: &mut Workload, key: &str, value: &str) -> Result<(), String> {
    if let Some(work) = workload.work.as_mut().filter(|_| !is_of_workload(key)) {
        return own::set(work, key, value).map_err(|problem| format!("{key}={value}: {problem}"));
    }
    let known = definition(key)?;
    if key == WORKERS {
        return Err("workers belongs to the run, and not to the workload".to_owned());
    }
    // The workload is written as data, changed, and read again. So values meet the bounds and the
    // messages of workload files, which are in `protocol` alone.
    let mut data = serde_json::to_value(&*workload).map_err(|error| error.to_string())?;
    let mut places = fields(&mut data, known);
    if places.is_empty() {
        let name = &workload.name;
        return Err(format!("{key}={value}: {name} has nothing that {key} sets"));
    }
    for field in &mut places {
        **field = written(key, value);
    }
    let read: Result<Workload, _> = serde_json::from_value(data);
    *workload = read
        .map_err(|error| plain_words(&error.to_string()))
        .and_then(Workload::checked)
        .map_err(|problem| format!("{key}={value}: {problem}"))?;
    Ok(())
}

/// The CPU time of every `compute` step of a workload, as `cpu=1ms` asks for it.
pub(super) fn cpu_times(workload: &Workload, value: &str) -> Result<Vec<CpuTime>, String> {
    let asked_at = format!("{CPU}={value}");
    let time = parse_cpu_time(value).map_err(|problem| format!("{asked_at}: {problem}"))?;
    let times: Vec<CpuTime> = workload
        .steps
        .iter()
        .enumerate()
        .filter(|(_, step)| matches!(step, Step::Compute(_)))
        .map(|(step, _)| CpuTime {
            step,
            time,
            asked_at: asked_at.clone(),
        })
        .collect();
    if times.is_empty() {
        let name = &workload.name;
        return Err(format!("{asked_at}: {name} has nothing that {CPU} sets"));
    }
    Ok(times)
}

/// The value that a key has at a workload, in the key's unit: the largest, where several fields have it;
/// `None` where it is no number or the workload has no such field.
pub fn number(workload: &Workload, key: &str) -> Option<f64> {
    if let Some(work) = workload.work.as_ref().filter(|_| !is_of_workload(key)) {
        return work.params.get(key)?.as_f64();
    }
    let mut data = serde_json::to_value(workload).ok()?;
    fields(&mut data, definition(key).ok()?)
        .iter()
        .filter_map(|field| match field {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => plain(text),
            _ => None,
        })
        .reduce(f64::max)
}

/// The unit of a key; that of an unknown one is a count.
pub fn unit(key: &str) -> Unit {
    definition(key).map_or(Unit::Count, |definition| definition.unit)
}

/// A number of workers, within the bounds of `--workers`.
pub(super) fn workers(value: &str) -> Result<u64, String> {
    match value.parse() {
        Ok(workers) if (1..=MOST_WORKERS).contains(&workers) => Ok(workers),
        _ => Err(format!("workers={value}: allowed are 1 to {MOST_WORKERS}")),
    }
}

/// Whether a key sets the workload itself or its run, whatever tasks consist of. All other keys are parameters
/// where a workload is own work.
fn is_of_workload(key: &str) -> bool {
    let known = KEYS.iter().find(|known| known.name == key);
    known.is_some_and(|known| key == WORKERS || matches!(known.places, [Top(_)]))
}

/// The definition of a key.
fn definition(typed: &str) -> Result<&'static Key, String> {
    KEYS.iter().find(|key| key.name == typed).ok_or_else(|| {
        let names = KEYS.iter().map(|key| key.name.to_owned());
        let hint = did_you_mean(typed, names);
        format!("no parameter is named `{typed}`{hint}")
    })
}

/// The fields of a workload that a key sets.
fn fields<'a>(data: &'a mut Value, key: &Key) -> Vec<&'a mut Value> {
    let Value::Object(top) = data else {
        return Vec::new();
    };
    // An optional field of the workload, such as `rate`, can be set where its file leaves it out.
    if let [Top(field)] = key.places {
        return vec![top.entry(*field).or_insert(Value::Null)];
    }
    let mut parts = Vec::new();
    for (name, value) in top {
        match (name.as_str(), value) {
            ("serve", fields) => parts.push((name.as_str(), fields)),
            ("coordination", part) => parts.extend(kind_of(part)),
            ("step", Value::Array(steps)) => parts.extend(steps.iter_mut().filter_map(kind_of)),
            _ => {}
        }
    }
    parts
        .into_iter()
        .filter_map(|(kind, fields)| field_within(kind, fields, key))
        .collect()
}

/// The kind of a step or of `coordination`, which is an object with that one key, and its fields.
fn kind_of(part: &mut Value) -> Option<(&str, &mut Value)> {
    let (kind, fields) = part.as_object_mut()?.iter_mut().next()?;
    Some((kind.as_str(), fields))
}

/// The field among those of a kind that a key sets.
fn field_within<'a>(kind: &str, fields: &'a mut Value, key: &Key) -> Option<&'a mut Value> {
    let field = key.places.iter().find_map(|place| match place {
        Within(place_kind, field) if *place_kind == kind => Some(*field),
        _ => None,
    })?;
    Some(fields.as_object_mut()?.entry(field).or_insert(Value::Null))
}

/// A value as a file would have it; the unit of a rate may be missing.
fn written(key: &str, value: &str) -> Value {
    match (key, value.parse::<u64>()) {
        ("rate", Ok(rate)) => format!("{rate}/s").into(),
        (_, Ok(number)) => number.into(),
        (_, Err(_)) => value.into(),
    }
}

/// The number of a text in which a workload is written: durations are whole nanoseconds there, and rates
/// tasks per second.
fn plain(text: &str) -> Option<f64> {
    let digits = text.strip_suffix("ns").or_else(|| text.strip_suffix("/s"));
    digits.unwrap_or(text).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workload(step: &str) -> Workload {
        let text = format!(
            "name = \"w\"\nabout = \"\"\nclass = \"mixed\"\ntasks = 10\nin_flight = 2\nseed = 1\n\
             [[step]]\n{step}\n[[step]]\ncompute = {{ kernel = \"sha256\", size = \"1KiB\" }}\n"
        );
        protocol::parse(text.as_bytes(), "w.toml").unwrap()
    }

    const GET: &str = "http-get = { bytes = 7 }";

    #[test]
    fn a_key_sets_its_fields_and_gives_them_back() {
        let mut http = workload(GET);
        let cases = [
            ("in_flight", "64", 64.0),
            ("tasks", "500", 500.0),
            ("rate", "2000", 2000.0),
            ("seed", "18446744073709551615", u64::MAX as f64),
            ("latency", "20ms", 2e7),
            ("bytes", "2KiB", 2048.0),
            ("size", "64KiB", 65_536.0),
        ];
        for (key, value, expected) in cases {
            apply(&mut http, key, value).unwrap();
            assert_eq!(number(&http, key), Some(expected), "{key}");
        }
        apply(&mut http, "in_flight", "workers").unwrap();
        assert_eq!(number(&http, "in_flight"), None);
    }

    #[test]
    fn no_parameter_of_own_work_is_taken_for_a_time() {
        for key in KEYS.iter().filter(|key| key.unit == Unit::Nanoseconds) {
            let text = format!(
                "name = \"w\"\nabout = \"\"\nclass = \"mixed\"\ntasks = 9\nin_flight = 1\nseed = 1\n\
                 [work]\npackage = \".\"\nparams = {{ {} = 5 }}\n",
                key.name
            );
            let problem = protocol::parse(text.as_bytes(), "w.toml").unwrap_err();
            let text = problem.to_string();
            assert!(text.contains("is a time of built-in steps"), "{text}");
        }
    }

    #[test]
    fn the_size_of_answers_has_a_key() {
        let text = "name = \"w\"\nabout = \"\"\nclass = \"serve\"\ntasks = 9\nin_flight = 1\nseed = 1\n\
            [serve]\nbytes = 9\n";
        let mut serves = protocol::parse(text.as_bytes(), "w.toml").unwrap();
        apply(&mut serves, "bytes", "1KiB").unwrap();
        assert_eq!(number(&serves, "bytes"), Some(1024.0));
        let problem = apply(&mut serves, "in_flight", "workers").unwrap_err();
        assert!(problem.contains("the number of connections"), "{problem}");
    }

    #[test]
    fn every_step_of_the_kind_is_set() {
        let mut two = workload(&format!("{GET}\n[[step]]\n{GET}"));
        apply(&mut two, "latency", "3ms").unwrap();
        assert_eq!(two.wait_per_task(), std::time::Duration::from_millis(6));
    }

    #[test]
    fn the_share_of_tasks_that_go_on_and_what_they_do_have_keys() {
        let text = "name = \"w\"\nabout = \"\"\nclass = \"mixed\"\ntasks = 9\nin_flight = 1\nseed = 1\n\
            [[step]]\nonly = { percent = 10, after = \"2ms\" }\n[[step]]\nblock = { duration = \"5ms\" }\n";
        let mut some = protocol::parse(text.as_bytes(), "w.toml").unwrap();
        let cases = [
            ("percent", "0", 0.0),
            ("after", "3ms", 3e6),
            ("block", "100us", 1e5),
        ];
        for (key, value, expected) in cases {
            apply(&mut some, key, value).unwrap();
            assert_eq!(number(&some, key), Some(expected), "{key}");
        }
        let problem = |key, value| apply(&mut some.clone(), key, value).unwrap_err();
        assert!(problem("percent", "101").contains("percent=101: 101 is out of bounds"));
        assert!(problem("rate", "50").contains("a workload with `only` has no rate"));
    }

    #[test]
    fn coordination_has_keys_of_its_own() {
        let text = "name = \"w\"\nabout = \"\"\nclass = \"coordination\"\ntasks = 9\nin_flight = 1\n\
            seed = 1\n\
            coordination = { stall = { period = \"1ms\", hogs = 1, hog = \"1ms\" } }\n";
        let mut stall = protocol::parse(text.as_bytes(), "w.toml").unwrap();
        for (key, value) in [("hog", "50ms"), ("hogs", "0"), ("period", "2ms")] {
            apply(&mut stall, key, value).unwrap();
        }
        assert_eq!(number(&stall, "hog"), Some(5e7));
        assert_eq!(number(&stall, "hogs"), Some(0.0));
        assert!(
            apply(&mut stall, "think", "1ms")
                .unwrap_err()
                .contains("nothing that think sets")
        );
    }

    #[test]
    fn values_keep_the_bounds_of_workload_files() {
        let problem = |key, value| apply(&mut workload(GET), key, value).unwrap_err();
        assert!(problem("in_flight", "0").contains("in_flight=0: 0 is out of bounds"));
        assert!(problem("latency", "20").contains("with its unit"));
        assert!(problem("latency", "2min").contains("latency=2min: expected a whole number"));
        assert!(problem("bytes", "2GiB").contains("allowed are 0B to 16MiB"));
        assert!(problem("size", "0").contains("this kernel allows 1 to"));
        assert!(problem("rows", "5").contains("w has nothing that rows sets"));
        assert!(problem("latncy", "5ms").contains("did you mean `latency`?"));
        assert!(problem("workers", "5").contains("belongs to the run"));
        assert!(workers("0").is_err() && workers("1025").is_err() && workers("2") == Ok(2));
    }

    #[test]
    fn fields_that_contradict_each_other_are_refused() {
        let cold = "read-file = { files = 12, bytes = 1, cache = \"cold\" }";
        let problem = apply(&mut workload(cold), "in_flight", "8").unwrap_err();
        assert!(
            problem.contains("in_flight=8: 12 files: a cold workload"),
            "{problem}"
        );
    }
}
