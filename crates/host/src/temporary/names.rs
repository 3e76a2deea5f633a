//! The names of the folders in which the tools' temporary folders are: they tell whose each is.

use crate::ledger::Known;

/// What the names of the tools' folders begin with; the tool's process id and start time follow.
const PREFIX: &str = "manyways-";

/// The name of this tool's folder.
pub(super) fn own_name() -> String {
    let Known { pid, start, .. } = Known::of(std::process::id());
    format!("{PREFIX}{pid}-{}", start.unwrap_or(0))
}

/// The tool, as far as the system tells, out of the name of its folder.
pub(super) fn tool_of(name: &str) -> Option<Known> {
    let (pid, start) = name.strip_prefix(PREFIX)?.split_once('-')?;
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
        assert_eq!(
            tool_of(&own_name()).map(|tool| tool.pid),
            Some(std::process::id())
        );
        for name in [
            "manyways-",
            "manyways-1",
            "manyways-1-",
            "manyways-pg-1-2",
            "other-1-2",
        ] {
            assert_eq!(tool_of(name), None, "{name}");
        }
    }
}
