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
        spans_hosts: file.spans_hosts,
        programs,
        program: None,
        real_program: file
            .real_program
            .into_iter()
            .map(Spanned::into_inner)
            .collect(),
        install: file.install.map(Spanned::into_inner),
        scale: file.scale,
        serves: None,
        folder: path.parent().unwrap_or(path).to_owned(),
        file: path.to_owned(),
        variants: variants.collect(),
    }
}

#[cfg(test)]
#[path = "file_test.rs"]
mod tests;
