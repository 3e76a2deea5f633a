//! The table of exit codes at the end of help texts, made from the codes themselves.

use protocol::ExitCode;

/// The table under a heading.
pub(super) fn help() -> String {
    let rows = ExitCode::ALL.map(|code| format!("  {:<5}{}", code as u8, code.meaning()));
    format!("Exit codes:\n{}", rows.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_a_line_and_codes_ascend() {
        let codes: Vec<u8> = help()
            .lines()
            .skip(1)
            .map(|line| line.split_whitespace().next().unwrap().parse().unwrap())
            .collect();
        assert_eq!(codes, [0, 1, 2, 3, 4, 130]);
    }
}
