//! The programs on the PATH that one model can run under, such as interpreters of several versions.

use std::ffi::OsStr;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::{fmt, fs};

/// A script of more bytes than this does not stand in for a program.
const STAND_IN_BYTES: u64 = 64 * 1024;

/// The `programs` of a `model.toml`, such as `python3*`: the name of a program, with a star where programs
/// with a version behind that name are meant too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    name: String,
    versions: bool,
}

/// A program on the PATH that a pattern means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Installed {
    /// The text that is added to the model's name: nothing for the program itself, `-3.13t` for `python3.13t`.
    pub(super) version: String,
    pub(super) path: PathBuf,
    /// Whether another name of the same program is shorter.
    pub(super) alias: bool,
}

impl Pattern {
    /// Reads a pattern; `None` where it is not the name of a program with at most a `*` at its end.
    pub(super) fn parse(text: &str) -> Option<Pattern> {
        let name = text.strip_suffix('*').unwrap_or(text);
        let is_name = (1..=64).contains(&name.len())
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-._+".contains(c));
        is_name.then(|| Pattern {
            name: name.to_owned(),
            versions: name.len() < text.len(),
        })
    }

    /// Whether programs with a version behind the name are meant too.
    pub(super) fn has_versions(&self) -> bool {
        self.versions
    }

    /// The text that a program of this name adds to the model's name; `None` where it is not meant. A
    /// version is digits and dots with at most one letter behind, so that `python3-config` is none.
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

/// The programs that a pattern means on this PATH, as a shell would find them: names that come later are
/// hidden by earlier ones. Where several names are links to one file, all but the shortest are aliases.
pub(super) fn on_path(pattern: &Pattern, path: &OsStr) -> Vec<Installed> {
    let mut names: Vec<ProgramName> = Vec::new();
    // A relative folder on the PATH means another one wherever a run is started.
    for folder in std::env::split_paths(path).filter(|folder| folder.is_absolute()) {
        for name in names_in(pattern, &folder) {
            if !names.iter().any(|earlier| earlier.hides(&name)) {
                names.push(name);
            }
        }
    }
    let aliases: Vec<bool> = names.iter().map(|name| name.is_alias(&names)).collect();
    names
        .into_iter()
        .zip(aliases)
        .map(|(name, alias)| Installed {
            version: name.version,
            path: name.path,
            alias,
        })
        .collect()
}

/// A name under which a program lies on the PATH.
struct ProgramName {
    version: String,
    path: PathBuf,
    identity: Identity,
}

impl ProgramName {
    /// Whether a name that comes later on the PATH is left out because of this one.
    fn hides(&self, later: &ProgramName) -> bool {
        // Some version managers put one script in the place of all programs. It does not tell which
        // program its name means, so that only the first of its names is taken.
        let is_same_script =
            matches!(later.identity, Identity::Script(_)) && self.identity == later.identity;
        self.version == later.version || is_same_script
    }

    /// Whether one of the names is a shorter name of the same program.
    fn is_alias(&self, names: &[ProgramName]) -> bool {
        names.iter().any(|other| {
            other.identity == self.identity
                && (other.version.len(), &other.version) < (self.version.len(), &self.version)
        })
    }
}

/// The names in one folder, the one without a version first.
fn names_in(pattern: &Pattern, folder: &Path) -> Vec<ProgramName> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let file_name = entry.file_name();
        let path = entry.path();
        if let Some(version) = file_name.to_str().and_then(|name| pattern.version(name))
            && is_program(&path)
        {
            names.push(ProgramName {
                version,
                identity: identity(&path),
                path,
            });
        }
    }
    names.sort_by(|a, b| (&a.version, &a.path).cmp(&(&b.version, &b.path)));
    names
}

fn is_program(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

/// The thing that two names of one program have in common.
#[derive(PartialEq, Eq)]
enum Identity {
    /// The file, with links resolved.
    File(PathBuf),
    /// The text of a small script.
    Script(Vec<u8>),
}

fn identity(path: &Path) -> Identity {
    match script(path) {
        Some(text) => Identity::Script(text),
        None => Identity::File(fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())),
    }
}

/// The text of a small script behind its first two bytes; `None` where the file is none.
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
