//! The package of own work, as its `Cargo.toml` describes it.

use std::fs;
use std::path::{Path, PathBuf};

/// A package with a library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Package {
    /// Its name.
    pub(crate) name: String,
    /// The folder of its `Cargo.toml`, as an absolute path.
    pub(crate) folder: PathBuf,
}

impl Package {
    /// Reads the package in a folder.
    ///
    /// # Errors
    /// Words for a folder without a package, or with one that has no library.
    pub(crate) fn read(folder: &Path) -> Result<Package, String> {
        let shown = folder.display();
        let absolute = fs::canonicalize(folder).map_err(|error| format!("{shown}: {error}"))?;
        let manifest = absolute.join("Cargo.toml");
        let text = fs::read_to_string(&manifest)
            .map_err(|error| format!("{}: {error}", manifest.display()))?;
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            format!("{}: {}", manifest.display(), error.message())
        })?;
        let name = table
            .get("package")
            .and_then(|package| package.get("name"))
            .and_then(toml::Value::as_str)
            .ok_or_else(|| format!("{}: it describes no package", manifest.display()))?;
        if !table.contains_key("lib") && !absolute.join("src/lib.rs").is_file() {
            return Err(format!(
                "{}: the package has no library: own work is in `src/lib.rs`",
                manifest.display()
            ));
        }
        Ok(Package {
            name: name.to_owned(),
            folder: absolute,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_has_a_name_and_a_library() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("mine");
        let problem = || Package::read(&folder).unwrap_err();
        assert!(problem().contains("No such file"), "{}", problem());
        fs::create_dir_all(folder.join("src")).unwrap();
        assert!(problem().contains("Cargo.toml: No such file"));
        fs::write(folder.join("Cargo.toml"), "[package\n").unwrap();
        assert!(problem().contains("Cargo.toml: "));
        fs::write(folder.join("Cargo.toml"), "[workspace]\n").unwrap();
        assert!(problem().contains("describes no package"));
        fs::write(folder.join("Cargo.toml"), "[package]\nname = \"resize\"\n").unwrap();
        assert!(problem().contains("has no library"));
        fs::write(folder.join("src/lib.rs"), "").unwrap();
        assert_eq!(Package::read(&folder).unwrap().name, "resize");
    }
}
