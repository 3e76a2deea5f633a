//! `--export-csv`: tidy and long, one line per run and metric, every run among them: those of the
//! correctness pass, of the control arm, for memory, and those that failed. Choosing among them is
//! left to the reader.

use super::metrics::RUN_METRICS;
use super::{Comparison, Exporter, Files, Part};
use results::{Arm, Outcome, Pass, Row, Run};

pub(super) const EXPORTER: Exporter = Exporter {
    flag: "export-csv",
    takes: "FILE|-",
    about: "One line per run and metric",
    files: Files::One,
    export,
};

const HEADER: &str = "commit,workload,load,variant,arm,pass,block,slot,seq,tasks,in_flight,outcome,metric,value,unit";

fn export(comparison: &Comparison<'_>) -> anyhow::Result<Vec<Part>> {
    let lines = comparison.rows.iter().flat_map(|row| match row {
        Row::Run(run) => lines(comparison, run),
        Row::Block(_) => Vec::new(),
    });
    let text: String = std::iter::once(HEADER.to_owned())
        .chain(lines)
        .map(|line| line + "\n")
        .collect();
    Ok(Part::only(text))
}

/// A failed run is one line without a metric, so that it is not lost.
fn lines(comparison: &Comparison<'_>, run: &Run) -> Vec<String> {
    let beginning = beginning(comparison, run);
    match &run.outcome {
        Outcome::Failed(failed) => {
            let word = quoted(failed.failure.kind.word());
            vec![format!("{beginning},{word},,,")]
        }
        Outcome::Measured(measured) => {
            let figures = RUN_METRICS
                .iter()
                .filter_map(|metric| Some((metric, (metric.of)(run, measured)?)));
            let line = |(metric, value): (&super::metrics::RunMetric, f64)| {
                format!(
                    "{beginning},measured,{},{value},{}",
                    metric.name, metric.unit
                )
            };
            figures.map(line).collect()
        }
    }
}

fn beginning(comparison: &Comparison<'_>, run: &Run) -> String {
    let fields = [
        quoted(&comparison.run.commit),
        quoted(&run.workload),
        comparison.load_of(&run.workload),
        quoted(&run.variant),
        arm(run.arm).to_owned(),
        pass(run.pass).to_owned(),
        run.block.to_string(),
        run.slot.to_string(),
        run.seq.to_string(),
        run.tasks.to_string(),
        run.in_flight.to_string(),
    ];
    fields.join(",")
}

fn arm(arm: Arm) -> &'static str {
    match arm {
        Arm::Main => "main",
        Arm::Control => "control",
    }
}

fn pass(pass: Pass) -> &'static str {
    match pass {
        Pass::Preparation => "preparation",
        Pass::Correctness => "correctness",
        Pass::Measured => "measured",
        Pass::Memory => "memory",
    }
}

/// As RFC 4180 has it.
fn quoted(text: &str) -> String {
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_would_break_a_line_is_quoted() {
        let found = ["threads/pool", "a,b", "say \"no\"", "two\nlines"].map(quoted);
        assert_eq!(
            found,
            [
                "threads/pool",
                "\"a,b\"",
                "\"say \"\"no\"\"\"",
                "\"two\nlines\""
            ]
        );
    }

    #[test]
    fn a_line_has_as_many_fields_as_the_header() {
        let before_metrics = HEADER.split(',').position(|name| name == "outcome");
        assert_eq!(before_metrics, Some(11));
        assert!(HEADER.ends_with(",outcome,metric,value,unit"));
    }
}
