//! The checks of a `model.toml`, and its conversion to a [`Model`]. Every mistake has file, line and column.

use std::num::NonZeroU64;
use std::path::Path;

use protocol::{FileError, plain_words};
use toml::Spanned;

use super::fields::File;
use super::model::{Model, PROGRAM, Variant};
use super::places;
use super::programs::Pattern;

/// A `model.toml` larger than this is refused unread.
pub(super) const MAX_BYTES: u64 = 64 * 1024;

/// A byte offset of the text, and what is wrong there.
type Mistake = (usize, String);

/// Reads a model from the text of its file. `bears` is the name that it must have, and
/// `reference` the variant of another model that is the reference already.
pub(super) fn parse(
    text: &str,
    path: &Path,
    bears: &str,
    reference: Option<&str>,
) -> Result<Model, FileError> {
    read(text, path, bears, reference).map_err(|(offset, problem)| {
        FileError::at_offset(&path.display().to_string(), text, offset, problem)
    })
}

fn read(text: &str, path: &Path, bears: &str, reference: Option<&str>) -> Result<Model, Mistake> {
    let file: File = toml::from_str(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        (offset, plain_words(error.message()))
    })?;
    check_names(&file, bears)?;
    check_reference(&file, reference)?;
    check_places(&file)?;
    check_own(&file)?;
    let pattern = programs(&file)?;
    Ok(model(file, pattern, path))
}

/// The pattern of the programs that a model runs under.
fn programs(file: &File) -> Result<Option<Pattern>, Mistake> {
    let Some(programs) = &file.programs else {
        return without_programs(file).map_or(Ok(None), Err);
    };
    let Some(pattern) = Pattern::parse(programs.get_ref()) else {
        let problem = "allowed is the name of a program, with at most a `*` at its end";
        return Err((programs.span().start, problem.to_owned()));
    };
    // Of several compilers all would build the same program, and several models would run it.
    if names_program(&file.run) || (names_program(&file.build) && !pattern.has_versions()) {
        return Ok(Some(pattern));
    }
    let problem =
        format!("`programs` needs `{PROGRAM}` in `run`, or without a `*` in `build` alone");
    Err((programs.span().start, problem))
}

/// What cannot be without `programs`: a place that nothing fills in, or a field that means nothing.
fn without_programs(file: &File) -> Option<Mistake> {
    if let Some(first) = file.real_program.first() {
        let problem = "`real_program` needs `programs`, such as \"python3*\"";
        return Some((first.span().start, problem.to_owned()));
    }
    if let Some(install) = &file.install {
        let problem = "`install` needs `programs`, such as \"python3*\"";
        return Some((install.span().start, problem.to_owned()));
    }
    let command = [("run", &file.run), ("build", &file.build)]
        .into_iter()
        .find_map(|(command, words)| names_program(words).then_some(command))?;
    let problem = format!("`{PROGRAM}` in `{command}` needs `programs`, such as \"python3*\"");
    Some((file.name.span().start, problem))
}

fn names_program(command: &[Spanned<String>]) -> bool {
    command.iter().any(|word| word.get_ref().contains(PROGRAM))
}

fn check_names(file: &File, bears: &str) -> Result<(), Mistake> {
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
        // Rows are told apart by their names alone.
        if seen.contains(&name) {
            return Err((offset, format!("a second variant is named `{name}`")));
        }
        seen.push(name);
    }
    Ok(())
}

/// Everything else is compared with the reference by default, so that there can be only one.
fn check_reference(file: &File, other: Option<&str>) -> Result<(), Mistake> {
    let mut taken = other.map(str::to_owned);
    for variant in file.variant.get_ref() {
        let Some(mark) = variant.reference.as_ref().filter(|mark| *mark.get_ref()) else {
            continue;
        };
        if file.programs.is_some() {
            let problem = "the reference is one variant: a model with `programs` has one of this \
                           name for each of its programs";
            return Err((mark.span().start, problem.to_owned()));
        }
        if let Some(taken) = taken {
            let problem = format!("a second reference: `{taken}` has `reference = true` already");
            return Err((mark.span().start, problem));
        }
        taken = Some(format!(
            "{}/{}",
            file.name.get_ref(),
            variant.name.get_ref()
        ));
    }
    Ok(())
}

/// It becomes part of a program.
fn check_own(file: &File) -> Result<(), Mistake> {
    let Some(own) = &file.own else {
        return Ok(());
    };
    let is_path = own.get_ref().contains("::") && own.get_ref().split("::").all(is_identifier);
    if is_path {
        return Ok(());
    }
    let problem =
        "`own` names the main function that carries out own work, such as \"threads::main\"";
    Err((own.span().start, problem.to_owned()))
}

fn is_identifier(word: &str) -> bool {
    let begins = word.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    begins && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A place that is misspelt would reach the program as it stands.
fn check_places(file: &File) -> Result<(), Mistake> {
    let words = file.build.iter().chain(&file.run);
    let commands = words.map(|word| (word, places::IN_COMMANDS));
    let variables = file.env.values().map(|value| (value, places::IN_ENV));
    let mistake = commands.chain(variables).find_map(|(text, known)| {
        let problem = places::problem(text.get_ref(), known)?;
        Some((text.span().start, problem))
    });
    mistake.map_or(Ok(()), Err)
}

fn is_name(name: &str) -> bool {
    // Names become parts of file names and of globs: no slash, no star, no letter case to mind.
    (1..=64).contains(&name.len())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '+')
}

fn model(file: File, programs: Option<Pattern>, path: &Path) -> Model {
    let variants = file
        .variant
        .into_inner()
        .into_iter()
        .map(|variant| Variant {
            name: variant.name.into_inner(),
            about: variant.about,
            capacity: variant.capacity,
            quick: variant.quick,
            threads: variant.threads.map(NonZeroU64::get),
            unit: variant.unit,
            most_in_flight: variant.most_in_flight.map(NonZeroU64::get),
            gate: variant.gate,
            levels: variant.levels,
            on_request: variant.on_request,
            blocking: variant.blocking,
            reference: variant.reference.is_some_and(Spanned::into_inner),
        });
    Model {
        name: file.name.into_inner(),
        about: file.about,
        classes: file.classes,
        build: file.build.into_iter().map(Spanned::into_inner).collect(),
        run: file.run.into_iter().map(Spanned::into_inner).collect(),
        own: file.own.map(Spanned::into_inner),
        env: file
            .env
            .into_iter()
            .map(|(name, value)| (name, value.into_inner()))
            .collect(),
        hidden: file.hidden,
        on_request: file.on_request,
        programs,
        program: None,
        real_program: file
            .real_program
            .into_iter()
            .map(Spanned::into_inner)
            .collect(),
        install: file.install.map(Spanned::into_inner),
        scale: file.scale,
        folder: path.parent().unwrap_or(path).to_owned(),
        file: path.to_owned(),
        variants: variants.collect(),
    }
}

#[cfg(test)]
mod tests {
    use protocol::Kernel;

    use super::*;
    use crate::models::model::Capacity;
    use crate::models::model::Unit;

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
        parse(text, path, "mine", None).map_err(|error| error.to_string())
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
            (
                "{folder}",
                "{foldr}",
                "model.toml:5:19: `{foldr}` is filled in with nothing: allowed are `{target}`",
            ),
            (
                "[[variant]]",
                "build = [\"make\", \"{workers}\"]\n[[variant]]",
                "model.toml:6:18: `{workers}` is filled in",
            ),
            (
                "[[variant]]",
                "env = { N = \"1\", LANES = \"{lanes}\" }\n[[variant]]",
                "model.toml:6:26: `{lanes}` is filled in with nothing: allowed are `{workers}`",
            ),
        ];
        for (from, to, expected) in cases {
            let problem = parsed(&GOOD.replacen(from, to, 1)).unwrap_err();
            assert!(problem.contains(expected), "{to}: {problem}");
        }
    }

    #[test]
    fn the_marks_of_a_variant_are_read() {
        let marked =
            format!("{GOOD}threads = 1\nunit = \"thread\"\ngate = true\nreference = true\n");
        let variant = &parsed(&marked).unwrap().variants[0];
        assert_eq!(variant.threads, Some(1));
        assert_eq!(variant.unit, Some(Unit::Thread));
        assert!(variant.gate && variant.reference);
        let variant = &parsed(GOOD).unwrap().variants[0];
        assert_eq!(variant.threads, None);
        assert_eq!(variant.unit, None);
        assert!(!variant.gate && !variant.reference);
        let refused = |mark: &str| parsed(&format!("{GOOD}{mark}\n")).unwrap_err();
        assert!(refused("threads = 0").contains("model.toml:10:11: "));
        assert!(refused("gate = 1").contains("model.toml:10:8: expected true or false"));
        assert!(refused("unit = \"task\"").contains("expected `thread` or `process`"));
    }

    #[test]
    fn the_function_for_own_work_is_a_path() {
        let with =
            |own: &str| parsed(&GOOD.replacen("[[variant]]", &format!("{own}\n[[variant]]"), 1));
        let model = with("own = \"mine::main\"").unwrap();
        assert_eq!(model.own.as_deref(), Some("mine::main"));
        assert_eq!(parsed(GOOD).unwrap().own, None);
        for bad in ["main", "", "mine::", "mine::main()", "mine::main; x"] {
            let problem = with(&format!("own = \"{bad}\"")).unwrap_err();
            assert!(
                problem.contains("model.toml:6:7: `own` names"),
                "{bad}: {problem}"
            );
        }
    }

    #[test]
    fn a_second_reference_is_refused_at_its_place() {
        let second =
            "[[variant]]\nname = \"other\"\nabout = \"\"\ncapacity = 1\nreference = true\n";
        let twice = format!("{GOOD}reference = true\n{second}");
        let problem = parsed(&twice).unwrap_err();
        let expected = "model.toml:15:13: a second reference: `mine/pool` has `reference = true`";
        assert!(problem.contains(expected), "{problem}");
        let denied = format!("{GOOD}reference = false\n{second}");
        assert!(parsed(&denied).unwrap().variants[1].reference);
        let of_many = GOOD.replace(
            "run = [\"python3\"",
            "programs = \"p*\"\nrun = [\"{program}\"",
        );
        let problem = parsed(&format!("{of_many}reference = true\n")).unwrap_err();
        assert!(
            problem.contains("model.toml:11:13: the reference is one"),
            "{problem}"
        );
    }

    #[test]
    fn programs_and_their_place_in_run_need_each_other() {
        let with = |programs: &str, run: &str| {
            let text = GOOD.replacen(
                "run = [\"python3\"",
                &format!("{programs}\nrun = [\"{run}\""),
                1,
            );
            parsed(&text)
        };
        let model = with("programs = \"python3*\"", "{program}").unwrap();
        assert!(model.programs.is_some() && model.program.is_none());
        let refused = |programs: &str, run: &str| with(programs, run).unwrap_err();
        assert!(refused("", "{program}").contains(":2:8: `{program}` in `run` needs"));
        let alone = refused("real_program = [\"-x\"]", "python3");
        assert!(alone.contains("`real_program` needs `programs`"), "{alone}");
        let alone = refused("install = \"apt-get install x\"", "python3");
        assert!(alone.contains("`install` needs `programs`"), "{alone}");
        let build = "build = [\"{program}\"]";
        let alone = refused(build, "python3");
        assert!(alone.contains("`{program}` in `build` needs"), "{alone}");
        let unused = refused("programs = \"python3*\"", "python3");
        assert!(
            unused.contains(":5:12: `programs` needs `{program}`"),
            "{unused}"
        );
        let of_many = refused(&format!("programs = \"python3*\"\n{build}"), "python3");
        assert!(of_many.contains("without a `*` in `build`"), "{of_many}");
        assert!(with(&format!("programs = \"go\"\n{build}"), "mine").is_ok());
        for pattern in ["", "*", "py*3", "bin/python3", "python3**"] {
            let problem = refused(&format!("programs = \"{pattern}\""), "{program}");
            assert!(problem.contains(":5:12: allowed is the name"), "{problem}");
        }
    }

    #[test]
    fn the_scale_of_a_kernel_has_its_bounds() {
        let with = |scale: &str| {
            parsed(&GOOD.replacen("[[variant]]", &format!("[scale]\n{scale}\n[[variant]]"), 1))
        };
        assert_eq!(
            with("primes = 20").unwrap().scale,
            [(Kernel::Primes, 20)].into()
        );
        assert!(
            with("primes = 1")
                .unwrap_err()
                .contains("divided by 2 to 1000")
        );
        assert!(
            with("sieve = 20")
                .unwrap_err()
                .contains("unknown variant `sieve`")
        );
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
