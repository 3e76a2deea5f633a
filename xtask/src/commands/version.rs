//! `cargo xtask --version`: the version, and the commit of the checkout.

use catalog::Workspace;

/// `cargo xtask 0.1.0 (1a2b3c4d5e6f, dirty)`; without the commit where git does not tell.
pub(crate) fn text() -> String {
    // Asked for now and not when this was built: a commit that is compiled in would build the tool anew
    // after every commit.
    let commit = checkout().and_then(|workspace| {
        let commit = workspace.commit();
        (commit != Workspace::NO_COMMIT).then(|| described(&commit, workspace.is_changed()))
    });
    let version = concat!("cargo xtask ", env!("CARGO_PKG_VERSION"));
    version.to_owned() + &commit.unwrap_or_default() + "\n"
}

/// The checkout whose target folder this program lies in; a copy of it somewhere else has none.
fn checkout() -> Option<Workspace> {
    let workspace = Workspace::find(None, &[]).ok()?;
    let program = std::env::current_exe().ok()?;
    program.starts_with(&workspace.target).then_some(workspace)
}

fn described(commit: &str, is_changed: Option<bool>) -> String {
    match is_changed {
        Some(true) => format!(" ({commit}, dirty)"),
        _ => format!(" ({commit})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_checkout_is_dirty() {
        assert_eq!(described("1a2b", Some(false)), " (1a2b)");
        assert_eq!(described("1a2b", Some(true)), " (1a2b, dirty)");
        assert_eq!(described("1a2b", None), " (1a2b)");
    }

    #[test]
    fn it_begins_with_the_name_and_is_one_line() {
        let text = text();
        assert!(text.starts_with("cargo xtask 0."), "{text}");
        assert_eq!(text.lines().count(), 1);
    }
}
