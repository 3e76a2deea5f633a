//! Which of two failures a pair is told by, where the base and the head both fail.

use results::{Failure, Kind};

/// The worse of the failures of the base and of the head: a wrong answer comes first, then what is a
/// program's fault, then what neither the machine nor the workload allows. The base's is told of two alike.
pub(crate) fn worse(base: Failure, head: Failure) -> Failure {
    if severity(head.kind) > severity(base.kind) {
        head
    } else {
        base
    }
}

fn severity(kind: Kind) -> u8 {
    match kind {
        Kind::Differs => 2,
        kind if kind.is_fault() => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_answer_is_told_whichever_side_gave_it() {
        let told = |base: Kind, head: Kind| worse(Failure::new(base, "b"), Failure::new(head, "h"));
        assert_eq!(told(Kind::Unsupported, Kind::Differs).kind, Kind::Differs);
        assert_eq!(told(Kind::Differs, Kind::Crashed).kind, Kind::Differs);
        assert_eq!(told(Kind::Unavailable, Kind::Hung).kind, Kind::Hung);
        assert_eq!(told(Kind::Crashed, Kind::Hung).message, "b");
        assert_eq!(told(Kind::Unsupported, Kind::Unavailable).message, "b");
    }
}
