//! The programs on the PATH that one model can run under: interpreters of several versions. Whether
//! one runs is left to `launch`, which asks each for its version.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// A script larger than this is no stand-in for a program.
const STAND_IN_BYTES: u64 = 64 * 1024;

/// `python3*`: the name of a program, and whether versions of it are meant too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern {
    name: String,
    versions: bool,
}

/// A program on the PATH.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// What is added to the model's name: nothing for the program itself, `-3.13t` for `python3.13t`.
    pub(super) version: String,
    pub(super) path: PathBuf,
}

impl Pattern {
    /// `None` where it is no name of a program, with at most a `*` at its end.
    pub(super) fn parse(text: &str) -> Option<Pattern> {
        let name = text.strip_suffix('*').unwrap_or(text);
        let fits = |c: char| c.is_ascii_alphanumeric() || "-._+".contains(c);
        (!name.is_empty() && name.len() <= 64 && name.chars().all(fits)).then(|| Pattern {
            name: name.to_owned(),
            versions: name.len() < text.len(),
        })
    }

    /// What a program of this name adds to the model's. `python3-config` is no version of `python3`:
    /// that is digits and dots, and at most one letter.
    fn version(&self, program: &str) -> Option<String> {
        let rest = program.strip_prefix(&self.name)?;
        if rest.is_empty() {
            return Some(String::new());
        }
        let number = rest
            .strip_suffix(|c: char| c.is_ascii_lowercase())
            .unwrap_or(rest);
        let is_version = number.chars().all(|c| c.is_ascii_digit() || c == '.');
        let whole = program.trim_start_matches(|c: char| !c.is_ascii_digit());
        (self.versions && is_version && !whole.is_empty()).then(|| format!("-{whole}"))
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}{}", self.name, if self.versions { "*" } else { "" })
    }
}

/// The programs that a shell would find, each once: names that come later on the PATH are hidden by the
/// earlier ones, links to one file are one program, and so are scripts with the same text, which some
/// version managers put in the place of programs.
pub(super) fn on_path(pattern: &Pattern, path: &OsStr) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut seen = BTreeSet::new();
    for folder in std::env::split_paths(path).filter(|folder| folder.is_absolute()) {
        for (version, path) in candidates(pattern, &folder) {
            let hidden = found.iter().any(|other| other.version == version);
            if !hidden && seen.insert(identity(&path)) {
                found.push(Found { version, path });
            }
        }
    }
    found
}

/// What a folder has, the program without a version first.
fn candidates(pattern: &Pattern, folder: &Path) -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let candidate = |entry: fs::DirEntry| {
        let version = pattern.version(entry.file_name().to_str()?)?;
        let path = entry.path();
        is_program(&path).then_some((version, path))
    };
    let mut candidates: Vec<(String, PathBuf)> = entries.filter_map(candidate).collect();
    candidates.sort();
    candidates
}

fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

/// What two names of one program have in common.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Identity {
    File(PathBuf),
    Script(Vec<u8>),
}

fn identity(path: &Path) -> Identity {
    let file = || fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    script(path).map_or_else(|| Identity::File(file()), Identity::Script)
}

/// The text of a small script.
fn script(path: &Path) -> Option<Vec<u8>> {
    let mut file = fs::File::open(path).ok()?;
    let mut start = [0; 2];
    file.read_exact(&mut start).ok()?;
    if start != *b"#!" || file.metadata().ok()?.len() > STAND_IN_BYTES {
        return None;
    }
    let mut text = Vec::new();
    file.take(STAND_IN_BYTES).read_to_end(&mut text).ok()?;
    Some(text)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Writes something executable.
    pub(in crate::registry) fn program(folder: &Path, name: &str, text: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        let path = folder.join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn names(folders: &[&Path]) -> Vec<String> {
        let path = std::env::join_paths(folders).unwrap();
        let found = on_path(&Pattern::parse("python3*").unwrap(), &path);
        let name = |found: Found| {
            found
                .path
                .file_name()
                .unwrap()
                .to_string_lossy()
                .into_owned()
        };
        found.into_iter().map(name).collect()
    }

    #[test]
    fn versions_are_told_from_other_programs() {
        let pattern = Pattern::parse("python3*").unwrap();
        let version = |name: &str| pattern.version(name);
        assert_eq!(version("python3").unwrap(), "");
        assert_eq!(version("python3.13").unwrap(), "-3.13");
        assert_eq!(version("python3.13t").unwrap(), "-3.13t");
        for other in [
            "python3-config",
            "python3.12-gdb.py",
            "python",
            "python3x.1",
            "pypy3",
        ] {
            assert_eq!(version(other), None, "{other}");
        }
        let exact = Pattern::parse("node").unwrap();
        assert_eq!(
            (exact.version("node").as_deref(), exact.version("node20")),
            (Some(""), None)
        );
    }

    #[test]
    fn links_to_one_file_are_one_program_and_the_shortest_name_is_its() {
        let folder = tempfile::tempdir().unwrap();
        program(folder.path(), "python3.12", "twelve");
        std::os::unix::fs::symlink("python3.12", folder.path().join("python3")).unwrap();
        program(folder.path(), "python3.13", "thirteen");
        fs::write(folder.path().join("python3.14"), "not executable").unwrap();
        assert_eq!(names(&[folder.path()]), ["python3", "python3.13"]);
    }

    #[test]
    fn the_first_of_a_name_hides_the_later_ones_and_equal_scripts_are_one() {
        let [shims, system] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        for name in ["python3", "python3.9", "python3.12"] {
            program(shims.path(), name, "#!/bin/sh\nexec manager \"$0\"\n");
        }
        program(system.path(), "python3", "system");
        program(system.path(), "python3.11", "eleven");
        program(system.path(), "python3.12", "twelve");
        let found = names(&[shims.path(), system.path(), Path::new("not/absolute")]);
        assert_eq!(found, ["python3", "python3.11", "python3.12"]);
    }
}
