//! No circle of files: where one file of a crate uses another, the other does not use it in turn,
//! not even by way of a third. Files in a circle can only be understood all at once.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::modules::{Arrow, Modules};
use crate::problem::Problem;
use crate::project::{Member, Source};

/// What ties one file to another: the items, and the line of the first.
struct Tie<'a> {
    items: BTreeSet<&'a str>,
    line: usize,
}

/// The files that each file uses.
type Ties<'a> = BTreeMap<&'a str, BTreeMap<&'a str, Tie<'a>>>;

/// The library and the programs of every member have no circle.
pub(crate) fn of_rust(members: &[Member], sources: &[Source]) -> Vec<Problem> {
    members
        .iter()
        .flat_map(|member| roots(member, sources))
        .flat_map(|root| circles(&Modules::read(root, sources).arrows()))
        .collect()
}

/// The file that each crate of a member begins with.
fn roots<'a>(member: &Member, sources: &'a [Source]) -> impl Iterator<Item = &'a str> {
    let folder = format!("{}/src/", member.folder);
    sources.iter().filter_map(move |source| {
        let file = source.path.strip_prefix(&folder)?;
        let parts: Vec<&str> = file.split('/').collect();
        let is_root = matches!(
            parts[..],
            ["lib.rs" | "main.rs"] | ["bin", _] | ["bin", _, "main.rs"]
        );
        is_root.then_some(source.path.as_str())
    })
}

/// The packages of each peer have no circle.
pub(crate) fn of_python(sources: &[Source]) -> Vec<Problem> {
    let arrows: Vec<Arrow> = sources
        .iter()
        .flat_map(|source| python_arrows(source, sources))
        .collect();
    circles(&arrows)
}

/// What a file uses of others, from its `from package.module import name` lines.
fn python_arrows(source: &Source, sources: &[Source]) -> Vec<Arrow> {
    let folder = source.path.split('/').take(2).collect::<Vec<_>>().join("/");
    let mut arrows = Vec::new();
    for (index, line) in source.text.lines().enumerate() {
        let import = line.trim().strip_prefix("from ");
        // An import within a function counts: it puts the circle off, and does not end it.
        let Some((package, names)) = import.and_then(|rest| rest.split_once(" import ")) else {
            continue;
        };
        let package = format!("{folder}/{}", package.replace('.', "/"));
        for name in names.split(',') {
            let item = name
                .trim_matches(['(', ' '])
                .split(' ')
                .next()
                .unwrap_or(name);
            // A name in a package is a module where there is a file of that name, and else an item.
            let files = [
                format!("{package}/{item}.py"),
                format!("{package}.py"),
                format!("{package}/__init__.py"),
            ];
            let to = files
                .into_iter()
                .find(|file| sources.iter().any(|source| source.path == *file));
            arrows.extend(to.map(|to| Arrow {
                from: source.path.clone(),
                to,
                item: item.to_owned(),
                line: index + 1,
            }));
        }
    }
    arrows
}

/// One circle, the shortest, for every file that is in any.
fn circles(arrows: &[Arrow]) -> Vec<Problem> {
    let mut ties = Ties::new();
    for arrow in arrows {
        let targets = ties.entry(&arrow.from).or_default();
        let tie = targets.entry(&arrow.to).or_insert_with(|| Tie {
            items: BTreeSet::new(),
            line: arrow.line,
        });
        tie.items.insert(&arrow.item);
        tie.line = tie.line.min(arrow.line);
    }
    let circles: BTreeSet<Vec<&str>> = ties
        .keys()
        .filter_map(|file| shortest_circle(&ties, file))
        .collect();
    circles
        .iter()
        .map(|circle| problem(&ties, circle))
        .collect()
}

/// The files of the shortest way from a file back to itself, turned so that it begins with the
/// first by name: then the same circle is the same list whichever file the search began with.
fn shortest_circle<'a>(ties: &Ties<'a>, start: &'a str) -> Option<Vec<&'a str>> {
    // Breadth first, because a short circle says best where to cut a large knot of files.
    let mut ways = VecDeque::from([vec![start]]);
    let mut seen = BTreeSet::new();
    while let Some(mut way) = ways.pop_front() {
        let targets = way.last().and_then(|file| ties.get(file));
        for &next in targets.into_iter().flat_map(BTreeMap::keys) {
            if next == start {
                let first = (0..way.len()).min_by_key(|&index| way[index]);
                way.rotate_left(first.unwrap_or(0));
                return Some(way);
            }
            if seen.insert(next) {
                ways.push_back([way.as_slice(), &[next]].concat());
            }
        }
    }
    None
}

fn problem(ties: &Ties<'_>, circle: &[&str]) -> Problem {
    let mut text = "a circle of files".to_owned();
    for (index, file) in circle.iter().enumerate() {
        let next = circle[(index + 1) % circle.len()];
        let items: Vec<&str> = ties[file][next].items.iter().copied().collect();
        let joint = if index == 0 {
            ": it uses"
        } else {
            ", which uses"
        };
        text.push_str(&format!("{joint} {} of {next}", items.join(", ")));
    }
    Problem::new(
        circle[0],
        ties[circle[0]][circle[1 % circle.len()]].line,
        text,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples_test::document;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let sources: Vec<Source> = files
            .iter()
            .map(|(name, text)| document(&format!("crates/a/src/{name}"), text))
            .collect();
        let member = Member {
            name: "a".to_owned(),
            folder: "crates/a".to_owned(),
            manifest: String::new(),
            is_model: false,
            dependencies: Vec::new(),
        };
        let problems = of_rust(&[member], &sources);
        let texts = problems.iter().map(Problem::to_string);
        texts
            .map(|text| text.replace("crates/a/src/", ""))
            .collect()
    }

    #[test]
    fn two_files_that_use_each_other_are_found_with_the_items() {
        let files = [
            ("lib.rs", "mod b;\nmod c;\n"),
            (
                "b.rs",
                "use std::fmt;\nuse super::c::{C, D};\npub struct B(C, D);\n",
            ),
            (
                "c.rs",
                "pub struct C;\npub struct D;\nfn f() -> Option<crate::b::B> { None }\n",
            ),
        ];
        let expected = "b.rs:2: a circle of files: it uses C, D of c.rs, which uses B of b.rs";
        assert_eq!(found(&files), [expected]);
    }

    #[test]
    fn a_circle_of_three_is_found_through_a_name_offered_by_another_file() {
        let files = [
            ("lib.rs", "mod b;\nmod c;\nmod d;\npub use d::deep::D;\n"),
            ("b.rs", "use crate::c;\npub fn b() { c::c() }\n"),
            ("c.rs", "use crate::D;\npub fn c() { D::new() }\n"),
            ("d/mod.rs", "pub mod deep;\n"),
            (
                "d/deep.rs",
                "pub struct D;\nimpl D { fn x() { super::super::b::b() } }\n",
            ),
        ];
        let expected = "b.rs:2: a circle of files: it uses c of c.rs, which uses D of d/deep.rs, \
                        which uses b of b.rs";
        assert_eq!(found(&files), [expected]);
    }

    #[test]
    fn a_parent_that_uses_its_child_may_not_be_used_by_it() {
        let child = ("b/c.rs", "use super::B;\npub struct C(B);\n");
        let files = [
            ("lib.rs", "mod b;\n"),
            (
                "b/mod.rs",
                "mod c;\npub use c::C;\npub struct B;\nfn f() { C::new() }\n",
            ),
            child,
        ];
        let expected = "b/c.rs:1: a circle of files: it uses B of b/mod.rs, which uses C of b/c.rs";
        assert_eq!(found(&files), [expected]);
        let offers = [
            ("lib.rs", "mod b;\npub use b::C;\n"),
            ("b/mod.rs", "mod c;\npub use c::C;\npub struct B;\n"),
            child,
        ];
        assert_eq!(found(&offers), [""; 0]);
    }

    #[test]
    fn what_tests_import_makes_no_circle_and_neither_do_other_crates() {
        let tests = "pub fn b() { c::c(); }\n#[cfg(test)]\nmod tests { use crate::c::c; }\n";
        let files = [
            ("lib.rs", "mod b;\nmod c;\n"),
            ("b.rs", tests),
            ("c.rs", "use crate::b::b;\npub fn c() { b() }\n"),
            ("main.rs", "use a::b;\nfn main() { b() }\n"),
        ];
        assert_eq!(found(&files), [""; 0]);
    }

    #[test]
    fn modules_of_python_are_files_and_other_names_are_items_of_one() {
        let files = [
            ("peers/p/q/__init__.py", "import os\n"),
            ("peers/p/q/a.py", "from q import b\nfrom q.c import D\n"),
            (
                "peers/p/q/b.py",
                "def f():\n    from q.a import X, Y as Z\n",
            ),
            ("peers/p/q/c.py", "from os import path\n"),
        ];
        let sources = files.map(|(path, text)| document(path, text));
        let texts: Vec<String> = of_python(&sources).iter().map(Problem::to_string).collect();
        let expected = "peers/p/q/a.py:1: a circle of files: it uses b of peers/p/q/b.py, \
                        which uses X, Y of peers/p/q/a.py";
        assert_eq!(texts, [expected]);
    }
}
