//! Notes about the figures of models and programs that serve.

use protocol::Workload;

/// What the names of servers begin with that are no models.
const OWN_SERVER: &str = "server/";

/// The notes of a workload in which the variants are asked.
pub(crate) fn notes<'a>(
    workload: &Workload,
    variants: impl Iterator<Item = &'a str>,
) -> Vec<String> {
    if workload.serve.is_none() {
        return Vec::new();
    }
    closed_loop(workload)
        .into_iter()
        .chain(own_servers(variants))
        .collect()
}

/// Where requests are not due by the clock, one thread asks, and is soon the slower of the two.
fn closed_loop(workload: &Workload) -> Option<String> {
    workload.rate.is_none().then(|| {
        "closed loop: the load generator is one thread and may be the limit, so that a variant answers at least so \
         many requests a second; verdicts are on CPU per task alone"
            .to_owned()
    })
}

/// What is known of the answers of servers that are no models.
fn own_servers<'a>(variants: impl Iterator<Item = &'a str>) -> Option<String> {
    let own: Vec<&str> = variants
        .filter(|name| name.starts_with(OWN_SERVER))
        .collect();
    (!own.is_empty()).then(|| {
        format!(
            "{}: asked what the file says; answers are held against status 200 and, where the file has one, a CRC-32; \
             CPU is read from /proc",
            own.join(", ")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notes_of(rate: &str, names: &[&'static str]) -> Vec<String> {
        let text = format!(
            "name = \"w\"\nabout = \"\"\nclass = \"serve\"\ntasks = 9\nin_flight = 1\nseed = 1\n{rate}\n\
             [serve]\nbytes = 9\n"
        );
        let workload = protocol::parse(text.as_bytes(), "w.toml").unwrap();
        notes(&workload, names.iter().copied())
    }

    #[test]
    fn what_limits_the_figures_is_said() {
        let open = notes_of("rate = \"5/s\"", &["threads/pool", "server/mine"]);
        assert_eq!(open.len(), 1, "{open:?}");
        assert!(open[0].starts_with("server/mine: asked"), "{open:?}");
        let closed = notes_of("", &["threads/pool"]);
        assert_eq!(closed.len(), 1, "{closed:?}");
        assert!(closed[0].contains("at least so many"), "{closed:?}");
    }
}
