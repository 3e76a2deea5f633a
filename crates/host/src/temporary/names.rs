//! The names of the folders in which the tools' temporary folders are: they tell whose each is.

use crate::ledger::Known;

/// What the names of the tools' folders begin with; the tool's process id and start time follow.
const PREFIX: &str = "manyways-";
/// The most tools that are believed to have the same process id and start time at once.
const MOST_NAMES: u32 = 100;

/// The names that this tool's folder may have, the usual one first. Nodes and containers that share the directory may
/// have a tool of the same process id that started in the same clock tick: then the next name is taken.
pub(super) fn own_names() -> impl Iterator<Item = String> {
    (0..MOST_NAMES).map(|number| match number {
        0 => own_name(),
        number => format!("{}.{number}", own_name()),
    })
}

/// The usual name of this tool's folder.
pub(super) fn own_name() -> String {
    let Known { pid, start, .. } = Known::of(std::process::id());
    format!("{PREFIX}{pid}-{}", start.unwrap_or(0))
}

/// The tool, as far as the system tells, out of the name of its folder.
pub(super) fn tool_of(name: &str) -> Option<Known> {
    let (pid, rest) = name.strip_prefix(PREFIX)?.split_once('-')?;
    let (start, number) = rest.split_once('.').unwrap_or((rest, "0"));
    number.parse::<u32>().ok()?;
    Some(Known {
        pid: pid.parse().ok()?,
        start: Some(start.parse().ok()?),
        cleans_up: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_tools_folder_tells_whose_it_is() {
        for name in own_names().take(3) {
            let tool = tool_of(&name).map(|tool| tool.pid);
            assert_eq!(tool, Some(std::process::id()), "{name}");
        }
        for name in [
            "manyways-",
            "manyways-1",
            "manyways-1-",
            "manyways-pg-1-2",
            "other-1-2",
            "manyways-1-2.",
            "manyways-1-2.x",
        ] {
            assert_eq!(tool_of(name), None, "{name}");
        }
    }
}
