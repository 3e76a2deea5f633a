//! From what was typed to variants: globs over `model/variant`, and what may have been meant by a
//! name that is none. Pure.

use super::{Broken, Model, Registry, Variant};
use crate::suggestion::did_you_mean;

/// A variant that takes part.
#[derive(Clone, Debug)]
pub struct Selected {
    pub model: Model,
    pub variant: Variant,
    /// Whether it was asked for by name, and not by a glob or by default.
    pub named: bool,
}

impl Selected {
    /// `model/variant`.
    pub fn name(&self) -> String {
        format!("{}/{}", self.model.name, self.variant.name)
    }
}

/// What patterns came to.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    pub variants: Vec<Selected>,
    /// Models that were meant too and cannot be used, and whether each was named.
    pub broken: Vec<(Broken, bool)>,
}

/// Nothing has that name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SelectError {
    #[error("no variant matches `{pattern}`{hint}")]
    Nothing { pattern: String, hint: String },
    #[error("the model `{name}` cannot be used: {problem}")]
    Broken { name: String, problem: String },
    #[error("no variant has `reference = true` in its `model.toml`{hint}")]
    NoReference { hint: String },
}

impl Selection {
    fn add(&mut self, selected: Selected) {
        match self
            .variants
            .iter_mut()
            .find(|other| other.name() == selected.name())
        {
            Some(other) => other.named |= selected.named,
            None => self.variants.push(selected),
        }
    }
}

impl Registry {
    /// Everything that no model hides, nothing of it named.
    pub fn visible(&self) -> Selection {
        let variants = self
            .all()
            .filter(|selected| !selected.model.hidden)
            .collect();
        let broken = self
            .broken
            .iter()
            .map(|broken| (broken.clone(), false))
            .collect();
        Selection { variants, broken }
    }

    /// What any of the patterns matches, in the registry's order.
    pub fn matching(&self, patterns: &[String]) -> Result<Selection, SelectError> {
        let mut selection = Selection::default();
        for pattern in patterns {
            let variants: Vec<Selected> = self.all().filter_map(|s| matched(s, pattern)).collect();
            let broken = self
                .broken
                .iter()
                .filter_map(|broken| matched_broken(broken, pattern));
            let broken: Vec<(Broken, bool)> = broken.collect();
            if variants.is_empty() && broken.is_empty() {
                return Err(self.nothing(pattern));
            }
            variants
                .into_iter()
                .for_each(|selected| selection.add(selected));
            selection.broken.extend(broken);
        }
        selection.variants.sort_by_key(Selected::name);
        selection
            .broken
            .sort_by_key(|(broken, named)| (broken.name.clone(), !named));
        selection
            .broken
            .dedup_by_key(|(broken, _)| broken.name.clone());
        Ok(selection)
    }

    /// The one variant of this name.
    pub fn exactly(&self, name: &str) -> Result<Selected, SelectError> {
        let found = self.all().find(|selected| selected.name() == name);
        found
            .map(|s| Selected { named: true, ..s })
            .ok_or_else(|| self.nothing(name))
    }

    /// The variant that others are compared with unless another is named.
    ///
    /// # Errors
    /// Where no variant is marked as the reference; the problem of a file that could not be read
    /// is said too, because the mark may stand in it.
    pub fn reference(&self) -> Result<Selected, SelectError> {
        let mut all = self.all();
        let marked = all.find(|selected| selected.variant.reference);
        marked.ok_or_else(|| {
            let unread = self.broken.iter().find(|broken| !broken.is_absent);
            SelectError::NoReference {
                hint: unread.map_or(String::new(), |broken| format!(": {}", broken.problem)),
            }
        })
    }

    /// The variants that two revisions are compared by, and verdicts tried on, unless others are
    /// named; in the registry's order.
    pub fn gate(&self) -> Vec<Selected> {
        let all = self.all();
        all.filter(|selected| selected.variant.gate).collect()
    }

    fn all(&self) -> impl Iterator<Item = Selected> + '_ {
        self.models.iter().flat_map(|model| {
            model.variants.iter().map(|variant| Selected {
                model: model.clone(),
                variant: variant.clone(),
                named: false,
            })
        })
    }

    fn nothing(&self, pattern: &str) -> SelectError {
        let model = pattern.split('/').next().unwrap_or(pattern);
        if let Some(broken) = self.broken.iter().find(|broken| broken.name == model) {
            let (name, problem) = (broken.name.clone(), broken.problem.clone());
            return SelectError::Broken { name, problem };
        }
        let visible = self.all().filter(|selected| !selected.model.hidden);
        let names: Vec<String> = visible.map(|selected| selected.name()).collect();
        let models = self.models.iter().map(|model| model.name.clone());
        let hint = did_you_mean(pattern, names.into_iter().chain(models));
        SelectError::Nothing {
            pattern: pattern.to_owned(),
            hint,
        }
    }
}

/// A pattern without a slash is a model's; hidden models answer only to their exact names.
fn matched(selected: Selected, pattern: &str) -> Option<Selected> {
    let name = selected.name();
    let named = pattern == name || pattern == selected.model.name;
    let by_glob = || match pattern.contains('/') {
        true => matches_glob(pattern, &name),
        false => matches_glob(pattern, &selected.model.name),
    };
    (named || (!selected.model.hidden && by_glob())).then_some(Selected { named, ..selected })
}

/// A broken model has no variants, and stands for all that it might have.
fn matched_broken(broken: &Broken, pattern: &str) -> Option<(Broken, bool)> {
    let model = pattern.split('/').next().unwrap_or(pattern);
    let named = model == broken.name;
    (named || matches_glob(model, &broken.name)).then(|| (broken.clone(), named))
}

/// `*` stands for any characters, `?` for one.
fn matches_glob(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut of_text) = (0, 0);
    // Where to go on when a character does not fit: the last star, swallowing one more.
    let mut star: Option<(usize, usize)> = None;
    while of_text < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, of_text));
                at += 1;
            }
            Some(wanted) if *wanted == '?' || *wanted == text[of_text] => {
                (at, of_text) = (at + 1, of_text + 1);
            }
            _ => {
                let Some((star_at, swallowed)) = star else {
                    return false;
                };
                star = Some((star_at, swallowed + 1));
                (at, of_text) = (star_at + 1, swallowed + 1);
            }
        }
    }
    pattern[at..].iter().all(|left| *left == '*')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::Capacity;

    fn model(name: &str, variants: &[&str], hidden: bool) -> Model {
        let variant = |name: &&str| Variant {
            name: (*name).to_owned(),
            about: String::new(),
            capacity: Capacity::InFlight,
            quick: false,
            threads: None,
            gate: false,
            reference: false,
        };
        Model {
            name: name.to_owned(),
            about: String::new(),
            classes: Vec::new(),
            build: Vec::new(),
            run: vec!["true".to_owned()],
            env: Default::default(),
            hidden,
            programs: None,
            program: None,
            scale: Default::default(),
            folder: Default::default(),
            variants: variants.iter().map(variant).collect(),
        }
    }

    fn registry() -> Registry {
        let threads = model("threads", &["pool", "spawn"], false);
        let tokio = model(
            "async-tokio",
            &["multi-thread", "multi-thread+offload"],
            false,
        );
        let twin = model("twin", &["tokio"], true);
        Registry {
            models: vec![tokio, threads, twin],
            broken: Vec::new(),
        }
    }

    fn names(patterns: &[&str]) -> Vec<String> {
        let patterns: Vec<String> = patterns.iter().map(|p| (*p).to_owned()).collect();
        registry()
            .matching(&patterns)
            .unwrap()
            .variants
            .iter()
            .map(Selected::name)
            .collect()
    }

    #[test]
    fn globs_go_over_the_whole_name() {
        assert_eq!(names(&["threads/p*"]), ["threads/pool"]);
        assert_eq!(names(&["*/multi-thread"]), ["async-tokio/multi-thread"]);
        assert_eq!(names(&["threads"]), ["threads/pool", "threads/spawn"]);
        assert_eq!(names(&["*"]).len(), 4);
        assert_eq!(names(&["thread?/pool", "threads/pool"]), ["threads/pool"]);
    }

    #[test]
    fn hidden_models_answer_to_their_names_only() {
        assert_eq!(names(&["twin/tokio"]), ["twin/tokio"]);
        assert_eq!(names(&["twin"]), ["twin/tokio"]);
        assert!(registry().matching(&["tw*".to_owned()]).is_err());
    }

    #[test]
    fn a_name_is_named_and_a_glob_is_not() {
        let by_both = registry().matching(&["threads/*".to_owned(), "threads/pool".to_owned()]);
        let named: Vec<bool> = by_both
            .unwrap()
            .variants
            .iter()
            .map(|selected| selected.named)
            .collect();
        assert_eq!(named, [true, false]);
    }

    #[test]
    fn an_unknown_name_gets_the_nearest() {
        let error = registry().exactly("thread/pool").unwrap_err().to_string();
        assert!(error.contains("did you mean `threads/pool`"), "{error}");
    }

    #[test]
    fn a_broken_model_says_why() {
        let mut registry = registry();
        let problem = "crates/bad/model.toml:1:1: no".to_owned();
        registry
            .broken
            .push(Broken::file("bad".to_owned(), problem));
        assert!(
            registry
                .exactly("bad/pool")
                .unwrap_err()
                .to_string()
                .contains(":1:1:")
        );
        let selection = registry.matching(&["bad/*".to_owned()]).unwrap();
        assert_eq!((selection.variants.len(), selection.broken[0].1), (0, true));
        assert!(!registry.matching(&["b*".to_owned()]).unwrap().broken[0].1);
    }
}
