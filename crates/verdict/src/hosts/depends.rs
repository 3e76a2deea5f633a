//! Whether a ratio depends on the host so much that no one answer is right.

use super::HostRatio;
use crate::control::has_moved;
use crate::equivalence::Margin;
use crate::verdict::Verdict;

/// *Depends*, where at least one host lies wholly beyond the margin each way; else `None`.
///
/// A host speaks by its interval at 95 % for all hosts together (Dunn, "Multiple Comparisons Among Means",
/// *Journal of the American Statistical Association* 56, 1961). A host whose own control moved is no witness.
/// Cochran's Q is no test of this: it finds heterogeneity in "slower everywhere, by 3 to 15 %", which
/// changes no ranking.
pub(super) fn depends(hosts: &[HostRatio], margin: Margin) -> Option<Verdict> {
    let inside = margin.ratios();
    let beyond = hosts.iter().filter_map(|host| {
        let moved = host
            .control
            .as_ref()
            .is_some_and(|control| has_moved(control, margin));
        host.over_hosts
            .filter(|interval| !moved && interval.lies_outside(&inside))
    });
    let (faster, slower): (Vec<_>, Vec<_>) = beyond.partition(|interval| interval.upper < 1.0);
    (!faster.is_empty() && !slower.is_empty()).then_some(Verdict::Depends {
        faster: faster.len() as u32,
        slower: slower.len() as u32,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hosts::host_ratio;
    use crate::ratio::paired_ratio;

    /// A host on which the variant takes so many times as long, in so many blocks.
    fn host(factor: f64, blocks: u32, hosts: usize) -> HostRatio {
        let reference: Vec<f64> = (0..blocks)
            .map(|block| 1.0 + 0.001 * f64::from(block % 5))
            .collect();
        let variant: Vec<f64> = reference.iter().map(|time| time * factor).collect();
        host_ratio(&variant, &reference, hosts).unwrap()
    }

    #[test]
    fn one_host_each_way_is_enough_and_all_one_way_is_not() {
        let found = |factors: [f64; 3]| {
            let hosts = factors.map(|factor| host(factor, 12, 3));
            depends(&hosts, Margin::default())
        };
        let both = Verdict::Depends {
            faster: 2,
            slower: 1,
        };
        assert_eq!(found([0.9, 0.95, 1.1]), Some(both));
        assert_eq!(found([1.03, 1.15, 1.4]), None);
        assert_eq!(found([0.9, 1.0, 1.01]), None, "within the margin");
    }

    #[test]
    fn too_few_blocks_for_all_hosts_together_are_no_witness() {
        assert_eq!(host(0.9, 6, 2).over_hosts, None);
        let hosts = [host(0.9, 6, 2), host(1.1, 7, 2)];
        assert_eq!(depends(&hosts, Margin::default()), None);
    }

    #[test]
    fn a_host_whose_control_moved_is_no_witness() {
        let moved = paired_ratio(&[1.1; 12], &[1.0; 12]).unwrap();
        let fast = HostRatio {
            control: Some(moved),
            ..host(0.9, 12, 2)
        };
        let hosts = [fast, host(1.1, 12, 2)];
        assert_eq!(depends(&hosts, Margin::default()), None);
    }
}
