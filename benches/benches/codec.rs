//! The HTTP codec without any socket: a request written, a response read in one piece and in two.

use criterion::{Criterion, criterion_group, criterion_main};
use runner::protocol::{Connection, HttpGet};
use workloads::http::{Response, write_request};

fn codec(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("codec");
    let latency = std::time::Duration::ZERO;
    let get = HttpGet {
        bytes: 256,
        latency,
        connection: Connection::KeepAlive,
    };
    let mut buffer = Vec::new();
    group.bench_function("request", |bencher| {
        bencher.iter(|| write_request(&mut buffer, "127.0.0.1:12345", &get, 7));
    });
    let mut text = b"HTTP/1.1 200 OK\r\ncontent-length: 256\r\n\r\n".to_vec();
    text.resize(text.len() + 256, b'x');
    for split in [text.len(), text.len() / 2] {
        group.bench_function(format!("response split at {split}"), |bencher| {
            bencher.iter(|| {
                let mut response = Response::new(256);
                let taken = response.feed(&text[..split]).expect("a good response");
                response.feed(&text[taken..]).expect("a good response");
                response.complete()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, codec);
criterion_main!(benches);
