//! What a command besides `compare` found, as a page shows it: sentences, tables and ratios. The page is
//! made elsewhere, and whoever asks for it passes what makes it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use terminal::output;

use super::curve::CurvePlot;

/// Everything that the page of a command shows, in its order.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// The heading of the page.
    pub title: String,
    /// The sentences below it: what everything comes to, and how it was found.
    pub opening: Vec<String>,
    /// The sections.
    pub parts: Vec<Part>,
}

/// A section of a page.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// Its heading.
    pub heading: String,
    /// The sentences below the heading.
    pub lines: Vec<String>,
    /// A plot of ratios, whose figures the table has.
    pub ratios: Option<RatioPlot>,
    /// A plot of curves, which has a table of its own.
    pub curves: Option<CurvePlot>,
    /// A table.
    pub table: Option<SheetTable>,
    /// Whether only its heading is shown until a reader unfolds it.
    pub is_folded: bool,
}

/// A table of texts.
#[derive(Clone, Debug, Default)]
pub struct SheetTable {
    /// The titles of the columns.
    pub titles: Vec<&'static str>,
    /// The rows, with as many cells each.
    pub rows: Vec<SheetRow>,
}

/// A row of a table.
#[derive(Clone, Debug, Default)]
pub struct SheetRow {
    /// Its cells. A sign at the beginning of one, such as `++` or `✗`, decides its colour.
    pub cells: Vec<String>,
    /// The number of the section that its first cell leads to.
    pub leads_to: Option<usize>,
}

/// Ratios of a second figure to a first.
#[derive(Clone, Debug, Default)]
pub struct RatioPlot {
    /// What is divided by what.
    pub title: String,
    /// The finding.
    pub caption: String,
    /// Whether neither side of 1 is the better one.
    pub is_plain: bool,
    /// The rows.
    pub rows: Vec<RatioRow>,
}

/// One ratio.
#[derive(Clone, Debug, Default)]
pub struct RatioRow {
    /// What it belongs to, such as a workload; equal ones stand together.
    pub group: String,
    /// The name of the variant, and of the metric where there are several.
    pub name: String,
    /// The second figure divided by the first.
    pub ratio: f64,
    /// The bounds of the ratio.
    pub interval: Option<(f64, f64)>,
    /// The bounds of the ratio of two runs of the first.
    pub control: Option<(f64, f64)>,
    /// The ratio from which on the second is worse than is allowed.
    pub limit: Option<f64>,
    /// The sign of the finding.
    pub sign: String,
}

/// Where a page is to be written, and what makes it.
#[derive(Clone, Debug)]
pub struct SheetExport {
    /// The file; `-` is standard output.
    pub path: PathBuf,
    /// What makes the page.
    pub render: fn(&Sheet) -> anyhow::Result<String>,
}

impl SheetExport {
    /// The flag without its dashes.
    pub const FLAG: &'static str = "export-html";

    /// Whether standard output is for the page, so that nothing else may go there.
    pub fn is_stdout(&self) -> bool {
        self.path == Path::new("-")
    }

    /// Makes the page and writes it.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn deliver(&self, sheet: &Sheet) -> anyhow::Result<()> {
        let page = (self.render)(sheet)?;
        if self.is_stdout() {
            return output::document(&page);
        }
        fs::write(&self.path, page)
            .with_context(|| format!("{} cannot be written", self.path.display()))
    }
}

impl SheetTable {
    /// A table whose rows lead nowhere.
    pub fn plain(
        titles: &[&'static str],
        rows: impl IntoIterator<Item = Vec<String>>,
    ) -> SheetTable {
        let leading_nowhere = rows.into_iter().map(|cells| SheetRow {
            cells,
            leads_to: None,
        });
        SheetTable {
            titles: titles.to_vec(),
            rows: leading_nowhere.collect(),
        }
    }
}
