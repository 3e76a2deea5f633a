//! What a rule came to for one variant.

/// The verdict of one rule on one variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It holds; the text says of what.
    Holds(String),
    /// It does not: at least one fault.
    Broken(Vec<Fault>),
    /// The variant does nothing that the rule is about; the text says what was asked of it.
    Unsupported(String),
}

/// One case in which a rule does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// What was done: a workload and its sizes, or the way in which the protocol was left.
    pub(crate) case: String,
    /// What the program did.
    pub(crate) seen: String,
    /// What it is allowed to do.
    pub(crate) due: String,
    /// The request, as a line that can be sent again by hand; `None` where there was none.
    pub(crate) request: Option<String>,
}

/// What was seen, and what is due; `None` where nothing is wrong.
pub(crate) type Problem = Option<(String, String)>;

/// The cases of one rule, as they are counted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cases {
    held: usize,
    faults: Vec<Fault>,
    unsupported: Vec<String>,
}

impl Cases {
    /// Counts a case in which the rule holds.
    pub(crate) fn hold(&mut self) {
        self.held += 1;
    }

    /// Whether all that was counted so far, and something was, is what the variant does not do.
    pub(crate) fn holds_nothing(&self) -> bool {
        self.held == 0 && self.faults.is_empty() && !self.unsupported.is_empty()
    }

    /// Counts a fault.
    pub(crate) fn fail(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    /// Counts a case that the variant does not do.
    pub(crate) fn unsupported(&mut self, case: &str) {
        self.unsupported.push(case.to_owned());
    }

    /// The outcome of all cases; `what` stands before the number of those that
    /// hold, such as `runs right`.
    pub(crate) fn outcome(self, what: &str) -> Outcome {
        if !self.faults.is_empty() {
            return Outcome::Broken(self.faults);
        }
        if self.held == 0 {
            return Outcome::Unsupported("all of it".to_owned());
        }
        let left_out = self.unsupported.join(", ");
        let held = format!("{what}: {}", self.held);
        Outcome::Holds(if left_out.is_empty() {
            held
        } else {
            format!("{held}; unsupported: {left_out}")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(case: &str) -> Fault {
        Fault {
            case: case.to_owned(),
            seen: "x".to_owned(),
            due: "y".to_owned(),
            request: None,
        }
    }

    #[test]
    fn one_fault_outweighs_all_that_holds() {
        let mut cases = Cases::default();
        cases.hold();
        cases.unsupported("order");
        let held = cases.clone().outcome("runs");
        assert_eq!(
            held,
            Outcome::Holds("runs: 1; unsupported: order".to_owned())
        );
        cases.fail(fault("a"));
        assert_eq!(cases.outcome("runs"), Outcome::Broken(vec![fault("a")]));
    }

    #[test]
    fn a_variant_that_does_nothing_of_it_neither_holds_nor_fails() {
        let mut cases = Cases::default();
        assert!(!cases.holds_nothing());
        cases.unsupported("order");
        assert!(cases.holds_nothing());
        assert_eq!(
            cases.outcome("runs"),
            Outcome::Unsupported("all of it".to_owned())
        );
    }
}
