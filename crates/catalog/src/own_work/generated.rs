//! The cargo workspace that builds one package of own work into the models: below cargo's target folder, a
//! member for each model, each a `Cargo.toml` and a main function.

use std::path::{Path, PathBuf};

use protocol::OwnWork;
use toml::Value;

use super::package::Package;
use crate::models::{Model, Registry, Selected};
use crate::workspace::Workspace;

/// The member whose program computes the right answers: [`Workspace::expected`].
const EXPECTED: &str = "expected";

/// The workspace of one package, and one type in it.
#[derive(Clone, Debug)]
pub struct Generated {
    /// Its folder.
    folder: PathBuf,
    /// What the names of its packages begin with. Programs of several packages of own work lie in one target
    /// folder.
    prefix: String,
}

impl Generated {
    /// The workspace for own work.
    pub fn of(workspace: &Workspace, work: &OwnWork) -> Generated {
        let prefix = workspace.own_prefix(work);
        Generated {
            folder: workspace.target.join("own").join(&prefix),
            prefix,
        }
    }

    /// The folder of the workspace.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The command that builds the program of right answers.
    pub fn build_expected(&self) -> Vec<String> {
        self.build(EXPECTED)
    }

    /// The same model, whose program carries out the work.
    pub(super) fn model(&self, model: &Model) -> Model {
        Model {
            build: self.build(&model.name),
            run: vec![format!("{{target}}/release/{}", self.package(&model.name))],
            ..model.clone()
        }
    }

    /// All files of the workspace, and what they say.
    ///
    /// # Errors
    /// Why the package of the work cannot be used, in words.
    pub fn files(
        &self,
        workspace: &Workspace,
        work: &OwnWork,
    ) -> Result<Vec<(PathBuf, String)>, String> {
        let package = Package::read(&work.package)?;
        let registry = Registry::as_written(workspace);
        let models: Vec<(&Model, &str)> = registry
            .models
            .iter()
            .filter_map(|model| Some((model, model.own.as_deref()?)))
            .collect();
        let own = format!(
            "own-work = {{ package = {}, path = {} }}",
            quoted(&package.name),
            path(&package.folder)
        );
        let here = format!(
            "manyways = {{ path = {} }}",
            path(&workspace.root.join("crates/manyways"))
        );
        let mut files = vec![(self.folder.join("Cargo.toml"), root(&models))];
        let type_name = &work.type_name;
        for (model, main) in models {
            let name = &model.name;
            let of_model = format!("{name} = {{ path = {} }}", path(&model.folder));
            let call = format!("{main}::<manyways::Own<own_work::{type_name}>>()");
            files.extend(self.member(name, &[&here, &own, &of_model], &call));
        }
        files.extend(self.expected_member(&registry, work, &[&here, &own])?);
        Ok(files)
    }

    /// The member of the program of right answers. Work for some models only may need their runtime, so that it
    /// is done under the first of them.
    fn expected_member(
        &self,
        registry: &Registry,
        work: &OwnWork,
        dependencies: &[&str],
    ) -> Result<[(PathBuf, String); 2], String> {
        let type_name = &work.type_name;
        let under = if work.models.is_empty() {
            None
        } else {
            let selection = registry.matching(&work.models);
            let variants = selection.map_err(|error| error.to_string())?.variants;
            variants
                .into_iter()
                .find(|selected| selected.model.own.is_some())
        };
        let Some(Selected { model, variant, .. }) = under else {
            let main = format!("manyways::expected_main::<own_work::{type_name}>()");
            return Ok(self.member(EXPECTED, dependencies, &main));
        };
        let of_model = format!("{} = {{ path = {} }}", model.name, path(&model.folder));
        let all: Vec<&str> = dependencies.iter().copied().chain([&*of_model]).collect();
        let of_model_main = model.own.unwrap_or_default();
        let (module, _) = of_model_main.rsplit_once("::").unwrap_or_default();
        let main = format!(
            "manyways::expected_main_under::<own_work::{type_name}>({module}::variants(), {}, \
             {of_model_main}::<manyways::Own<own_work::{type_name}>>)",
            quoted(&variant.name)
        );
        Ok(self.member(EXPECTED, &all, &main))
    }

    /// The two files of a member.
    fn member(&self, name: &str, dependencies: &[&str], main: &str) -> [(PathBuf, String); 2] {
        let folder = self.folder.join(name);
        let manifest = format!(
            "[package]\nname = {}\nversion = \"0.1.0\"\nedition = \"2024\"\npublish = false\n\n\
             [dependencies]\n{}\n",
            quoted(&self.package(name)),
            dependencies.join("\n")
        );
        let program = format!(
            "//! `{name}` with own work.\n\nfn main() -> std::process::ExitCode {{\n    {main}\n}}\n"
        );
        [
            (folder.join("Cargo.toml"), manifest),
            (folder.join("src/main.rs"), program),
        ]
    }

    fn package(&self, name: &str) -> String {
        format!("{}-{name}", self.prefix)
    }

    fn build(&self, name: &str) -> Vec<String> {
        let manifest = self.folder.join("Cargo.toml").display().to_string();
        let package = self.package(name);
        [
            "cargo",
            "build",
            "--release",
            "--manifest-path",
            &manifest,
            "--package",
            &package,
        ]
        .map(str::to_owned)
        .to_vec()
    }
}

/// The manifest of the workspace. Its profile is that of the project, so that what both build is the same.
fn root(models: &[(&Model, &str)]) -> String {
    let names = models.iter().map(|(model, _)| model.name.as_str());
    let members: Vec<String> = names.chain([EXPECTED]).map(quoted).collect();
    format!(
        "# Written by `cargo xtask`, and written over.\n[workspace]\nresolver = \"3\"\nmembers = [{}]\n\n\
         [profile.release]\ndebug = \"line-tables-only\"\n",
        members.join(", ")
    )
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn path(path: &Path) -> String {
    quoted(&path.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn work(package: &Path) -> OwnWork {
        let json = serde_json::json!({"package": package, "type": "images::Resize"});
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn every_model_with_own_work_is_a_member() {
        let root = tempfile::tempdir().unwrap();
        let package = root.path().join("my \"work\"");
        fs::create_dir_all(package.join("src")).unwrap();
        fs::write(package.join("Cargo.toml"), "[package]\nname = \"resize\"\n").unwrap();
        fs::write(package.join("src/lib.rs"), "").unwrap();
        let folder = root.path().join("crates/mine");
        fs::create_dir_all(&folder).unwrap();
        let model = "name = \"mine\"\nabout = \"\"\nclasses = []\nrun = [\"x\"]\nown = \"mine::main\"\n\
            [[variant]]\nname = \"pool\"\nabout = \"\"\ncapacity = 1\n";
        fs::write(folder.join("model.toml"), model).unwrap();
        let other = root.path().join("crates/other");
        fs::create_dir_all(&other).unwrap();
        let without = model
            .replace("mine", "other")
            .replace("own = \"other::main\"\n", "");
        fs::write(other.join("model.toml"), without).unwrap();
        let workspace = Workspace {
            root: root.path().to_owned(),
            target: root.path().join("target"),
            results: root.path().to_owned(),
            more_models: Vec::new(),
        };
        let work = work(&package);
        let generated = Generated::of(&workspace, &work);
        let files = generated.files(&workspace, &work).unwrap();
        let names: Vec<String> = files
            .iter()
            .map(|(path, _)| {
                path.strip_prefix(generated.folder())
                    .unwrap()
                    .display()
                    .to_string()
            })
            .collect();
        let expected = [
            "Cargo.toml",
            "mine/Cargo.toml",
            "mine/src/main.rs",
            "expected/Cargo.toml",
            "expected/src/main.rs",
        ];
        assert_eq!(names, expected);
        for (path, text) in &files {
            if path
                .extension()
                .is_some_and(|extension| extension == "toml")
            {
                text.parse::<toml::Table>().unwrap();
            }
        }
        assert!(
            files[2]
                .1
                .contains("mine::main::<manyways::Own<own_work::images::Resize>>()")
        );
        let manifest: toml::Table = files[1].1.parse().unwrap();
        let own = &manifest["dependencies"]["own-work"];
        let folder = fs::canonicalize(&package).unwrap();
        assert_eq!(own["path"].as_str().unwrap(), folder.to_str().unwrap());
        let for_some = OwnWork {
            models: vec!["mine/*".to_owned()],
            ..work
        };
        let files_for_some = generated.files(&workspace, &for_some).unwrap();
        let (_, program) = files_for_some.last().unwrap();
        let call =
            "(mine::variants(), \"pool\", mine::main::<manyways::Own<own_work::images::Resize>>)";
        assert!(program.contains(call), "{program}");
    }

    #[test]
    fn two_types_of_one_package_have_programs_of_their_own() {
        let workspace = Workspace {
            root: "/checkout".into(),
            target: "/checkout/target".into(),
            results: "/results".into(),
            more_models: Vec::new(),
        };
        let one = work(Path::new("/mine"));
        let other = OwnWork {
            type_name: "Other".to_owned(),
            ..one.clone()
        };
        let folder = |work: &OwnWork| Generated::of(&workspace, work).folder().to_owned();
        assert_eq!(folder(&one), folder(&one.clone()));
        assert_ne!(folder(&one), folder(&other));
    }
}
