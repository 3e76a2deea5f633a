//! The folder of a site. It is emptied of the site that was there before, and of nothing else.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path};

use anyhow::Context as _;
use terminal::Usage;

/// The file that lists all others of a site, by which a folder is known to have one.
const LIST: &str = "site-files.txt";

/// Writes the files of a site into a folder, which is made where there is none.
///
/// # Errors
/// The folder has files that are of no site (a usage error), or a file cannot be written.
pub fn write(folder: &Path, files: &BTreeMap<String, Vec<u8>>) -> anyhow::Result<()> {
    let place = folder.display();
    fs::create_dir_all(folder).with_context(|| format!("{place} cannot be made"))?;
    remove_before(folder)?;
    for (path, bytes) in files {
        let file = folder.join(path);
        let parent = file.parent().unwrap_or(folder);
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&file, bytes))
            .with_context(|| format!("{} cannot be written", file.display()))?;
    }
    let list: String = files.keys().map(|path| format!("{path}\n")).collect();
    fs::write(folder.join(LIST), list).with_context(|| format!("{place}/{LIST} cannot be written"))
}

/// Removes the files of the site that was written before.
fn remove_before(folder: &Path) -> anyhow::Result<()> {
    let place = folder.display();
    let Ok(list) = fs::read_to_string(folder.join(LIST)) else {
        let mut entries =
            fs::read_dir(folder).with_context(|| format!("{place} cannot be read"))?;
        return if entries.next().is_none() {
            Ok(())
        } else {
            Err(Usage::error(format!(
                "{place} has files that are of no site: name a folder that is empty or has a site"
            )))
        };
    };
    for path in list.lines().filter(|path| is_inside(path)) {
        let file = folder.join(path);
        // Somebody may have removed it before.
        if file.is_file() {
            fs::remove_file(&file)
                .with_context(|| format!("{} cannot be removed", file.display()))?;
        }
    }
    Ok(())
}

/// Whether a line of the list can only be a file within the folder.
fn is_inside(path: &str) -> bool {
    Path::new(path)
        .components()
        .all(|part| matches!(part, Component::Normal(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(names: &[&str]) -> BTreeMap<String, Vec<u8>> {
        let pairs = names.iter();
        pairs
            .map(|name| ((*name).to_owned(), name.as_bytes().to_vec()))
            .collect()
    }

    #[test]
    fn the_site_before_goes_and_a_folder_with_other_files_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let site = folder.path().join("a/site");
        write(&site, &files(&["index.html", "docs/A.html"])).unwrap();
        write(&site, &files(&["index.html", "docs/B.html"])).unwrap();
        assert!(site.join("docs/B.html").is_file() && !site.join("docs/A.html").exists());
        let refused = write(folder.path(), &files(&["index.html"])).unwrap_err();
        assert!(refused.to_string().contains("of no site"), "{refused}");
    }

    #[test]
    fn nothing_outside_of_the_folder_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let site = folder.path().join("site");
        fs::create_dir(&site).unwrap();
        let other = folder.path().join("kept");
        fs::write(&other, "kept").unwrap();
        let list = format!("../kept\n{}\n\n", other.display());
        fs::write(site.join(LIST), list).unwrap();
        write(&site, &files(&["index.html"])).unwrap();
        assert!(other.is_file());
    }
}
