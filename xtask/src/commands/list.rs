//! `cargo xtask list`: the models and workloads that there are.

use std::fmt::Write as _;

use catalog::{Capacity, Model, Registry, Variant, Workspace, workloads};
use protocol::{Class, ExitCode, InFlight};
use terminal::{Column, lay_out, output, shown};

use crate::cli::Places;

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
    // A description that cannot be read must not hide the others.
    for broken in &registry.broken {
        let _ = writeln!(
            text,
            "✗ {}: {}",
            shown(&broken.name),
            shown(&broken.problem)
        );
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
            let variants = model.variants.iter();
            variants.map(|variant| variant_row(model, variant))
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

fn variant_row(model: &Model, variant: &Variant) -> [String; 5] {
    let capacity = match variant.capacity {
        Capacity::InFlight => "in flight".to_owned(),
        Capacity::Workers => "workers".to_owned(),
        Capacity::Lanes(lanes) => lanes.to_string(),
    };
    let quick = if variant.quick { "yes" } else { "" };
    let classes: Vec<&str> = model.classes.iter().copied().map(class_name).collect();
    [
        format!("{}/{}", model.name, variant.name),
        quick.to_owned(),
        capacity,
        classes.join(" "),
        variant.about.clone(),
    ]
}

fn workloads(workspace: &Workspace) -> Vec<Column> {
    let rows: Vec<[String; 5]> = workloads::names(workspace)
        .into_iter()
        .map(|name| workload_row(workspace, name))
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

fn workload_row(workspace: &Workspace, name: String) -> [String; 5] {
    let workload = match workloads::of_catalogue(workspace, &name) {
        Ok(chosen) => chosen.workload,
        Err(error) => {
            // The problem stands where the description would, so that the row still lines up.
            let [class, tasks, lanes] = [const { String::new() }; 3];
            return [name, class, tasks, lanes, format!("✗ {error}")];
        }
    };
    let lanes = match workload.in_flight {
        InFlight::Lanes(lanes) => lanes.to_string(),
        InFlight::Workers => "workers".to_owned(),
    };
    let class = class_name(workload.class).to_owned();
    [
        name,
        class,
        workload.tasks.to_string(),
        lanes,
        workload.about,
    ]
}

/// Each title comes with what its column is worth where the terminal is too narrow for all.
fn columns(titles: &[(&'static str, u8); 5], rows: &[[String; 5]]) -> Vec<Column> {
    titles
        .iter()
        .enumerate()
        .map(|(index, (title, worth))| Column {
            title,
            right: false,
            worth: *worth,
            cells: rows.iter().map(|row| row[index].clone()).collect(),
        })
        .collect()
}

fn class_name(class: Class) -> &'static str {
    match class {
        Class::Io => "io",
        Class::Cpu => "cpu",
        Class::Mixed => "mixed",
        Class::Coordination => "coordination",
        Class::Serve => "serve",
    }
}
