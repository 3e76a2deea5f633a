//! The programs on the PATH that one model can run under: interpreters of several versions. Whether
//! one runs is left to `launch`, which asks each for its version.

use std::ffi::OsStr;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::{fmt, fs};

/// A script larger than this is no stand-in for a program.
const STAND_IN_BYTES: u64 = 64 * 1024;

/// `python3*`: the name of a program, and whether versions of it are meant too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    name: String,
    versions: bool,
}

/// A program on the PATH.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// What is added to the model's name: nothing for the program itself, `-3.13t` for `python3.13t`.
    pub(super) version: String,
    pub(super) path: PathBuf,
    /// Whether the same program has a shorter name too.
    pub(super) alias: bool,
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

/// The names that a shell would find: those that come later on the PATH are hidden by the earlier ones.
/// Where several are links to one file, all but the shortest are its aliases. A script with the text of
/// an earlier one is left out: some version managers put such in the place of programs, and it does not
/// tell which program its name means.
pub(super) fn on_path(pattern: &Pattern, path: &OsStr) -> Vec<Found> {
    let mut found: Vec<(Identity, String, PathBuf)> = Vec::new();
    for folder in std::env::split_paths(path).filter(|folder| folder.is_absolute()) {
        for (version, path) in candidates(pattern, &folder) {
            let identity = identity(&path);
            let is_stand_in = matches!(identity, Identity::Script(_));
            let mut earlier = found.iter();
            let is_left_out = earlier
                .any(|(known, name, _)| *name == version || (is_stand_in && *known == identity));
            if !is_left_out {
                found.push((identity, version, path));
            }
        }
    }
    let is_alias = |identity: &Identity, version: &String| {
        let mut names = found.iter().filter(|(known, ..)| known == identity);
        names.any(|(_, name, _)| (name.len(), name) < (version.len(), version))
    };
    let all = found.iter().map(|(identity, version, path)| Found {
        version: version.clone(),
        path: path.clone(),
        alias: is_alias(identity, version),
    });
    all.collect()
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
#[derive(PartialEq, Eq)]
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
    pub(in crate::models) fn program(folder: &Path, name: &str, text: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        let path = folder.join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Where the names that count lie, and which are aliases.
    fn found(folders: &[&Path]) -> (Vec<PathBuf>, Vec<PathBuf>) {
        let path = std::env::join_paths(folders).unwrap();
        let found = on_path(&Pattern::parse("python3*").unwrap(), &path);
        let of = |alias: bool| {
            let of = found.iter().filter(|one| one.alias == alias);
            of.map(|one| one.path.clone()).collect()
        };
        (of(false), of(true))
    }

    fn link(target: &Path, at: &Path) {
        std::os::unix::fs::symlink(target, at).unwrap();
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
        let at = |name: &str| folder.path().join(name);
        program(folder.path(), "python3.12", "twelve");
        link(Path::new("python3.12"), &at("python3"));
        program(folder.path(), "python3.13", "thirteen");
        fs::write(at("python3.14"), "not executable").unwrap();
        let (names, aliases) = found(&[folder.path()]);
        assert_eq!(names, [at("python3"), at("python3.13")]);
        assert_eq!(aliases, [at("python3.12")]);
    }

    #[test]
    fn an_alias_hides_later_programs_of_its_name_as_in_a_shell() {
        let [first, second] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let (first, second) = (first.path(), second.path());
        program(first, "python3.13", "thirteen of the first");
        link(Path::new("python3.13"), &first.join("python3"));
        program(second, "python3.13", "thirteen of the second");
        let (names, aliases) = found(&[first, second]);
        assert_eq!(names, [first.join("python3")]);
        assert_eq!(aliases, [first.join("python3.13")]);
    }

    #[test]
    fn the_shortest_name_counts_also_where_it_comes_later() {
        let [first, second] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let (first, second) = (first.path(), second.path());
        program(first, "python3.13", "thirteen");
        link(&first.join("python3.13"), &second.join("python3"));
        let (names, aliases) = found(&[first, second]);
        assert_eq!(names, [second.join("python3")]);
        assert_eq!(aliases, [first.join("python3.13")]);
    }

    #[test]
    fn the_first_of_a_name_hides_the_later_ones_and_equal_scripts_are_one() {
        let [shims, system] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let (shims, system) = (shims.path(), system.path());
        for name in ["python3", "python3.9", "python3.12"] {
            program(shims, name, "#!/bin/sh\nexec manager \"$0\"\n");
        }
        program(system, "python3", "system");
        program(system, "python3.11", "eleven");
        program(system, "python3.12", "twelve");
        let (names, aliases) = found(&[shims, system, Path::new("not/absolute")]);
        let expected = [
            shims.join("python3"),
            system.join("python3.11"),
            system.join("python3.12"),
        ];
        assert_eq!((names, aliases.len()), (expected.to_vec(), 0));
    }
}
