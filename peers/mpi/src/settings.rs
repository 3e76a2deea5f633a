//! How the job of this rank was started, as the run's settings show it.

use runner::Knobs;

/// Variables by which Open MPI is configured, such as `OMPI_MCA_btl_tcp_if_include`.
const PARAMETERS: &str = "OMPI_MCA_";
/// Beginnings of the names of parameters that `mpirun` itself sets for its ranks, or that are knobs of their own.
const INTERNAL: [&str; 11] = [
    "ess",
    "hwloc_",
    "initial_wdir",
    "mpi_oversubscribe",
    "mpi_yield_when_idle",
    "odls_",
    "opal_",
    "orte_",
    "pmix",
    "rmaps_",
    "shmem_",
];
/// Those among them that users set.
const NAMES_OF_HOSTS: [&str; 2] = ["orte_default_dash_host", "orte_default_hostfile"];

/// The settings of a job whose ranks wait in this way.
pub(crate) fn settings(waiting: &str) -> Knobs {
    let mut knobs = Knobs::from([
        ("waiting".to_owned(), waiting.to_owned()),
        ("binding".to_owned(), "none".to_owned()),
    ]);
    let parameters: Vec<String> = std::env::vars()
        .filter_map(|(name, value)| Some(format!("{}={value}", own_parameter(&name)?)))
        .collect();
    if !parameters.is_empty() {
        knobs.insert("parameters".to_owned(), parameters.join(" "));
    }
    knobs
}

/// The name of a parameter of Open MPI that a user has set.
fn own_parameter(variable: &str) -> Option<&str> {
    let name = variable.strip_prefix(PARAMETERS)?;
    let is_internal = INTERNAL.iter().any(|beginning| name.starts_with(beginning));
    (!is_internal || NAMES_OF_HOSTS.contains(&name)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_user_sets_is_told_and_what_mpirun_sets_is_not() {
        assert_eq!(own_parameter("OMPI_MCA_btl"), Some("btl"));
        let hosts = "orte_default_hostfile";
        assert_eq!(own_parameter("OMPI_MCA_orte_default_hostfile"), Some(hosts));
        for other in ["OMPI_MCA_orte_ess_jobid", "OMPI_COMM_WORLD_RANK", "PATH"] {
            assert_eq!(own_parameter(other), None, "{other}");
        }
    }
}
