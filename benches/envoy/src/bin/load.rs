//! The sender in front of Envoy: on each connection one request after the other, the same bytes each time.
//!
//! `load PORT REQUEST closed SECONDS LEAST WARM CONNECTIONS [PID]...` sends as fast as the answers come, WARM times on
//! each connection untimed, then for SECONDS but at least LEAST times in all. `load PORT REQUEST paced MEGABITS COUNT
//! WARM` sends each at that rate, on one connection. Prints JSON:
//!
//! - `whole`: nanoseconds from the first byte sent to the last byte of the answer, one number a request,
//! - `after_last`: from handing the last byte to the kernel to the last byte of the answer,
//! - `first_byte`: from there to the first byte of the answer,
//! - `cpu`: nanoseconds of processor time that each process used meanwhile, all of its threads.

use std::error::Error;
use std::fs;
use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

/// What a paced sender hands to the kernel at a time, as a network card with receive offload would.
const PIECE: usize = 8 * 1024;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (times, cpu) = match arguments.as_slice() {
        [port, file, "closed", seconds, least, warm, connections, pids @ ..] => {
            let senders = Sender::connect_all(port.parse()?, connections.parse()?)?;
            let (seconds, least) = (Duration::from_secs_f64(seconds.parse()?), least.parse()?);
            closed(senders, &fs::read(file)?, seconds, least, warm.parse()?, pids)?
        }
        [port, file, "paced", megabits, count, warm] => {
            let bytes_per_second = megabits.parse::<f64>()? * 1e6 / 8.0;
            let times = paced(
                Sender::connect(port.parse()?)?,
                &fs::read(file)?,
                bytes_per_second,
                count.parse()?,
                warm.parse()?,
            )?;
            (times, Map::new())
        }
        _ => {
            return Err("load PORT REQUEST closed SECONDS LEAST WARM CONNECTIONS [PID]... | \
             load PORT REQUEST paced MEGABITS COUNT WARM"
                .into());
        }
    };
    let Times { whole, after_last, first_byte } = times;
    println!("{}", json!({ "whole": whole, "after_last": after_last, "first_byte": first_byte, "cpu": cpu }));
    Ok(())
}

/// Sends on all connections at once; also returns the processor time by process.
fn closed(
    mut senders: Vec<Sender>,
    request: &[u8],
    seconds: Duration,
    least: usize,
    warm: usize,
    pids: &[&str],
) -> io::Result<(Times, Map<String, Value>)> {
    on_each(&mut senders, |sender| (0..warm).try_for_each(|_| sender.post(request, None).map(drop)))?;
    let least = least.div_ceil(senders.len());
    let before = processor_times(pids)?;
    let begun = Instant::now();
    let all = on_each(&mut senders, |sender| {
        let mut times = Times::default();
        while begun.elapsed() < seconds || times.whole.len() < least {
            times.add(sender.post(request, None)?);
        }
        Ok(times)
    })?;
    let after = processor_times(pids)?;
    let used = after.iter().zip(&before).map(|(after, before)| Value::from(after - before));
    let cpu = pids.iter().map(|&pid| pid.to_owned()).zip(used).collect();
    Ok((all.into_iter().fold(Times::default(), Times::and), cpu))
}

fn paced(mut sender: Sender, request: &[u8], bytes_per_second: f64, count: usize, warm: usize) -> io::Result<Times> {
    (0..warm).try_for_each(|_| sender.post(request, None).map(drop))?;
    let mut times = Times::default();
    for _ in 0..count {
        times.add(sender.post(request, Some(bytes_per_second))?);
    }
    Ok(times)
}

/// Runs one thread a connection. Without any for a single one: a thread more would only be in the way.
fn on_each<T: Send>(senders: &mut [Sender], run: impl Fn(&mut Sender) -> io::Result<T> + Sync) -> io::Result<Vec<T>> {
    if let [sender] = senders {
        return Ok(vec![run(sender)?]);
    }
    thread::scope(|scope| {
        let threads: Vec<_> = senders.iter_mut().map(|sender| scope.spawn(|| run(sender))).collect();
        let joined = threads.into_iter().map(|thread| thread.join());
        joined.map(|done| done.unwrap_or_else(|_| Err(io::Error::other("a sender panicked")))).collect()
    })
}

#[derive(Default)]
struct Times {
    whole: Vec<u64>,
    after_last: Vec<u64>,
    first_byte: Vec<u64>,
}

struct Stamps {
    begun: Instant,
    last_sent: Instant,
    first_got: Instant,
    last_got: Instant,
}

impl Times {
    fn add(&mut self, stamps: Stamps) {
        self.whole.push(nanoseconds(stamps.last_got - stamps.begun));
        self.after_last.push(nanoseconds(stamps.last_got - stamps.last_sent));
        self.first_byte.push(nanoseconds(stamps.first_got - stamps.last_sent));
    }

    fn and(mut self, other: Self) -> Self {
        self.whole.extend(other.whole);
        self.after_last.extend(other.after_last);
        self.first_byte.extend(other.first_byte);
        self
    }
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

struct Sender {
    connection: TcpStream,
    room: Vec<u8>,
}

impl Sender {
    fn connect_all(port: u16, connections: usize) -> io::Result<Vec<Self>> {
        (0..connections).map(|_| Self::connect(port)).collect()
    }

    fn connect(port: u16) -> io::Result<Self> {
        let connection = TcpStream::connect(("127.0.0.1", port))?;
        connection.set_nodelay(true)?;
        connection.set_read_timeout(Some(Duration::from_secs(60)))?;
        connection.set_write_timeout(Some(Duration::from_secs(60)))?;
        Ok(Self { connection, room: vec![0; 1 << 16] })
    }

    fn post(&mut self, request: &[u8], bytes_per_second: Option<f64>) -> io::Result<Stamps> {
        let begun = Instant::now();
        let last_sent = match bytes_per_second {
            Some(rate) => self.send_paced(request, rate, begun)?,
            None => {
                // The last byte apart would cost a system call and a wake-up more: here the time is taken after it.
                self.connection.write_all(request)?;
                Instant::now()
            }
        };
        let (first_got, last_got) = self.answer()?;
        Ok(Stamps { begun, last_sent, first_got, last_got })
    }

    /// Keeps to a schedule, not to pauses, so that a late piece doesn't delay all others. Returns when the last piece
    /// was handed to the kernel: a wire's last byte is out then.
    fn send_paced(&mut self, request: &[u8], rate: f64, begun: Instant) -> io::Result<Instant> {
        let mut sent = 0;
        let mut last = begun;
        for piece in request.chunks(PIECE) {
            sent += piece.len();
            sleep_until(begun + Duration::from_secs_f64(sent as f64 / rate));
            last = Instant::now();
            self.connection.write_all(piece)?;
        }
        Ok(last)
    }

    /// When the answer's first and last byte came. It must be a 200 with a length.
    fn answer(&mut self) -> io::Result<(Instant, Instant)> {
        let mut filled = 0;
        let mut first = None;
        loop {
            let read = self.connection.read(&mut self.room[filled..])?;
            let now = Instant::now();
            if read == 0 {
                return Err(io::Error::new(ErrorKind::UnexpectedEof, "the connection ended before the answer"));
            }
            let first = *first.get_or_insert(now);
            filled += read;
            let length = answer_length(&self.room[..filled])?;
            if length.is_some_and(|length| filled >= length) {
                return Ok((first, now));
            }
        }
    }
}

/// The whole answer's length, once its head is there.
fn answer_length(answer: &[u8]) -> io::Result<Option<usize>> {
    let Some(end) = answer.windows(4).position(|window| window == b"\r\n\r\n") else { return Ok(None) };
    let head = String::from_utf8_lossy(&answer[..end]);
    if !head.starts_with("HTTP/1.1 200") {
        return Err(io::Error::other(format!("not a 200: {}", String::from_utf8_lossy(answer))));
    }
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length: usize =
        length.and_then(|text| text.parse().ok()).ok_or_else(|| io::Error::other("no content-length"))?;
    Ok(Some(end + 4 + length))
}

fn sleep_until(when: Instant) {
    let left = when.saturating_duration_since(Instant::now());
    if !left.is_zero() {
        thread::sleep(left);
    }
}

/// Nanoseconds on a processor so far, of all threads of each process (/proc/PID/task/TID/schedstat).
fn processor_times(pids: &[&str]) -> io::Result<Vec<u64>> {
    pids.iter()
        .map(|pid| {
            let tasks = fs::read_dir(format!("/proc/{pid}/task"))?;
            tasks.map(|task| Ok(on_processor(&fs::read_to_string(task?.path().join("schedstat"))?))).sum()
        })
        .collect()
}

fn on_processor(schedstat: &str) -> u64 {
    schedstat.split(' ').next().and_then(|text| text.parse().ok()).unwrap_or_default()
}
