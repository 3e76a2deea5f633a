//! The models as they are for own work: those that carry it out, with the programs that are built for it, and
//! why the others do not.

use std::collections::BTreeMap;

use protocol::OwnWork;

use super::generated::Generated;
use crate::models::{Broken, Model, Registry, SelectError, Variant};
use crate::workspace::Workspace;

impl Registry {
    /// The same models with programs that carry out own work; all of them where a workload has none. One that
    /// carries out none is kept as unavailable, and so is one that the work is not for.
    ///
    /// # Errors
    /// Where `models` of the workload file has a pattern that matches no variant.
    pub fn for_work(
        self,
        workspace: &Workspace,
        work: Option<&OwnWork>,
    ) -> Result<Registry, SelectError> {
        let Some(work) = work else {
            return Ok(self);
        };
        let wanted = self.wanted(work)?;
        let generated = Generated::of(workspace, work);
        let mut registry = Registry {
            models: Vec::new(),
            broken: self.broken,
        };
        for model in self.models {
            match with_own_work(&model, &generated, wanted.as_ref()) {
                Ok(able) => registry.models.push(able),
                // Nobody expects a hidden one.
                Err(_) if model.hidden => {}
                Err(problem) => registry.broken.push(Broken {
                    is_absent: true,
                    on_request: model.on_request,
                    ..Broken::file(model.name, problem)
                }),
            }
        }
        registry.mark_reference();
        Ok(registry)
    }

    /// The variants that the work is for, by name; `None` where it is for all.
    fn wanted(&self, work: &OwnWork) -> Result<Option<Wanted>, SelectError> {
        if work.models.is_empty() {
            return Ok(None);
        }
        let selection = self.matching(&work.models)?;
        let all = selection.variants.iter();
        Ok(Some(all.map(|it| (it.name(), it.named)).collect()))
    }

    /// Something is compared with: another variant where the marked one does not take part.
    fn mark_reference(&mut self) {
        if self.reference().is_ok() {
            return;
        }
        let mut variants: Vec<&mut Variant> = self
            .models
            .iter_mut()
            .filter(|model| !model.hidden)
            .flat_map(|model| &mut model.variants)
            .collect();
        let at = variants
            .iter()
            .position(|variant| variant.gate)
            .unwrap_or(0);
        if let Some(first) = variants.get_mut(at) {
            first.reference = true;
        }
    }
}

/// Names of variants, and whether each was named by itself or with its model, and not by a glob.
type Wanted = BTreeMap<String, bool>;

/// The model with its program for own work.
///
/// # Errors
/// Why it does not run, in words.
fn with_own_work(
    model: &Model,
    generated: &Generated,
    wanted: Option<&Wanted>,
) -> Result<Model, String> {
    if model.own.is_none() {
        return Err("not run: it carries out no own work".to_owned());
    }
    let mut able = generated.model(model);
    if let Some(wanted) = wanted {
        let name = &model.name;
        able.variants.retain_mut(|variant| {
            let named = wanted.get(&format!("{name}/{}", variant.name));
            // A glob says which variants the work is for, a name asks for one.
            variant.on_request &= named != Some(&true);
            named.is_some()
        });
        able.on_request = false;
    }
    if able.variants.is_empty() {
        return Err(
            "not run: `models` in the workload file says that the work is not for it".to_owned(),
        );
    }
    Ok(able)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::models::Selected;

    fn model(name: &str, own: bool, marks: &str) -> (String, String) {
        let own = if own {
            format!("own = \"{name}::main\"\n")
        } else {
            String::new()
        };
        let text = format!(
            "name = \"{name}\"\nabout = \"\"\nclasses = []\nrun = [\"x\"]\n{own}\
             [[variant]]\nname = \"one\"\nabout = \"\"\ncapacity = 1\n{marks}\
             [[variant]]\nname = \"two\"\nabout = \"\"\ncapacity = 1\ngate = true\n\
             [[variant]]\nname = \"extra\"\nabout = \"\"\ncapacity = 1\non_request = true\n"
        );
        (name.to_owned(), text)
    }

    fn registry_for(models: &[&str]) -> Result<Registry, SelectError> {
        let root = tempfile::tempdir().unwrap();
        for (name, text) in [
            model("first", true, "reference = true\n"),
            model("second", true, ""),
            model("without", false, ""),
        ] {
            let folder = root.path().join("crates").join(name);
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("model.toml"), text).unwrap();
        }
        let workspace = Workspace {
            root: root.path().to_owned(),
            target: root.path().join("target"),
            results: root.path().to_owned(),
            more_models: Vec::new(),
        };
        let json = serde_json::json!({"package": "/mine", "models": models});
        let work = serde_json::from_value(json).unwrap();
        Registry::as_written(&workspace).for_work(&workspace, Some(&work))
    }

    fn by_default(registry: &Registry) -> Vec<String> {
        let variants = registry.by_default().variants;
        variants.iter().map(Selected::name).collect()
    }

    #[test]
    fn a_model_that_carries_out_no_own_work_is_unavailable() {
        let registry = registry_for(&[]).unwrap();
        let names: Vec<&str> = registry.models.iter().map(|model| &*model.name).collect();
        assert_eq!(names, ["first", "second"]);
        let program = &registry.models[0].run[0];
        assert!(program.starts_with("{target}/release/own-"), "{program}");
        assert!(program.ends_with("-first"), "{program}");
        let [without] = &registry.broken[..] else {
            panic!("{:?}", registry.broken);
        };
        assert!(without.is_absent && without.problem.contains("no own work"));
        assert_eq!(registry.reference().unwrap().name(), "first/one");
    }

    #[test]
    fn work_for_some_models_is_compared_among_them() {
        let registry = registry_for(&["second/*"]).unwrap();
        assert_eq!(by_default(&registry), ["second/one", "second/two"]);
        assert_eq!(registry.reference().unwrap().name(), "second/two");
        let first = &registry.broken[0];
        assert!(
            first.problem.contains("the work is not for it"),
            "{first:?}"
        );
        assert!(registry_for(&["third/*"]).is_err());
        let named = registry_for(&["second/extra"]).unwrap();
        assert_eq!(by_default(&named), ["second/extra"]);
    }
}
