//! Tests of the plots: exact pictures, and what holds for every figure.

use proptest::prelude::*;
use terminal::duration;

use super::*;

fn whole(value: f64) -> String {
    format!("{value}")
}

fn series(number: usize, name: &str, points: &[(f64, f64)]) -> Series {
    Series {
        name: name.to_owned(),
        number,
        points: points
            .iter()
            .map(|(x, y)| Point {
                x: *x,
                y: *y,
                is_faint: false,
            })
            .collect(),
        is_joined: true,
    }
}

fn plot(series: Vec<Series>) -> Plot {
    Plot {
        across: Axis {
            kind: Kind::Log,
            title: "in flight".to_owned(),
            label: whole,
        },
        up: Axis {
            kind: Kind::Log,
            title: "time per task (log scale)".to_owned(),
            label: duration,
        },
        series,
        bands: vec![(3.0, 6.0)],
        rules: vec![4.5],
        band_words: "95 % interval".to_owned(),
    }
}

fn crossing() -> Plot {
    plot(vec![
        series(0, "threads/pool", &[(1.0, 1e6), (4.0, 2.9e5), (16.0, 2e5)]),
        series(
            1,
            "async-tokio/multi",
            &[(1.0, 2e6), (4.0, 3e5), (16.0, 5e4)],
        ),
    ])
}

#[test]
fn curves_have_letters_axes_and_a_key() {
    let drawn = crossing().draw(60, Charset::Unicode).unwrap().join("\n");
    let expected = "\
time per task (log scale)
        │B·                  ░░░░░░░┊░░░░░
        │  ···               ░░░░░░░┊░░░░░
        │     ···            ░░░░░░░┊░░░░░
1.00 ms ┤A··     ···         ░░░░░░░┊░░░░░
        │   ·····   ····     ░░░░░░░┊░░░░░
        │        ·····  ···  ░░░░░░░┊░░░░░
        │             ········░░░░░░┊░░░░░
        │                  ······░░░┊░░░░░
 300 µs ┤                    ░░░··B············
        │                    ░░░░░░░····░░     ············A
        │                    ░░░░░░░┊░░░···
        │                    ░░░░░░░┊░░░░░ ····
 100 µs ┤                    ░░░░░░░┊░░░░░     ····
        │                    ░░░░░░░┊░░░░░         ···
        │                    ░░░░░░░┊░░░░░            ····
        │                    ░░░░░░░┊░░░░░                ·B
        └┬────────────┬───────────────┬────────────┬────────
         1            2               5           10
         in flight
A threads/pool   B async-tokio/multi   ░ 95 % interval";
    assert_eq!(drawn, expected);
}

#[test]
fn a_plot_in_ascii_has_nothing_else() {
    let drawn = crossing().draw(40, Charset::Ascii).unwrap().join("\n");
    let expected = "\
time per task (log scale)
        |B           ::::|:::
        | ..         ::::|:::
        |   ..       ::::|:::
1.00 ms +A.   ..     ::::|:::
        |  ...  ..   ::::|:::
        |     ... .. ::::|:::
        |        .....:::|:::
        |           ....:|:::
 300 us +            ::.B.......
        |            ::::|..:   .......A
        |            ::::|::..
        |            ::::|::: ..
 100 us +            ::::|:::   ..
        |            ::::|:::     ..
        |            ::::|:::       ..
        |            ::::|:::         .B
        ++-------+--------+-------+-----
         1       2        5      10
         in flight
A threads/pool   B async-tokio/multi
: 95 % interval";
    assert_eq!(drawn.replace('µ', "u"), expected);
}

#[test]
fn what_cannot_be_drawn_is_left_out() {
    assert_eq!(plot(Vec::new()).draw(80, Charset::Unicode), None);
    let nowhere = series(0, "a", &[(f64::NAN, 1.0), (0.0, 1.0), (1.0, f64::INFINITY)]);
    assert_eq!(plot(vec![nowhere]).draw(80, Charset::Unicode), None);
    let many = (0..70).map(|number| series(number, "a", &[(1.0, 1.0), (2.0, 2.0)]));
    let drawn = plot(many.collect()).draw(80, Charset::Unicode).unwrap();
    assert!(
        drawn.concat().contains("8 more are not drawn"),
        "{drawn:#?}"
    );
}

#[test]
fn a_faint_stretch_has_gaps() {
    let mut faint = series(0, "a", &[]);
    faint.is_joined = false;
    faint.points = (0..600)
        .map(|step| Point {
            x: 1.0 + f64::from(step) / 100.0,
            y: 1000.0,
            is_faint: step > 300,
        })
        .collect();
    let plot = Plot {
        bands: Vec::new(),
        rules: Vec::new(),
        ..plot(vec![faint])
    };
    let drawn = plot.draw(60, Charset::Unicode).unwrap().concat();
    assert!(
        drawn.contains("AAAAAAAAAA") && drawn.contains("A A A A"),
        "{drawn}"
    );
}

fn any_points() -> impl Strategy<Value = Vec<(f64, f64)>> {
    let number = || prop_oneof![any::<f64>(), 0.001..1e12];
    prop::collection::vec((number(), number()), 0..12)
}

proptest! {
    #[test]
    fn every_line_is_within_the_width_and_harmless(
        all in prop::collection::vec(any_points(), 0..40),
        width in 20_usize..300,
        name in "[a-z\u{1b}\n\u{202e}測]{0,200}",
        kind in prop_oneof![Just(Kind::Linear), Just(Kind::Log), Just(Kind::Tail)],
    ) {
        let all = all.iter().enumerate();
        let mut plot = plot(all.map(|(number, points)| series(number, &name, points)).collect());
        plot.across.kind = kind;
        plot.across.title = name.clone();
        plot.bands.push((f64::NAN, 1.0));
        for charset in [Charset::Unicode, Charset::Ascii] {
            let Some(lines) = plot.draw(width, charset) else {
                continue;
            };
            for line in &lines {
                prop_assert!(line.chars().count() <= width, "{}: {}", width, line);
                prop_assert!(line.chars().all(terminal::is_visible), "{:?}", line);
                prop_assert!(!line.contains("NaN"), "{:?}", line);
            }
        }
    }
}
