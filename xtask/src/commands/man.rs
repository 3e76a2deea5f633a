//! `cargo xtask man`: the manual pages, made from the same description of the command line as `--help`.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use clap_mangen::Man;
use protocol::ExitCode;
use terminal::output;

use crate::cli;

/// Prints the page of the tool, or writes a page for each command into a folder.
pub(crate) fn run(folder: Option<&Path>) -> anyhow::Result<ExitCode> {
    match folder {
        None => {
            let mut page = Vec::new();
            Man::new(cli::command_for_pages()).render(&mut page)?;
            output::document(&String::from_utf8(page)?)?;
        }
        Some(folder) => {
            let shown = folder.display();
            fs::create_dir_all(folder)
                .and_then(|()| clap_mangen::generate_to(cli::command_for_pages(), folder))
                .with_context(|| format!("{shown}: the pages cannot be written"))?;
            output::complain(&format!(
                "wrote the pages to {shown}: `man {shown}/xtask.1`"
            ));
        }
    }
    Ok(ExitCode::Ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_page() {
        let folder = tempfile::tempdir().unwrap();
        run(Some(&folder.path().join("man1"))).unwrap();
        for name in ["xtask", "xtask-compare", "xtask-ab", "xtask-completions"] {
            let path = folder.path().join(format!("man1/{name}.1"));
            let page = fs::read_to_string(&path).unwrap();
            assert!(page.contains(".SH SYNOPSIS"), "{name}");
            assert!(!page.contains("scripted"), "hidden flags are in no page");
        }
    }
}
