//! What a parser says of a value of the wrong type, in the words that these files are documented with.

/// A message of serde, such as `invalid type: map, expected a sequence`, as `expected a list, found a
/// table`. Other messages are returned as they are.
#[must_use]
pub fn plain_words(message: &str) -> String {
    let line = message.trim().replace('\n', ", ");
    let of_type = line.strip_prefix("invalid type: ");
    let of_value = line.strip_prefix("invalid value: ");
    match of_type
        .or(of_value)
        .and_then(|rest| rest.split_once(", expected "))
    {
        Some((found, expected)) => {
            format!("expected {}, found {}", wanted(expected), given(found))
        }
        None => line,
    }
}

/// What is there, such as ``integer `20` ``.
fn given(found: &str) -> String {
    let literal = found
        .strip_prefix("string ")
        .or_else(|| found.split_once('`')?.1.strip_suffix('`'));
    match (found, literal) {
        (_, Some(literal)) => literal.to_owned(),
        ("map", _) => "a table".to_owned(),
        ("sequence", _) => "a list".to_owned(),
        _ => found.to_owned(),
    }
}

/// What is allowed, such as `a sequence`.
fn wanted(expected: &str) -> &str {
    match expected {
        "a sequence" => "a list",
        "a string" => "a text in quotes",
        "a boolean" => "true or false",
        "u8" | "u16" | "u32" | "u64" | "usize" | "i64" => "a whole number",
        "a nonzero u64" => "a whole number from 1",
        "f64" => "a number",
        "a map" => "a table",
        _ if expected.starts_with("struct ") => "a table",
        _ if expected.starts_with("enum ") => "one of the allowed names",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_named_as_in_the_documents() {
        let cases = [
            (
                "invalid type: map, expected a sequence",
                "expected a list, found a table",
            ),
            (
                "invalid type: string \"ten\", expected a whole number",
                "expected a whole number, found \"ten\"",
            ),
            (
                "invalid type: integer `7`, expected a string",
                "expected a text in quotes, found 7",
            ),
            (
                "invalid type: floating point `1.5`, expected u64\n",
                "expected a whole number, found 1.5",
            ),
            (
                "invalid value: string \"2h\", expected a time",
                "expected a time, found \"2h\"",
            ),
            ("missing field `name`", "missing field `name`"),
        ];
        for (message, expected) in cases {
            assert_eq!(plain_words(message), expected);
        }
    }
}
