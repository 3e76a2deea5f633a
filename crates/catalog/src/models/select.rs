//! The selection of variants by names and globs over `model/variant`.

use super::find::{Broken, Registry};
use super::model::{Blocking, Model, Variant};
use crate::suggestion::{did_you_mean, similar};

/// A variant with its model.
#[derive(Clone, Debug)]
pub struct Selected {
    /// The model.
    pub model: Model,
    /// Which of its variants.
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

/// The variants that patterns match.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// The variants, each once.
    pub variants: Vec<Selected>,
    /// Models that the patterns match and that cannot be used, and whether each was named.
    pub broken: Vec<(Broken, bool)>,
}

/// The reason why a pattern selects nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SelectError {
    /// Nothing matches a pattern.
    #[error("no variant matches `{pattern}`{hint}")]
    Nothing {
        /// The pattern as it was typed.
        pattern: String,
        /// The end of the message: names that may have been meant.
        hint: String,
    },
    /// The model that was meant cannot be used.
    #[error("the model `{name}` cannot be used: {problem}")]
    Broken {
        /// The name of the model.
        name: String,
        /// The reason, with its place in the file.
        problem: String,
    },
    /// No variant is marked as the reference.
    #[error("no variant has `reference = true` in its `model.toml`{hint}")]
    NoReference {
        /// The end of the message: the problem of a file that may have the mark.
        hint: String,
    },
}

impl Selection {
    fn add(&mut self, selected: Selected) {
        // A variant that a glob and a name select is one row, and counts as named.
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
    /// The variants that take part where nothing was asked for, none of them named.
    pub fn by_default(&self) -> Selection {
        Selection {
            variants: self
                .listed()
                .filter(|selected| !selected.model.on_request && !selected.variant.on_request)
                .collect(),
            broken: self
                .broken
                .iter()
                .filter(|broken| !broken.on_request)
                .map(|broken| (broken.clone(), false))
                .collect(),
        }
    }

    /// The variants that people are shown, none of them named: all but those of hidden models.
    pub fn listed(&self) -> impl Iterator<Item = Selected> {
        self.all().filter(|selected| !selected.model.hidden)
    }

    /// The variants with a mark about what blocks, none of them named; one that nothing is moved by comes first.
    pub fn about_blocking(&self) -> Selection {
        let marked = self
            .listed()
            .filter(|selected| selected.variant.blocking.is_some());
        let mut variants: Vec<Selected> = marked.collect();
        variants.sort_by_key(|selected| selected.variant.blocking != Some(Blocking::Inline));
        Selection {
            variants,
            broken: self.by_default().broken,
        }
    }

    /// The variants that any of the patterns matches, by name. A pattern is a name, or a glob with `*`
    /// and `?`; without a slash it is about models.
    ///
    /// # Errors
    /// Where a pattern matches nothing.
    pub fn matching(&self, patterns: &[String]) -> Result<Selection, SelectError> {
        let mut selection = Selection::default();
        for pattern in patterns {
            let variants: Vec<Selected> = self.all().filter_map(|s| matched(s, pattern)).collect();
            let broken: Vec<(Broken, bool)> = self
                .broken
                .iter()
                .filter_map(|broken| matched_broken(broken, pattern))
                .collect();
            if variants.is_empty() && broken.is_empty() {
                return Err(self.nothing(pattern));
            }
            variants
                .into_iter()
                .for_each(|selected| selection.add(selected));
            selection.broken.extend(broken);
        }
        selection.variants.sort_by_key(Selected::name);
        // Where a broken model was named by one pattern and matched by another, the named one stays.
        selection
            .broken
            .sort_by_key(|(broken, named)| (broken.name.clone(), !named));
        selection
            .broken
            .dedup_by_key(|(broken, _)| broken.name.clone());
        Ok(selection)
    }

    /// The variant `model/variant` of this name.
    ///
    /// # Errors
    /// Where there is none.
    pub fn exactly(&self, name: &str) -> Result<Selected, SelectError> {
        self.all()
            .find(|selected| selected.name() == name)
            .map(|selected| Selected {
                named: true,
                ..selected
            })
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

    /// Every variant of every model, none of them named.
    fn all(&self) -> impl Iterator<Item = Selected> + '_ {
        self.models.iter().flat_map(|model| {
            model.variants.iter().map(|variant| Selected {
                model: model.clone(),
                variant: variant.clone(),
                named: false,
            })
        })
    }

    /// The error for a pattern that matches nothing.
    fn nothing(&self, pattern: &str) -> SelectError {
        // A variant of a broken model is missing because its file is wrong, and not because of a typing
        // error.
        let model = pattern.split('/').next().unwrap_or(pattern);
        if let Some(broken) = self.broken.iter().find(|broken| broken.name == model) {
            let (name, problem) = (broken.name.clone(), broken.problem.clone());
            return SelectError::Broken { name, problem };
        }
        let variants = self
            .all()
            .filter(|selected| !selected.model.hidden)
            .map(|selected| selected.name());
        let models = self.models.iter().map(|model| model.name.clone());
        let names: Vec<String> = variants.chain(models).collect();
        let files = self.broken.iter().filter(|broken| !broken.is_absent);
        let problems: Vec<&str> = files.map(|broken| broken.problem.as_str()).collect();
        // Where a file cannot be read, its model is more likely meant than all that is in the long list.
        let hint = if problems.is_empty() || !similar(pattern, names.iter().cloned()).is_empty() {
            did_you_mean(pattern, names.into_iter())
        } else {
            format!(", and a model cannot be read: {}", problems.join("; "))
        };
        SelectError::Nothing {
            pattern: pattern.to_owned(),
            hint,
        }
    }
}

/// The variant, where the pattern matches it. Hidden models are matched by their exact names only.
fn matched(selected: Selected, pattern: &str) -> Option<Selected> {
    let name = selected.name();
    let named = pattern == name || pattern == selected.model.name;
    let matched_name = if pattern.contains('/') {
        &name
    } else {
        &selected.model.name
    };
    let is_match = named || (!selected.model.hidden && matches_glob(pattern, matched_name));
    is_match.then_some(Selected { named, ..selected })
}

/// The broken model, where the pattern matches it, and whether the pattern names it.
fn matched_broken(broken: &Broken, pattern: &str) -> Option<(Broken, bool)> {
    // Its variants are not known, so that every pattern for variants of that model matches.
    let model = pattern.split('/').next().unwrap_or(pattern);
    let named = model == broken.name;
    (named || matches_glob(model, &broken.name)).then(|| (broken.clone(), named))
}

/// Whether a glob matches a whole text; `*` stands for any characters and `?` for one.
fn matches_glob(glob: &str, text: &str) -> bool {
    let (pattern, characters): (Vec<char>, Vec<char>) =
        (glob.chars().collect(), text.chars().collect());
    let (mut in_pattern, mut in_text) = (0, 0);
    // The last star, and the first character that it does not stand for yet. Going back to the last one
    // is enough, because an earlier star can be given no better match; so the time is at most the product
    // of the lengths, and not exponential in the number of stars.
    let mut star: Option<(usize, usize)> = None;
    while in_text < characters.len() {
        match pattern.get(in_pattern) {
            Some('*') => {
                star = Some((in_pattern, in_text));
                in_pattern += 1;
            }
            Some(wanted) if *wanted == '?' || *wanted == characters[in_text] => {
                in_pattern += 1;
                in_text += 1;
            }
            _ => {
                let Some((last_star, swallowed)) = star else {
                    return false;
                };
                star = Some((last_star, swallowed + 1));
                in_pattern = last_star + 1;
                in_text = swallowed + 1;
            }
        }
    }
    pattern[in_pattern..].iter().all(|rest| *rest == '*')
}

#[cfg(test)]
#[path = "select_test.rs"]
mod tests;
