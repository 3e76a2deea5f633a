//! What the documents say of a workload or a model, and what a word or sign of the report means.

mod documents;
mod models;
mod name;
mod paragraph;
mod source;
mod words;

use catalog::{Workspace, similar};
use terminal::shown;

use name::key;
use paragraph::paragraph;
pub use source::Source;

/// The kinds that the documents and the report know: workloads, models, and words.
#[must_use]
pub fn sources(workspace: &Workspace) -> Vec<Box<dyn Source>> {
    vec![
        Box::new(words::Words::open()),
        Box::new(documents::Workloads::find(workspace)),
        Box::new(models::Models::find(workspace)),
    ]
}

/// All that the sources know of a name, however it is spelt, or every name where none is given. Where two
/// sources know a name, both texts are shown.
///
/// # Errors
///
/// Where no source knows the name; the message proposes the nearest.
pub fn explain(sources: &[Box<dyn Source>], name: Option<&str>) -> Result<String, String> {
    let Some(name) = name else {
        let lists = sources.iter().map(|source| {
            format!(
                "{}:\n{}\n",
                source.kind(),
                paragraph("", &source.names().join(", "))
            )
        });
        return Ok(lists.collect());
    };
    let texts: Vec<String> = sources
        .iter()
        .filter_map(|source| text(source.as_ref(), name))
        .collect();
    if !texts.is_empty() {
        return Ok(texts.join("\n"));
    }
    let names = sources.iter().flat_map(|source| source.names());
    let guesses: Vec<String> = similar(name, names)
        .into_iter()
        .map(|guess| format!("`{guess}`"))
        .collect();
    let hint = match guesses.as_slice() {
        [] => String::new(),
        guesses => format!(": did you mean {}?", guesses.join(" or ")),
    };
    Err(format!(
        "nothing is known of `{}`{hint}\n`cargo xtask explain` without a name lists all of them",
        shown(name)
    ))
}

/// The text of a source for a name, in the spelling that the source has.
fn text(source: &dyn Source, name: &str) -> Option<String> {
    source.text(name).or_else(|| {
        let wanted = key(name);
        let names = source.names();
        let spelt = names.iter().find(|known| key(known) == wanted)?;
        source.text(spelt)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Only(&'static str);

    impl Source for Only {
        fn kind(&self) -> &'static str {
            "things"
        }

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
        let listed = explain(&sources, None).unwrap();
        assert_eq!(listed, "things:\n  http\n\nthings:\n  ratio\n\n");
    }

    #[test]
    fn a_spelling_is_that_of_the_source() {
        let sources: Vec<Box<dyn Source>> = vec![Box::new(Only("notes-http"))];
        for typed in ["Notes_HTTP", "notes http", "notes-https"] {
            let text = explain(&sources, Some(typed)).unwrap();
            assert_eq!(text, "all about notes-http\n");
        }
    }

    #[test]
    fn an_unknown_name_has_few_guesses_and_no_list() {
        let names = ["rati", "ratio", "ration", "rations", "other"];
        let sources: Vec<Box<dyn Source>> = names
            .into_iter()
            .map(|name| Box::new(Only(name)) as Box<dyn Source>)
            .collect();
        let problem = explain(&sources, Some("ratioo")).unwrap_err();
        assert_eq!(problem.matches(" or ").count(), 2, "{problem}");
        assert!(problem.contains("did you mean `ratio`"), "{problem}");
        let problem = explain(&sources, Some("xyz")).unwrap_err();
        assert_eq!(
            problem,
            "nothing is known of `xyz`\n`cargo xtask explain` without a name lists all of them"
        );
    }
}
