//! One setting of a workload, by its key: the same as if it had been written in the file, with the
//! same checks. Which settings a claim needs is left to the book.

use protocol::Workload;
use toml::{Table, Value};

/// Keys of the workload itself; all others are of a step or of what is coordinated.
const OF_WORKLOAD: [&str; 2] = ["tasks", "in_flight"];

/// Sets it, wherever the workload has such a key; an error says what is wrong.
pub(super) fn apply(workload: &mut Workload, key: &str, value: &str) -> Result<(), String> {
    let mut table = Table::try_from(&*workload).map_err(|error| error.to_string())?;
    let value = match value.parse::<i64>() {
        Ok(number) => Value::Integer(number),
        Err(_) => Value::String(value.to_owned()),
    };
    if OF_WORKLOAD.contains(&key) {
        table.insert(key.to_owned(), value);
    } else if places(&mut table, key, &value) == 0 {
        let name = &workload.name;
        return Err(format!("the workload `{name}` has nothing named `{key}`"));
    }
    let text = toml::to_string(&table).map_err(|error| error.to_string())?;
    let parsed = protocol::parse(text.as_bytes(), &workload.name);
    *workload = parsed.map_err(|error| format!("{key}: {error}"))?;
    Ok(())
}

/// Sets it in every step, and in the coordination; how many there were.
fn places(table: &mut Table, key: &str, value: &Value) -> usize {
    let mut set = 0;
    let steps = table.get_mut("step").and_then(Value::as_array_mut);
    for step in steps.into_iter().flatten().filter_map(Value::as_table_mut) {
        set += within(step, key, value);
    }
    if let Some(kind) = table.get_mut("coordination").and_then(Value::as_table_mut) {
        set += within(kind, key, value);
    }
    set
}

/// In the only table of a table with one key, which names its kind.
fn within(kinds: &mut Table, key: &str, value: &Value) -> usize {
    let mut set = 0;
    for (kind, fields) in kinds.iter_mut() {
        let key = match (kind.as_str(), key) {
            ("wait", "wait") => "duration",
            _ => key,
        };
        if let Some(field) = fields.as_table_mut().and_then(|fields| fields.get_mut(key)) {
            *field = value.clone();
            set += 1;
        }
    }
    set
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workload(rest: &str) -> Workload {
        let head = "name = \"w\"\nabout = \"\"\ntasks = 100\nin_flight = 5\nseed = 1\n";
        protocol::parse(format!("{head}{rest}").as_bytes(), "w.toml").unwrap()
    }

    #[test]
    fn settings_are_found_where_they_are() {
        let mut mixed = workload(
            "class = \"mixed\"\n[[step]]\nhttp-get = { bytes = 1, latency = \"20ms\" }\n\
             [[step]]\ncompute = { kernel = \"sha256\", size = 10 }\n\
             [[step]]\nwait = { duration = \"50ms\" }\n",
        );
        for (key, value) in [
            ("tasks", "7"),
            ("in_flight", "workers"),
            ("latency", "5ms"),
            ("size", "1KiB"),
            ("wait", "9ms"),
        ] {
            apply(&mut mixed, key, value).unwrap();
        }
        assert_eq!((mixed.tasks, mixed.in_flight.lanes(2)), (7, 2));
        assert_eq!(mixed.wait_per_task().as_millis(), 14);
        let mut echo = workload(
            "class = \"coordination\"\n\
             coordination = { echo = { think = \"1ms\", hogs = 1, hog = \"50ms\" } }\n",
        );
        apply(&mut echo, "hogs", "0").unwrap();
        let text = format!("{:?}", echo.coordination);
        assert!(text.contains("hogs: 0"), "{text}");
    }

    #[test]
    fn what_is_not_there_or_not_allowed_is_said() {
        let mut sleeping = workload("class = \"io\"\n[[step]]\nwait = { duration = \"50ms\" }\n");
        let before = sleeping.clone();
        for (key, value, expected) in [
            ("latency", "5ms", "nothing named `latency`"),
            ("wait", "5", "wait: "),
            ("tasks", "0", "tasks: "),
        ] {
            let problem = apply(&mut sleeping, key, value).unwrap_err();
            assert!(problem.contains(expected), "{problem}");
        }
        assert_eq!(sleeping, before);
    }
}
