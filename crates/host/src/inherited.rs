//! Environment variables that change results: which of them no program of a comparison inherits, and which
//! are inherited and therefore stored with the results.

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use self::Treatment::{Removed, RemovedSilently, Stored};

/// What becomes of a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Treatment {
    /// No program of a comparison inherits it. What a `model.toml` sets in `env` stays set.
    Removed,
    /// The same, but no result depends on it, so that nobody is told.
    RemovedSilently,
    /// Programs inherit it, and its value is stored.
    Stored,
}

/// Variables that are treated alike. A name that ends in `*` stands for all that begin like it.
struct Rule {
    names: &'static [&'static str],
    treatment: Treatment,
    /// The reason, for whoever changes the table.
    #[expect(dead_code, reason = "it documents the rule")]
    reason: &'static str,
}

/// The first rule that has a name decides.
const RULES: [Rule; 12] = [
    Rule {
        names: &["PYTHONHOME"],
        treatment: Stored,
        reason: "a relocated interpreter does not start without it",
    },
    Rule {
        names: &[
            "PYTHONUNBUFFERED",
            "PYTHONDONTWRITEBYTECODE",
            "PYTHONIOENCODING",
            "NODE_EXTRA_CA_CERTS",
        ],
        treatment: RemovedSilently,
        reason: "images of containers set them, and models neither print much nor speak TLS",
    },
    Rule {
        names: &["PYTHON*"],
        treatment: Removed,
        reason: "settings of one user's shell: PYTHONDEVMODE doubles the time of a run",
    },
    Rule {
        names: &["NODE_*", "UV_THREADPOOL_SIZE", "UV_USE_IO_URING"],
        treatment: Removed,
        reason: "they add modules, debugging or threads to Node",
    },
    Rule {
        names: &["JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"],
        treatment: Removed,
        reason: "options of a command line that is the model's to choose",
    },
    Rule {
        names: &["GODEBUG", "GOGC", "GOMAXPROCS", "GOMEMLIMIT", "GOTRACEBACK"],
        treatment: Removed,
        reason: "they set the scheduler and the garbage collector",
    },
    Rule {
        names: &["RUBYOPT", "RUBYLIB", "RUBY_*", "PERL5OPT", "PERL5LIB"],
        treatment: Removed,
        reason: "options of a command line that is the model's to choose",
    },
    Rule {
        names: &[
            "ERL_FLAGS",
            "ERL_AFLAGS",
            "ERL_ZFLAGS",
            "ELIXIR_ERL_OPTIONS",
        ],
        treatment: Removed,
        reason: "options of a command line that is the model's to choose",
    },
    Rule {
        names: &[
            "TOKIO_WORKER_THREADS",
            "RAYON_*",
            "SMOL_THREADS",
            "ASYNC_STD_*",
            "BLOCKING_MAX_THREADS",
            "OMP_*",
            "GOMP_*",
            "KMP_*",
            "OPENBLAS_NUM_THREADS",
            "MKL_NUM_THREADS",
        ],
        treatment: Removed,
        reason: "a comparison says how many workers there are",
    },
    Rule {
        names: &["RUST_MIN_STACK"],
        treatment: Removed,
        reason: "the size of a stack is part of what a model of threads costs",
    },
    Rule {
        names: &[
            "MALLOC_*",
            "GLIBC_TUNABLES",
            "MIMALLOC_*",
            "JEMALLOC_*",
            "_RJEM_MALLOC_CONF",
            "TCMALLOC_*",
            "LD_*",
            "DYLD_*",
        ],
        treatment: Stored,
        reason: "set on purpose, to try an allocator or because a program does not start without it",
    },
    Rule {
        names: &[
            "RUSTFLAGS",
            "RUSTC",
            "RUSTC_*",
            "CARGO_ENCODED_RUSTFLAGS",
            "CARGO_INCREMENTAL",
            "CARGO_BUILD_*",
            "CARGO_PROFILE_*",
            "CARGO_TARGET_*",
            "CC",
            "CXX",
            "CFLAGS",
            "CXXFLAGS",
            "DOTNET_*",
        ],
        treatment: Stored,
        reason: "they decide what a build makes, which the version of a program does not tell",
    },
];

/// Variables to which `cargo run` adds folders of its own.
const LIBRARY_PATHS: [&str; 2] = ["LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"];
/// Parts of names whose values are never stored.
const SECRET: [&str; 5] = ["TOKEN", "SECRET", "PASSWORD", "PASSWD", "CREDENTIAL"];
/// Variables of cargo that say where outputs lie, and not what they are.
const FOLDERS: [&str; 3] = [
    "CARGO_TARGET_DIR",
    "CARGO_BUILD_TARGET_DIR",
    "CARGO_BUILD_BUILD_DIR",
];

/// The inherited variables that change results, with their values, by name.
pub fn stored_variables(target: &Path) -> BTreeMap<String, String> {
    stored_of(variables(), &CargosFolders::around(target))
}

/// The names of variables that are set and that no program of a comparison inherits, in order.
pub fn removed_variables() -> Vec<String> {
    let names = variables().map(|(name, _)| name);
    let mut removed: Vec<String> = names
        .filter(|name| treatment(name) == Some(Removed))
        .collect();
    removed.sort();
    removed
}

/// Takes from a program what it is not to inherit.
pub fn remove_from(command: &mut Command, target: &Path) {
    let folders = CargosFolders::around(target);
    for (name, value) in variables() {
        if matches!(treatment(&name), Some(Removed | RemovedSilently)) {
            command.env_remove(&name);
        } else if LIBRARY_PATHS.contains(&name.as_str()) {
            match folders.without(&value) {
                Some(rest) => command.env(&name, rest),
                None => command.env_remove(&name),
            };
        }
    }
}

/// The environment of this tool, as far as it is text.
fn variables() -> impl Iterator<Item = (String, String)> {
    env::vars_os().filter_map(|(name, value)| {
        let text = value.to_string_lossy().into_owned();
        Some((name.into_string().ok()?, text))
    })
}

fn stored_of(
    variables: impl Iterator<Item = (String, String)>,
    folders: &CargosFolders,
) -> BTreeMap<String, String> {
    variables
        .filter(|(name, _)| treatment(name) == Some(Stored))
        .filter(|(name, _)| !SECRET.iter().any(|part| name.contains(part)))
        .filter_map(|(name, value)| {
            let is_path = LIBRARY_PATHS.contains(&name.as_str());
            let kept = if is_path {
                folders.without(&value)?
            } else {
                value
            };
            Some((name, kept))
        })
        .collect()
}

fn treatment(name: &str) -> Option<Treatment> {
    if FOLDERS.contains(&name) {
        return None;
    }
    let mut rules = RULES.iter();
    let rule = rules.find(|rule| rule.names.iter().any(|pattern| is_of(name, pattern)))?;
    Some(rule.treatment)
}

fn is_of(name: &str, pattern: &str) -> bool {
    pattern
        .strip_suffix('*')
        .map_or(name == pattern, |start| name.starts_with(start))
}

/// The folders that `cargo run` puts before a library path. A program must not run otherwise where the
/// tool was started by cargo.
struct CargosFolders {
    target: PathBuf,
    /// The libraries of the toolchain.
    toolchain: Option<PathBuf>,
}

impl CargosFolders {
    fn around(target: &Path) -> CargosFolders {
        let cargo = env::var_os("CARGO").map(PathBuf::from);
        CargosFolders {
            target: target.to_owned(),
            toolchain: cargo.and_then(|path| Some(path.parent()?.parent()?.join("lib"))),
        }
    }

    fn has(&self, folder: &Path) -> bool {
        let of_toolchain = self.toolchain.as_ref();
        folder.starts_with(&self.target) || of_toolchain.is_some_and(|own| folder.starts_with(own))
    }

    /// The rest of a library path; `None` where nothing is left.
    fn without(&self, value: &str) -> Option<String> {
        let rest: Vec<PathBuf> = env::split_paths(value)
            .filter(|folder| folder.as_os_str() != "" && !self.has(folder))
            .collect();
        let joined = env::join_paths(&rest).ok()?.into_string().ok()?;
        (!joined.is_empty()).then_some(joined)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_comparison_inherits_is_told_from_what_is_stored() {
        for name in [
            "PYTHONDEVMODE",
            "NODE_OPTIONS",
            "GOGC",
            "RAYON_NUM_THREADS",
            "RUST_MIN_STACK",
        ] {
            assert_eq!(treatment(name), Some(Removed), "{name}");
        }
        for name in [
            "RUSTFLAGS",
            "LD_PRELOAD",
            "MALLOC_ARENA_MAX",
            "CARGO_PROFILE_RELEASE_LTO",
            "PYTHONHOME",
        ] {
            assert_eq!(treatment(name), Some(Stored), "{name}");
        }
        for name in [
            "PATH",
            "HOME",
            "RUSTUP_TOOLCHAIN",
            "CARGO_TARGET_DIR",
            "MANYWAYS_RUN",
            "TOKIO",
        ] {
            assert_eq!(treatment(name), None, "{name}");
        }
    }

    #[test]
    fn values_are_stored_without_secrets_and_without_the_folders_of_cargo() {
        let folders = CargosFolders {
            target: "/w/target".into(),
            toolchain: Some("/t/lib".into()),
        };
        let variables = [
            ("RUSTFLAGS", "-C target-cpu=native"),
            ("CARGO_BUILD_TOKEN", "hidden"),
            ("LD_LIBRARY_PATH", "/w/target/release/deps:/t/lib:/opt/lib"),
            ("DYLD_FALLBACK_LIBRARY_PATH", "/w/target/release"),
            ("PYTHONDEVMODE", "1"),
        ];
        let owned = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let stored = stored_of(owned.into_iter(), &folders);
        let expected = [
            ("LD_LIBRARY_PATH", "/opt/lib"),
            ("RUSTFLAGS", "-C target-cpu=native"),
        ];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(stored, BTreeMap::from(expected));
    }
}
