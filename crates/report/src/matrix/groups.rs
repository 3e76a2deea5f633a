//! The columns of the matrix: models with their variants, side by side where they fit.

use results::RunFile;
use terminal::shown_within;

/// The heads of columns whose own names do not fit.
const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
/// The most characters of a name.
const LONGEST_NAME: usize = 60;
/// The space between two columns.
pub(super) const GAP: &str = "  ";

/// A model, and its variants in the order of their characters.
pub(super) struct Group<'a> {
    pub(super) model: &'a str,
    /// What stands above its column: the model's name, or a letter that the key explains.
    pub(super) head: String,
    /// Each with its whole name and the part after the model's.
    pub(super) variants: Vec<(&'a str, &'a str)>,
}

/// The variants by model, in the order in which they were chosen.
pub(super) fn groups(run: &RunFile) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for variant in &run.variants {
        // A model that cannot be read has no variants and stands by itself.
        let (model, short) = variant.name.split_once('/').unwrap_or((&variant.name, ""));
        let entry = (variant.name.as_str(), short);
        match groups.iter_mut().find(|group| group.model == model) {
            Some(group) => group.variants.push(entry),
            None => groups.push(Group {
                model,
                head: label(model),
                variants: vec![entry],
            }),
        }
    }
    groups
}

/// Gives every column a letter where the names of all models do not fit side by side.
pub(super) fn with_letters_if_needed<'a>(groups: Vec<Group<'a>>, width: usize) -> Vec<Group<'a>> {
    if bands(&groups, width).len() < 2 || groups.len() > LETTERS.len() {
        return groups;
    }
    let letters = LETTERS.chars().map(String::from);
    groups
        .into_iter()
        .zip(letters)
        .map(|(group, head)| Group { head, ..group })
        .collect()
}

/// As many models side by side as fit into this width, and then the next ones.
pub(super) fn bands<'a, 'g>(groups: &'a [Group<'g>], width: usize) -> Vec<&'a [Group<'g>]> {
    let mut bands = Vec::new();
    let (mut start, mut used) = (0, 0);
    for (index, group) in groups.iter().enumerate() {
        let needed = GAP.len() + group.width();
        if used + needed > width && index > start {
            bands.push(&groups[start..index]);
            (start, used) = (index, 0);
        }
        used += needed;
    }
    if start < groups.len() {
        bands.push(&groups[start..]);
    }
    bands
}

impl Group<'_> {
    /// The characters that its column takes.
    pub(super) fn width(&self) -> usize {
        length(&self.head).max(self.variants.len())
    }

    /// Its name in a list, behind its letter where it has one.
    pub(super) fn name(&self) -> String {
        let whole = label(self.model);
        if self.head == whole {
            whole
        } else {
            format!("{} {whole}", self.head)
        }
    }
}

/// A name as it is shown, which has one line and an end.
pub(super) fn label(name: &str) -> String {
    shown_within(name, LONGEST_NAME)
}

pub(super) fn length(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(model: &str, variants: usize) -> Group<'_> {
        Group {
            model,
            head: model.to_owned(),
            variants: vec![("model/variant", "variant"); variants],
        }
    }

    #[test]
    fn models_stand_side_by_side_as_long_as_they_fit() {
        let models = || vec![group("one", 5), group("longer", 2), group("three", 1)];
        let sizes = |width: usize| -> Vec<usize> {
            let groups = models();
            bands(&groups, width)
                .iter()
                .map(|band| band.len())
                .collect()
        };
        assert_eq!(sizes(22), [3]);
        assert_eq!(sizes(21), [2, 1]);
        // One that is too wide by itself is shown nevertheless.
        assert_eq!(sizes(3), [1, 1, 1]);
        let heads = |width: usize| -> Vec<String> {
            let groups = with_letters_if_needed(models(), width);
            groups.into_iter().map(|group| group.head).collect()
        };
        assert_eq!(heads(22), ["one", "longer", "three"]);
        assert_eq!(heads(21), ["A", "B", "C"]);
    }
}
