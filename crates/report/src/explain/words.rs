//! The words and signs of the report as data: what each means, and for figures the formula and the source
//! of the method. They are written in `words.toml`.

use std::fmt::Write as _;

use serde::Deserialize;

use super::name::key;
use super::paragraph::paragraph;
use super::source::Source;

const FILE: &str = include_str!("words.toml");

/// One word.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Word {
    /// As the report calls it first, and then other words for it.
    names: Vec<String>,
    meaning: String,
    formula: Option<String>,
    source: Option<String>,
}

/// Every word of the file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    #[serde(rename = "word")]
    words: Vec<Word>,
}

impl Words {
    /// The words that are compiled into this program.
    pub(super) fn open() -> Words {
        // A test reads the file. If it were broken nevertheless, `explain` would still have to work for
        // everything else.
        toml::from_str(FILE).unwrap_or_default()
    }
}

impl Source for Words {
    fn kind(&self) -> &'static str {
        "words and signs"
    }

    fn names(&self) -> Vec<String> {
        self.words
            .iter()
            .filter_map(|word| word.names.first().cloned())
            .collect()
    }

    fn text(&self, name: &str) -> Option<String> {
        let wanted = key(name);
        let word = self
            .words
            .iter()
            .find(|word| word.names.iter().any(|name| key(name) == wanted))?;
        Some(word.text())
    }
}

impl Word {
    fn text(&self) -> String {
        let (first, others) = match self.names.split_first() {
            Some((first, others)) => (first.as_str(), others.join(", ")),
            None => ("", String::new()),
        };
        let mut text = first.to_owned();
        if !others.is_empty() {
            let _ = write!(text, " (also: {others})");
        }
        text.push('\n');
        text.push_str(&paragraph("", &self.meaning));
        for (title, said) in [("formula", &self.formula), ("source", &self.source)] {
            if let Some(said) = said {
                text.push_str(&paragraph(title, said));
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use results::{Kind, Profile};
    use terminal::Charset;

    #[test]
    fn no_word_has_two_meanings() {
        let words: Words = toml::from_str(FILE).unwrap();
        let mut keys: Vec<String> = words
            .words
            .iter()
            .flat_map(|word| word.names.iter().map(|name| key(name)))
            .collect();
        let all = keys.len();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), all);
        assert!(words.words.iter().all(|word| word.meaning.ends_with('.')));
    }

    fn assert_explained<'a>(words: impl IntoIterator<Item = &'a str>) {
        for word in words {
            assert!(Words::open().text(word).is_some(), "{word}");
        }
    }

    #[test]
    fn every_head_of_a_column_and_every_sign_is_explained() {
        assert_explained(crate::columns::heads());
        assert_explained(crate::legend::SIGNS.map(|(sign, _)| sign));
        let charsets = [Charset::Unicode, Charset::Ascii];
        assert_explained(charsets.map(chart::left_is_better));
        assert_explained(["*", "✓", "✗", "–", "·", "[ ]"]);
    }

    #[test]
    fn every_profile_and_every_word_in_the_place_of_a_time_is_explained() {
        let profiles = [
            Profile::Smoke,
            Profile::Quick,
            Profile::Standard,
            Profile::Rigorous,
        ];
        for profile in profiles {
            assert_explained([format!("{profile:?}").as_str()]);
        }
        let kinds = [
            Kind::Model,
            Kind::Build,
            Kind::Start,
            Kind::Crashed,
            Kind::Hung,
            Kind::Garbage,
            Kind::Failed,
            Kind::Unsupported,
            Kind::Unavailable,
            Kind::Service,
            Kind::Differs,
            Kind::Impossible,
        ];
        assert_explained(kinds.map(Kind::word));
        assert_explained(["skipped"]);
    }

    #[test]
    fn what_notes_and_headings_speak_of_is_explained() {
        assert_explained([
            "round",
            "A/A check",
            "statistically tied",
            "no advice",
            "widest interval",
            "precision",
            "outliers",
            "noise",
            "drift",
            "too noisy",
            "too few rounds",
            "hidden",
            "generator late",
            "counts per run",
            "interrupted",
            "closed loop",
            "open loop",
            "pulses",
            "workers",
            "not pinned",
            "placement",
            "reference",
            "start-up",
            "crossover",
            "scalability",
        ]);
    }

    #[test]
    fn other_words_and_other_spellings_find_it() {
        assert_explained(["cpu/task", "CPU", "In_Flight", "lanes", "GIL", "usl", "κ"]);
        assert_explained([
            "blocks", "slots", "margins", "warm up", "prefixes", "digest",
        ]);
        assert!(Words::open().text("speed").is_none());
    }
}
