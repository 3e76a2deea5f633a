//! What holds for every drawing of a page, whatever its figures: marks are within the frame, an interval is
//! around its point, and no mark is no number.

use roxmltree::{Document, Node};

/// Sums of places that are written in tenths are not exact.
const INEXACT: f64 = 0.051;

type Place = (f64, f64);

/// Checks every drawing of a page, and returns their number.
///
/// # Panics
/// At the first mark that breaks a rule.
pub(crate) fn check(page: &Document<'_>) -> usize {
    let elements = page.descendants().filter(Node::is_element);
    let drawings = elements.filter(|node| node.has_tag_name("svg"));
    drawings.map(|drawing| check_one(&drawing)).count()
}

fn check_one(drawing: &Node<'_, '_>) {
    let frame = numbers(drawing.attribute("viewBox").unwrap());
    let &[_, _, width, height] = frame.as_slice() else {
        panic!("{frame:?} is no frame");
    };
    let is_inside = |(x, y): Place| {
        (-INEXACT..=width + INEXACT).contains(&x) && (-INEXACT..=height + INEXACT).contains(&y)
    };
    for node in drawing.descendants().filter(Node::is_element).skip(1) {
        for place in places(&node) {
            assert!(is_inside(place), "{place:?} of {node:?} in {frame:?}");
        }
        if node.attribute("class") == Some("bar") {
            check_interval(&node);
        }
    }
}

/// The point that follows an interval lies on it.
fn check_interval(bar: &Node<'_, '_>) {
    let [from, to, ..] = places(bar)[..] else {
        panic!("{bar:?} is no interval");
    };
    // What follows belongs to the same variant: a marker on the line of the interval is its point.
    let markers = bar.next_siblings().skip(1).filter(is_marker);
    for (x, y) in markers.filter_map(|marker| places(&marker).first().copied()) {
        let (level, plumb) = (from.1 == to.1 && from.1 == y, from.0 == to.0 && from.0 == x);
        assert!(
            !level || lies_between(x, from.0, to.0),
            "{x} beside {bar:?}"
        );
        assert!(
            !plumb || lies_between(y, from.1, to.1),
            "{y} beside {bar:?}"
        );
    }
}

fn lies_between(value: f64, one: f64, other: f64) -> bool {
    (one.min(other) - INEXACT..=one.max(other) + INEXACT).contains(&value)
}

/// Whether this is the marker of a variant.
pub(crate) fn is_marker(node: &Node<'_, '_>) -> bool {
    matches!(node.attribute("class"), Some("fill" | "hollow"))
}

/// The places of a mark: its corners, its middle, or where its text stands.
pub(crate) fn places(node: &Node<'_, '_>) -> Vec<Place> {
    if let Some(path) = node.attribute("d") {
        return corners(path);
    }
    let number = |names: [&str; 2]| {
        let text = names.iter().find_map(|name| node.attribute(*name));
        text.map(|text| text.parse::<f64>().unwrap())
    };
    match (number(["cx", "x"]), number(["cy", "y"])) {
        (Some(x), Some(y)) => vec![(x, y)],
        _ => Vec::new(),
    }
}

/// The corners of a path, for as many commands as drawings use.
fn corners(path: &str) -> Vec<Place> {
    let (mut at, mut begun) = ((0.0, 0.0), (0.0, 0.0));
    let mut corners = Vec::new();
    for (index, command) in path.match_indices(is_command) {
        let rest = &path[index + 1..];
        let end = rest.find(is_command).unwrap_or(rest.len());
        let steps = numbers(&rest[..end]);
        if command == "z" {
            at = begun;
        }
        for step in steps.chunks(if "hv".contains(command) { 1 } else { 2 }) {
            at = match (command, step) {
                ("M", [x, y]) => (*x, *y),
                ("m" | "l", [x, y]) => (at.0 + x, at.1 + y),
                ("h", [x]) => (at.0 + x, at.1),
                ("v", [y]) => (at.0, at.1 + y),
                other => panic!("{other:?} in {path}"),
            };
            if "Mm".contains(command) {
                begun = at;
            }
            corners.push(at);
        }
    }
    corners
}

fn is_command(c: char) -> bool {
    c.is_ascii_alphabetic()
}

/// The numbers of a list; the sign of a negative one parts it from the one before.
fn numbers(list: &str) -> Vec<f64> {
    let spaced = list.replace('-', " -");
    let all = spaced.split_whitespace().map(|number| {
        let value: f64 = number.parse().unwrap();
        assert!(value.is_finite(), "{number} in {list}");
        value
    });
    all.collect()
}
