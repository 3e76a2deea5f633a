//! What the documents say of a workload or a model, and what a figure of the report means.

mod documents;
mod metrics;
mod source;

use catalog::{Workspace, did_you_mean};

pub use source::Source;

/// The kinds that the documents and the report know: workloads, models and figures.
#[must_use]
pub fn sources(workspace: &Workspace) -> Vec<Box<dyn Source>> {
    vec![
        Box::new(documents::Workloads::find(workspace)),
        Box::new(documents::Models::find(workspace)),
        Box::new(metrics::Metrics),
    ]
}

/// All that the sources know of a name, or every name where none is given. Where two sources know a
/// name, both texts are shown.
///
/// # Errors
///
/// Where no source knows the name; the message proposes the nearest.
pub fn explain(sources: &[Box<dyn Source>], name: Option<&str>) -> Result<String, String> {
    let Some(name) = name else {
        let lists = sources
            .iter()
            .map(|source| source.names().join(", ") + "\n");
        return Ok(lists.collect());
    };
    let texts: Vec<String> = sources
        .iter()
        .filter_map(|source| source.text(name))
        .collect();
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
        let text = explain(&sources, Some("ratio")).unwrap();
        assert_eq!(text, "all about ratio\n");
        assert_eq!(explain(&sources, None).unwrap(), "http\nratio\n");
        let problem = explain(&sources, Some("rati")).unwrap_err();
        assert!(problem.contains("did you mean `ratio`?"), "{problem}");
    }
}
