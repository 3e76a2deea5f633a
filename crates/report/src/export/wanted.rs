//! Which exports are wanted, and where each goes.

use std::path::{Path, PathBuf};

use super::exporter::Exporter;

/// The exports that are wanted, each with its target.
#[derive(Clone, Debug, Default)]
pub struct Exports {
    pub(super) wanted: Vec<(Exporter, Target)>,
}

/// Where an export goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// Standard output, which is typed as `-`.
    Stdout,
    /// A file or a folder.
    Path(PathBuf),
}

impl Exports {
    /// Those of the formats for which `path_of` gives the value of the flag; `-` is standard output.
    pub fn wanted(
        exporters: impl IntoIterator<Item = Exporter>,
        path_of: impl Fn(&'static str) -> Option<PathBuf>,
    ) -> Exports {
        // The order is that of the exporters and not that of the command line, so that the same
        // request always gives the same first error.
        Exports {
            wanted: exporters
                .into_iter()
                .filter_map(|exporter| Some((exporter, target(&path_of(exporter.flag)?))))
                .collect(),
        }
    }

    /// Whether nothing is exported.
    pub fn is_empty(&self) -> bool {
        self.wanted.is_empty()
    }

    /// Whether one of them goes to standard output; then nothing else may.
    pub fn take_stdout(&self) -> bool {
        self.wanted
            .iter()
            .any(|(_, target)| *target == Target::Stdout)
    }
}

fn target(path: &Path) -> Target {
    if path.as_os_str() == "-" {
        Target::Stdout
    } else {
        Target::Path(path.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::EXPORTERS;

    fn wanted(typed: &[(&str, &str)]) -> Exports {
        Exports::wanted(EXPORTERS, |flag| {
            let (_, path) = typed.iter().find(|(name, _)| *name == flag)?;
            Some(PathBuf::from(path))
        })
    }

    #[test]
    fn each_flag_takes_a_file_or_standard_output() {
        let exports = wanted(&[("export-csv", "a.csv"), ("export-json", "-")]);
        let targets: Vec<_> = exports
            .wanted
            .iter()
            .map(|(exporter, target)| (exporter.flag, target.clone()))
            .collect();
        let expected = [
            ("export-json", Target::Stdout),
            ("export-csv", Target::Path("a.csv".into())),
        ];
        assert_eq!(targets, expected);
        assert!(exports.take_stdout());
        assert!(!wanted(&[("export-csv", "./-")]).take_stdout());
    }
}
