//! What new connections cost, and queries of PostgreSQL: what the services spend, from the runs of several variants or of one that
//! was measured at more of them; and what each variant spends, from its own.

use super::data::{Data, Known};
use super::runs::{self, Weights};
use super::variant::Of;
use crate::lines::far_part;
use crate::parameters::{Own, Parameters};
use crate::points::{NEW_CONNECTIONS, NEW_CONNECTIONS_OF_POOL, POOL, QUERIES, all_queries};

/// Most that a new connection, and a query, may cost a variant, in seconds.
const DEAREST: f64 = 400e-6;
/// As in the fit of GETs.
const WEIGHTS: Weights = Weights {
    cpu: 2.0,
    time: 3.0,
};

/// New connections, for all variants: what they spend themselves, then what is missing of the origin's CPU as the median over
/// them, and then what they spend again, since the origin's part moves when they run.
pub(super) fn set_new_connections(parameters: &mut Parameters, data: &Data<'_>, all: &[Of<'_>]) {
    let known: Vec<(Of<'_>, Known<'_>)> = all
        .iter()
        .filter_map(|of| Some((*of, data.known(NEW_CONNECTIONS, of.variant)?)))
        .collect();
    for (of, known) in &known {
        of.set_by_cpu(parameters, known, DEAREST, |own| &mut own.connect);
    }
    let missing = known.iter().filter_map(|(of, known)| {
        let found = of.run(parameters, known).service_cpu;
        Some(known.service_cpu? - found)
    });
    let missing: Vec<f64> = missing.collect();
    parameters.shared.accept = verdict::median(&missing).unwrap_or(0.0).max(0.0);
    for (of, known) in &known {
        of.set_by_cpu(parameters, known, DEAREST, |own| &mut own.connect);
    }
    let pool = all.iter().find(|of| of.variant == POOL);
    if let Some(of) = pool {
        set_far(parameters, data, *of);
    }
}

/// What new connections cost more on many lanes, by what is missing of the pool's CPU there and of the origin's.
fn set_far(parameters: &mut Parameters, data: &Data<'_>, pool: Of<'_>) {
    let Some(known) = data.known(NEW_CONNECTIONS_OF_POOL, pool.variant) else {
        return;
    };
    let found = pool.run(parameters, &known);
    let doublings = far_part(known.lanes).max(1.0);
    let of_origin = known.service_cpu.map_or(0.0, |cpu| cpu - found.service_cpu);
    parameters.shared.connect_far = ((known.cpu - found.cpu) / doublings).max(0.0);
    parameters.shared.accept_far = (of_origin / doublings).max(0.0);
}

/// What a query costs a process of the server, by the variant that was measured on few and on many connections and with sleeps.
pub(super) fn fit_queries(parameters: &mut Parameters, data: &Data<'_>, of: Of<'_>) {
    let known: Vec<Known<'_>> = all_queries()
        .filter_map(|name| data.known(name, of.variant))
        .collect();
    if known.len() < all_queries().count() {
        return;
    }
    runs::fit(parameters, of, &known, free, WEIGHTS);
}

/// What a query costs each variant itself, and the server under all of them. Where all processors are busy, what a time lacks of the
/// measured one, times the processors, is CPU that the first guess of the server's, which is one variant's, lacks. A server with
/// processors of its own keeps that guess.
pub(super) fn set_queries(parameters: &mut Parameters, data: &Data<'_>, all: &[Of<'_>]) {
    let mut missing = Vec::new();
    for of in all {
        if let Some(known) = data.known(QUERIES, of.variant) {
            of.set_by_cpu(parameters, &known, DEAREST, |own| &mut own.query);
            let found = of.run(parameters, &known);
            // A lane is at work either itself or at the server.
            let at_work = of.processors.min(known.lanes);
            missing.push((known.time - found.time) * at_work as f64);
        }
    }
    if parameters.shared.elsewhere > 0 {
        return;
    }
    let query = &mut parameters.shared.query;
    let more = verdict::median(&missing).unwrap_or(0.0);
    query.select = (query.select + more).clamp(query.select / 2.0, query.select * 2.0);
}

/// The server's parameters, and the variant's own.
fn free<'p>(parameters: &'p mut Parameters, of: Of<'_>) -> Vec<&'p mut f64> {
    let Parameters { shared, own, .. } = parameters;
    let entry = own.entry(of.variant.to_owned());
    let of_variant = entry.or_insert_with(|| Own::start(of.kind));
    let mut all: Vec<&mut f64> = shared.query.free().into();
    all.push(&mut of_variant.query);
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::machine_test::{parameters, pool, rows, rows_of};

    #[track_caller]
    fn near(found: f64, truth: f64) {
        assert!((found / truth - 1.0).abs() < 0.15, "{found} of {truth}");
    }

    #[test]
    fn what_new_connections_cost_both_ends_is_found() {
        let truth = parameters(|shared, own| {
            shared.accept = 20e-6;
            shared.accept_far = 2e-6;
            shared.connect_far = 5e-6;
            own.connect = 30e-6;
        });
        let rows = rows(&truth, &[NEW_CONNECTIONS, NEW_CONNECTIONS_OF_POOL]);
        let mut found = parameters(|_, _| {});
        set_new_connections(&mut found, &Data::of_fit(&rows, 1, 0), &[pool()]);
        near(found.shared.accept_far, 2e-6);
        near(found.shared.connect_far, 5e-6);
        near(found.shared.accept, 20e-6);
        near(found.own[POOL].connect, 30e-6);
    }

    #[test]
    fn what_a_query_costs_the_server_and_its_client_is_found() {
        let truth = parameters(|shared, own| {
            shared.query.select = 30e-6;
            shared.query.far = 12e-6;
            own.query = 12e-6;
        });
        let names: Vec<&str> = all_queries().collect();
        let rows = rows(&truth, &names);
        let data = Data::of_fit(&rows, 1, 0);
        let mut found = parameters(|_, _| {});
        fit_queries(&mut found, &data, pool());
        set_queries(&mut found, &data, &[pool()]);
        let query = &found.shared.query;
        for connections in [3, 64] {
            near(
                query.cost(connections) + query.wake,
                truth.shared.query.cost(connections) + truth.shared.query.wake,
            );
        }
        near(found.own[POOL].query, 12e-6);
    }

    #[test]
    fn idle_processors_are_no_cost_of_a_query() {
        let many = Of {
            processors: 64,
            ..pool()
        };
        let truth = parameters(|shared, _| shared.query.select = 26e-6);
        let rows = rows_of(many, &truth, &[QUERIES]);
        let mut found = parameters(|_, _| {});
        set_queries(&mut found, &Data::of_fit(&rows, 1, 0), &[many]);
        near(found.shared.query.select, 26e-6);
    }

    #[test]
    fn without_their_points_nothing_moves() {
        let start = parameters(|_, _| {});
        let rows = rows(&start, &["cal-pg-3"]);
        let data = Data::of_fit(&rows, 1, 0);
        let mut found = start.clone();
        set_new_connections(&mut found, &data, &[pool()]);
        fit_queries(&mut found, &data, pool());
        set_queries(&mut found, &data, &[pool()]);
        assert_eq!(found, start);
    }
}
