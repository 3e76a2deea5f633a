//! The parts of documents that `cargo xtask tidy --fix` writes: tables of models, of workloads and of
//! exit codes, each between two comments. The text around them is written by hand.

use std::ops::Range;

use protocol::{Class, ExitCode, InFlight, Workload};
use terminal::{markdown, shown};

use crate::problem::{Problem, line_where};
use crate::project::{ModelFile, Project, Source, WorkloadFile};

/// A part of a document that a program writes.
pub(crate) struct GeneratedPart {
    name: &'static str,
    body: String,
}

const END: &str = "<!-- end -->";

/// Every part, with the document that holds it.
pub(crate) fn parts(project: &Project) -> [(&Source, GeneratedPart); 3] {
    [
        (&project.models_document, models_part(&project.models)),
        (
            &project.workloads_document,
            workloads_part(&project.workloads),
        ),
        (&project.recipes_document, exit_codes_part()),
    ]
}

/// The table of models with the names of their variants; hidden ones stay out.
fn models_part(models: &[ModelFile]) -> GeneratedPart {
    let mut body = "| model | what it is | variants | classes |\n|---|---|---|---|\n".to_owned();
    for model in models
        .iter()
        .map(|file| &file.model)
        .filter(|model| !model.hidden)
    {
        let classes: Vec<&str> = model.classes.iter().copied().map(class_name).collect();
        // Without the name of the model: `explain` looks for whole names, and finds the rows that say
        // what to expect of each.
        let variants: Vec<String> = model
            .variants
            .iter()
            .map(|variant| code(&variant.name))
            .collect();
        row(
            &mut body,
            &[
                &code(&model.name),
                &markdown(&model.about),
                &variants.join(" "),
                &classes.join(", "),
            ],
        );
    }
    GeneratedPart {
        name: "models",
        body,
    }
}

/// The table of the exit codes of `cargo xtask`.
fn exit_codes_part() -> GeneratedPart {
    let mut body = String::new();
    row(&mut body, &["code", "meaning"]);
    body.push_str("|---:|---|\n");
    for code in ExitCode::ALL {
        row(&mut body, &[&(code as u8).to_string(), code.meaning()]);
    }
    GeneratedPart {
        name: "exit-codes",
        body,
    }
}

/// The table of the catalogue, by class and then by name.
fn workloads_part(workloads: &[WorkloadFile]) -> GeneratedPart {
    let heads = [
        "workload",
        "class",
        "tasks",
        "in flight",
        "what a task does",
    ];
    let mut body = String::new();
    row(&mut body, &heads);
    // Numbers are aligned to the right, so that their sizes can be seen down a column.
    body.push_str("|---|---|---:|---:|---|\n");
    let mut sorted: Vec<&Workload> = workloads.iter().map(|file| &file.workload).collect();
    sorted.sort_by_key(|workload| (workload.class as u8, &workload.name));
    for workload in sorted {
        let in_flight = match workload.in_flight {
            InFlight::Lanes(lanes) => lanes.to_string(),
            InFlight::Workers => "workers".to_owned(),
        };
        let (name, tasks) = (code(&workload.name), workload.tasks.to_string());
        let class = class_name(workload.class);
        row(
            &mut body,
            &[&name, class, &tasks, &in_flight, &markdown(&workload.about)],
        );
    }
    GeneratedPart {
        name: "workloads",
        body,
    }
}

/// One row of a table, of cells in Markdown.
fn row(body: &mut String, cells: &[&str]) {
    for cell in cells {
        body.push_str("| ");
        body.push_str(cell);
        body.push(' ');
    }
    body.push_str("|\n");
}

/// A name as code in a cell: a `|` would end the cell, and a backtick the code.
fn code(name: &str) -> String {
    let plain = shown(name).replace('`', "'").replace('|', "\\|");
    format!("`{plain}`")
}

fn class_name(class: Class) -> &'static str {
    match class {
        Class::Io => "io",
        Class::Cpu => "cpu",
        Class::Mixed => "mixed",
        Class::Coordination => "coordination",
        Class::Serve => "serve",
    }
}

/// A generated part is there, and says what would be written now.
pub(crate) fn current(document: &Source, part: &GeneratedPart) -> Vec<Problem> {
    let opening = marker(part);
    // The comparison is of bytes: a row that was edited by hand would be lost at the next `--fix`.
    let text = match place(&document.text, part) {
        Some(range) if document.text[range.clone()] == part.body => return Vec::new(),
        Some(_) => format!("`{}` is not current: cargo xtask tidy --fix", part.name),
        None => format!("there is no generated part from `{opening}` to `{END}`"),
    };
    vec![Problem::new(
        &document.path,
        line_where(&document.text, |line| line == opening),
        text,
    )]
}

/// The document with its part written anew; as it is where it has no such part.
pub(crate) fn rewritten(text: &str, part: &GeneratedPart) -> String {
    let mut document = text.to_owned();
    if let Some(range) = place(text, part) {
        document.replace_range(range, &part.body);
    }
    document
}

/// The place of a part: from the line after the opening comment to the closing one.
fn place(text: &str, part: &GeneratedPart) -> Option<Range<usize>> {
    let opening = format!("{}\n", marker(part));
    let start = text.find(&opening)? + opening.len();
    let length = text[start..].find(END)?;
    // An end that belongs to the next part is none: writing up to it would delete what is between.
    let swallows = text[start..start + length].contains("<!-- generated:");
    (!swallows).then_some(start..start + length)
}

fn marker(part: &GeneratedPart) -> String {
    format!("<!-- generated: {} -->", part.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples_test::{document, model_file, workload_file};

    fn part() -> GeneratedPart {
        GeneratedPart {
            name: "models",
            body: "| a |\n".to_owned(),
        }
    }

    #[test]
    fn a_part_that_is_not_current_is_found_and_written_anew() {
        let old = "# Title\n<!-- generated: models -->\n| b |\n<!-- end -->\nAfter.\n";
        let found = current(&document("README.md", old), &part());
        let expected = "README.md:2: `models` is not current: cargo xtask tidy --fix";
        assert_eq!(found[0].to_string(), expected);
        let new = rewritten(old, &part());
        assert_eq!(
            new,
            "# Title\n<!-- generated: models -->\n| a |\n<!-- end -->\nAfter.\n"
        );
        assert_eq!(current(&document("README.md", &new), &part()), []);
    }

    #[test]
    fn a_part_that_is_absent_or_open_is_found_and_nothing_is_swallowed() {
        let open = "<!-- generated: models -->\n<!-- generated: workloads -->\n<!-- end -->\n";
        for text in ["", "# Title\n", open] {
            let found = current(&document("README.md", text), &part());
            assert!(
                found[0].text.contains("no generated part"),
                "{text}: {found:?}"
            );
            assert_eq!(rewritten(text, &part()), text);
        }
    }

    #[test]
    fn models_are_told_with_their_variants_and_hidden_ones_are_not() {
        let mut twin = model_file("twin", &["tokio"]);
        twin.model.hidden = true;
        let body = models_part(&[model_file("threads", &["pool", "a|b"]), twin]).body;
        let rows: Vec<&str> = body.lines().skip(2).collect();
        assert_eq!(
            rows,
            ["| `threads` | all of threads | `pool` `a\\|b` | io, cpu |"]
        );
    }

    #[test]
    fn a_description_is_no_markup() {
        let mut hostile = model_file("threads", &["pool"]);
        hostile.model.about = "<b>*x* `y`\n| z\u{202e}".to_owned();
        let body = models_part(&[hostile]).body;
        let row = body.lines().nth(2).unwrap();
        assert_eq!(body.lines().count(), 3, "{body}");
        assert!(
            row.contains(r"| &lt;b&gt;\*x\* \`y\`\\n\| z\\u{202e} |"),
            "{row}"
        );
    }

    #[test]
    fn every_exit_code_is_a_row() {
        let rows = exit_codes_part().body.lines().count();
        assert_eq!(rows, 2 + ExitCode::ALL.len());
    }

    #[test]
    fn workloads_are_told_by_class_and_name() {
        let mut sha256 = workload_file("sha256");
        sha256.workload.class = Class::Cpu;
        sha256.workload.in_flight = InFlight::Workers;
        let body = workloads_part(&[sha256, workload_file("sleep"), workload_file("http")]).body;
        let rows: Vec<&str> = body.lines().skip(2).collect();
        assert_eq!(
            rows,
            [
                "| `http` | io | 10 | 2 | http of old |",
                "| `sleep` | io | 10 | 2 | sleep of old |",
                "| `sha256` | cpu | 10 | workers | sha256 of old |",
            ]
        );
    }
}
