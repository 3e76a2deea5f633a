//! Tests of the lines of ratios: exact pictures, and what holds for every figure.

use proptest::prelude::*;

use super::*;

const BAND: (f64, f64) = (1.0 / 1.02, 1.02);

fn mark(ratio: f64, lower: f64, upper: f64) -> Mark {
    Mark {
        ratio,
        interval: Some((lower, upper)),
        is_control: false,
    }
}

fn control() -> Mark {
    Mark {
        is_control: true,
        ..mark(1.005, 0.98, 1.03)
    }
}

fn lines(marks: &[Mark], width: usize, charset: Charset) -> Vec<String> {
    let axis = Axis::over(marks, BAND, width, charset).unwrap();
    let lines = marks.iter().map(|mark| axis.line(Some(mark)));
    lines.chain([axis.line(None), axis.labels()]).collect()
}

#[test]
fn intervals_stand_over_the_band_on_one_axis() {
    let marks = [control(), mark(0.7, 0.66, 0.75), mark(1.3, 1.28, 1.32)];
    let expected = [
        "                       ├◇┤               ",
        " ├──●───┤              ░┊░               ",
        "                       ░┊░           ├●┤ ",
        "                       ░┊░               ",
        "           0.8          1        1.2",
    ];
    assert_eq!(lines(&marks, 41, Charset::Unicode), expected);
}

#[test]
fn in_ascii_the_parts_are_told_apart_too() {
    let marks = [
        control(),
        mark(0.7, 0.66, 0.75),
        Mark {
            interval: None,
            ..control()
        },
    ];
    let expected = [
        "                          |-x| ",
        " |---o---|                .:.  ",
        "                          .:?  ",
        "                          .:.  ",
        "    0.7     0.8     0.9    1",
    ];
    assert_eq!(lines(&marks, 31, Charset::Ascii), expected);
}

#[test]
fn one_far_away_is_an_arrow_and_flattens_nothing() {
    let marks = [
        control(),
        mark(1.1, 1.05, 1.15),
        mark(45.0, 40.0, 50.0),
        mark(0.9, 0.85, 60.0),
        mark(0.02, 0.01, 0.03),
    ];
    let expected = [
        "              ├──◇─┤           ",
        "              ░░┊░░  ├───●───┤ ",
        "              ░░┊░░           ▶",
        " ├────●───────────────────────▶",
        "◀             ░░┊░░            ",
        "              ░░┊░░            ",
        "     0.9        1       1.1",
    ];
    assert_eq!(lines(&marks, 31, Charset::Unicode), expected);
}

#[test]
fn where_all_are_far_away_the_axis_goes_there() {
    let marks = [control(), mark(40.0, 39.0, 41.0), mark(45.0, 40.0, 50.0)];
    let all = lines(&marks, 31, Charset::Unicode).concat();
    assert!(!all.contains(['◀', '▶']), "{all}");
}

#[test]
fn what_is_no_number_is_missing() {
    let nothing = Mark {
        interval: None,
        ..mark(f64::NAN, 1.0, 1.0)
    };
    assert!(Axis::over(&[nothing], BAND, 20, Charset::Unicode).is_none());
    assert!(Axis::over(&[], BAND, 20, Charset::Unicode).is_none());
    let marks = [mark(1.2, f64::NAN, 1.3), nothing, mark(0.0, 0.1, 0.2)];
    let lines = lines(&marks, 20, Charset::Unicode);
    assert!(
        lines[0].contains('○') && !lines[0].contains('─'),
        "{lines:?}"
    );
    assert_eq!(lines[1], lines[3], "a row without a ratio");
    assert_eq!(lines[2], lines[3]);
}

fn marks() -> impl Strategy<Value = Vec<Mark>> {
    let ratio = prop_oneof![any::<f64>(), 0.01..100.0, 0.9..1.1];
    let one = (
        ratio.clone(),
        prop::option::of((ratio.clone(), ratio)),
        any::<bool>(),
    );
    prop::collection::vec(one, 0..40).prop_map(|all| {
        let marks = all.into_iter().map(|(ratio, interval, is_control)| Mark {
            ratio,
            interval,
            is_control,
        });
        marks.collect()
    })
}

proptest! {
    #[test]
    fn every_line_has_the_width_and_at_most_one_estimate(
        marks in marks(),
        width in 3_usize..120,
    ) {
        let Some(axis) = Axis::over(&marks, BAND, width, Charset::Unicode) else {
            prop_assert!(!marks.iter().any(Mark::is_ratio));
            return Ok(());
        };
        for mark in &marks {
            let line = axis.line(Some(mark));
            prop_assert_eq!(line.chars().count(), width, "{}", line);
            let estimates = line.chars().filter(|c| "●◇○".contains(*c)).count();
            prop_assert!(estimates <= 1, "{}", line);
        }
        prop_assert!(axis.labels().chars().count() <= width);
    }

    #[test]
    fn an_estimate_stands_within_its_interval(
        ratio in 0.05_f64..20.0, below in 1.0_f64..3.0, above in 1.0_f64..3.0, width in 3_usize..120,
    ) {
        let one = mark(ratio, ratio / below, ratio * above);
        let axis = Axis::over(&[one, mark(1.1, 1.0, 1.2)], BAND, width, Charset::Unicode).unwrap();
        let line: Vec<char> = axis.line(Some(&one)).chars().collect();
        let Some(at) = line.iter().position(|c| *c == '●') else {
            return Ok(());
        };
        let left = line.iter().position(|c| "├◀●".contains(*c)).unwrap();
        let right = line.iter().rposition(|c| "┤▶●".contains(*c)).unwrap();
        prop_assert!(left <= at && at <= right, "{:?}", line);
    }
}
