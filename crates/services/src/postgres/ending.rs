//! What ends the service of a PostgreSQL table.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

/// What ends the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Standard input was closed: whoever asked wants no more.
    InputClosed,
    /// The server ended by itself; the status is that of the shell that keeps it, where it is known.
    ServerEnded(Option<ExitStatus>),
}

/// A shell adds this to the signal that ended what it ran.
const KILLED: i32 = 128;

/// How a program ended, by the status of the shell that keeps it.
pub(super) fn describe(program: &str, status: Option<ExitStatus>) -> String {
    let by_itself = status.and_then(|status| status.code());
    let killed = status.and_then(|status| status.signal());
    match (by_itself, killed) {
        (Some(code), _) if code > KILLED => {
            let signal = code - KILLED;
            let hint = if signal == 9 {
                ", as the system does when memory runs out"
            } else {
                ""
            };
            format!("{program} was killed by signal {signal}{hint}")
        }
        (Some(code), _) if code != 0 => format!("{program} ended with exit code {code}"),
        (_, Some(signal)) => {
            format!("the shell that keeps {program} was killed by signal {signal}")
        }
        _ => format!("{program} ended"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_told_by_its_cause() {
        let told = |raw| describe("postgres", Some(ExitStatus::from_raw(raw)));
        assert_eq!(told(0), "postgres ended");
        assert_eq!(told(2 << 8), "postgres ended with exit code 2");
        let of_system = "postgres was killed by signal 9, as the system does when memory runs out";
        assert_eq!(told(137 << 8), of_system);
        assert_eq!(told(139 << 8), "postgres was killed by signal 11");
        assert_eq!(
            told(9),
            "the shell that keeps postgres was killed by signal 9"
        );
        assert_eq!(describe("initdb", None), "initdb ended");
    }
}
