//! The servers that stand in workload files, as models beside the others: each has one variant, and is run under the
//! workloads of its file alone.

use std::collections::BTreeMap;
use std::path::Path;

use protocol::{Class, OwnServer};

use super::find::Registry;
use super::model::{Capacity, Model, Variant};
use super::servers::is_named;
use crate::workloads::Chosen;

/// What stands before the names of servers in tables: `server/mine`.
const MODEL: &str = "server";

/// Whether a variant is a server of a workload's file, such as `server/mine`. No model can have that name.
pub fn is_own_server(variant: &str) -> bool {
    variant
        .strip_prefix(MODEL)
        .is_some_and(|rest| rest.starts_with('/'))
}

impl Registry {
    /// The same models, and the servers that stand in the files of these workloads.
    ///
    /// # Errors
    /// That a model bears their name, or that two files have a server of one name: their rows could not be told
    /// apart.
    pub fn with_servers(mut self, workloads: &[Chosen]) -> Result<Registry, String> {
        for chosen in workloads {
            for server in &chosen.servers.list {
                self.add_server(&chosen.servers.folder, server)?;
            }
        }
        Ok(self)
    }

    fn add_server(&mut self, folder: &Path, server: &OwnServer) -> Result<(), String> {
        let existing = self
            .models
            .iter()
            .find(|model| model.name == MODEL && is_named(model, server));
        match existing {
            None => self.models.push(model(folder, server)),
            // Another workload of the same file, as a sweep has them.
            Some(other) if other.folder == folder && other.serves.is_some() => {}
            Some(_) => {
                let name = &server.name;
                return Err(format!("two servers are named `{MODEL}/{name}`"));
            }
        }
        Ok(())
    }
}

fn model(folder: &Path, server: &OwnServer) -> Model {
    let about = format!("a server of the workload's file: {}", server.run.join(" "));
    Model {
        name: MODEL.to_owned(),
        about: about.clone(),
        classes: vec![Class::Serve],
        build: Vec::new(),
        run: server
            .run
            .iter()
            .map(|word| absolute(folder, word))
            .collect(),
        own: None,
        env: BTreeMap::new(),
        hidden: false,
        on_request: false,
        spans_hosts: false,
        programs: None,
        program: None,
        real_program: Vec::new(),
        install: None,
        scale: BTreeMap::new(),
        serves: Some(server.asks.clone()),
        folder: folder.to_owned(),
        file: folder.to_owned(),
        variants: vec![Variant {
            name: server.name.clone(),
            about,
            capacity: Capacity::InFlight,
            quick: true,
            threads: None,
            unit: None,
            most_in_flight: None,
            gate: false,
            levels: false,
            on_request: false,
            blocking: None,
            reference: false,
        }],
    }
}

/// A word of a command; one that names a file in the folder is its whole path, so that it is found from everywhere
/// and known to be a file.
fn absolute(folder: &Path, word: &str) -> String {
    let path = folder.join(word);
    if !word.is_empty() && path.is_file() {
        path.to_string_lossy().into_owned()
    } else {
        word.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::super::servers::Servers;
    use super::*;
    use crate::NoCalibration;
    use crate::workloads::choose_one;
    use crate::workspace::Workspace;

    const FILE: &str = "name = \"s\"\nabout = \"\"\nclass = \"serve\"\ntasks = 9\nin_flight = 1\nseed = 1\n\
        [serve]\nbytes = 9\n[[server]]\nname = \"mine\"\nrun = [\"./run.sh\", \"{port}\"]\n";

    fn chosen(folder: &Path, text: &str) -> Chosen {
        let file = folder.join("s.toml");
        std::fs::write(&file, text).unwrap();
        let workspace = Workspace::find(None, &[]).unwrap();
        choose_one(&workspace, file.to_str().unwrap(), &NoCalibration).unwrap()
    }

    fn empty() -> Registry {
        Registry {
            models: Vec::new(),
            broken: Vec::new(),
        }
    }

    #[test]
    fn a_server_is_a_variant_beside_the_models_at_the_workloads_of_its_file() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("run.sh"), "").unwrap();
        let workload = chosen(folder.path(), FILE);
        let again = [workload.clone(), workload.clone()];
        let registry = empty().with_servers(&again).unwrap();
        assert_eq!(registry.models.len(), 1);
        let selected = registry.exactly("server/mine").unwrap();
        assert!(Path::new(&selected.model.run[0]).is_absolute());
        assert_eq!(selected.model.run[1], "{port}");
        assert_eq!(registry.by_default().variants.len(), 1);
        assert!(workload.servers.have(&selected.model));
        assert!(!Servers::default().have(&selected.model));
    }

    #[test]
    fn servers_of_two_files_have_different_names() {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let both = [chosen(one.path(), FILE), chosen(other.path(), FILE)];
        let problem = empty().with_servers(&both).unwrap_err();
        assert_eq!(problem, "two servers are named `server/mine`");
    }
}
