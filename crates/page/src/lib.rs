//! A comparison as one self-contained HTML page: sentences, tables and plots, all computed from stored
//! rows. The page loads nothing, is complete without its script, and equal rows give equal bytes.

mod conditions;
mod figure;
mod frame;
mod ids;
mod lines;
mod overview;
mod page;
mod picture;
mod plots;
mod prose;
mod replay;
mod room;
mod sheet;
mod site_link;
mod subject;
mod svg;
mod swept;
mod timeline;

pub use picture::{WantedFigure, figure_file, figure_names, part_file};
pub use prose::{Prose, prose};
pub use site_link::SiteLink;
pub use svg::escaped;
pub use timeline::{Bar, Timeline, TimelinePage, Track, timelines, timelines_file};

use report::export::{Comparison, ExportedFile, Exporter, Files, Sheet};

/// `--export-html`: the page as one of the formats that a comparison is exported to.
pub const EXPORTER: Exporter = Exporter {
    flag: "export-html",
    takes: "FILE|-",
    about: "A page with tables and plots: one file that loads nothing",
    files: Files::One,
    export,
};

fn export(comparison: &Comparison<'_>) -> anyhow::Result<Vec<ExportedFile>> {
    Ok(ExportedFile::only(html(comparison)?))
}

/// The page of a comparison whose statistics are computed.
///
/// # Errors
/// Where its text cannot be put together, which no comparison brings about.
pub fn html(comparison: &Comparison<'_>) -> anyhow::Result<String> {
    html_on_site(comparison, &[])
}

/// The same page as a part of a site, with these links at its head.
///
/// # Errors
/// Those of [`html`].
pub fn html_on_site(comparison: &Comparison<'_>, links: &[SiteLink]) -> anyhow::Result<String> {
    frame::comparison(&page::page(comparison)?, links)
}

/// The page of what another command found.
///
/// # Errors
/// Where its text cannot be put together, which no findings bring about.
pub fn of_sheet(found: &Sheet) -> anyhow::Result<String> {
    sheet_on_site(found, &[])
}

/// The same page as a part of a site, with these links at its head.
///
/// # Errors
/// Those of [`of_sheet`].
pub fn sheet_on_site(found: &Sheet, links: &[SiteLink]) -> anyhow::Result<String> {
    frame::sheet(&sheet::contents(found), links)
}
