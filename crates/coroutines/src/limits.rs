//! How many coroutines a process can have: each stack is two mappings of memory, itself and the
//! page that guards its end.

use runner::{Error, Result};

/// Where Linux says how many mappings a process may have. Other systems have no such limit.
const MOST_MAPPINGS: &str = "/proc/sys/vm/max_map_count";
/// Mappings of a process without its coroutines: code, libraries, heaps, stacks of threads.
const OTHER_MAPPINGS: u64 = 2000;

/// Checks that so many coroutines can exist at the same time.
///
/// # Errors
/// When the system does not allow as many mappings.
pub(crate) fn check(coroutines: u64) -> Result<()> {
    let allowed = std::fs::read_to_string(MOST_MAPPINGS).ok();
    match allowed.and_then(|text| text.trim().parse().ok()) {
        Some(most) => check_against(coroutines, most),
        None => Ok(()),
    }
}

fn check_against(coroutines: u64, most: u64) -> Result<()> {
    let needed = coroutines.saturating_mul(2).saturating_add(OTHER_MAPPINGS);
    if needed <= most {
        return Ok(());
    }
    Err(Error::Unavailable(format!(
        "the stacks of {coroutines} coroutines need {needed} mappings of memory, and {MOST_MAPPINGS} allows {most}"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_stacks_than_the_system_maps_are_refused_with_both_numbers() {
        assert!(check_against(31_765, 65_530).is_ok());
        let error = check_against(31_766, 65_530).unwrap_err();
        let text = error.to_string();
        assert!(matches!(error, Error::Unavailable(_)), "{text}");
        for number in ["31766", "65532", "65530"] {
            assert!(text.contains(number), "{text}");
        }
        assert!(check_against(u64::MAX, 65_530).is_err());
    }
}
