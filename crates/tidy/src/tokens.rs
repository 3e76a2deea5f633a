//! What one Rust file declares and which names it uses, read from its tokens outside of tests.
//!
//! Tokens rather than a syntax tree, because a tree ends where a macro begins: a path within
//! `format!` ties two files together as much as any other.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, Ident, Spacing, TokenStream, TokenTree};

/// The facts of one file.
#[derive(Default)]
pub(crate) struct Facts {
    /// Modules that it declares and that are files of their own.
    pub(crate) children: Vec<String>,
    /// Items that it defines, by name.
    pub(crate) defined: BTreeSet<String>,
    pub(crate) imports: Vec<Import>,
    pub(crate) mentions: Vec<Mention>,
}

/// One name that a `use` brings into the file.
pub(crate) struct Import {
    /// The name in this file; `*` for everything.
    pub(crate) name: String,
    pub(crate) path: Vec<String>,
    /// Others may import it from here.
    pub(crate) is_public: bool,
    pub(crate) line: usize,
}

/// One path, or one name alone, in code that is neither an import nor the declaration of a module.
pub(crate) struct Mention {
    pub(crate) path: Vec<String>,
    pub(crate) line: usize,
}

/// The words before the name of an item.
const ITEMS: [&str; 9] = [
    "fn", "struct", "enum", "union", "trait", "type", "const", "static", "mod",
];

impl Facts {
    pub(crate) fn read(text: &str) -> Facts {
        let mut facts = Facts::default();
        // A file that does not parse has no facts. The compiler says what is wrong with it.
        if let Ok(tokens) = text.parse() {
            facts.scan(tokens, true);
        }
        facts
    }

    /// Reads a group of tokens; names are items of the file only at its top.
    fn scan(&mut self, stream: TokenStream, top: bool) {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        let mut index = 0;
        while let Some(token) = tokens.get(index) {
            let (before, rest) = tokens.split_at(index);
            index += match token {
                // Tests may use whatever they test, in whichever file it is.
                _ if is_for_tests(rest) => item_length(rest),
                TokenTree::Ident(word) => self.take(word, before, rest, top),
                TokenTree::Group(group) => {
                    self.scan(group.stream(), false);
                    1
                }
                _ => 1,
            };
        }
    }

    /// Reads what begins with a word, and says how many tokens that was.
    fn take(&mut self, word: &Ident, before: &[TokenTree], rest: &[TokenTree], top: bool) -> usize {
        let line = word.span().start().line;
        let keyword = word.to_string();
        match rest {
            // `impl Trait + use<'a>` is no import.
            [_, next, ..] if keyword == "use" && !is_punct(next, '<') => {
                let end = position_of_semicolon(rest);
                self.import(&rest[1..end], &[], is_public(before), line);
                end + 1
            }
            [_, TokenTree::Ident(name), end, ..] if keyword == "mod" && is_punct(end, ';') => {
                self.children.push(name.to_string());
                3
            }
            [_, TokenTree::Ident(name), ..] if ITEMS.contains(&keyword.as_str()) => {
                // A method or a local item cannot be imported, so its name must not hide an import.
                if top {
                    self.defined.insert(name.to_string());
                }
                2
            }
            _ => {
                let path = path_at(rest);
                // Every segment but the first has the two colons before it.
                let length = 3 * path.len() - 2;
                // `name: Type` declares a field or a parameter, and uses no item of that name.
                let names_member = path.len() == 1 && rest.get(1).is_some_and(is_lone_colon);
                if !names_member && !continues(before) {
                    self.mentions.push(Mention { path, line });
                }
                length
            }
        }
    }

    /// Reads the branches of a `use`, each of which begins with the prefix.
    fn import(&mut self, tokens: &[TokenTree], prefix: &[String], is_public: bool, line: usize) {
        for branch in tokens.split(|token| is_punct(token, ',')) {
            let mut path = prefix.to_vec();
            let mut alias = None;
            for token in branch {
                match token {
                    TokenTree::Group(group) => {
                        let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                        self.import(&inner, &path, is_public, line);
                        path.clear();
                    }
                    TokenTree::Ident(word) if word == "as" => alias = path.last().cloned(),
                    TokenTree::Ident(word) if alias.is_some() => alias = Some(word.to_string()),
                    TokenTree::Ident(word) => path.push(word.to_string()),
                    TokenTree::Punct(star) if star.as_char() == '*' => path.push("*".to_owned()),
                    _ => {}
                }
            }
            // Nothing stands after the last comma, and the names of a group were read with it.
            if path.len() <= prefix.len() {
                continue;
            }
            // `module::{self}` is the module.
            if path.len() > 1 && path.ends_with(&["self".to_owned()]) {
                path.pop();
            }
            if let Some(name) = alias.or_else(|| path.last().cloned()) {
                self.imports.push(Import {
                    name,
                    path,
                    is_public,
                    line,
                });
            }
        }
    }
}

/// Whether an attribute stands here that keeps the next item out of the program.
fn is_for_tests(rest: &[TokenTree]) -> bool {
    let [hash, TokenTree::Group(attribute), ..] = rest else {
        return false;
    };
    is_punct(hash, '#') && attribute.stream().to_string().replace(' ', "") == "cfg(test)"
}

/// How many tokens an item takes, with the attributes before it.
fn item_length(rest: &[TokenTree]) -> usize {
    rest.iter()
        .position(|token| match token {
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
            other => is_punct(other, ';'),
        })
        .map_or(rest.len(), |index| index + 1)
}

fn position_of_semicolon(rest: &[TokenTree]) -> usize {
    let semicolon = rest.iter().position(|token| is_punct(token, ';'));
    semicolon.unwrap_or(rest.len() - 1)
}

/// The path that begins here, up to its first generic argument or brace.
fn path_at(rest: &[TokenTree]) -> Vec<String> {
    let mut path = Vec::new();
    let mut tokens = rest;
    while let [TokenTree::Ident(segment), tail @ ..] = tokens {
        path.push(segment.to_string());
        match tail {
            [first, second, next @ ..] if is_double_colon(first, second) => tokens = next,
            _ => break,
        }
    }
    path
}

/// Whether what stands before makes the next name a member of something: `value.name`, or the end of
/// a path such as `Type::<T>::name`.
fn continues(before: &[TokenTree]) -> bool {
    match before {
        [.., first, second] if is_double_colon(first, second) => true,
        [.., first, dot] if is_punct(dot, '.') => !is_punct(first, '.'),
        _ => false,
    }
}

fn is_public(before: &[TokenTree]) -> bool {
    match before {
        [.., TokenTree::Ident(word)] => word == "pub",
        [.., TokenTree::Ident(word), TokenTree::Group(scope)] => {
            word == "pub" && scope.delimiter() == Delimiter::Parenthesis
        }
        _ => false,
    }
}

fn is_punct(token: &TokenTree, character: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == character)
}

fn is_lone_colon(token: &TokenTree) -> bool {
    is_punct(token, ':') && !is_joint(token)
}

fn is_double_colon(first: &TokenTree, second: &TokenTree) -> bool {
    is_punct(first, ':') && is_joint(first) && is_punct(second, ':')
}

fn is_joint(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.spacing() == Spacing::Joint)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(paths: impl Iterator<Item = Vec<String>>) -> Vec<String> {
        paths.map(|path| path.join("::")).collect()
    }

    #[test]
    fn every_branch_of_an_import_is_read() {
        let text = "pub use crate::a::{self, b::{C, D as E}, f::*};\nuse std::fmt as text;\n";
        let imports = Facts::read(text).imports;
        let names: Vec<&str> = imports.iter().map(|import| import.name.as_str()).collect();
        assert_eq!(names, ["a", "C", "E", "*", "text"]);
        let paths = joined(imports.iter().map(|import| import.path.clone()));
        let expected = [
            "crate::a",
            "crate::a::b::C",
            "crate::a::b::D",
            "crate::a::f::*",
            "std::fmt",
        ];
        assert_eq!(paths, expected);
        let places: Vec<(bool, usize)> = imports
            .iter()
            .map(|import| (import.is_public, import.line))
            .collect();
        assert_eq!(
            places,
            [(true, 1), (true, 1), (true, 1), (true, 1), (false, 2)]
        );
    }

    #[test]
    fn code_names_paths_and_not_members_of_values() {
        let text =
            "fn f(a: super::B) -> [crate::C; 1] {\n    format!(\"{}\", d::e::<F>(a.g, 0..h))\n}\n";
        let facts = Facts::read(text);
        let found = joined(facts.mentions.into_iter().map(|mention| mention.path));
        assert_eq!(
            found,
            ["super::B", "crate::C", "format", "d::e", "F", "a", "h"]
        );
        assert_eq!(facts.defined.into_iter().collect::<Vec<_>>(), ["f"]);
    }

    #[test]
    fn declarations_are_no_mentions_and_tests_do_not_count() {
        let text = "mod a;\npub(crate) mod b;\n#[cfg(test)]\nmod c;\n\
                    #[cfg(test)]\nmod tests {\n    use crate::d::E;\n}\nstruct F;\n";
        let facts = Facts::read(text);
        assert_eq!(facts.children, ["a", "b"]);
        assert!(facts.imports.is_empty());
        assert!(
            facts
                .mentions
                .iter()
                .all(|mention| mention.path == ["pub"] || mention.path == ["crate"])
        );
        assert!(facts.defined.contains("F"));
    }
}
