//! The parameters of own work: a sweep sets those that its workload file has, to values of the same kind.

use protocol::OwnWork;
use serde_json::{Number, Value};

use crate::suggestion::did_you_mean;

/// Sets a parameter to a value that was typed.
pub(super) fn set(work: &mut OwnWork, key: &str, value: &str) -> Result<(), String> {
    let names: Vec<String> = work.params.keys().cloned().collect();
    let Some(field) = work.params.get_mut(key) else {
        let hint = did_you_mean(key, names.into_iter());
        return Err(format!(
            "`params` in the workload file has no `{key}`{hint}"
        ));
    };
    *field = like(field, value)?;
    Ok(())
}

/// The value that was typed, as the kind of value that a file has.
fn like(field: &Value, value: &str) -> Result<Value, String> {
    let read = match field {
        Value::Bool(_) => value.parse().ok().map(Value::Bool),
        Value::Number(_) => number(&value.replace('_', "")).map(Value::Number),
        Value::String(_) => Some(value.into()),
        Value::Array(_) | Value::Object(_) | Value::Null => {
            return Err(
                "the workload file has a list or a table there, which no sweep sets".to_owned(),
            );
        }
    };
    let wanted = match field {
        Value::Bool(_) => "true or false",
        _ => "a number",
    };
    read.ok_or_else(|| format!("the workload file has {field} there: allowed is {wanted}"))
}

fn number(text: &str) -> Option<Number> {
    let whole = text.parse::<u64>().ok().map(Number::from);
    whole
        .or_else(|| text.parse::<i64>().ok().map(Number::from))
        .or_else(|| Number::from_f64(text.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::keys;

    fn workload() -> protocol::Workload {
        let text = "name = \"w\"\nabout = \"\"\nclass = \"cpu\"\ntasks = 9\nin_flight = 1\nseed = 1\n\
            [work]\npackage = \".\"\n\
            params = { size = 5, part = 0.5, exact = true, name = \"a\", list = [1] }\n";
        protocol::parse(text.as_bytes(), "work.toml").unwrap()
    }

    #[test]
    fn a_parameter_is_set_to_a_value_of_its_kind() {
        let mut own = workload();
        let cases = [
            ("size", "1_000", Value::from(1000)),
            ("size", "-1", (-1).into()),
            ("size", "0.5", 0.5.into()),
            ("part", "2", 2.into()),
            ("exact", "false", false.into()),
            ("name", "12", "12".into()),
        ];
        for (key, value, expected) in cases {
            keys::apply(&mut own, key, value).unwrap();
            assert_eq!(own.work.as_ref().unwrap().params[key], expected, "{key}");
        }
        assert_eq!(keys::number(&own, "part"), Some(2.0));
        assert_eq!(keys::number(&own, "name"), None);
        keys::apply(&mut own, "in_flight", "7").unwrap();
        assert_eq!(keys::number(&own, "in_flight"), Some(7.0));
    }

    #[test]
    fn what_does_not_fit_is_refused_with_what_is_allowed() {
        let problem = |key, value| keys::apply(&mut workload(), key, value).unwrap_err();
        let unknown = problem("sizes", "5");
        assert!(unknown.contains("has no `sizes`"), "{unknown}");
        assert!(unknown.contains("did you mean `size`?"), "{unknown}");
        assert!(problem("size", "many").contains("size=many: the workload file has 5 there"));
        assert!(problem("exact", "1").contains("allowed is true or false"));
        assert!(problem("list", "1").contains("a list or a table"));
        assert!(problem("latency", "5ms").contains("has no `latency`"));
    }
}
