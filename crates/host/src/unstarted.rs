//! Why a program was not started: because of the program, or because this tool can start none. Only the
//! former is a failure of the model whose program it is.

use std::io;

use nix::errno::Errno;

/// Why a program was not started.
#[derive(Debug, thiserror::Error)]
pub enum Unstarted {
    /// This program cannot be started: it is missing, may not be executed, or is no program.
    #[error("{0}")]
    Program(io::Error),
    /// This tool cannot start any program just now.
    #[error("no program can be started: {0:#}")]
    Tool(anyhow::Error),
}

impl From<io::Error> for Unstarted {
    /// Sorts the error of a start by what it is about.
    fn from(error: io::Error) -> Unstarted {
        match error.raw_os_error().and_then(lacking) {
            Some(what) => Self::Tool(anyhow::Error::new(error).context(what)),
            None => Self::Program(error),
        }
    }
}

/// What the tool or the machine lacks where a start failed with this error.
fn lacking(errno: i32) -> Option<&'static str> {
    match Errno::from_raw(errno) {
        Errno::EMFILE => Some("this tool may open no further file (`ulimit -n` raises the limit)"),
        Errno::ENFILE => Some("the machine may open no further file (`fs.file-max`)"),
        Errno::EAGAIN => Some(
            "the machine gives no further process (`ulimit -u`, `kernel.pid_max`, or the limit of the \
             container)",
        ),
        Errno::ENOMEM => Some("the machine has no memory for a further process"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_machine_lacks_is_no_fault_of_the_program() {
        for errno in [Errno::EMFILE, Errno::ENFILE, Errno::EAGAIN, Errno::ENOMEM] {
            let error = Unstarted::from(io::Error::from(errno));
            assert!(matches!(error, Unstarted::Tool(_)), "{error}");
            assert!(error.to_string().contains("(os error "), "{error}");
        }
        for errno in [Errno::ENOENT, Errno::EACCES, Errno::ENOEXEC, Errno::ETXTBSY] {
            let error = Unstarted::from(io::Error::from(errno));
            assert!(matches!(error, Unstarted::Program(_)), "{error}");
        }
    }
}
