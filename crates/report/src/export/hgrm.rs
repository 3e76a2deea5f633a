//! `--export-hgrm`: the latencies of a variant at a workload, all its runs together, as HdrHistogram's
//! own text of percentiles, for its plotters. Values are in microseconds, to the nanosecond; the steps
//! are those of HdrHistogram's percentile iterator with five a half-distance.

use std::fmt::Write as _;

use results::{VariantSummary, WorkloadSummary, merged};
use terminal::{is_visible, shown};

use super::exporter::{Comparison, ExportedFile, Exporter, Files};

pub(super) const EXPORTER: Exporter = Exporter {
    flag: "export-hgrm",
    takes: "DIR|-",
    about: "Latencies as HdrHistogram's percentiles, a file for each variant and workload",
    files: Files::Folder,
    export,
};

/// Steps from one half-distance to 100 % to the next. Five is what HdrHistogram prints by default.
const TICKS: f64 = 5.0;
/// The most bytes of a file's name before its extension.
const LONGEST_STEM: usize = 200;
/// Nanoseconds in the unit of the values.
const UNIT: f64 = 1000.0;
/// The sub-buckets of a histogram with three significant digits.
const SUB_BUCKETS: u64 = 2048;

fn export(comparison: &Comparison<'_>) -> anyhow::Result<Vec<ExportedFile>> {
    Ok(comparison
        .pairs()
        .filter_map(|(summary, variant)| file(comparison, summary, variant))
        .collect())
}

/// `None` where no run has a latency.
fn file(
    comparison: &Comparison<'_>,
    summary: &WorkloadSummary,
    variant: &VariantSummary,
) -> Option<ExportedFile> {
    let runs = comparison.counted(&summary.workload, &variant.variant);
    let latency = merged(runs.iter().map(|run| run.done.latency.as_slice()));
    if latency.is_empty() {
        return None;
    }
    Some(ExportedFile {
        name: file_name(&summary.workload, &variant.variant),
        heading: heading(comparison, &variant.variant, &summary.workload),
        bytes: percentiles(&latency).into_bytes(),
    })
}

fn heading(comparison: &Comparison<'_>, variant: &str, workload: &str) -> String {
    let load = comparison.load_of(workload);
    let name = shown(&format!("{variant} {workload}"));
    format!("#[{name}, {load}, microseconds]\n")
}

/// `http.threads.pool.hgrm`: neither a workload nor a model has a dot in its name. Names in a stored
/// comparison may be anything, and must not lead out of the folder.
fn file_name(workload: &str, variant: &str) -> String {
    let mut name: String = format!("{workload}.{}", variant.replace('/', "."))
        .chars()
        .map(|character| match character {
            '/' | '\\' => '_',
            _ if is_visible(character) => character,
            _ => '_',
        })
        .collect();
    // A file system takes 255 bytes, and a character may have several.
    while name.len() > LONGEST_STEM {
        name.pop();
    }
    format!("{name}.hgrm")
}

/// The whole text, from ascending latencies in nanoseconds and their counts.
fn percentiles(latency: &[(u64, u64)]) -> String {
    let numbers = latency.iter().map(|(_, count)| *count);
    let total = numbers.fold(0, u64::saturating_add);
    let mut text = "       Value     Percentile TotalCount 1/(1-Percentile)\n\n".to_owned();
    let (mut seen, mut level) = (0_u64, 0.0);
    for (nanos, count) in latency {
        seen = seen.saturating_add(*count);
        let reached = 100.0 * seen as f64 / total as f64;
        // One value may pass several levels, and each of them gets a line.
        while level <= reached && level < 100.0 && *count > 0 {
            line(&mut text, *nanos, level, seen);
            // So near to 100 % that a step no longer changes the number, there is no next level.
            let following = next(level);
            level = if following > level { following } else { 100.0 };
            // The last value is told once more, as the hundredth percentile.
            if seen == total {
                break;
            }
        }
    }
    if let Some((nanos, _)) = latency.last() {
        line(&mut text, *nanos, 100.0, total);
    }
    text + &footer(latency, total)
}

fn line(text: &mut String, nanos: u64, level: f64, seen: u64) {
    let (value, fraction) = (nanos as f64 / UNIT, level / 100.0);
    let _ = write!(text, "{value:12.3} {fraction:2.12} {seen:10}");
    // The last column would be a division by zero at 100 %, where HdrHistogram leaves it out.
    let _ = if level < 100.0 {
        writeln!(text, " {:14.2}", 1.0 / (1.0 - fraction))
    } else {
        writeln!(text)
    };
}

/// The next level, in percent. Steps halve with the distance to 100 %.
fn next(level: f64) -> f64 {
    let halvings = (100.0 / (100.0 - level)).log2().floor() + 1.0;
    level + 100.0 / (TICKS * halvings.exp2())
}

fn footer(latency: &[(u64, u64)], total: u64) -> String {
    let all = total.max(1) as f64;
    let sum: f64 = latency
        .iter()
        .map(|(ns, count)| *ns as f64 * *count as f64)
        .sum();
    let mean = sum / all;
    let squares: f64 = latency
        .iter()
        .map(|(ns, count)| (*ns as f64 - mean).powi(2) * *count as f64)
        .sum();
    let deviation = (squares / all).sqrt();
    let most = latency.last().map_or(0, |(ns, _)| *ns);
    format!(
        "#[Mean    = {:12.3}, StdDeviation   = {:12.3}]\n\
         #[Max     = {:12.3}, Total count    = {total:12}]\n\
         #[Buckets = {:12}, SubBuckets     = {SUB_BUCKETS:12}]\n",
        mean / UNIT,
        deviation / UNIT,
        most as f64 / UNIT,
        buckets(most)
    )
}

/// How often the range of a histogram doubles until it holds a value.
fn buckets(value: u64) -> u32 {
    let held = (0..u64::BITS).find(|doublings| value >> doublings < SUB_BUCKETS);
    held.unwrap_or(u64::BITS) + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What HdrHistogram_c prints for one value of 2 and ten of 4 (`hdr_percentiles_print` with five
    /// ticks), with the widths of the Java original and values scaled from nanoseconds.
    const TWO_VALUES: &str = "       Value     Percentile TotalCount 1/(1-Percentile)

       2.000 0.000000000000          1           1.00
       4.000 0.100000000000         11           1.11
       4.000 1.000000000000         11
#[Mean    =        3.818, StdDeviation   =        0.575]
#[Max     =        4.000, Total count    =           11]
#[Buckets =            2, SubBuckets     =         2048]
";

    #[test]
    fn two_values_are_what_hdrhistogram_makes_of_them() {
        assert_eq!(percentiles(&[(2000, 1), (4000, 10)]), TWO_VALUES);
    }

    #[test]
    fn steps_halve_with_what_is_left() {
        let mut levels = vec![0.0];
        for _ in 0..11 {
            levels.push(next(levels[levels.len() - 1]));
        }
        let expected = [
            0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 55.0, 60.0, 65.0, 70.0, 75.0, 77.5,
        ];
        assert_eq!(levels, expected);
    }

    #[test]
    fn so_many_values_that_levels_run_out_have_an_end() {
        let text = percentiles(&[(1, u64::MAX - 5000), (2, 4000), (3, 1)]);
        assert!(text.lines().count() < 1000, "{}", text.lines().count());
    }

    #[test]
    fn nothing_measured_is_a_table_without_a_line() {
        let text = percentiles(&[]);
        assert_eq!(
            text.lines().filter(|line| !line.starts_with('#')).count(),
            2
        );
    }

    #[test]
    fn file_names_have_no_folder_in_them() {
        assert_eq!(file_name("http", "threads/pool"), "http.threads.pool.hgrm");
        let forged = file_name("../../x\u{1b}", "../y\\z");
        assert_eq!(forged, ".._.._x_....y_z.hgrm");
        assert!(file_name(&"é".repeat(400), "a/b").len() < 255);
    }
}
