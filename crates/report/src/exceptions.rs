//! What did not run, or failed, each reason once for all variants and workloads that it holds for.

use std::fmt::Write as _;

use results::{Failed, Kind, WorkloadSummary};
use terminal::{counted, shown, wrap};

use crate::excerpt::excerpt;

/// The sign of what is a variant's fault.
pub(crate) const FAULT: char = '✗';
/// The sign of what a variant does not do, or cannot do on this machine.
pub(crate) const DECLINED: char = '–';
/// The most names of a list; longer ones are counted.
const MOST_NAMES: usize = 4;

/// One reason, and what it holds for.
#[derive(Clone, Debug)]
pub(crate) struct Exception<'a> {
    /// Each variant, with its failure at the first of the workloads.
    pub(crate) variants: Vec<(&'a str, &'a Failed)>,
    /// The workloads, in the order of the tables.
    pub(crate) workloads: Vec<&'a str>,
}

/// Every failure of these workloads, the faults last: they are what a reader must act on, and the end
/// of the output is what a terminal shows.
pub(crate) fn exceptions(summaries: &[WorkloadSummary]) -> Vec<Exception<'_>> {
    let mut merged: Vec<Exception<'_>> = Vec::new();
    for one in by_variant(summaries) {
        let same = merged
            .iter_mut()
            .find(|other| other.reason() == one.reason() && other.workloads == one.workloads);
        match same {
            Some(other) => other.variants.extend(one.variants),
            None => merged.push(one),
        }
    }
    merged.sort_by_key(Exception::is_fault);
    merged
}

/// The reasons of each variant, with the workloads at which it gave them.
fn by_variant(summaries: &[WorkloadSummary]) -> Vec<Exception<'_>> {
    let mut found: Vec<Exception<'_>> = Vec::new();
    for summary in summaries {
        for variant in &summary.variants {
            let Some(failed) = &variant.failed else {
                continue;
            };
            let name = variant.variant.as_str();
            let same = found
                .iter_mut()
                .find(|one| one.variants[0].0 == name && one.reason() == reason(failed));
            match same {
                Some(one) => one.workloads.push(&summary.workload),
                None => found.push(Exception {
                    variants: vec![(name, failed)],
                    workloads: vec![&summary.workload],
                }),
            }
        }
    }
    found
}

fn reason(failed: &Failed) -> (Kind, &str) {
    (failed.failure.kind, &failed.failure.message)
}

impl<'a> Exception<'a> {
    fn reason(&self) -> (Kind, &'a str) {
        reason(self.variants[0].1)
    }

    /// Whether it is the fault of the variants.
    pub(crate) fn is_fault(&self) -> bool {
        self.reason().0.is_fault()
    }

    /// Who, what, and where: `✗ a/b, a/c: crashed: message (all workloads)`. `all` is the number of
    /// workloads that are spoken of; the place is left out where that is one.
    pub(crate) fn sentence(&self, all: usize) -> String {
        let (kind, message) = self.reason();
        let all_names: Vec<&str> = self.variants.iter().map(|(name, _)| *name).collect();
        // Who is at fault is always named; of others the tables show the rest.
        let names = if self.is_fault() {
            all_names.join(", ")
        } else {
            by_model(&all_names)
        };
        let mark = sign(kind);
        let what = match kind {
            // A model may decline work, which is an answer and no failure.
            Kind::Unsupported => message.to_owned(),
            _ => format!("{}: {message}", kind.word()),
        };
        let place = match self.workloads.len() {
            _ if all < 2 => String::new(),
            count if count == all => " (all workloads)".to_owned(),
            count if count > MOST_NAMES => format!(" ({})", counted(count as u64, "workload")),
            _ => format!(" ({})", self.workloads.join(", ")),
        };
        shown(&format!("{mark} {names}: {what}{place}"))
    }

    /// The sentence, the last lines of the program's standard error, and the commands that do the same
    /// runs by hand, each line indented by two.
    pub(crate) fn text(&self, all: usize, width: usize) -> String {
        let mut text = String::new();
        let sentence = self.sentence(all);
        // The message of a fault quotes what a program printed, which is searched for in one piece.
        let lines = if self.is_fault() {
            vec![sentence]
        } else {
            wrap(&sentence, width.saturating_sub(2), 2)
        };
        for line in lines {
            let _ = writeln!(text, "  {line}");
        }
        // Who declines has no output to read, and nothing to try again.
        if self.reason().0 == Kind::Unsupported {
            return text;
        }
        for line in excerpt(&self.variants[0].1.failure.stderr) {
            let _ = writeln!(text, "      | {line}");
        }
        for (_, failed) in &self.variants {
            if !failed.replay.is_empty() {
                let _ = writeln!(text, "      again: {}", shown(&failed.replay));
            }
        }
        text
    }
}

/// Variants by name, or by number where a model has many of them.
fn by_model(names: &[&str]) -> String {
    let mut models: Vec<(&str, Vec<&str>)> = Vec::new();
    for name in names {
        let model = name.split('/').next().unwrap_or(name);
        match models.iter_mut().find(|(other, _)| *other == model) {
            Some((_, variants)) => variants.push(name),
            None => models.push((model, vec![name])),
        }
    }
    let parts: Vec<String> = models
        .into_iter()
        .map(|(model, variants)| match variants.len() {
            count if count > MOST_NAMES => format!("{count} of {model}/*"),
            _ => variants.join(", "),
        })
        .collect();
    parts.join(", ")
}

/// The sign of a cell in the matrix of answers, and of a sentence about it.
pub(crate) fn sign(kind: Kind) -> char {
    if kind.is_fault() { FAULT } else { DECLINED }
}

#[cfg(test)]
mod tests {
    use super::*;
    use results::{Failure, VariantSummary};

    fn failed(name: &str, kind: Kind, message: &str) -> VariantSummary {
        VariantSummary {
            variant: name.to_owned(),
            failed: Some(Failed {
                failure: Failure::new(kind, message),
                replay: format!("run {name}"),
            }),
            ..VariantSummary::default()
        }
    }

    fn workload(name: &str, variants: Vec<VariantSummary>) -> WorkloadSummary {
        WorkloadSummary {
            workload: name.to_owned(),
            variants,
            ..WorkloadSummary::default()
        }
    }

    #[test]
    fn a_reason_is_said_once_for_all_that_it_holds_for() {
        let declines = |name: &str| failed(name, Kind::Unsupported, "needs more");
        let crashes = failed("a/z", Kind::Crashed, "ended");
        let summaries = [
            workload("one", vec![crashes, declines("a/x"), declines("a/y")]),
            workload("two", vec![declines("a/x"), declines("a/y")]),
        ];
        let found = exceptions(&summaries);
        let said: Vec<String> = found.iter().map(|one| one.sentence(2)).collect();
        assert_eq!(
            said,
            [
                "– a/x, a/y: needs more (all workloads)",
                "✗ a/z: crashed: ended (one)"
            ]
        );
        assert_eq!(
            found[1].text(1, 80),
            "  ✗ a/z: crashed: ended\n      again: run a/z\n"
        );
        assert_eq!(found[0].text(1, 80), "  – a/x, a/y: needs more\n");
    }
}
