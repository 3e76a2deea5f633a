//! What is printed: a line for each rule and each group of variants with the same outcome, with faults
//! below it, and totals.

use std::fmt::Write as _;

use terminal::{counted, json, shown};

use crate::outcome::{Fault, Outcome};
use crate::rule::Rule;

/// Faults that are shown of one line.
const SHOWN_FAULTS: usize = 5;

/// How many checks came out in each way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) holds: usize,
    pub(crate) broken: usize,
    pub(crate) unsupported: usize,
}

impl Totals {
    /// Counts the outcome of one rule for one variant.
    pub(crate) fn add(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Holds(_) => self.holds += 1,
            Outcome::Broken(_) => self.broken += 1,
            Outcome::Unsupported(_) => self.unsupported += 1,
        }
    }

    /// The last line.
    pub(crate) fn line(self) -> String {
        let Self {
            holds,
            broken,
            unsupported,
        } = self;
        format!("checks: {holds} hold, {broken} broken, {unsupported} unsupported\n")
    }
}

/// The lines of one rule; `outcomes` has the name of each variant and what the rule came to for it, and
/// `again` is what to type to check a variant once more, without its name.
pub(crate) fn of_rule(rule: &Rule, outcomes: &[(String, Outcome)], again: &str) -> String {
    let mut groups: Vec<(&Outcome, Vec<&str>)> = Vec::new();
    for (variant, outcome) in outcomes {
        match groups
            .iter_mut()
            .find(|(other, _)| is_alike(other, outcome))
        {
            Some((_, variants)) => variants.push(variant),
            None => groups.push((outcome, vec![variant])),
        }
    }
    let is_one = groups.len() == 1;
    let mut text = String::new();
    for (outcome, variants) in groups {
        let who = if is_one || rule.of_program {
            String::new()
        } else {
            format!(" ({})", names(&variants))
        };
        group(&mut text, rule, outcome, &who);
        if matches!(outcome, Outcome::Broken(_)) {
            let (first, number) = (variants[0], rule.number);
            let _ = writeln!(text, "     again: {again} {first} --rule {number}");
        }
    }
    text
}

/// The variants without the model's name, which is that of the section.
fn names(variants: &[&str]) -> String {
    let short = variants
        .iter()
        .map(|name| name.split_once('/').map_or(*name, |(_, variant)| variant));
    short.collect::<Vec<_>>().join(", ")
}

/// Whether two variants share a line: requests differ in the variant's name alone.
fn is_alike(one: &Outcome, other: &Outcome) -> bool {
    match (one, other) {
        (Outcome::Broken(these), Outcome::Broken(those)) => {
            these.iter().map(seen_in).eq(those.iter().map(seen_in))
        }
        _ => one == other,
    }
}

fn seen_in(fault: &Fault) -> (&str, &str) {
    (&fault.case, &fault.seen)
}

fn group(text: &mut String, rule: &Rule, outcome: &Outcome, who: &str) {
    let (mark, what) = match outcome {
        Outcome::Holds(what) => ('✓', what.clone()),
        Outcome::Unsupported(what) => ('–', format!("unsupported: {what}")),
        Outcome::Broken(faults) if faults.len() == 1 => ('✗', "broken".to_owned()),
        Outcome::Broken(faults) => (
            '✗',
            format!("broken in {}", counted(faults.len() as u64, "case")),
        ),
    };
    let Rule {
        number,
        name,
        stated,
        ..
    } = rule;
    let _ = writeln!(
        text,
        "{mark} {number:>2} {name}{who}: {}  {stated}",
        shown(&what)
    );
    let Outcome::Broken(faults) = outcome else {
        return;
    };
    for fault in faults.iter().take(SHOWN_FAULTS) {
        let _ = writeln!(text, "     {}", shown(&fault.case));
        let _ = writeln!(text, "       seen     {}", shown(&fault.seen));
        let _ = writeln!(text, "       allowed  {}", shown(&fault.due));
        if let Some(request) = &fault.request {
            let _ = writeln!(text, "       request  {}", json(request.clone()));
        }
    }
    if faults.len() > SHOWN_FAULTS {
        let _ = writeln!(text, "     and {} more", faults.len() - SHOWN_FAULTS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::RULES;

    fn broken(seen: &str, request: &str) -> Outcome {
        Outcome::Broken(vec![Fault {
            case: "a case".to_owned(),
            seen: seen.to_owned(),
            due: "something else".to_owned(),
            request: Some(request.to_owned()),
        }])
    }

    #[test]
    fn variants_with_the_same_outcome_share_a_line() {
        let holds = || Outcome::Holds("7 runs right".to_owned());
        let outcomes = [
            ("m/a".to_owned(), holds()),
            ("m/b".to_owned(), broken("x", "1")),
            ("m/c".to_owned(), holds()),
            ("m/d".to_owned(), broken("x", "2")),
        ];
        let text = of_rule(&RULES[2], &outcomes, "cargo xtask conformance");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[0],
            "✓  3 digests (a, c): 7 runs right  FORMAT \"Digests\""
        );
        assert_eq!(lines[1], "✗  3 digests (b, d): broken  FORMAT \"Digests\"");
        assert_eq!(lines[3], "       seen     x");
        assert_eq!(lines[6], "     again: cargo xtask conformance m/b --rule 3");
        assert_eq!(lines.len(), 7, "{text}");
    }

    #[test]
    fn where_all_agree_no_variant_is_named() {
        let outcome = Outcome::Unsupported("order".to_owned());
        let text = of_rule(&RULES[2], &[("m/a".to_owned(), outcome.clone())], "again");
        assert_eq!(
            text,
            "–  3 digests: unsupported: order  FORMAT \"Digests\"\n"
        );
        let mut totals = Totals::default();
        totals.add(&outcome);
        assert_eq!(totals.line(), "checks: 0 hold, 0 broken, 1 unsupported\n");
    }

    #[test]
    fn rules_are_numbered_in_order() {
        let numbers: Vec<u8> = RULES.iter().map(|rule| rule.number).collect();
        assert_eq!(numbers, (1..=12).collect::<Vec<u8>>());
    }
}
