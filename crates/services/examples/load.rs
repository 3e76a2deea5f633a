//! How much the origin can serve, and how late it is: one client thread with one epoll, so that
//! the client costs as little as a client can. Latencies are measured from before the request is
//! sent until after the response is read, and are shown beyond what was injected.
//!
//! `cargo run --release -p services --example load -- [connections] [bytes] [latency in ns] [seconds]`
//!
//! Not a comparison of anything; the models have `cargo xtask compare`.

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The defaults; every argument that is given takes the place of one.
    let mut numbers = [64, 256, 0, 2];
    for (number, text) in numbers.iter_mut().zip(std::env::args().skip(1)) {
        *number = text.parse::<u64>()?;
    }
    let [connections, bytes, latency, seconds] = numbers;
    let origin = services::origin::Background::start()?;
    let mut clients = load::Load::connect(origin.address(), connections, bytes, latency)?;
    let before = load::cpu_of("origin")?;
    clients.run(std::time::Duration::from_secs(seconds))?;
    clients.tell(load::cpu_of("origin")? - before);
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("this load generator needs epoll");
}

#[cfg(target_os = "linux")]
mod load {
    use std::io::{self, Read, Write};
    use std::net::{SocketAddr, TcpStream};
    use std::os::fd::OwnedFd;
    use std::time::{Duration, Instant};

    use rustix::buffer::spare_capacity;
    use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};

    struct Client {
        stream: TcpStream,
        sent: Instant,
        got: usize,
    }

    pub(crate) struct Load {
        epoll: OwnedFd,
        clients: Vec<Client>,
        request: Vec<u8>,
        response: usize,
        injected: u64,
        lateness: Vec<u64>,
        elapsed: Duration,
    }

    /// CPU time of the thread with this name: unlike the rate, it hardly depends on what else the
    /// machine does.
    pub(crate) fn cpu_of(thread: &str) -> io::Result<Duration> {
        for entry in std::fs::read_dir("/proc/self/task")? {
            let folder = entry?.path();
            if std::fs::read_to_string(folder.join("comm"))?.trim_end() == thread {
                let text = std::fs::read_to_string(folder.join("schedstat"))?;
                let nanos = text.split(' ').next().and_then(|text| text.parse().ok());
                return Ok(Duration::from_nanos(nanos.unwrap_or(0)));
            }
        }
        // It has its name only once it runs.
        Ok(Duration::ZERO)
    }

    impl Load {
        pub(crate) fn connect(
            to: SocketAddr,
            connections: u64,
            bytes: u64,
            latency: u64,
        ) -> io::Result<Self> {
            let set = epoll::create(CreateFlags::CLOEXEC)?;
            let started = Instant::now();
            let mut clients = Vec::new();
            for number in 0..connections {
                let stream = TcpStream::connect(to)?;
                stream.set_nonblocking(true)?;
                stream.set_nodelay(true)?;
                epoll::add(&set, &stream, EventData::new_u64(number), EventFlags::IN)?;
                clients.push(Client {
                    stream,
                    sent: Instant::now(),
                    got: 0,
                });
            }
            println!("{connections} connections in {:?}", started.elapsed());
            let path = format!("/body/{bytes}/{latency}/00000000000000ff");
            let request = format!("GET {path} HTTP/1.1\r\nHost: {to}\r\n\r\n").into_bytes();
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {bytes}\r\n\r\n").len();
            let response = head + usize::try_from(bytes).map_err(io::Error::other)?;
            let (lateness, elapsed) = (Vec::with_capacity(1 << 22), Duration::ZERO);
            Ok(Self {
                epoll: set,
                clients,
                request,
                response,
                injected: latency,
                lateness,
                elapsed,
            })
        }

        pub(crate) fn run(&mut self, duration: Duration) -> io::Result<()> {
            let started = Instant::now();
            for number in 0..self.clients.len() {
                self.ask(number)?;
            }
            let mut events = Vec::with_capacity(256);
            let mut buffer = vec![0; 1 << 18];
            while started.elapsed() < duration {
                events.clear();
                epoll::wait(&self.epoll, spare_capacity(&mut events), None)?;
                for event in &events {
                    self.hear(event.data.u64() as usize, &mut buffer)?;
                }
            }
            self.elapsed = started.elapsed();
            Ok(())
        }

        fn ask(&mut self, number: usize) -> io::Result<()> {
            let client = &mut self.clients[number];
            (client.sent, client.got) = (Instant::now(), 0);
            client.stream.write_all(&self.request)
        }

        fn hear(&mut self, number: usize, buffer: &mut [u8]) -> io::Result<()> {
            let client = &mut self.clients[number];
            client.got += client.stream.read(buffer)?;
            if client.got < self.response {
                return Ok(());
            }
            assert_eq!(client.got, self.response, "more than one response");
            let taken = u64::try_from(client.sent.elapsed().as_nanos()).unwrap_or(u64::MAX);
            let late = taken
                .checked_sub(self.injected)
                .expect("answered before its time");
            self.lateness.push(late);
            self.ask(number)
        }

        pub(crate) fn tell(&mut self, cpu: Duration) {
            self.lateness.sort_unstable();
            let answered = self.lateness.len();
            let rate = answered as f64 / self.elapsed.as_secs_f64();
            print!("{answered} answered, {rate:.0} a second");
            if self.injected > 0 {
                let ideal = self.clients.len() as f64 * 1e9 / self.injected as f64;
                print!(", {:.1} % of the ideal", 100.0 * rate / ideal);
            }
            print!(
                ", {:.2?} of CPU each",
                cpu / u32::try_from(answered.max(1)).unwrap_or(u32::MAX)
            );
            print!("; late by");
            for percent in [0, 50, 90, 99, 100] {
                let rank = (answered * percent / 100).min(answered.saturating_sub(1));
                let late = self.lateness.get(rank).copied().unwrap_or(0);
                print!(" p{percent} {:?}", Duration::from_nanos(late));
            }
            println!();
        }
    }
}
