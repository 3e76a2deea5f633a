//! Models and their variants as `docs/MODELS.md` describes them: rows of tables and paragraphs that name a
//! variant, below the headings under which they stand.

use std::fmt::Write as _;

use catalog::{Model, Registry, Workspace};
use terminal::shown;

use super::documents::document;
use super::paragraph::paragraph;
use super::source::Source;

/// The models that are shown, and their variants.
pub(super) struct Models {
    models: Vec<Model>,
    document: String,
}

impl Models {
    pub(super) fn find(workspace: &Workspace) -> Models {
        let models = Registry::find(workspace).models.into_iter();
        Models {
            models: models.filter(|model| !model.hidden).collect(),
            document: document(workspace, "MODELS.md"),
        }
    }
}

impl Source for Models {
    fn kind(&self) -> &'static str {
        "models and variants"
    }

    fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for model in &self.models {
            names.push(model.name.clone());
            let variants = model.variants.iter();
            names.extend(variants.map(|variant| format!("{}/{}", model.name, variant.name)));
        }
        names
    }

    fn text(&self, name: &str) -> Option<String> {
        let (wanted, only) = match name.split_once('/') {
            Some((model, variant)) => (model, Some(variant)),
            None => (name, None),
        };
        let model = self.models.iter().find(|model| model.name == wanted)?;
        let Some(only) = only else {
            return Some(overview(model));
        };
        // A variant that the model does not have is an unknown name, although the model is known.
        let variant = model.variants.iter().find(|variant| variant.name == only)?;
        let mut text = format!("{name}, a variant of {wanted}\n");
        text.push_str(&paragraph("", &format!("{}.", variant.about)));
        for said in mentions(&self.document, name) {
            let _ = write!(text, "\n{}\n{}", said.heading, said.body);
        }
        Some(text)
    }
}

/// A model and its variants, a line each.
fn overview(model: &Model) -> String {
    let mut text = format!("{}, a model: {}\n", model.name, shown(&model.about));
    for variant in &model.variants {
        let full = format!("{}/{}: {}", model.name, variant.name, variant.about);
        text.push_str(&paragraph("", &full));
    }
    let example = model.variants.first().map_or("", |variant| &variant.name);
    let _ = writeln!(
        text,
        "\nmore about one of them: cargo xtask explain {}/{example}",
        model.name
    );
    text
}

/// What a document says of a name below one heading.
#[derive(Debug, PartialEq, Eq)]
struct Mention {
    heading: String,
    body: String,
}

/// Every row of a table, and every paragraph, that names it, by headings.
fn mentions(document: &str, name: &str) -> Vec<Mention> {
    let quoted = format!("`{name}`");
    let sections = document.split("\n## ").filter_map(|section| {
        let (heading, body) = section.split_once('\n')?;
        let body: String = body
            .split("\n\n")
            .filter(|part| part.contains(&quoted))
            .map(|part| said(part, &quoted))
            .collect();
        (!body.is_empty()).then(|| Mention {
            heading: heading.trim_start_matches("# ").to_owned(),
            body,
        })
    });
    sections.collect()
}

/// What a part of a document says: of a table the rows with this name, of anything else all of it.
fn said(part: &str, quoted: &str) -> String {
    let Some(titles) = table_titles(part) else {
        // Each item of a list is about other variants.
        return items(part)
            .filter(|item| item.contains(quoted))
            .map(|item| paragraph("", &on_one_line(item)))
            .collect();
    };
    let rows: Vec<Vec<&str>> = part
        .lines()
        .filter(|line| line.starts_with('|') && !line.starts_with("|---"))
        .skip(1)
        .map(cells)
        .collect();
    (0..rows.len())
        .filter(|at| rows[*at].iter().any(|cell| cell.contains(quoted)))
        .map(|at| row_text(&titles, &rows[..=at]))
        .collect()
}

/// The items of a list, or the whole of what is none.
fn items(part: &str) -> impl Iterator<Item = &str> {
    part.strip_prefix("- ").unwrap_or(part).split("\n- ")
}

/// The titles of the columns of a table; `None` of a part that has no table.
fn table_titles(part: &str) -> Option<Vec<&str>> {
    let lines: Vec<&str> = part.lines().collect();
    let line = lines.iter().position(|line| line.starts_with("|---"))?;
    Some(cells(lines.get(line.checked_sub(1)?)?))
}

/// The last of these rows, each cell behind the title of its column. The first cell is the name.
fn row_text(titles: &[&str], rows: &[Vec<&str>]) -> String {
    titles
        .iter()
        .enumerate()
        .skip(1)
        .filter_map(|(column, title)| Some(paragraph(title, cell(rows, column)?)))
        .collect()
}

/// The cell of the last row, or where it is "the same" that of the rows above; `None` of an empty one.
fn cell<'a>(rows: &[Vec<&'a str>], column: usize) -> Option<&'a str> {
    rows.iter()
        .rev()
        .filter_map(|row| row.get(column).copied())
        .find(|cell| *cell != "the same")
        .filter(|cell| !cell.is_empty())
}

fn cells(row: &str) -> Vec<&str> {
    let trimmed = row.trim();
    let opened = trimmed.strip_prefix('|').unwrap_or(trimmed);
    let inner = opened.strip_suffix('|').unwrap_or(opened);
    inner.split('|').map(str::trim).collect()
}

fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = "# All\n\n| variant | lanes | expect |\n|---|---|---|\n| `a/b` | 2 | speed |\n\
        | `a/c` | the same | calm |\n\n## Limits\n- `a/b`\n  ends.\n- `a/c` goes on.\n\n\
        ## Starts\nAll start\nlike `a/b`.\n\nOr not.\n";

    #[test]
    fn rows_items_and_paragraphs_that_name_it_stand_below_their_headings() {
        let found = mentions(DOCUMENT, "a/b");
        let said: Vec<(&str, &str)> = found
            .iter()
            .map(|mention| (mention.heading.as_str(), mention.body.as_str()))
            .collect();
        let expected = [
            ("All", "  lanes:    2\n  expect:   speed\n"),
            ("Limits", "  `a/b` ends.\n"),
            ("Starts", "  All start like `a/b`.\n"),
        ];
        assert_eq!(said, expected);
        let found = mentions(DOCUMENT, "a/c");
        assert_eq!(found[0].body, "  lanes:    2\n  expect:   calm\n");
    }
}
