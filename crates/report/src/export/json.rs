//! `--export-json`: the whole comparison as one document: `run.json`, which `docs/run.schema.json`
//! describes, and the rows of `samples.jsonl` as `samples`.

use results::{Row, RunFile};
use serde::Serialize;

use super::exporter::{Comparison, ExportedFile, Exporter, Files};

pub(super) const EXPORTER: Exporter = Exporter {
    flag: "export-json",
    takes: "FILE|-",
    about: "Everything: run.json, and every row as `samples`",
    files: Files::One,
    export,
};

#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    run: &'a RunFile,
    samples: &'a [Row],
}

fn export(comparison: &Comparison<'_>) -> anyhow::Result<Vec<ExportedFile>> {
    let document = Document {
        run: comparison.run,
        samples: comparison.rows,
    };
    ExportedFile::json(&document)
}
