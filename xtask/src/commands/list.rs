//! `cargo xtask list`: the models and workloads that there are.

use std::fmt::Write as _;

use protocol::{Class, ExitCode, InFlight};

use crate::cli::Places;
use catalog::{Capacity, Model, Registry, Workspace, workloads};
use terminal::{Column, lay_out, output};

/// Prints them; what cannot be read says why.
pub(crate) fn run(places: &Places) -> anyhow::Result<ExitCode> {
    let workspace = places.workspace()?;
    let registry = Registry::find(&workspace);
    let visible: Vec<&Model> = registry
        .models
        .iter()
        .filter(|model| !model.hidden)
        .collect();
    let mut text = table(variants(&visible));
    for broken in &registry.broken {
        let _ = writeln!(text, "✗ {}: {}", broken.name, broken.problem);
    }
    text.push('\n');
    text.push_str(&table(workloads(&workspace)));
    output::print(&text)?;
    Ok(ExitCode::Ok)
}

fn table(columns: Vec<Column>) -> String {
    lay_out(columns, output::style(false).width)
        .lines
        .join("\n")
        + "\n"
}

fn variants(models: &[&Model]) -> Vec<Column> {
    let rows: Vec<[String; 5]> = models
        .iter()
        .flat_map(|model| {
            model.variants.iter().map(|variant| {
                let capacity = match variant.capacity {
                    Capacity::InFlight => "in flight".to_owned(),
                    Capacity::Workers => "workers".to_owned(),
                    Capacity::Lanes(lanes) => lanes.to_string(),
                };
                let quick = if variant.quick { "yes" } else { "" };
                let classes: Vec<&str> = model
                    .classes
                    .iter()
                    .map(|class| class_name(*class))
                    .collect();
                let name = format!("{}/{}", model.name, variant.name);
                [
                    name,
                    quick.to_owned(),
                    capacity,
                    classes.join(" "),
                    variant.about.clone(),
                ]
            })
        })
        .collect();
    let titles = [
        ("variant", 9),
        ("quick", 5),
        ("lanes", 4),
        ("classes", 3),
        ("about", 6),
    ];
    columns(&titles, &rows)
}

fn workloads(workspace: &Workspace) -> Vec<Column> {
    let rows: Vec<[String; 5]> = workloads::names(workspace)
        .iter()
        .map(|name| match workloads::choose_one(workspace, name) {
            Ok(chosen) => {
                let workload = chosen.workload;
                let lanes = match workload.in_flight {
                    InFlight::Lanes(lanes) => lanes.to_string(),
                    InFlight::Workers => "workers".to_owned(),
                };
                let class = class_name(workload.class).to_owned();
                [
                    name.clone(),
                    class,
                    workload.tasks.to_string(),
                    lanes,
                    workload.about,
                ]
            }
            Err(error) => {
                let nothing = String::new;
                [
                    name.clone(),
                    nothing(),
                    nothing(),
                    nothing(),
                    format!("✗ {error}"),
                ]
            }
        })
        .collect();
    let titles = [
        ("workload", 9),
        ("class", 3),
        ("tasks", 5),
        ("in flight", 4),
        ("about", 6),
    ];
    columns(&titles, &rows)
}

fn columns(titles: &[(&'static str, u8); 5], rows: &[[String; 5]]) -> Vec<Column> {
    let column = |(at, (title, worth)): (usize, &(&'static str, u8))| Column {
        title,
        right: false,
        worth: *worth,
        cells: rows.iter().map(|row| row[at].clone()).collect(),
    };
    titles.iter().enumerate().map(column).collect()
}

fn class_name(class: Class) -> &'static str {
    match class {
        Class::Io => "io",
        Class::Cpu => "cpu",
        Class::Mixed => "mixed",
        Class::Coordination => "coordination",
    }
}
