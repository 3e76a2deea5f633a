//! The delivery of exports to files and to standard output.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use terminal::output;

use super::exporter::{Comparison, ExportedFile, Exporter, Files};
use super::targets::{refuse_folder, refuse_unwritable};
use super::wanted::{Exports, Target};

/// Refuses exports that are certain to fail or to be lost, before anything is measured, together with further files
/// of the same command, each under the name of its flag.
///
/// # Errors
/// Those of [`refuse_unwritable`]; a path that must be a folder and is none.
pub fn refuse_what_cannot_be_written(
    exports: &Exports,
    further: &[(&str, &Path)],
) -> anyhow::Result<()> {
    let mut files: Vec<(&str, PathBuf)> = further
        .iter()
        .map(|(flag, path)| (*flag, path.to_path_buf()))
        .collect();
    for (exporter, target) in &exports.wanted {
        match (target, exporter.files) {
            (Target::Stdout, _) => files.push((exporter.flag, PathBuf::from("-"))),
            (Target::Path(path), Files::Folder) => refuse_folder(exporter.flag, path)?,
            (Target::Path(path), Files::One) => files.push((exporter.flag, path.clone())),
            (Target::Path(path), Files::Infixed(names)) => {
                let places = names.iter().map(|name| place(exporter.files, path, name));
                files.extend(places.map(|place| (exporter.flag, place)));
            }
        }
    }
    refuse_unwritable(files.iter().map(|(flag, path)| (*flag, path.as_path())))
}

/// Writes every export that was asked for.
///
/// # Errors
/// The first problem with any of them, after all were tried.
pub fn deliver(exports: &Exports, comparison: &Comparison<'_>) -> anyhow::Result<()> {
    // The results are collected in two steps because collecting into one result would stop at the
    // first error, and a full disk in one place is no reason to lose the exports to others.
    let outcomes: Vec<anyhow::Result<()>> = exports
        .wanted
        .iter()
        .map(|(exporter, target)| {
            one(exporter, target, comparison).with_context(|| format!("--{}", exporter.flag))
        })
        .collect();
    outcomes.into_iter().collect()
}

fn one(exporter: &Exporter, target: &Target, comparison: &Comparison<'_>) -> anyhow::Result<()> {
    let exported = (exporter.export)(comparison)?;
    match target {
        Target::Stdout => output::document(&one_after_the_other(&exported)?),
        Target::Path(path) => to_files(exporter.files, path, &exported),
    }
}

fn to_files(files: Files, path: &Path, exported: &[ExportedFile]) -> anyhow::Result<()> {
    if files == Files::Folder {
        fs::create_dir_all(path).with_context(|| format!("{} cannot be made", path.display()))?;
    }
    for file in exported {
        let target = place(files, path, &file.name);
        fs::write(&target, &file.bytes)
            .with_context(|| format!("{} cannot be written", target.display()))?;
    }
    Ok(())
}

/// The path of one file of an export.
fn place(files: Files, path: &Path, name: &str) -> PathBuf {
    match (files, path.extension()) {
        (Files::One, _) => path.to_owned(),
        (Files::Folder, _) => path.join(name),
        (Files::Infixed(_), Some(extension)) => {
            path.with_extension(format!("{name}.{}", extension.to_string_lossy()))
        }
        (Files::Infixed(_), None) => path.with_extension(name),
    }
}

fn one_after_the_other(exported: &[ExportedFile]) -> anyhow::Result<String> {
    exported
        .iter()
        .map(|file| {
            let text = str::from_utf8(&file.bytes).context("an export that is no text")?;
            Ok(format!("{}{text}", file.heading))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use terminal::Usage;

    use super::*;

    #[test]
    fn parts_have_their_own_files() {
        let shown = |files, path: &str| place(files, Path::new(path), "smaller");
        assert_eq!(shown(Files::One, "a/x.json"), Path::new("a/x.json"));
        assert_eq!(
            shown(Files::Infixed(&[]), "a.b/x.json"),
            Path::new("a.b/x.smaller.json")
        );
        assert_eq!(
            shown(Files::Infixed(&[]), "a.b/x"),
            Path::new("a.b/x.smaller")
        );
        assert_eq!(shown(Files::Folder, "a"), Path::new("a/smaller"));
    }

    fn to(exporter: Exporter, path: PathBuf) -> Exports {
        Exports {
            wanted: vec![(exporter, Target::Path(path))],
        }
    }

    #[test]
    fn what_cannot_be_written_is_refused_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let problem = |exporter, path| {
            let refused = refuse_what_cannot_be_written(&to(exporter, path), &[]);
            refused.err().map(|error| format!("{error:#}"))
        };
        let (csv, hgrm) = (super::super::csv::EXPORTER, super::super::hgrm::EXPORTER);
        assert_eq!(problem(csv, file.clone()), None);
        assert_eq!(problem(csv, "x.csv".into()), None);
        let missing = problem(csv, folder.path().join("no/x.csv")).unwrap();
        assert!(missing.contains("--export-csv") && missing.contains("there is no folder"));
        assert!(
            problem(csv, folder.path().to_owned())
                .unwrap()
                .ends_with("this is a folder")
        );
        assert!(
            problem(hgrm, file)
                .unwrap()
                .ends_with("this is not a folder")
        );
    }

    #[test]
    fn standard_output_is_for_one() {
        let (csv, json) = (super::super::csv::EXPORTER, super::super::json::EXPORTER);
        let exports = Exports {
            wanted: vec![(csv, Target::Stdout), (json, Target::Stdout)],
        };
        let refused = refuse_what_cannot_be_written(&exports, &[]).unwrap_err();
        assert!(refused.is::<Usage>(), "{refused:#}");
    }
}
