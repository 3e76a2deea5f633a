//! What new connections cost, and queries of PostgreSQL: what the services spend, from the runs of several variants or of one that
//! was measured at more of them; and what each variant spends, from its own.

use super::calls::Of;
use super::data::{Data, Known};
use super::newton::{self, Residuals};
use crate::parameters::{Own, Parameters};
use crate::points::{NEW_CONNECTIONS, POOL, QUERIES, QUERIES_OF_POOL};

/// Most that a new connection, and a query, may cost a variant, in seconds.
const DEAREST: f64 = 400e-6;
/// What residuals weigh beside what a parameter costs that is away from its start, as in the fit of GETs: times, and CPU.
const WEIGHTS: [f64; 2] = [3.0, 2.0];

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
}

/// What a query costs a process of the server, by the variant that was measured on few and on many connections and with sleeps.
pub(super) fn fit_queries(parameters: &mut Parameters, data: &Data<'_>, of: Of<'_>) {
    let names = QUERIES_OF_POOL.iter().chain([&QUERIES]);
    let known: Vec<Known<'_>> = names
        .filter_map(|name| data.known(name, of.variant))
        .collect();
    if of.variant != POOL || known.len() <= QUERIES_OF_POOL.len() {
        return;
    }
    let start = free(parameters, of).map(|value| *value);
    let mut search = Queries {
        start,
        parameters,
        of,
        known: &known,
    };
    let found = newton::least(&mut search, start.len());
    search.set(&found.at);
}

/// What a query costs each variant itself, and the server under all of them: the first guess is one variant's, and a time in which
/// all processors are busy tells the whole.
pub(super) fn set_queries(parameters: &mut Parameters, data: &Data<'_>, all: &[Of<'_>]) {
    let mut missing = Vec::new();
    for of in all {
        if let Some(known) = data.known(QUERIES, of.variant) {
            of.set_by_cpu(parameters, &known, DEAREST, |own| &mut own.query);
            let found = of.run(parameters, &known);
            missing.push((known.time - found.time) * of.processors as f64);
        }
    }
    let query = &mut parameters.shared.query;
    let more = verdict::median(&missing).unwrap_or(0.0);
    query.select = (query.select + more).max(query.select / 2.0);
}

/// The server's parameters, and the variant's own.
fn free<'p>(parameters: &'p mut Parameters, of: Of<'_>) -> [&'p mut f64; 5] {
    let Parameters { shared, own, .. } = parameters;
    let [select, far, sleep, wake] = shared.query.free();
    let entry = own.entry(of.variant.to_owned());
    let of_variant = entry.or_insert_with(|| Own::start(of.kind));
    [select, far, sleep, wake, &mut of_variant.query]
}

/// The residuals of runs with queries over logarithms of what they cost.
struct Queries<'a, 'b> {
    start: [f64; 5],
    parameters: &'a mut Parameters,
    of: Of<'a>,
    known: &'a [Known<'b>],
}

impl Queries<'_, '_> {
    fn set(&mut self, at: &[f64]) {
        let all = free(self.parameters, self.of);
        for ((value, start), moved) in all.into_iter().zip(self.start).zip(at) {
            *value = start * moved.exp();
        }
    }
}

impl Residuals for Queries<'_, '_> {
    fn all(&mut self, at: &[f64]) -> Vec<f64> {
        self.set(at);
        let runs = self.known.iter().map(|known| {
            let found = self.of.run(self.parameters, known);
            [found.time / known.time, found.cpu / known.cpu]
        });
        let weighted = runs.flat_map(|ratios| ratios.into_iter().zip(WEIGHTS));
        weighted
            .map(|(ratio, weight)| weight * ratio.ln())
            .collect()
    }

    fn changed(&mut self, at: &[f64], _: usize) -> (usize, Vec<f64>) {
        (0, self.all(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::machine_test::{parameters, pool, rows};

    #[track_caller]
    fn near(found: f64, truth: f64) {
        assert!((found / truth - 1.0).abs() < 0.15, "{found} of {truth}");
    }

    #[test]
    fn what_new_connections_cost_both_ends_is_found() {
        let truth = parameters(|shared, own| {
            shared.accept = 20e-6;
            own.connect = 30e-6;
        });
        let rows = rows(&truth, &[NEW_CONNECTIONS]);
        let mut found = parameters(|_, _| {});
        set_new_connections(&mut found, &Data::of_fit(&rows, 1, 0), &[pool()]);
        near(found.shared.accept, 20e-6);
        near(found.own[POOL].connect, 30e-6);
    }

    #[test]
    fn what_a_query_costs_the_server_and_its_client_is_found() {
        let truth = parameters(|shared, own| {
            shared.query.select = 30e-6;
            shared.query.far = 6e-6;
            own.query = 12e-6;
        });
        let all = [QUERIES_OF_POOL.as_slice(), &[QUERIES]].concat();
        let rows = rows(&truth, &all);
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
    fn without_their_points_nothing_moves() {
        let start = parameters(|_, _| {});
        let rows = rows(&start, &[QUERIES_OF_POOL[0]]);
        let data = Data::of_fit(&rows, 1, 0);
        let mut found = start.clone();
        set_new_connections(&mut found, &data, &[pool()]);
        fit_queries(&mut found, &data, pool());
        set_queries(&mut found, &data, &[pool()]);
        assert_eq!(found, start);
    }
}
