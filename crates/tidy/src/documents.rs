//! Whatever can be chosen is documented: each variant by name, each workload under a heading.

use crate::problem::{Problem, line_where, names};
use crate::project::{ModelFile, Source, WorkloadFile};

/// Every variant, hidden ones too, is named as `model/variant` in the document of the models.
pub(crate) fn models(models: &[ModelFile], document: &Source) -> Vec<Problem> {
    models
        .iter()
        .flat_map(|file| undocumented_variants(file, document))
        .collect()
}

fn undocumented_variants(file: &ModelFile, document: &Source) -> Vec<Problem> {
    let mut problems = Vec::new();
    for variant in &file.model.variants {
        let name = format!("{}/{}", file.model.name, variant.name);
        // The whole name, because `multi` is also the beginning of `multi+offload`.
        if !names(&document.text, &name) {
            let quoted = format!("\"{}\"", variant.name);
            let line = line_where(&file.source.text, |line| {
                line.starts_with("name") && line.contains(&quoted)
            });
            let text = format!("{} does not name `{name}`", document.path);
            problems.push(Problem::new(&file.source.path, line, text));
        }
    }
    problems
}

/// Every workload of the catalogue has a heading with its name in the document of the workloads.
pub(crate) fn workloads(workloads: &[WorkloadFile], document: &Source) -> Vec<Problem> {
    let headings: Vec<&str> = document
        .text
        .lines()
        .filter(|line| line.starts_with('#'))
        .collect();
    let mut problems = Vec::new();
    for file in workloads {
        let name = &file.workload.name;
        if !headings.iter().any(|heading| names(heading, name)) {
            let line = line_where(&file.source.text, |line| line.starts_with("name"));
            let text = format!("{} has no heading with `{name}`", document.path);
            problems.push(Problem::new(&file.source.path, line, text));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples_test::{document, model_file, workload_file};

    fn texts(problems: &[Problem]) -> Vec<String> {
        problems.iter().map(Problem::to_string).collect()
    }

    #[test]
    fn a_variant_that_no_document_names_is_found_at_its_line() {
        let file = model_file("async-tokio", &["multi", "multi+offload"]);
        let path = file.source.path.clone();
        let told = document(
            "docs/MODELS.md",
            "- `async-tokio/multi+offload`: with a pool\n",
        );
        let expected = format!("{path}:3: docs/MODELS.md does not name `async-tokio/multi`");
        assert_eq!(texts(&models(&[file], &told)), [expected]);
    }

    #[test]
    fn a_workload_without_a_heading_is_found() {
        let files = ["http", "http-fast", "sleep"].map(workload_file);
        let told = document(
            "docs/WORKLOADS.md",
            "## `http-fast` and `sleep`\nhttp is a word.\n",
        );
        let expected = "crates/workloads/catalog/http.toml:1: \
                        docs/WORKLOADS.md has no heading with `http`";
        assert_eq!(texts(&workloads(&files, &told)), [expected]);
    }
}
