//! What every member of the workspace has in common: a package named as its folder, and the lints
//! of the workspace.

use crate::problem::{Problem, line_where};
use crate::project::Member;

/// Folder, package and model bear one name, so that `-p NAME` needs no looking up.
pub(crate) fn names(members: &[Member]) -> Vec<Problem> {
    members.iter().filter_map(name_of).collect()
}

fn name_of(member: &Member) -> Option<Problem> {
    let folder = member.folder.rsplit('/').next().unwrap_or_default();
    (folder != member.name).then(|| {
        let line = line_where(&member.manifest, |line| line.starts_with("name"));
        let text = format!("package `{}` is in a folder named `{folder}`", member.name);
        Problem::new(&member.manifest_path(), line, text)
    })
}

/// Every member inherits the lints of the workspace.
pub(crate) fn lints(members: &[Member]) -> Vec<Problem> {
    members
        .iter()
        .filter(|member| !inherits_lints(&member.manifest))
        .map(lints_missing)
        .collect()
}

fn inherits_lints(manifest: &str) -> bool {
    let Ok(table) = manifest.parse::<toml::Table>() else {
        return false;
    };
    // Parsed, because TOML has three ways to write this.
    let inherited = table.get("lints").and_then(|lints| lints.get("workspace"));
    inherited.and_then(toml::Value::as_bool).unwrap_or(false)
}

fn lints_missing(member: &Member) -> Problem {
    let line = line_where(&member.manifest, |line| line.starts_with("[lints"));
    let text = "the lints of the workspace are not inherited: `[lints]` with `workspace = true`";
    Problem::new(&member.manifest_path(), line, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(name: &str, folder: &str, manifest: &str) -> Member {
        Member {
            name: name.to_owned(),
            folder: folder.to_owned(),
            manifest: manifest.to_owned(),
            is_model: false,
            dependencies: Vec::new(),
        }
    }

    #[test]
    fn a_package_is_named_as_its_folder() {
        let good = member("threads", "crates/threads", "");
        let bad = member("thread", "crates/threads", "[package]\nname = \"thread\"\n");
        let found = names(&[good, bad]);
        assert_eq!(found.len(), 1);
        let expected =
            "crates/threads/Cargo.toml:2: package `thread` is in a folder named `threads`";
        assert_eq!(found[0].to_string(), expected);
    }

    #[test]
    fn lints_are_inherited() {
        let manifests = [
            "[lints]\nworkspace = true\n",
            "lints.workspace = true\n",
            "[package]\n\n[lints]\nworkspace = false\n",
            "[lints.rust]\nunsafe_code = \"deny\"\n",
            "",
        ];
        let members = manifests.map(|manifest| member("a", "crates/a", manifest));
        let lines: Vec<usize> = lints(&members).iter().map(|problem| problem.line).collect();
        assert_eq!(lines, [3, 1, 1]);
    }
}
