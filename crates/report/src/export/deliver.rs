//! Exports to files and to standard output. An export that fails comes after all others, and takes
//! nothing with it: the comparison is stored before.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::wanted::{Exports, Target};
use super::{Comparison, Exporter, Files, Part};
use terminal::{Usage, output};

/// What is certain to fail at the end is refused before anything is measured.
pub fn refuse_what_cannot_be_written(exports: &Exports) -> anyhow::Result<()> {
    let is_stdout = |(_, target): &&(Exporter, Target)| *target == Target::Stdout;
    if exports.wanted.iter().filter(is_stdout).count() > 1 {
        return Err(Usage::error("only one export can go to standard output"));
    }
    for (exporter, target) in &exports.wanted {
        if let Target::Path(path) = target {
            refuse(exporter, path)?;
        }
    }
    Ok(())
}

fn refuse(exporter: &Exporter, path: &Path) -> anyhow::Result<()> {
    let (flag, shown) = (exporter.flag, path.display());
    let parent = path.parent().filter(|parent| *parent != Path::new(""));
    if let Some(parent) = parent.filter(|parent| !parent.is_dir()) {
        bail!("--{flag} {shown}: there is no folder {}", parent.display());
    }
    match (exporter.files, path.is_dir(), path.exists()) {
        (Files::Folder, false, true) => bail!("--{flag} {shown}: this is not a folder"),
        (Files::One | Files::Infixed, true, _) => bail!("--{flag} {shown}: this is a folder"),
        _ => Ok(()),
    }
}

/// Writes everything that was asked for. The first problem is reported, and the rest tried.
pub fn deliver(exports: &Exports, comparison: &Comparison<'_>) -> anyhow::Result<()> {
    let tried = exports.wanted.iter().map(|(exporter, target)| {
        one(exporter, target, comparison).with_context(|| format!("--{}", exporter.flag))
    });
    let outcomes: Vec<anyhow::Result<()>> = tried.collect();
    outcomes.into_iter().collect()
}

fn one(exporter: &Exporter, target: &Target, comparison: &Comparison<'_>) -> anyhow::Result<()> {
    let parts = (exporter.export)(comparison)?;
    match target {
        Target::Stdout => output::print(&one_after_the_other(&parts)?),
        Target::Path(path) => to_files(exporter.files, path, &parts),
    }
}

fn to_files(files: Files, path: &Path, parts: &[Part]) -> anyhow::Result<()> {
    if files == Files::Folder {
        fs::create_dir_all(path).with_context(|| format!("{} cannot be made", path.display()))?;
    }
    for part in parts {
        let place = place(files, path, &part.name);
        fs::write(&place, &part.bytes)
            .with_context(|| format!("{} cannot be written", place.display()))?;
    }
    Ok(())
}

/// The file of a part.
fn place(files: Files, path: &Path, name: &str) -> PathBuf {
    match (files, path.extension()) {
        (Files::One, _) => path.to_owned(),
        (Files::Folder, _) => path.join(name),
        (Files::Infixed, Some(extension)) => {
            path.with_extension(format!("{name}.{}", extension.to_string_lossy()))
        }
        (Files::Infixed, None) => path.with_extension(name),
    }
}

fn one_after_the_other(parts: &[Part]) -> anyhow::Result<String> {
    let texts = parts.iter().map(|part| {
        let text = str::from_utf8(&part.bytes).context("an export that is no text")?;
        Ok(format!("{}{text}", part.heading))
    });
    texts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_have_their_own_files() {
        let shown = |files, path: &str| place(files, Path::new(path), "smaller");
        assert_eq!(shown(Files::One, "a/x.json"), Path::new("a/x.json"));
        assert_eq!(
            shown(Files::Infixed, "a.b/x.json"),
            Path::new("a.b/x.smaller.json")
        );
        assert_eq!(shown(Files::Infixed, "a.b/x"), Path::new("a.b/x.smaller"));
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
            let refused = refuse_what_cannot_be_written(&to(exporter, path));
            refused.err().map(|error| error.to_string())
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
        let refused = refuse_what_cannot_be_written(&exports).unwrap_err();
        assert!(refused.is::<Usage>(), "{refused:#}");
    }
}
