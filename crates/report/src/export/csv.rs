//! `--export-csv`: tidy and long, one line per run and metric. Every run is among them: those of the
//! correctness pass, of the control arm, for memory, and those that failed.

use results::{Arm, HostRecord, Outcome, Pass, Row, Run, RunFile};
use terminal::shown;

use super::exporter::{Comparison, ExportedFile, Exporter, Files};
use super::metrics::RUN_METRICS;

pub(super) const EXPORTER: Exporter = Exporter {
    flag: "export-csv",
    takes: "FILE|-",
    about: "One line per run and metric",
    files: Files::One,
    export,
};

const HEADER: &str = "commit,host,shard,workload,load,variant,arm,pass,block,slot,seq,tasks,in_flight,outcome,metric,value,unit";

fn export(comparison: &Comparison<'_>) -> anyhow::Result<Vec<ExportedFile>> {
    let text: String = std::iter::once(HEADER.to_owned())
        .chain(comparison.rows.iter().flat_map(|row| match row {
            Row::Run(run) => lines(comparison, run),
            Row::Block(_) => Vec::new(),
        }))
        .map(|line| line + "\n")
        .collect();
    Ok(ExportedFile::only(text))
}

/// A failed run is one line without a metric, so that it is not lost.
fn lines(comparison: &Comparison<'_>, run: &Run) -> Vec<String> {
    let fields = first_fields(comparison, run);
    match &run.outcome {
        Outcome::Failed(failed) => {
            let word = quoted(failed.failure.kind.word());
            vec![format!("{fields},{word},,,")]
        }
        Outcome::Measured(measured) => {
            // A figure that a run does not have gives no line: an empty value could be taken for 0.
            RUN_METRICS
                .iter()
                .filter_map(|metric| {
                    let value = (metric.value)(run, measured)?;
                    Some(format!(
                        "{fields},measured,{},{value},{}",
                        metric.name, metric.unit
                    ))
                })
                .collect()
        }
    }
}

fn first_fields(comparison: &Comparison<'_>, run: &Run) -> String {
    let fields = [
        quoted(&comparison.run.commit),
        quoted(&host(comparison.run, run.block)),
        shard(comparison.run, run.block),
        quoted(&run.workload),
        comparison.load_of(&run.workload),
        quoted(&run.variant),
        arm(run.arm).to_owned(),
        pass(comparison, run).to_owned(),
        run.block.to_string(),
        run.slot.to_string(),
        run.seq.to_string(),
        run.tasks.to_string(),
        run.in_flight.to_string(),
    ];
    fields.join(",")
}

/// The name of the host that a block ran on; empty where it is not known.
fn host(run: &RunFile, block: u64) -> String {
    let name = match &run.merged {
        Some(merged) => merged.host_of(block).map(|host| merged.name_of(host)),
        None => run.host.as_ref().map(HostRecord::name),
    };
    name.unwrap_or_default().to_owned()
}

/// The shard that a block is of; empty where it is of none.
fn shard(run: &RunFile, block: u64) -> String {
    let shard = match &run.merged {
        Some(merged) => merged.unit_of(block).map(|unit| unit.shard),
        None => run.shard.map(|record| record.shard),
    };
    shard.map_or_else(String::new, |shard| shard.to_string())
}

fn arm(arm: Arm) -> &'static str {
    match arm {
        Arm::Main => "main",
        Arm::Control => "control",
    }
}

/// The pass of a run; `torn` where its block was cut short and `disturbed` where it was measured again, so
/// that the run is in no figure.
fn pass(comparison: &Comparison<'_>, run: &Run) -> &'static str {
    match run.pass {
        Pass::Measured if comparison.run.is_torn(run) => "torn",
        Pass::Measured if comparison.run.was_repeated(run) => "disturbed",
        Pass::Preparation => "preparation",
        Pass::Correctness => "correctness",
        Pass::Pilot => "pilot",
        Pass::Measured => "measured",
        Pass::Memory => "memory",
    }
}

/// A field of text as RFC 4180 has it: in quotes where it holds what would end it. Control characters are
/// written out, and an apostrophe precedes what a spreadsheet would take for a formula.
fn quoted(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let safe = format!("{}{}", if is_formula { "'" } else { "" }, shown(text));
    if safe.contains([',', '"']) {
        format!("\"{}\"", safe.replace('"', "\"\""))
    } else {
        safe
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_spreadsheet_takes_a_name_for_a_formula() {
        let found = [
            "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "a=1", "=a,b",
        ]
        .map(quoted);
        let expected = [
            "'=1+1",
            "'+1",
            "'-1",
            "'@SUM(A1)",
            "'\\t=1",
            "'\\r=1",
            "a=1",
            "\"'=a,b\"",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn only_what_would_break_a_line_is_quoted() {
        let found = ["threads/pool", "a,b", "say \"no\"", "two\nlines\u{202e}"].map(quoted);
        assert_eq!(
            found,
            [
                "threads/pool",
                "\"a,b\"",
                "\"say \"\"no\"\"\"",
                "two\\nlines\\u{202e}"
            ]
        );
    }

    #[test]
    fn a_line_has_as_many_fields_as_the_header() {
        let before_metrics = HEADER.split(',').position(|name| name == "outcome");
        assert_eq!(before_metrics, Some(13));
        assert!(HEADER.ends_with(",outcome,metric,value,unit"));
    }
}
