//! `model.toml` as people write it, and its conversion to a [`Model`]. All checks are here, and
//! every mistake has file, line and column; finding the files is left to `find`.

use std::collections::BTreeMap;
use std::path::Path;

use protocol::{Class, FileError};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use super::place::mistake;
use super::{Capacity, Model, Variant};

/// A `model.toml` larger than this is refused unread.
pub(super) const MAX_BYTES: u64 = 64 * 1024;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: Spanned<String>,
    about: String,
    classes: Vec<Class>,
    #[serde(default)]
    build: Vec<String>,
    #[serde(deserialize_with = "command")]
    run: Vec<String>,
    #[serde(default)]
    env: BTreeMap<String, String>,
    #[serde(default)]
    hidden: bool,
    variant: Spanned<Vec<FileVariant>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileVariant {
    name: Spanned<String>,
    about: String,
    capacity: Capacity,
    #[serde(default)]
    quick: bool,
}

/// Reads a model from the text of its file; `bears` is the name that it must have.
pub(super) fn parse(text: &str, path: &Path, bears: &str) -> Result<Model, FileError> {
    let shown = path.display().to_string();
    let at = |offset: usize, problem: String| mistake(&shown, text, offset, problem);
    let file: File = toml::from_str(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        at(offset, error.message().trim().replace('\n', ", "))
    })?;
    check_names(&file, bears).map_err(|(offset, problem)| at(offset, problem))?;
    Ok(model(file, path.parent().unwrap_or(path)))
}

fn check_names(file: &File, bears: &str) -> Result<(), (usize, String)> {
    let name = file.name.get_ref();
    if !is_name(name) {
        let problem = "a model's name is 1 to 64 lower-case letters, digits, dashes and `+`";
        return Err((file.name.span().start, problem.to_owned()));
    }
    // A package of hidden programs may hold several, none of which bears its name.
    if name != bears && !file.hidden {
        let problem = format!("the name is `{name}`: allowed is `{bears}`, after the folder");
        return Err((file.name.span().start, problem));
    }
    if file.variant.get_ref().is_empty() {
        return Err((
            file.variant.span().start,
            "a model has at least one variant".to_owned(),
        ));
    }
    let mut seen: Vec<&str> = Vec::new();
    for variant in file.variant.get_ref() {
        let (name, offset) = (variant.name.get_ref().as_str(), variant.name.span().start);
        if !is_name(name) {
            let problem = "a variant's name is 1 to 64 lower-case letters, digits, dashes and `+`";
            return Err((offset, problem.to_owned()));
        }
        if seen.contains(&name) {
            return Err((offset, format!("a second variant is named `{name}`")));
        }
        seen.push(name);
    }
    Ok(())
}

fn is_name(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '+';
    (1..=64).contains(&name.len()) && name.chars().all(fits)
}

fn model(file: File, folder: &Path) -> Model {
    let variants = file
        .variant
        .into_inner()
        .into_iter()
        .map(|variant| Variant {
            name: variant.name.into_inner(),
            about: variant.about,
            capacity: variant.capacity,
            quick: variant.quick,
        });
    Model {
        name: file.name.into_inner(),
        about: file.about,
        classes: file.classes,
        build: file.build,
        run: file.run,
        env: file.env,
        hidden: file.hidden,
        folder: folder.to_owned(),
        variants: variants.collect(),
    }
}

fn command<'de, D: Deserializer<'de>>(source: D) -> Result<Vec<String>, D::Error> {
    let words = Vec::<String>::deserialize(source)?;
    if words.first().is_none_or(String::is_empty) {
        return Err(D::Error::custom(
            "a command has at least the name of its program",
        ));
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
name = "mine"
about = "a script"
classes = ["io", "cpu"]
run = ["python3", "{folder}/mine.py"]
[[variant]]
name = "pool"
about = "of four"
capacity = 4
"#;

    fn parsed(text: &str) -> Result<Model, String> {
        let path = Path::new("peers/mine/model.toml");
        parse(text, path, "mine").map_err(|error| error.to_string())
    }

    #[test]
    fn a_good_file_is_a_model() {
        let model = parsed(GOOD).unwrap();
        assert_eq!(model.variants[0].capacity, Capacity::Lanes(4));
        assert_eq!((model.hidden, model.build.len()), (false, 0));
        assert_eq!(model.folder, Path::new("peers/mine"));
    }

    #[test]
    fn mistakes_have_a_place() {
        let cases = [
            (
                "\"mine\"",
                "\"other\"",
                "peers/mine/model.toml:2:8: the name is `other`",
            ),
            ("capacity = 4", "capacity = 0", "model.toml:9:12: "),
            ("capacity = 4", "capacity = \"many\"", "model.toml:9:12: "),
            (
                "about = \"of four\"",
                "abuot = \"\"",
                "model.toml:8:1: unknown field `abuot`",
            ),
            (
                "\"pool\"",
                "\"Pool\"",
                "model.toml:7:8: a variant's name is",
            ),
            (
                "[\"python3\", \"{folder}/mine.py\"]",
                "[]",
                "model.toml:5:7: a command has",
            ),
            (
                "\"io\"",
                "\"disk\"",
                "model.toml:4:12: unknown variant `disk`",
            ),
        ];
        for (from, to, expected) in cases {
            let problem = parsed(&GOOD.replacen(from, to, 1)).unwrap_err();
            assert!(problem.contains(expected), "{to}: {problem}");
        }
    }

    #[test]
    fn a_hidden_model_may_bear_a_name_of_its_own() {
        let hidden = GOOD.replace("\"mine\"", "\"twin\"\nhidden = true");
        assert_eq!(parsed(&hidden).unwrap().name, "twin");
        assert!(
            parsed(&hidden.replace("twin", "a/b"))
                .unwrap_err()
                .contains(":2:8: a model's name")
        );
    }

    #[test]
    fn two_variants_of_one_name_are_refused() {
        let twice = format!("{GOOD}[[variant]]\nname = \"pool\"\nabout = \"\"\ncapacity = 1\n");
        assert!(
            parsed(&twice)
                .unwrap_err()
                .contains(":11:8: a second variant")
        );
    }
}
