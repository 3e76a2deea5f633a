//! Whether files can be written without the loss of another, which is found out before anything is
//! measured.

use std::fs::{self, File, Metadata, OpenOptions};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use terminal::Usage;

/// The files of a stored comparison, from which everything that is shown is computed.
const STORED: [&str; 2] = ["run.json", "samples.jsonl"];

/// Refuses files that are certain not to be written, or not to be what was asked for: each is the name of a
/// flag without its dashes, and a path (`-` is standard output).
///
/// # Errors
/// Two of them are the same file or standard output, one is a file of a stored comparison (usage errors);
/// its folder does not exist, it is a folder, or it must not be written.
pub fn refuse_unwritable<'p>(
    files: impl IntoIterator<Item = (&'p str, &'p Path)>,
) -> anyhow::Result<()> {
    let mut seen: Vec<(&str, &Path, Identity)> = Vec::new();
    for (flag, path) in files {
        let identity = if path.as_os_str() == "-" {
            Identity::Stdout
        } else {
            writable(path).with_context(|| format!("--{flag} {}", path.display()))?
        };
        let shown = path.display();
        if let Some((other, earlier, _)) = seen.iter().find(|(.., known)| *known == identity) {
            // Of two documents in one place, neither or only the last could be read.
            return Err(Usage::error(match identity {
                Identity::Stdout => {
                    format!("only one export can go to standard output: --{other} and --{flag} do")
                }
                _ => format!(
                    "--{other} {} and --{flag} {shown} are the same file: the first would be lost",
                    earlier.display()
                ),
            }));
        }
        // What is no file, such as `/dev/null`, takes any number of exports.
        if identity != Identity::Device {
            seen.push((flag, path, identity));
        }
    }
    Ok(())
}

/// What a path names, by which two spellings of one file are known.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Identity {
    Stdout,
    /// The device and the number of a file that exists.
    Existing(u64, u64),
    /// The path of a file that does not exist, without links.
    New(PathBuf),
    /// A terminal, a pipe or the like.
    Device,
}

/// What a path names, where it can be written.
fn writable(path: &Path) -> anyhow::Result<Identity> {
    match fs::metadata(path) {
        Ok(found) => existing(path, &found),
        Err(_) => new(path),
    }
}

fn existing(path: &Path, found: &Metadata) -> anyhow::Result<Identity> {
    if found.is_dir() {
        bail!("this is a folder");
    }
    if !found.is_file() {
        return Ok(Identity::Device);
    }
    refuse_stored(&path.canonicalize()?)?;
    // It is opened without being emptied: what is in it stays until there is something new.
    OpenOptions::new()
        .write(true)
        .open(path)
        .context("it must not be written")?;
    Ok(Identity::Existing(found.dev(), found.ino()))
}

fn new(path: &Path) -> anyhow::Result<Identity> {
    // The parent of a bare file name is the empty path, which stands for the working directory.
    let parent = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    if !parent.is_dir() {
        bail!("there is no folder {}", parent.display());
    }
    let Some(name) = path.file_name() else {
        bail!("this is no name of a file");
    };
    let whole = parent.canonicalize()?.join(name);
    refuse_stored(&whole)?;
    // Only an attempt tells what permissions, quotas and read-only disks allow.
    File::create_new(path).context("it cannot be made")?;
    fs::remove_file(path)?;
    Ok(Identity::New(whole))
}

/// Refuses a file of a stored comparison, whose name and whose neighbour tell that it is one.
fn refuse_stored(path: &Path) -> anyhow::Result<()> {
    let is_stored = STORED.iter().any(|name| path.ends_with(name))
        && STORED
            .iter()
            .any(|name| path.with_file_name(name).is_file());
    if is_stored {
        return Err(Usage::error(
            "this is a file of a stored comparison, which an export would destroy",
        ));
    }
    Ok(())
}

/// Refuses a folder of files that is certain not to be written.
///
/// # Errors
/// It is a file, it cannot be made, or nothing can be made in it.
pub(super) fn refuse_folder(flag: &str, path: &Path) -> anyhow::Result<()> {
    let typed = format!("--{flag} {}", path.display());
    if path.is_dir() {
        let probe = path.join(".probe-of-manyways");
        return new(&probe).map(drop).context(typed);
    }
    if path.exists() {
        bail!("{typed}: this is not a folder");
    }
    new(path).map(drop).context(typed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(files: &[(&str, &Path)]) -> Option<String> {
        let refused = refuse_unwritable(files.iter().copied());
        refused.err().map(|error| format!("{error:#}"))
    }

    #[test]
    fn two_names_of_one_file_are_found_whether_it_exists_or_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir(path("sub")).unwrap();
        let both = |one: &str, other: &str| {
            problem(&[("export-json", &path(one)), ("export-csv", &path(other))])
        };
        assert_eq!(both("a", "b"), None);
        let told = both("a", "sub/../a").unwrap();
        assert!(
            told.contains("--export-json") && told.contains("the same file"),
            "{told}"
        );
        assert!(!path("a").exists(), "nothing is left of the attempt");
        fs::write(path("a"), "kept").unwrap();
        fs::hard_link(path("a"), path("b")).unwrap();
        std::os::unix::fs::symlink(path("a"), path("c")).unwrap();
        assert!(both("a", "b").is_some() && both("c", "a").is_some());
        assert_eq!(fs::read_to_string(path("a")).unwrap(), "kept");
        let null = Path::new("/dev/null");
        assert_eq!(problem(&[("a", null), ("b", null)]), None);
        let dash = Path::new("-");
        assert!(problem(&[("a", dash), ("b", dash)]).is_some());
    }

    #[test]
    fn what_a_comparison_is_stored_in_is_no_place_for_an_export() {
        let folder = tempfile::tempdir().unwrap();
        let stored = folder.path().join("run.json");
        assert_eq!(problem(&[("export-json", &stored)]), None, "no comparison");
        for name in STORED {
            fs::write(folder.path().join(name), "").unwrap();
        }
        for name in STORED {
            let told = problem(&[("export-json", &folder.path().join(name))]).unwrap();
            assert!(told.contains("a file of a stored comparison"), "{told}");
        }
        assert_eq!(
            problem(&[("export-json", &folder.path().join("other"))]),
            None
        );
    }

    #[test]
    fn what_cannot_be_made_is_said_with_the_reason() {
        let folder = tempfile::tempdir().unwrap();
        let told = problem(&[("export-csv", folder.path())]).unwrap();
        assert!(told.ends_with("this is a folder"), "{told}");
        let told = problem(&[("export-csv", &folder.path().join("no/x"))]).unwrap();
        assert!(told.contains("there is no folder"), "{told}");
        let told = problem(&[("export-csv", Path::new("/proc/x"))]);
        if cfg!(target_os = "linux") {
            assert!(told.unwrap().contains("it cannot be made"));
        }
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        assert!(refuse_folder("export-hgrm", &file).is_err());
        refuse_folder("export-hgrm", &folder.path().join("new")).unwrap();
        refuse_folder("export-hgrm", folder.path()).unwrap();
    }
}
