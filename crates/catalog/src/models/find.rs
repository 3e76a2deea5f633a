//! The search for `model.toml`. A file that cannot be read as a model is kept beside the models, so
//! that it becomes a row of the table and stops nobody.

use std::ffi::OsStr;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::file;
use super::model::Model;
use super::programs::{self, Installed, Pattern};
use crate::workspace::Workspace;

/// All models that were found.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    /// The models, by name.
    pub models: Vec<Model>,
    /// Files that cannot be used.
    pub broken: Vec<Broken>,
}

/// A model that cannot be used.
#[derive(Clone, Debug)]
pub struct Broken {
    /// The name that its folder or file gives it.
    pub name: String,
    /// `file:line:column: problem`, or which program is absent.
    pub problem: String,
    /// Whether the file is good, and no program that it asks for is on the PATH.
    pub is_absent: bool,
    /// Whether it would take part only where a pattern matches it.
    pub on_request: bool,
}

impl Registry {
    /// The models that can be run here: one for each program on the PATH, where a file asks for that.
    pub fn find(workspace: &Workspace) -> Registry {
        let path = std::env::var_os("PATH").unwrap_or_default();
        Self::as_written(workspace).under_programs(&path)
    }

    /// The models as their files describe them, from `crates/*/`, `peers/*/`, `benches/` and
    /// [`Workspace::more_models`].
    pub fn as_written(workspace: &Workspace) -> Registry {
        let root = &workspace.root;
        let mut folders = sub_folders(&root.join("crates"));
        folders.extend(sub_folders(&root.join("peers")));
        folders.push(root.join("benches"));
        for folder in &workspace.more_models {
            folders.push(folder.clone());
            folders.extend(sub_folders(folder));
        }
        let mut registry = Registry::default();
        registry.broken.extend(
            workspace
                .more_models
                .iter()
                .filter_map(|it| without_models(it)),
        );
        for path in folders.iter().flat_map(|folder| model_files(folder)) {
            registry.add(&path, root);
        }
        registry.models.sort_by(|a, b| a.name.cmp(&b.name));
        registry
    }

    /// Replaces each model that asks for programs by one model for each program.
    fn under_programs(self, path: &OsStr) -> Registry {
        let mut registry = Registry {
            models: Vec::new(),
            broken: self.broken,
        };
        for model in self.models {
            let Some(pattern) = model.programs.clone() else {
                registry.models.push(model);
                continue;
            };
            let installed = programs::on_path(&pattern, path);
            if installed.is_empty() {
                registry.broken.push(absent(&model, &pattern));
            }
            let first = installed.iter().position(|program| !program.alias);
            for (position, program) in installed.into_iter().enumerate() {
                let mut one = under(&model, program);
                // A second interpreter would double the time of every comparison of everything.
                one.on_request |= first != Some(position);
                registry.models.push(one);
            }
        }
        registry.models.sort_by(|a, b| a.name.cmp(&b.name));
        registry
    }

    fn add(&mut self, path: &Path, root: &Path) {
        let name = name_of(path);
        let shown = path.strip_prefix(root).unwrap_or(path);
        let reference = self.models.iter().find_map(Model::reference);
        match read(path, shown, &name, reference.as_deref()) {
            // Rows are told apart by their names alone. The first stays, so that a folder that a user
            // adds cannot replace a model of the project.
            Ok(model) => match self.models.iter().find(|other| other.name == model.name) {
                Some(first) => {
                    let (second, first) = (shown.display(), first.file.display());
                    let problem = format!(
                        "{second}:1:1: a second model is named `{}`: the first is {first}",
                        model.name
                    );
                    self.broken.push(Broken::file(name, problem));
                }
                None => self.models.push(model),
            },
            Err(problem) => self.broken.push(Broken::file(name, problem)),
        }
    }
}

impl Broken {
    /// A file that cannot be read as a model.
    pub fn file(name: String, problem: String) -> Broken {
        Broken {
            name,
            problem,
            is_absent: false,
            on_request: false,
        }
    }
}

/// A folder that was named for its models and has none, as a model that cannot be used.
fn without_models(folder: &Path) -> Option<Broken> {
    let shown = folder.display();
    let problem = if !folder.is_dir() {
        format!("{shown}: there is no such folder")
    } else if std::iter::once(folder.to_owned())
        .chain(sub_folders(folder))
        .all(|folder| model_files(&folder).is_empty())
    {
        format!("{shown}: neither it nor a folder in it has a `model.toml`")
    } else {
        return None;
    };
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    Some(Broken::file(name.into_owned(), problem))
}

/// The model as it is under one program.
fn under(model: &Model, program: Installed) -> Model {
    Model {
        name: format!("{}{}", model.name, program.version),
        program: Some(program.path),
        // A second name of the same program can be typed, and is in no table twice.
        hidden: model.hidden || program.alias,
        ..model.clone()
    }
}

fn absent(model: &Model, pattern: &Pattern) -> Broken {
    let problem = format!("no program `{pattern}` is on the PATH");
    Broken {
        name: model.name.clone(),
        problem: match &model.install {
            Some(command) => format!("{problem}: {command}"),
            None => problem,
        },
        is_absent: true,
        on_request: model.on_request,
    }
}

fn read(path: &Path, shown: &Path, name: &str, reference: Option<&str>) -> Result<Model, String> {
    let mut bytes = Vec::new();
    // One byte more than is allowed shows that a file is too large without reading all of it.
    fs::File::open(path)
        .and_then(|file| file.take(file::MAX_BYTES + 1).read_to_end(&mut bytes))
        .map_err(|error| format!("{}: {error}", shown.display()))?;
    if bytes.len() as u64 > file::MAX_BYTES {
        let most = file::MAX_BYTES;
        return Err(format!(
            "{}:1:1: larger than the {most} bytes allowed",
            shown.display()
        ));
    }
    let text = String::from_utf8(bytes)
        .map_err(|_| format!("{}:1:1: not UTF-8: a model file is text", shown.display()))?;
    let mut model =
        file::parse(&text, shown, name, reference).map_err(|error| error.to_string())?;
    path.parent().unwrap_or(path).clone_into(&mut model.folder);
    Ok(model)
}

/// `model.toml` is named after its folder, `twin.model.toml` after itself.
fn name_of(path: &Path) -> String {
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    let folder = path
        .parent()
        .and_then(Path::file_name)
        .unwrap_or_default()
        .to_string_lossy();
    file.strip_suffix(".model.toml")
        .unwrap_or(&folder)
        .to_owned()
}

fn model_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = entries(folder);
    files.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name == "model.toml" || name.ends_with(".model.toml")
    });
    files
}

fn sub_folders(folder: &Path) -> Vec<PathBuf> {
    entries(folder)
        .into_iter()
        .filter(|path| path.is_dir())
        .collect()
}

/// The paths in a folder, sorted; none where there is no such folder.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    // The system gives files in any order, and which of two models of one name is the first must not
    // depend on it.
    paths.sort();
    paths
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::select::{Selected, Selection};

    fn written(text: &str) -> Registry {
        let model = file::parse(text, Path::new("peers/mine/model.toml"), "mine", None).unwrap();
        Registry {
            models: vec![model],
            broken: Vec::new(),
        }
    }

    const PEER: &str = "name = \"mine\"\nabout = \"\"\nclasses = []\nprograms = \"mine3*\"\n\
        run = [\"{program}\", \"{folder}/main\"]\n[[variant]]\nname = \"v\"\nabout = \"\"\ncapacity = 1\n";

    #[test]
    fn each_program_is_a_model_that_runs_under_it() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["mine3", "mine3.13t"] {
            programs::tests::program(folder.path(), name, name);
        }
        let registry = written(PEER).under_programs(folder.path().as_os_str());
        let names: Vec<&str> = registry
            .models
            .iter()
            .map(|model| model.name.as_str())
            .collect();
        assert_eq!(names, ["mine", "mine-3.13t"]);
        let words = registry.models[1].words(&registry.models[1].run, Path::new("target"));
        let program = folder.path().join("mine3.13t");
        assert_eq!(words, [program.to_str().unwrap(), "peers/mine/main"]);
        assert!(registry.broken.is_empty());
    }

    #[test]
    fn by_an_alias_a_model_is_had_by_name_only() {
        let folder = tempfile::tempdir().unwrap();
        programs::tests::program(folder.path(), "mine3", "three");
        std::os::unix::fs::symlink("mine3", folder.path().join("mine3.13")).unwrap();
        let registry = written(PEER).under_programs(folder.path().as_os_str());
        let all = registry.matching(&["*".to_owned()]).unwrap().variants;
        let names: Vec<String> = all.iter().map(|selected| selected.name()).collect();
        assert_eq!(names, ["mine/v"]);
        assert_eq!(registry.by_default().variants.len(), 1);
        let named = registry.exactly("mine-3.13/v").unwrap().model;
        assert_eq!(named.program, Some(folder.path().join("mine3.13")));
    }

    #[test]
    fn the_first_program_takes_part_by_default_and_others_where_they_match() {
        let folder = tempfile::tempdir().unwrap();
        programs::tests::program(folder.path(), "mine3", "three");
        programs::tests::program(folder.path(), "mine3.13t", "free");
        let registry = written(PEER).under_programs(folder.path().as_os_str());
        let names = |selection: Selection| -> Vec<String> {
            selection.variants.iter().map(Selected::name).collect()
        };
        assert_eq!(names(registry.by_default()), ["mine/v"]);
        let matching = registry.matching(&["mine*".to_owned()]).unwrap();
        assert_eq!(names(matching), ["mine-3.13t/v", "mine/v"]);
    }

    #[test]
    fn a_model_on_request_is_no_row_unless_it_is_asked_for() {
        let text = PEER.replace("classes = []", "classes = []\non_request = true");
        let folder = tempfile::tempdir().unwrap();
        programs::tests::program(folder.path(), "mine3", "three");
        for (path, found) in [(folder.path(), 1), (Path::new("/nowhere"), 0)] {
            let registry = written(&text).under_programs(path.as_os_str());
            let unasked = registry.by_default();
            assert_eq!((unasked.variants.len(), unasked.broken.len()), (0, 0));
            let asked = registry.matching(&["mine/*".to_owned()]).unwrap();
            assert_eq!(
                (asked.variants.len(), asked.broken.len()),
                (found, 1 - found)
            );
        }
    }

    #[test]
    fn a_named_folder_without_models_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let problem = without_models(folder.path()).unwrap().problem;
        assert!(problem.contains("has a `model.toml`"), "{problem}");
        let absent = folder.path().join("absent");
        let problem = without_models(&absent).unwrap().problem;
        assert!(
            problem.ends_with("absent: there is no such folder"),
            "{problem}"
        );
        fs::create_dir(&absent).unwrap();
        fs::write(absent.join("model.toml"), "").unwrap();
        assert!(without_models(folder.path()).is_none());
    }

    #[test]
    fn a_file_that_cannot_be_read_is_told_where_no_name_is_similar() {
        let registry = Registry {
            broken: vec![Broken::file(
                "b".to_owned(),
                "b/model.toml:1:8: wrong".to_owned(),
            )],
            ..written(PEER).under_programs(OsStr::new("/nowhere"))
        };
        let error = registry.matching(&["perl".to_owned()]).unwrap_err();
        let expected =
            "no variant matches `perl`, and a model cannot be read: b/model.toml:1:8: wrong";
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn no_program_is_an_absence_and_no_mistake() {
        let registry = written(PEER).under_programs(OsStr::new("/nowhere"));
        assert!(registry.models.is_empty());
        let broken = &registry.broken[0];
        assert_eq!((broken.name.as_str(), broken.is_absent), ("mine", true));
        assert_eq!(broken.problem, "no program `mine3*` is on the PATH");
        let text = PEER.replace("classes", "install = \"apt-get install mine\"\nclasses");
        let installable = written(&text).under_programs(OsStr::new("/nowhere"));
        let expected = "no program `mine3*` is on the PATH: apt-get install mine";
        assert_eq!(installable.broken[0].problem, expected);
    }

    #[test]
    fn who_asks_for_no_program_is_left_alone() {
        let text = PEER
            .replace("programs = \"mine3*\"\n", "")
            .replace("{program}", "sh");
        let registry = written(&text).under_programs(OsStr::new("/nowhere"));
        assert_eq!((registry.models.len(), registry.broken.len()), (1, 0));
    }

    #[test]
    fn of_two_models_of_one_name_the_first_stays_and_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let text = PEER
            .replace("programs = \"mine3*\"\n", "")
            .replace("{program}", "sh");
        for place in ["crates/mine", "peers/mine"] {
            fs::create_dir_all(root.join(place)).unwrap();
            fs::write(root.join(place).join("model.toml"), &text).unwrap();
        }
        let registry = Registry::as_written(&Workspace {
            root: root.to_owned(),
            target: root.to_owned(),
            results: root.to_owned(),
            more_models: Vec::new(),
        });
        assert_eq!(registry.models[0].folder, root.join("crates/mine"));
        let expected = "peers/mine/model.toml:1:1: a second model is named `mine`: the first is \
                        crates/mine/model.toml";
        assert_eq!(registry.broken[0].problem, expected);
    }
}
