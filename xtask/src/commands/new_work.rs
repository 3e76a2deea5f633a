//! `cargo xtask new-work`: a package of own work to begin with, whose path to this checkout is filled in.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use catalog::Workspace;
use protocol::ExitCode;
use terminal::{Usage, output, shown};

use crate::cli::Places;

/// The files of the package, and what they say.
const FILES: [(&str, &str); 3] = [
    (
        "Cargo.toml",
        include_str!("../../templates/own-work/Cargo.toml.txt"),
    ),
    (
        "work.toml",
        include_str!("../../templates/own-work/work.toml.txt"),
    ),
    (
        "src/lib.rs",
        include_str!("../../templates/own-work/lib.rs.txt"),
    ),
];
/// Most characters of a name: the parameters of a sweep still have room behind it.
const LONGEST: usize = 40;

/// Everything from the command line to the exit code.
pub(crate) fn run(folder: &Path, places: &Places) -> anyhow::Result<ExitCode> {
    let workspace = places.workspace()?;
    let absolute = std::path::absolute(folder).context("the current folder")?;
    let name = name_of(&absolute).map_err(Usage::error)?;
    refuse_what_is_there(&absolute)?;
    for (file, template) in FILES {
        let path = absolute.join(file);
        let text = filled(template, &name, &workspace);
        fs::create_dir_all(path.parent().unwrap_or(&absolute))
            .and_then(|()| fs::write(&path, text))
            .with_context(|| path.display().to_string())?;
    }
    let typed = shown(&folder.display().to_string());
    // A path needs a slash to be told from the name of a workload.
    let path = if typed.contains('/') {
        typed
    } else {
        format!("./{typed}")
    };
    output::print(&format!(
        "{path}: a package that waits and computes; src/lib.rs says what a task does\n\
         compare it: cargo xtask compare {path}\n"
    ))?;
    Ok(ExitCode::Ok)
}

/// The name of the package and of its workload: that of the folder.
fn name_of(folder: &Path) -> Result<String, String> {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let are_allowed = name
        .chars()
        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    let begins = name.starts_with(|c: char| c.is_ascii_lowercase());
    if begins && are_allowed && name.len() <= LONGEST {
        return Ok(name.into_owned());
    }
    Err(format!(
        "`{name}` names no package: a folder for own work has up to {LONGEST} lower-case letters, digits and \
         dashes, and begins with a letter"
    ))
}

/// Nothing that exists is written over.
fn refuse_what_is_there(folder: &Path) -> anyhow::Result<()> {
    let is_empty = match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => true,
        Err(error) => {
            let shown = folder.display();
            return Err(Usage::error(format!("{shown}: {error}")));
        }
    };
    if is_empty {
        return Ok(());
    }
    let shown = folder.display();
    Err(Usage::error(format!(
        "{shown}: the folder is not empty, and nothing in it is written over"
    )))
}

fn filled(template: &str, name: &str, workspace: &Workspace) -> String {
    let path = workspace.root.join("crates/manyways");
    // A path between quotes of TOML: both signs that mean something there are written as such.
    let quoted = format!(
        "\"{}\"",
        path.to_string_lossy()
            .replace('\\', "\\\\")
            .replace('"', "\\\"")
    );
    template
        .replace("{name}", name)
        .replace("{manyways}", &quoted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_names_its_package() {
        assert_eq!(name_of(Path::new("/a/my-work2")).unwrap(), "my-work2");
        for bad in ["/", "/a/My-work", "/a/my work", "/a/2work", "/a/-work"] {
            let problem = name_of(Path::new(bad)).unwrap_err();
            assert!(problem.contains("lower-case letters"), "{bad}: {problem}");
        }
    }

    #[test]
    fn only_an_empty_folder_is_filled() {
        let folder = tempfile::tempdir().unwrap();
        assert!(refuse_what_is_there(folder.path()).is_ok());
        assert!(refuse_what_is_there(&folder.path().join("new")).is_ok());
        fs::write(folder.path().join("mine"), "").unwrap();
        let problem = refuse_what_is_there(folder.path()).unwrap_err();
        assert!(problem.to_string().contains("not empty"), "{problem}");
    }

    #[test]
    fn the_workload_file_is_one() {
        let workspace = Workspace {
            root: "/a \"checkout\"".into(),
            target: "/target".into(),
            results: "/results".into(),
            more_models: Vec::new(),
        };
        let text = filled(FILES[1].1, "mine", &workspace);
        let workload = protocol::parse(text.as_bytes(), "work.toml").unwrap();
        assert_eq!(
            (workload.name.as_str(), workload.work.is_some()),
            ("mine", true)
        );
        let manifest = filled(FILES[0].1, "mine", &workspace);
        assert!(manifest.contains("path = \"/a \\\"checkout\\\"/crates/manyways\""));
    }
}
