//! Where cargo put the programs that it built: a target triple, of a variable or of cargo's configuration,
//! moves them, and the usual place may hold an older program.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use cargo_metadata::Message;

/// Where the programs are, by their usual place, for the whole process.
static BUILT: Mutex<BTreeMap<PathBuf, PathBuf>> = Mutex::new(BTreeMap::new());

/// The program that a line of cargo's JSON messages (`--message-format=json`) says is built and up to date.
pub fn executable(line: &str) -> Option<PathBuf> {
    match serde_json::from_str(line).ok()? {
        Message::CompilerArtifact(artifact) => {
            artifact.executable.map(|path| path.into_std_path_buf())
        }
        _ => None,
    }
}

/// Notes where a program is that was built into this target folder, and returns its usual place: below the
/// target folder, in the profile's folder (`release/threads`).
pub fn learn(target: &Path, executable: &Path) -> PathBuf {
    let mut names = executable.iter().rev();
    let (name, profile) = (names.next(), names.next());
    let mut usual = target.to_owned();
    usual.extend(profile.into_iter().chain(name));
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    built.insert(usual.clone(), executable.to_owned());
    usual
}

/// The place of a program whose usual place this is.
pub fn place(usual: PathBuf) -> PathBuf {
    let built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    built.get(&usual).cloned().unwrap_or(usual)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_where_cargo_says() {
        let target = Path::new("/checkout of executables/target");
        let usual = target.join("release/threads");
        assert_eq!(place(usual.clone()), usual);
        let moved = target.join("x86_64-unknown-linux-musl/release/threads");
        assert_eq!(learn(target, &moved), usual);
        assert_eq!(place(usual.clone()), moved);
        assert_eq!(learn(target, &usual), usual);
        assert_eq!(place(usual.clone()), usual);
    }

    #[test]
    fn only_messages_about_programs_name_one() {
        let artifact = |executable: &str| {
            format!(
                r#"{{"reason":"compiler-artifact","package_id":"path+file:///a#0.1.0",
                "manifest_path":"/a/Cargo.toml","target":{{"kind":["bin"],"crate_types":["bin"],
                "name":"a","src_path":"/a/src/main.rs","edition":"2024","doc":true,"doctest":false,
                "test":true}},"profile":{{"opt_level":"3","debuginfo":0,"debug_assertions":false,
                "overflow_checks":false,"test":false}},"features":[],"filenames":[],
                "executable":{executable},"fresh":true}}"#
            )
        };
        assert_eq!(executable(&artifact("\"/a/a\"")), Some("/a/a".into()));
        assert_eq!(executable(&artifact("null")), None);
        for other in [
            "",
            "Compiling",
            r#"{"reason":"build-finished","success":true}"#,
        ] {
            assert_eq!(executable(other), None, "{other}");
        }
    }
}
