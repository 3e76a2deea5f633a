//! One finding with its state and its mark, and what to do after all of them.

use std::fmt;

use terminal::shown;

/// What is typed after a machine was found fit.
const FIRST: &str = "cargo xtask compare http --profile quick";

/// How a finding bears on comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// As it should be.
    Good,
    /// Comparisons run, and their figures suffer.
    Noisy,
    /// Something that only a part of the comparisons needs is not installed.
    Absent,
    /// It stands in the way.
    Bad,
}

impl State {
    fn mark(self) -> &'static str {
        match self {
            Self::Good => "✓",
            Self::Noisy => "!",
            Self::Absent => "–",
            Self::Bad => "✗",
        }
    }
}

/// One finding.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    pub(super) state: State,
    /// What was found.
    text: String,
    /// What to do about it; empty where nothing is to be done.
    remedy: String,
}

impl Finding {
    pub(super) fn good(text: impl Into<String>) -> Finding {
        Finding::of(State::Good, text, "")
    }

    pub(super) fn noisy(text: impl Into<String>, remedy: impl Into<String>) -> Finding {
        Finding::of(State::Noisy, text, remedy)
    }

    pub(super) fn absent(text: impl Into<String>, remedy: impl Into<String>) -> Finding {
        Finding::of(State::Absent, text, remedy)
    }

    pub(super) fn bad(text: impl Into<String>, remedy: impl Into<String>) -> Finding {
        Finding::of(State::Bad, text, remedy)
    }

    fn of(state: State, text: impl Into<String>, remedy: impl Into<String>) -> Finding {
        Finding {
            state,
            text: text.into(),
            remedy: remedy.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Paths, versions and problems of files are among the texts.
        write!(f, "{} {}", self.state.mark(), shown(&self.text))?;
        if self.remedy.is_empty() {
            return Ok(());
        }
        write!(f, ": {}", shown(&self.remedy))
    }
}

/// The last line: what to do next.
pub(super) fn next(findings: &[Finding]) -> String {
    if let Some(bad) = first(findings, State::Bad) {
        return format!("next: {}; then `cargo xtask doctor` again", bad.remedy);
    }
    match first(findings, State::Noisy) {
        Some(noisy) => format!("next: {FIRST} (first {})", noisy.remedy),
        None => format!("next: {FIRST}"),
    }
}

fn first(findings: &[Finding], state: State) -> Option<&Finding> {
    findings.iter().find(|finding| finding.state == state)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_has_its_mark_and_says_what_helps() {
        let shown = [
            Finding::good("the machine is quiet"),
            Finding::noisy("the machine is busy", "wait"),
            Finding::absent("valgrind is not installed", "install it"),
            Finding::bad("there is no cargo", "install Rust"),
        ]
        .map(|finding| finding.to_string());
        let expected = [
            "✓ the machine is quiet",
            "! the machine is busy: wait",
            "– valgrind is not installed: install it",
            "✗ there is no cargo: install Rust",
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn what_stands_in_the_way_comes_next_and_what_is_optional_does_not() {
        let (noisy, bad) = (Finding::noisy("a", "wait"), Finding::bad("b", "install c"));
        let absent = Finding::absent("d", "install e");
        assert_eq!(
            next(&[noisy.clone(), bad]),
            "next: install c; then `cargo xtask doctor` again"
        );
        assert_eq!(next(&[noisy]), format!("next: {FIRST} (first wait)"));
        assert_eq!(next(&[absent]), format!("next: {FIRST}"));
    }
}
