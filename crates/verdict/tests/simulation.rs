//! Do the intervals cover as often as they say, and do verdicts hold, on data whose truth is known?
//!
//! Seeded, so each test either always passes or never does; the bounds are four standard
//! deviations of a binomial count around the exact probability. The large tables, with the naive
//! ways beside them, are made elsewhere: these runs only guard the formulas.

use verdict::rng::Generator;
use verdict::{
    Comparison, Confidence, Margin, Verdict, drift, judge, median_interval, paired_ratio,
};

/// One run of a program that takes `truth`: log-normal noise of 2 %, and 5 % of runs disturbed.
fn run(generator: &mut Generator, truth: f64) -> f64 {
    let noise = (0.02 * generator.normal()).exp();
    let disturbed = generator.below(20) == 0;
    truth
        * noise
        * if disturbed {
            1.0 + 0.3 * generator.uniform()
        } else {
            1.0
        }
}

/// Both arms in randomised blocks, on a machine whose speed wanders by 5 %.
fn arms(generator: &mut Generator, blocks: usize, truth: f64) -> (Vec<f64>, Vec<f64>) {
    let persistence = 0.99_f64;
    let innovation = 0.05 * (1.0 - persistence * persistence).sqrt();
    let mut wander = 0.05 * generator.normal();
    let (mut variant, mut reference) = (vec![], vec![]);
    for _ in 0..blocks {
        let mut order = [true, false];
        generator.shuffle(&mut order);
        for is_variant in order {
            wander = persistence * wander + innovation * generator.normal();
            let mean = if is_variant { truth } else { 1.0 };
            let time = run(generator, mean) * wander.exp();
            if is_variant {
                variant.push(time);
            } else {
                reference.push(time);
            }
        }
    }
    (variant, reference)
}

fn compare(generator: &mut Generator, blocks: usize, truth: f64) -> Comparison {
    let (variant, reference) = arms(generator, blocks, truth);
    Comparison {
        ratio: paired_ratio(&variant, &reference).expect("positive times"),
        control: None,
    }
}

#[track_caller]
fn assert_frequency(hits: u32, trials: u32, probability: f64) {
    let trials = f64::from(trials);
    let deviation = (trials * probability * (1.0 - probability)).sqrt();
    let expected = trials * probability;
    let miss = (f64::from(hits) - expected).abs();
    assert!(
        miss < 4.0 * deviation,
        "{hits} of {trials}, expected {expected:.0} ± {deviation:.0}"
    );
}

/// Blocks, and the coverage of the rank intervals counted without approximation: for two n whose
/// intervals are themselves counted, and one whose are approximated.
const EXACT_COVERAGE: [(usize, f64, f64); 3] = [
    (15, 0.952_087, 0.905_396),
    (30, 0.950_290, 0.903_898),
    (60, 0.950_718, 0.899_840),
];

#[test]
fn intervals_of_a_ratio_cover_as_often_as_the_ranks_allow() {
    for (blocks, at_95, at_90) in EXACT_COVERAGE {
        let mut generator = Generator::new(blocks as u64);
        let mut covered = [0, 0];
        for _ in 0..1500 {
            let found = compare(&mut generator, blocks, 1.05)
                .ratio
                .intervals
                .unwrap();
            covered[0] += u32::from(found.at_95.contains(1.05));
            covered[1] += u32::from(found.at_90.contains(1.05));
        }
        assert_frequency(covered[0], 1500, at_95);
        assert_frequency(covered[1], 1500, at_90);
    }
}

#[test]
fn intervals_of_a_median_cover_as_often_as_they_say() {
    let mut generator = Generator::new(8);
    let mut covered = 0;
    let mut stated = 0.0;
    for _ in 0..3000 {
        let samples: Vec<f64> = (0..17).map(|_| generator.normal().exp()).collect();
        let found = median_interval(&samples, Confidence::NINETY_FIVE)
            .unwrap()
            .unwrap();
        covered += u32::from(found.interval.contains(1.0));
        stated = found.coverage;
    }
    assert_frequency(covered, 3000, stated);
}

#[test]
fn p_values_of_equal_arms_are_small_no_more_often_than_they_may_be() {
    let mut generator = Generator::new(21);
    let p_values = [(); 2000].map(|()| compare(&mut generator, 12, 1.0).ratio.p_value);
    let under = |bound: f64| p_values.iter().filter(|p| **p <= bound).count() as u32;
    // P(W ≤ 13) and P(W ≤ 7), doubled: the largest exact levels below 5 % and 1 % at n = 12.
    assert_frequency(under(0.05), 2000, 0.042_480_468_75);
    assert_frequency(under(0.01), 2000, 0.009_277_343_75);
}

#[test]
fn reports_of_equal_arms_carry_no_verdict_of_a_difference() {
    let mut generator = Generator::new(60);
    for report in 0..12 {
        let family = [(); 60].map(|()| compare(&mut generator, 30, 1.0));
        let judged = judge(&family, Margin::default()).unwrap();
        let is_false = |verdict| matches!(verdict, Verdict::Faster | Verdict::Slower);
        assert!(
            !judged.iter().any(|judgement| is_false(judgement.verdict)),
            "report {report}"
        );
    }
}

/// Comparisons of a program that takes three times as long, in a few blocks with noise of 15 %, each
/// with a control whose true ratio is `bias`; how many of so many were suppressed, and how many found.
fn found_beside(bias: f64, blocks: usize, trials: u32) -> (u32, u32) {
    let mut generator = Generator::new(9);
    let mut series = |truth: f64| -> Vec<f64> {
        let noise = (0..blocks).map(|_| (0.15 * generator.normal()).exp());
        noise.map(|factor| truth * factor).collect()
    };
    let (mut suppressed, mut found) = (0, 0);
    for _ in 0..trials {
        let reference = series(1.0);
        let comparison = Comparison {
            ratio: paired_ratio(&series(3.0), &reference).expect("positive times"),
            control: paired_ratio(&series(bias), &reference).ok(),
        };
        let judged = judge(&[comparison], Margin::default()).expect("a p value");
        suppressed += u32::from(matches!(judged[0].verdict, Verdict::Suppressed { .. }));
        found += u32::from(judged[0].verdict == Verdict::Slower);
    }
    (suppressed, found)
}

#[test]
fn a_wide_control_that_holds_one_hides_no_large_difference() {
    // Its interval is some ±13 % wide, and its estimate is beyond the margin in most cases.
    let (suppressed, found) = found_beside(1.0, 12, 400);
    assert!(suppressed <= 20, "{suppressed} of 400");
    assert!(found >= 380, "{found} of 400");
}

#[test]
fn a_control_that_surely_moved_suppresses() {
    let (suppressed, _) = found_beside(1.4, 30, 200);
    assert!(suppressed >= 195, "{suppressed} of 200");
}

#[test]
fn a_difference_of_ten_percent_is_found_among_sixty_comparisons() {
    let mut generator = Generator::new(61);
    let family: Vec<Comparison> = (0..60)
        .map(|i| compare(&mut generator, 30, if i < 30 { 1.1 } else { 1.0 }))
        .collect();
    let judged = judge(&family, Margin::default()).unwrap();
    let is_slower = |from: usize| {
        let half = &judged[from..from + 30];
        half.iter()
            .filter(|judgement| judgement.verdict == Verdict::Slower)
            .count()
    };
    assert!(is_slower(0) >= 29, "{} of 30", is_slower(0));
    assert_eq!(is_slower(30), 0);
}

#[test]
fn drift_is_seen_where_it_is_and_at_its_level_where_it_is_not() {
    let mut generator = Generator::new(4);
    let mut found = [0, 0];
    for _ in 0..1000 {
        let still: Vec<f64> = (0..30).map(|_| run(&mut generator, 1.0)).collect();
        let rising: Vec<f64> = still
            .iter()
            .zip(0..)
            .map(|(t, i)| t + 0.01 * f64::from(i))
            .collect();
        found[0] += u32::from(drift(&still).unwrap().p_value < 0.05);
        found[1] += u32::from(drift(&rising).unwrap().p_value < 0.05);
    }
    assert_frequency(found[0], 1000, 0.05);
    assert!(found[1] > 990, "{found:?}");
}
