//! `cargo xtask explain NAME`: what the documents say of a workload or a model, and what a figure of the
//! report means. Each kind of name is a source; another kind is one more entry of `sources`.

mod claims;
mod documents;
mod metrics;

use protocol::ExitCode;

use crate::cli::Places;
use catalog::{Workspace, did_you_mean};
use terminal::{Usage, output};

/// One kind of thing that can be explained.
pub(crate) trait Source {
    /// Every name that it knows, as people would type it.
    fn names(&self) -> Vec<String>;
    /// The text for a name, in whatever case it was typed; `None` where it is not one of these.
    fn text(&self, name: &str) -> Option<String>;
}

/// All kinds. Where two know a name, both texts are shown.
fn sources(workspace: &Workspace) -> Vec<Box<dyn Source>> {
    vec![
        Box::new(documents::Workloads::find(workspace)),
        Box::new(documents::Models::find(workspace)),
        Box::new(metrics::Metrics),
        Box::new(claims::Claims),
    ]
}

/// Prints all that is known of a name, or every name.
pub(crate) fn run(name: Option<&str>, places: &Places) -> anyhow::Result<ExitCode> {
    let workspace = places.workspace()?;
    let text = explained(&sources(&workspace), name).map_err(Usage::error)?;
    output::print(&text)?;
    Ok(ExitCode::Ok)
}

fn explained(sources: &[Box<dyn Source>], name: Option<&str>) -> Result<String, String> {
    let Some(name) = name else {
        let lists = sources
            .iter()
            .map(|source| source.names().join(", ") + "\n");
        return Ok(lists.collect());
    };
    let texts: Vec<String> = sources.iter().filter_map(|s| s.text(name)).collect();
    if !texts.is_empty() {
        return Ok(texts.join("\n"));
    }
    let names = sources.iter().flat_map(|source| source.names());
    let hint = did_you_mean(name, names);
    Err(format!("nothing is known of `{name}`{hint}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Only(&'static str);

    impl Source for Only {
        fn names(&self) -> Vec<String> {
            vec![self.0.to_owned()]
        }

        fn text(&self, name: &str) -> Option<String> {
            (name == self.0).then(|| format!("all about {name}\n"))
        }
    }

    #[test]
    fn a_name_is_looked_up_in_every_source() {
        let sources: Vec<Box<dyn Source>> = vec![Box::new(Only("http")), Box::new(Only("ratio"))];
        let text = explained(&sources, Some("ratio")).unwrap();
        assert_eq!(text, "all about ratio\n");
        assert_eq!(explained(&sources, None).unwrap(), "http\nratio\n");
        let problem = explained(&sources, Some("rati")).unwrap_err();
        assert!(problem.contains("did you mean `ratio`?"), "{problem}");
    }
}
