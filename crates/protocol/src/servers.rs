//! The servers of a workload's file, which are taken out of it before the workload is read.

use serde::Deserialize;
use serde::de::IntoDeserializer as _;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::cpu_time::Mistake;
use crate::serve::OwnServer;
use crate::workload::{Class, Workload};

/// The servers, and where they stand in the file, in bytes.
pub(crate) type Asked = (Vec<OwnServer>, usize);

/// Takes the servers out of a workload's table; `None` where there are none.
pub(crate) fn take(table: &mut Spanned<DeTable<'_>>) -> Result<Option<Asked>, Mistake> {
    let Some(value) = table.get_mut().remove("server") else {
        return Ok(None);
    };
    if !matches!(value.get_ref(), DeValue::Array(_)) {
        let problem =
            "`[server]` is a table, and servers are a list: each begins with `[[server]]`";
        return Err(Mistake::at(value.span(), problem));
    }
    let offset = value.span().start;
    let servers = Vec::<OwnServer>::deserialize(value.into_deserializer())?;
    for (at, server) in servers.iter().enumerate() {
        if servers[..at].iter().any(|other| other.name == server.name) {
            let problem = format!("two servers are named `{}`", server.name);
            return Err(Mistake::at(offset..offset, problem));
        }
    }
    Ok(Some((servers, offset)))
}

/// Refuses servers of a workload that asks none.
pub(crate) fn check(asked: Option<&Asked>, workload: &Workload) -> Result<(), Mistake> {
    match asked {
        // What else such a workload lacks, it says itself.
        Some((_, offset)) if workload.serve.is_none() && workload.class != Class::Serve => {
            let problem = "a server is asked by a workload of class `serve`";
            Err(Mistake::at(*offset..*offset, problem))
        }
        _ => Ok(()),
    }
}
