//! What several hosts say, host by host: a table below that of the workload. The ratios of the workload's own table
//! are over these hosts.

use results::{Judged, Metric, OverHosts, Ratio, RunFile, VariantSummary, WorkloadSummary};
use terminal::{Column, counted, percent, ratio, shown};
use verdict::{Interval, Margin};

/// A row of the table.
#[derive(Default)]
struct HostRow {
    variant: String,
    metric: &'static str,
    host: String,
    ratio: String,
    rounds: String,
    i_squared: String,
    tau: String,
}

/// The columns of the table; none where one tool measured everything.
pub(crate) fn host_columns(run: &RunFile, summary: &WorkloadSummary) -> Vec<Column> {
    let rows = host_rows(run, summary);
    if rows.is_empty() {
        return Vec::new();
    }
    vec![
        column("variant", false, 99, &rows, |row| row.variant.clone()),
        column("by", false, 98, &rows, |row| row.metric.to_owned()),
        column("host", false, 97, &rows, |row| row.host.clone()),
        column("ratio", false, 96, &rows, |row| row.ratio.clone()),
        column("rounds", true, 60, &rows, |row| row.rounds.clone()),
        column("I²", true, 50, &rows, |row| row.i_squared.clone()),
        column("τ", true, 55, &rows, |row| row.tau.clone()),
    ]
}

fn column(
    title: &'static str,
    right: bool,
    worth: u8,
    rows: &[HostRow],
    cell: fn(&HostRow) -> String,
) -> Column {
    Column {
        title,
        right,
        worth,
        cells: rows.iter().map(cell).collect(),
    }
}

fn host_rows(run: &RunFile, summary: &WorkloadSummary) -> Vec<HostRow> {
    let mut rows = Vec::new();
    for metric in summary.metrics() {
        if let Some(control) = summary.controls.get(&metric) {
            rows.extend(of_ratio(run, "A/A check", metric, control));
        }
    }
    for variant in &summary.variants {
        for metric in summary.metrics() {
            if let Some(of_variant) = variant.ratio(metric) {
                rows.extend(of_ratio(run, &variant.variant, metric, of_variant));
            }
        }
    }
    rows
}

/// These hosts together, each by itself, and hosts like these.
fn of_ratio(run: &RunFile, variant: &str, metric: Metric, of_variant: &Ratio) -> Vec<HostRow> {
    let Some(over) = &of_variant.hosts else {
        return Vec::new();
    };
    let mut rows = vec![HostRow {
        variant: variant.to_owned(),
        metric: metric.short_name(),
        host: format!("these {}", over.hosts.len()),
        ratio: signed(
            of_variant.judged.as_ref(),
            of_variant.ratio,
            of_variant.interval,
        ),
        rounds: of_variant.blocks.to_string(),
        i_squared: over.i_squared.map(percent).unwrap_or_default(),
        tau: over.tau.map(percent).unwrap_or_default(),
    }];
    rows.extend(over.hosts.iter().map(|host| HostRow {
        host: name_of(run, host.host),
        ratio: signed(host.judged.as_ref(), host.ratio, host.interval),
        rounds: host.blocks.to_string(),
        ..HostRow::default()
    }));
    rows.extend(over.alike.iter().map(|alike| HostRow {
        host: "hosts like these".to_owned(),
        ratio: signed(alike.judged.as_ref(), alike.ratio, alike.interval),
        ..HostRow::default()
    }));
    rows
}

fn signed(judged: Option<&Judged>, number: f64, interval: Option<(f64, f64)>) -> String {
    let sign = judged.map_or("", |judged| judged.sign.as_str());
    format!("{sign:<2} {}", ratio(number, interval))
}

/// The name of a host of a merged comparison.
pub(crate) fn name_of(run: &RunFile, host: usize) -> String {
    let merged = run.merged.as_ref();
    shown(merged.map_or("unknown", |merged| merged.name_of(host)))
}

/// What is to be known of the hosts of a workload, a line each: where the answer depends on the host, and whose
/// own A/A check failed.
pub(crate) fn notes(run: &RunFile, summary: &WorkloadSummary) -> Vec<String> {
    let variants = summary.variants.iter();
    variants
        .flat_map(|variant| depends(run, variant))
        .chain(moved(run, summary))
        .collect()
}

/// `± other/loop by time: better on a, b; worse on c`.
fn depends(run: &RunFile, variant: &VariantSummary) -> Vec<String> {
    let ratios = variant.ratios.iter().filter_map(|(metric, ratio)| {
        let judged = ratio.judged.as_ref()?;
        let over = ratio.hosts.as_ref()?;
        (judged.sign == "±").then(|| {
            format!(
                "± {} by {}: better on {}; worse on {}",
                variant.variant,
                metric.short_name(),
                hosts_where(run, over, |interval| interval.upper < 1.0),
                hosts_where(run, over, |interval| interval.lower > 1.0)
            )
        })
    });
    ratios.collect()
}

/// The hosts whose interval lies wholly beyond the margin on the wanted side.
fn hosts_where(run: &RunFile, over: &OverHosts, is_wanted: fn(Interval) -> bool) -> String {
    let inside = Margin::default().ratios();
    let hosts = over.hosts.iter().filter(|host| {
        let bounds = host
            .interval
            .map(|(lower, upper)| Interval { lower, upper });
        bounds.is_some_and(|bounds| bounds.lies_outside(&inside) && is_wanted(bounds))
    });
    let names: Vec<String> = hosts.map(|host| name_of(run, host.host)).collect();
    names.join(", ")
}

/// The hosts whose own verdicts are suppressed.
fn moved(run: &RunFile, summary: &WorkloadSummary) -> Option<String> {
    let ratios = summary.variants.iter().flat_map(|its| its.ratios.values());
    let hosts = ratios.flat_map(|ratio| ratio.hosts.iter().flat_map(|over| &over.hosts));
    let mut names: Vec<String> = hosts
        .filter(|host| {
            host.judged
                .as_ref()
                .is_some_and(|judged| judged.sign == "!")
        })
        .map(|host| name_of(run, host.host))
        .collect();
    names.sort();
    names.dedup();
    (!names.is_empty()).then(|| {
        format!(
            "! the A/A check of {} itself failed: {}",
            counted(names.len() as u64, "host"),
            names.join(", ")
        )
    })
}

/// The hosts of the whole comparison, and what is missing of it, a line each.
pub(crate) fn closing_lines(run: &RunFile) -> Vec<String> {
    let Some(merged) = &run.merged else {
        return Vec::new();
    };
    let names: Vec<&str> = merged.hosts.iter().map(results::HostRecord::name).collect();
    let mut lines = vec![format!(
        "{} of {} on {}: {}; ratios are over these hosts",
        counted(merged.units.len() as u64, "unit"),
        counted(merged.shards, "shard"),
        counted(names.len() as u64, "host"),
        names.join(", ")
    )];
    if !merged.missing.is_empty() {
        let numbers: Vec<String> = merged.missing.iter().map(u64::to_string).collect();
        lines.push(format!("missing shards: {}", numbers.join(", ")));
    }
    lines
}
