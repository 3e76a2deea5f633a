//! What must hold of any samples: symmetry of the arms, indifference to order and unit, bounds
//! around estimates, and no panic whatever comes in.
//!
//! Agreement with other implementations is tested beside the code, from `fixtures/fixtures.json`;
//! how often intervals cover, in `tests/simulation.rs`.

use proptest::collection::vec;
use proptest::prelude::*;
use verdict::hosts::{HostRatio, HostsComparison, host_ratio, judge_hosts, these_hosts};
use verdict::rng::Generator;
use verdict::scalability::{Level, fit_scalability};
use verdict::stopping::{Precision, Width};
use verdict::{
    Comparison, Confidence, Interval, Margin, PairedRatio, RatioIntervals, Resampling, Verdict,
    bootstrap_interval, decide, drift, holm, is_equivalent, judge, median_interval, outliers,
    paired_ratio,
};

/// Pairs of times within a factor of e⁴ of each other, from which ties are all but impossible.
fn pairs() -> impl Strategy<Value = Vec<(f64, f64)>> {
    let time = || (-2.0..2.0_f64).prop_map(f64::exp);
    vec((time(), time()), 6..40)
}

/// Numbers of every size, and now and then one that is infinite or none at all.
fn wild() -> impl Strategy<Value = f64> {
    prop_oneof![30 => any::<f64>(), 1 => proptest::num::f64::ANY]
}

fn compare(pairs: &[(f64, f64)]) -> PairedRatio {
    let (variant, reference): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    paired_ratio(&variant, &reference).expect("positive finite pairs")
}

fn close(one: f64, other: f64) -> bool {
    (one / other - 1.0).abs() < 1e-9
}

fn mirrored(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Faster => "slower",
        Verdict::Slower => "faster",
        Verdict::LikelyFaster { .. } => "likely-slower",
        Verdict::LikelySlower { .. } => "likely-faster",
        Verdict::SlightlyFaster => "slightly-slower",
        Verdict::SlightlySlower => "slightly-faster",
        other => other.name(),
    }
}

/// Logarithms of the bounds of a ratio, ascending: the 95 % interval, within it the 90 % interval, and
/// within that the estimate. They lie around the margin of 2 %, where verdicts change.
fn bounds() -> impl Strategy<Value = [f64; 5]> {
    let offsets = proptest::array::uniform5(-1.0..1.0_f64);
    (-0.1..0.1_f64, 0.001..0.08_f64, offsets).prop_map(|(centre, width, offsets)| {
        let mut bounds = offsets.map(|offset| centre + width * offset);
        bounds.sort_by(f64::total_cmp);
        bounds
    })
}

fn measured(logarithms: [f64; 5], p_value: f64) -> PairedRatio {
    let [lower_95, lower_90, ratio, upper_90, upper_95] = logarithms.map(f64::exp);
    let interval = |lower, upper| Interval { lower, upper };
    let intervals = Some(RatioIntervals {
        at_95: interval(lower_95, upper_95),
        at_90: interval(lower_90, upper_90),
    });
    PairedRatio {
        ratio,
        intervals,
        p_value,
        blocks: 30,
    }
}

/// The pairs of several hosts, each of which has enough for an interval over all of them.
fn fleet() -> impl Strategy<Value = Vec<Vec<(f64, f64)>>> {
    let time = || (-0.1..0.1_f64).prop_map(f64::exp);
    let host = (-0.3..0.3_f64, vec((time(), time()), 9..20)).prop_map(|(effect, pairs)| {
        let slowed = pairs.into_iter().map(|(v, r)| (v * effect.exp(), r));
        slowed.collect()
    });
    vec(host, 2..9)
}

fn merged(hosts: &[Vec<(f64, f64)>]) -> PairedRatio {
    let ratios: Vec<PairedRatio> = hosts.iter().map(|pairs| compare(pairs)).collect();
    these_hosts(&ratios).expect("hosts")
}

fn judged_on(hosts: &[Vec<(f64, f64)>]) -> Verdict {
    let ratios = hosts.iter().map(|pairs| {
        let (variant, reference): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
        host_ratio(&variant, &reference, hosts.len()).expect("positive finite pairs")
    });
    let comparison = HostsComparison {
        hosts: ratios.collect(),
    };
    judge_hosts(&[comparison], Margin::default()).expect("p values")[0]
        .judgement
        .verdict
}

/// How strongly a verdict says that the variant is slower: from −2 for faster to 2.
fn slowness(ratio: PairedRatio, control: Option<PairedRatio>) -> i32 {
    let judged = judge(&[Comparison { ratio, control }], Margin::default()).unwrap();
    match judged[0].verdict.symbol() {
        "++" => -2,
        "+" => -1,
        "-" => 1,
        "--" => 2,
        _ => 0,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_the_blocks_does_not_matter(pairs in pairs(), seed: u64) {
        let mut shuffled = pairs.clone();
        Generator::new(seed).shuffle(&mut shuffled);
        prop_assert_eq!(compare(&pairs), compare(&shuffled));
    }

    #[test]
    fn the_unit_of_time_does_not_matter(pairs in pairs(), unit in 1e-9..1e9_f64) {
        let other_unit: Vec<_> = pairs.iter().map(|(v, r)| (v * unit, r * unit)).collect();
        let (one, other) = (compare(&pairs), compare(&other_unit));
        prop_assert!(close(one.ratio, other.ratio));
        prop_assert!(close(one.p_value, other.p_value));
        let (one, other) = (one.intervals.unwrap(), other.intervals.unwrap());
        prop_assert!(close(one.at_95.lower, other.at_95.lower));
        prop_assert!(close(one.at_90.upper, other.at_90.upper));
    }

    #[test]
    fn a_variant_twice_as_slow_has_twice_the_ratio(pairs in pairs(), factor in 0.1..10.0_f64) {
        let slower: Vec<_> = pairs.iter().map(|(v, r)| (v * factor, *r)).collect();
        let (before, after) = (compare(&pairs), compare(&slower));
        prop_assert!(close(after.ratio, before.ratio * factor));
        let upper = |found: PairedRatio| found.intervals.unwrap().at_95.upper;
        prop_assert!(close(upper(after), upper(before) * factor));
    }

    #[test]
    fn swapping_the_arms_inverts_the_ratio_and_the_verdict(pairs in pairs(), p in 0.0..0.1_f64) {
        let swapped: Vec<_> = pairs.iter().map(|&(v, r)| (r, v)).collect();
        let (one, other) = (compare(&pairs), compare(&swapped));
        prop_assert!(close(one.ratio * other.ratio, 1.0));
        prop_assert_eq!(one.p_value, other.p_value);
        let (bounds, inverse) = (one.intervals.unwrap().at_95, other.intervals.unwrap().at_95);
        prop_assert!(close(bounds.lower * inverse.upper, 1.0));
        prop_assert!(close(bounds.relative_half_width(), inverse.relative_half_width()));
        let margin = Margin::new(0.1).unwrap();
        prop_assert_eq!(mirrored(decide(&one, p, margin)), decide(&other, p, margin).name());
    }

    #[test]
    fn stronger_evidence_never_gets_a_weaker_sign(
        one in bounds(), other in bounds(), control in bounds(), p in [0.0..0.2_f64, 0.0..0.2_f64],
        has_control: bool,
    ) {
        let control = has_control.then(|| measured(control, 0.5));
        let farther: Vec<f64> = one.iter().zip(other).map(|(a, b)| a.max(b)).collect();
        let farther = farther.try_into().unwrap();
        let (smaller, larger) = (p[0].min(p[1]), p[0].max(p[1]));
        let (weak, strong) = (measured(one, larger), measured(farther, smaller));
        let (of_weak, of_strong) = (slowness(weak, control), slowness(strong, control));
        prop_assert!(of_weak < 0 || of_strong >= of_weak, "{of_weak}: {weak:?}, {strong:?}");
        // The same on the other side of 1.
        let inverse = |bounds: [f64; 5]| { let [a, b, c, d, e] = bounds; [-e, -d, -c, -b, -a] };
        let (weak, strong) = (measured(inverse(one), larger), measured(inverse(farther), smaller));
        let (of_weak, of_strong) = (slowness(weak, control), slowness(strong, control));
        prop_assert!(of_weak > 0 || of_strong <= of_weak, "{of_weak}: {weak:?}, {strong:?}");
    }

    #[test]
    fn an_interval_beyond_the_margin_is_never_weaker_than_one_that_excludes_one(
        one in bounds(), other in bounds(), p in [0.0..1.0_f64, 0.0..0.1_f64],
        beyond in 0.0199..0.2_f64, above in 1e-6..0.0198_f64,
    ) {
        let far = measured(one.map(|bound| bound - one[0] + beyond), p[0]);
        let near = measured(other.map(|bound| bound - other[0] + above), p[1]);
        let far_sign = slowness(far, None);
        prop_assert!(far_sign > 0, "{far:?}");
        prop_assert!(p[0] > p[1] || far_sign >= slowness(near, None), "{far:?}, {near:?}");
    }

    #[test]
    fn a_narrower_control_never_takes_a_sign_away(
        ratio in bounds(), wide in bounds(), shrink in 0.0..1.0_f64, p in 0.0..0.1_f64,
    ) {
        // Toward an estimate of 1, the only control of which more is known to be right.
        let narrow = wide.map(|bound| bound * shrink);
        let ratio = measured(ratio, p);
        let with = |control| slowness(ratio, Some(measured(control, 0.5)));
        prop_assert!(with(narrow).abs() >= with(wide).abs());
    }

    #[test]
    fn the_wider_interval_holds_the_narrower_and_that_the_estimate(pairs in pairs()) {
        let found = compare(&pairs);
        let intervals = found.intervals.unwrap();
        prop_assert!(intervals.at_90.lies_inside(&intervals.at_95));
        prop_assert!(intervals.at_90.contains(found.ratio));
    }

    #[test]
    fn the_interval_excludes_one_exactly_when_the_test_rejects(pairs in pairs()) {
        let found = compare(&pairs);
        let excludes_one = !found.intervals.unwrap().at_95.contains(1.0);
        prop_assert_eq!(excludes_one, found.p_value <= 0.05);
    }

    #[test]
    fn a_median_lies_within_its_interval(samples in vec(-1e3..1e3_f64, 6..80)) {
        let found = median_interval(&samples, Confidence::NINETY_FIVE).unwrap().unwrap();
        prop_assert!(found.interval.contains(found.median));
        prop_assert!(samples.contains(&found.interval.lower));
        prop_assert!(found.coverage >= 0.95);
    }

    #[test]
    fn holm_never_lowers_a_p_value_nor_changes_their_order(p in vec(0.0..=1.0_f64, 1..30)) {
        let adjusted = holm(&p).unwrap();
        for (i, j) in (0..p.len()).flat_map(|i| (0..p.len()).map(move |j| (i, j))) {
            prop_assert!(adjusted[i] >= p[i] && adjusted[i] <= 1.0);
            prop_assert!(p[i] > p[j] || adjusted[i] <= adjusted[j]);
        }
        let smallest = p.iter().copied().fold(1.0, f64::min);
        let smallest_adjusted = adjusted.iter().copied().fold(1.0, f64::min);
        prop_assert_eq!(smallest_adjusted, (smallest * p.len() as f64).min(1.0));
    }

    #[test]
    fn what_is_equivalent_stays_so_in_a_wider_margin(
        pairs in pairs(), narrow in 0.0..2.0_f64, more in 0.0..2.0_f64,
    ) {
        let at_90 = compare(&pairs).intervals.unwrap().at_90;
        let within = |margin| is_equivalent(&at_90, Margin::new(margin).unwrap());
        prop_assert!(!within(narrow) || within(narrow + more));
    }

    #[test]
    fn reversing_a_series_reverses_its_drift(series in vec(-9.0..9.0_f64, 3..25)) {
        let reversed: Vec<f64> = series.iter().rev().copied().collect();
        let (one, other) = (drift(&series).unwrap(), drift(&reversed).unwrap());
        prop_assert!((one.correlation + other.correlation).abs() < 1e-12);
        prop_assert!((one.p_value - other.p_value).abs() < 1e-12);
    }

    #[test]
    fn a_shuffle_keeps_every_item(seed: u64, n in 0_usize..50) {
        let mut items: Vec<usize> = (0..n).collect();
        Generator::new(seed).shuffle(&mut items);
        items.sort_unstable();
        prop_assert!(items.into_iter().eq(0..n));
    }

    #[test]
    fn numbers_stay_below_their_bound(seed: u64, bound in 1_u64..) {
        prop_assert!(Generator::new(seed).below(bound) < bound);
    }

    #[test]
    fn a_narrower_precision_never_takes_fewer_blocks(
        blocks in 1_u32..100, half_width in 0.0..1.0_f64, precision in 0.001..0.5_f64,
    ) {
        let width = Width { blocks, half_width: Some(half_width) };
        let more = |wanted| Precision::new(wanted).unwrap().more_blocks(width);
        if let (Some(wide), Some(narrow)) = (more(precision), more(precision / 2.0)) {
            prop_assert!(wide <= narrow);
        }
    }

    #[test]
    fn a_fit_is_never_negative_and_scales_with_the_unit(runs in vec(0.1..10.0_f64, 6..10)) {
        let fitted = |unit: f64| {
            let scaled: Vec<[f64; 1]> = runs.iter().map(|run| [run * unit]).collect();
            let level = |(n, throughputs)| Level { concurrency: f64::from(n), throughputs };
            let levels: Vec<Level> = (1_u32..).zip(scaled.iter().map(|x| x.as_slice()))
                .map(level).collect();
            fit_scalability(&levels).unwrap()
        };
        let (law, in_other_unit) = (fitted(1.0), fitted(1024.0));
        prop_assert!(law.throughput_of_one > 0.0);
        prop_assert!(law.contention >= 0.0 && law.coherency >= 0.0);
        prop_assert_eq!(law.contention, in_other_unit.contention);
        prop_assert_eq!(law.throughput_of_one * 1024.0, in_other_unit.throughput_of_one);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_samples_panic(pairs in vec((wild(), wild()), 0..40)) {
        let (one, other): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
        let sizes = |samples: &[f64]| samples.iter().map(|x| x.abs()).collect::<Vec<f64>>();
        let either_sign = paired_ratio(&one, &other);
        let positive = paired_ratio(&sizes(&one), &sizes(&other));
        let short = paired_ratio(&sizes(&one), &other[..other.len() / 2]);
        for found in [either_sign, positive, short].into_iter().flatten() {
            let _ = decide(&found, one[0], Margin::default());
        }
        let _ = (drift(&one), holm(&one), outliers(&one));
        let _ = median_interval(&one, Confidence::NINETY);
        let _ = verdict::signed_rank::signed_rank_test(&one);
        let resampling = Resampling { resamples: 100, ..Resampling::seeded(1) };
        let _ = bootstrap_interval(&one, |runs| runs[0], &resampling);
    }

    #[test]
    fn no_levels_panic(points in vec((any::<f64>(), any::<f64>()), 0..12), wild in wild()) {
        let tame = |x: f64| if x.is_normal() { x.abs() } else { 1.0 };
        let points: Vec<(f64, [f64; 1])> =
            points.into_iter().map(|(n, x)| (1.0 + tame(n) % 1e6, [tame(x)])).collect();
        let levels: Vec<Level> = points.iter()
            .map(|(concurrency, throughputs)| Level { concurrency: *concurrency, throughputs })
            .collect();
        let _ = fit_scalability(&levels);
        let unusable = Level { concurrency: wild, throughputs: &[wild] };
        let _ = fit_scalability(&[levels, vec![unusable]].concat());
    }

    #[test]
    fn no_verdict_panics(
        ratio in wild(), bounds in [wild(), wild(), wild(), wild()], p_value in wild(),
        holm_p in wild(), blocks: u32, delta in 0.0..9.0_f64,
    ) {
        let [a, b, c, d] = bounds;
        let interval = |lower, upper| verdict::Interval { lower, upper };
        let (at_95, at_90) = (interval(a, b), interval(c, d));
        let intervals = Some(verdict::RatioIntervals { at_95, at_90 });
        let found = PairedRatio { ratio, intervals, p_value, blocks };
        let _ = decide(&found, holm_p, Margin::new(delta).unwrap());
        let _ = Precision::default().more_blocks(found.width());
    }

    #[test]
    fn the_order_of_the_hosts_does_not_matter(hosts in fleet(), seed: u64) {
        let mut shuffled = hosts.clone();
        Generator::new(seed).shuffle(&mut shuffled);
        let (one, other) = (merged(&hosts), merged(&shuffled));
        prop_assert!(close(one.ratio, other.ratio));
        let (one, other) = (one.intervals.unwrap(), other.intervals.unwrap());
        prop_assert!(close(one.at_95.lower, other.at_95.lower) && close(one.at_90.upper, other.at_90.upper));
    }

    #[test]
    fn hosts_that_are_faster_or_slower_by_themselves_change_no_ratio(hosts in fleet(), speed in 0.01..100.0_f64) {
        let mut other = hosts.clone();
        for pair in &mut other[0] {
            *pair = (pair.0 * speed, pair.1 * speed);
        }
        prop_assert!(close(merged(&hosts).ratio, merged(&other).ratio));
    }

    #[test]
    fn swapping_the_arms_on_all_hosts_inverts_the_ratio_and_the_verdict(hosts in fleet()) {
        let swapped: Vec<Vec<(f64, f64)>> =
            hosts.iter().map(|pairs| pairs.iter().map(|&(v, r)| (r, v)).collect()).collect();
        prop_assert!(close(merged(&hosts).ratio * merged(&swapped).ratio, 1.0));
        let (one, other) = (judged_on(&hosts), judged_on(&swapped));
        let expected = match one {
            Verdict::Depends { faster, slower } => Verdict::Depends { faster: slower, slower: faster },
            _ => other,
        };
        prop_assert_eq!(expected, other);
        prop_assert_eq!(mirrored(one), other.name());
    }

    #[test]
    fn depends_is_never_said_where_all_estimates_lie_on_one_side(hosts in fleet()) {
        let ratios: Vec<f64> = hosts.iter().map(|pairs| compare(pairs).ratio).collect();
        let one_side = ratios.iter().all(|ratio| *ratio >= 1.0) || ratios.iter().all(|ratio| *ratio <= 1.0);
        let depends = matches!(judged_on(&hosts), Verdict::Depends { .. });
        prop_assert!(!(one_side && depends), "{ratios:?}");
    }

    #[test]
    fn hosts_of_any_numbers_are_an_error_or_a_judgement(
        arms in vec((vec(wild(), 0..12), vec(wild(), 0..12)), 0..5),
    ) {
        let count = arms.len();
        let hosts: Result<Vec<HostRatio>, _> =
            arms.iter().map(|(variant, reference)| host_ratio(variant, reference, count)).collect();
        if let Ok(hosts) = hosts {
            let _ = judge_hosts(&[HostsComparison { hosts }], Margin::default());
        }
    }
}
