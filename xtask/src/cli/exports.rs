//! The flags of the exporters, made from the formats themselves.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, Args, Command, Error, FromArgMatches, value_parser};
use report::export::{EXPORTERS, Exporter, Exports, SheetExport};

/// What is to be exported, and where to.
#[derive(Clone, Debug)]
pub(crate) struct ExportArgs(pub(crate) Exports);

/// Every format: the page, which is a crate of its own, and those of `report`.
pub(crate) fn exporters() -> impl Iterator<Item = Exporter> {
    [page::EXPORTER].into_iter().chain(EXPORTERS)
}

/// The page is what most readers want of a stored comparison, and has a short name.
fn short(format: &Exporter) -> Option<&'static str> {
    (format.flag == page::EXPORTER.flag).then_some("html")
}

impl Args for ExportArgs {
    fn augment_args(command: Command) -> Command {
        // A new format is one more entry of the list in `report`, and has its flag without a change
        // here: the derive could not make flags of a list.
        command.args(exporters().map(|format| {
            Arg::new(format.flag)
                .long(format.flag)
                .value_name(format.takes)
                .value_parser(value_parser!(PathBuf))
                .help(format.about)
                .help_heading("Exports (`-` is standard output)")
                .visible_aliases(short(&format))
        }))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for ExportArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        Ok(Self(Exports::wanted(exporters(), |flag| {
            matches.get_one::<PathBuf>(flag).cloned()
        })))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// The page of a command that has one format of its own besides.
#[derive(Clone, Debug, Args)]
pub(crate) struct PageArgs {
    /// Write a page with tables and plots too, one file that loads nothing, or to standard output instead where this is `-`
    #[arg(long, value_name = "FILE|-", visible_alias = "html")]
    export_html: Option<PathBuf>,
}

impl PageArgs {
    /// Where the page goes, and what makes it.
    pub(crate) fn export(&self) -> Option<SheetExport> {
        Some(SheetExport {
            path: self.export_html.clone()?,
            render: page::of_sheet,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_can_be_typed() {
        let command = ExportArgs::augment_args(Command::new("t"));
        let typed = exporters().flat_map(|format| [format!("--{}", format.flag), "x".to_owned()]);
        let words = std::iter::once("t".to_owned()).chain(typed);
        let matches = command.try_get_matches_from(words).unwrap();
        for format in exporters() {
            assert!(
                matches.get_one::<PathBuf>(format.flag).is_some(),
                "{}",
                format.flag
            );
        }
    }
}
