//! Which units ran on one host. Pure.

use results::HostRecord;
use terminal::shown;

use crate::units::Unit;

/// The hosts of a campaign.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Hosts {
    /// The hosts, in the order of their names.
    pub(crate) hosts: Vec<HostRecord>,
    /// The place of the host of each unit.
    pub(crate) of_units: Vec<usize>,
    /// What people ought to know, a line each.
    pub(crate) warnings: Vec<String>,
}

/// The hosts of these units. What has one name or one boot id is one host; with `by_node`, only what has one name.
///
/// A machine that was started again has another boot id, and containers of one machine have other names: neither
/// makes two hosts of one, which would take the noise of one machine for what differs between machines.
///
/// # Errors
/// A unit that does not say where it ran.
pub(crate) fn hosts_of(units: &[Unit], by_node: bool) -> Result<Hosts, String> {
    let records: Vec<&HostRecord> = units
        .iter()
        .map(|unit| {
            let known = unit
                .run
                .host
                .as_ref()
                .filter(|host| is_known(host, by_node));
            known.ok_or_else(|| {
                format!(
                    "{}: it does not say on which host it ran",
                    unit.path.display()
                )
            })
        })
        .collect::<Result<_, _>>()?;
    Ok(grouped(&records, by_node))
}

fn is_known(host: &HostRecord, by_node: bool) -> bool {
    host.node.is_some() || (host.boot_id.is_some() && !by_node)
}

fn grouped(records: &[&HostRecord], by_node: bool) -> Hosts {
    let mut all: Vec<&HostRecord> = records.to_vec();
    all.sort();
    all.dedup();
    let mut groups: Vec<Vec<&HostRecord>> = Vec::new();
    for record in all {
        // A record may link two groups that had nothing in common before.
        let (linked, apart): (Vec<_>, Vec<_>) = groups
            .into_iter()
            .partition(|group| group.iter().any(|other| is_same(record, other, by_node)));
        let mut joined: Vec<&HostRecord> = linked.into_iter().flatten().collect();
        joined.push(record);
        groups = apart;
        groups.push(joined);
    }
    for group in &mut groups {
        group.sort();
    }
    groups.sort_by(|a, b| (a[0].name(), a[0]).cmp(&(b[0].name(), b[0])));
    Hosts {
        of_units: records
            .iter()
            .map(|record| place_of(record, &groups))
            .collect(),
        warnings: groups.iter().filter_map(|group| warning(group)).collect(),
        hosts: groups.iter().map(|group| group[0].clone()).collect(),
    }
}

fn is_same(one: &HostRecord, other: &HostRecord, by_node: bool) -> bool {
    let same_node = one.node.is_some() && one.node == other.node;
    let same_start = one.boot_id.is_some() && one.boot_id == other.boot_id;
    same_node || (same_start && !by_node)
}

fn place_of(record: &HostRecord, groups: &[Vec<&HostRecord>]) -> usize {
    groups
        .iter()
        .position(|group| group.contains(&record))
        .unwrap_or(0)
}

/// Says where several names are one machine.
fn warning(group: &[&HostRecord]) -> Option<String> {
    let mut names: Vec<String> = group.iter().map(|host| shown(host.name())).collect();
    names.dedup();
    (names.len() > 1).then(|| {
        format!(
            "warning: {} are one machine, since they have one boot id, and count as one host (`--nodes-are-hosts` \
             counts each)",
            names.join(", ")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(node: &str, boot: &str) -> HostRecord {
        HostRecord {
            node: Some(node.to_owned()),
            boot_id: Some(boot.to_owned()),
            ..HostRecord::default()
        }
    }

    fn places(hosts: &[HostRecord], by_node: bool) -> (Vec<usize>, usize) {
        let records: Vec<&HostRecord> = hosts.iter().collect();
        let found = grouped(&records, by_node);
        (found.of_units, found.warnings.len())
    }

    #[test]
    fn hosts_are_in_the_order_of_their_names_whatever_the_units_are_in() {
        let hosts = [host("b", "2"), host("a", "1"), host("b", "2")];
        assert_eq!(places(&hosts, false), (vec![1, 0, 1], 0));
    }

    #[test]
    fn names_of_one_machine_are_one_host_and_told_unless_nodes_are_hosts() {
        let hosts = [host("a", "1"), host("b", "1"), host("c", "2")];
        assert_eq!(places(&hosts, false), (vec![0, 0, 1], 1));
        assert_eq!(places(&hosts, true), (vec![0, 1, 2], 0));
    }

    #[test]
    fn a_machine_that_was_started_again_is_the_same_one() {
        let hosts = [
            host("a", "1"),
            host("a", "2"),
            host("b", "2"),
            host("c", "3"),
        ];
        assert_eq!(places(&hosts[..2], false), (vec![0, 0], 0));
        assert_eq!(places(&hosts, false), (vec![0, 0, 0, 1], 1));
    }
}
