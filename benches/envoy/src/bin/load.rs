//! The sender in front of Envoy: one connection, one request after the other, the same bytes each time.
//!
//! `load PORT REQUEST closed SECONDS LEAST WARM [PID]...` sends as fast as the answers come, WARM times untimed, then
//! for SECONDS but at least LEAST times. `load PORT REQUEST paced MEGABITS COUNT WARM` sends each at that rate. Prints
//! JSON:
//!
//! - `whole`: nanoseconds from the first byte sent to the last byte of the answer, one number a request,
//! - `after_last`: from handing the last byte to the kernel to the last byte of the answer,
//! - `first_byte`: from there to the first byte of the answer,
//! - `cpu`: nanoseconds of processor time that each process used meanwhile, all of its threads.

use std::fs;
use std::io::{self, Error, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

/// What a paced sender hands to the kernel at a time, as a network card with receive offload would.
const PIECE: usize = 8 * 1024;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [port, file, mode, first, second, warm, pids @ ..] = arguments.as_slice() else {
        return Err(
            "load PORT REQUEST closed SECONDS LEAST WARM [PID]... | load PORT REQUEST paced MEGABITS COUNT WARM".into(),
        );
    };
    let request = fs::read(file)?;
    let mut sender = Sender::connect(port.parse()?)?;
    for _ in 0..warm.parse()? {
        sender.post(&request, None)?;
    }
    let mut times = Times::default();
    let before = processor_times(pids)?;
    if mode == "paced" {
        let bytes_per_second = first.parse::<f64>()? * 1e6 / 8.0;
        for _ in 0..second.parse()? {
            times.add(sender.post(&request, Some(bytes_per_second))?);
        }
    } else {
        let (seconds, least) = (Duration::from_secs_f64(first.parse()?), second.parse::<usize>()?);
        let begun = Instant::now();
        while begun.elapsed() < seconds || times.whole.len() < least {
            times.add(sender.post(&request, None)?);
        }
    }
    let after = processor_times(pids)?;
    let cpu: Map<String, Value> = pids
        .iter()
        .zip(after.iter().zip(&before))
        .map(|(pid, (after, before))| (pid.clone(), (after - before).into()))
        .collect();
    let Times { whole, after_last, first_byte } = times;
    println!("{}", json!({ "whole": whole, "after_last": after_last, "first_byte": first_byte, "cpu": cpu }));
    Ok(())
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
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

struct Sender {
    connection: TcpStream,
    room: Vec<u8>,
}

impl Sender {
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
                return Err(Error::new(ErrorKind::UnexpectedEof, "the connection ended before the answer"));
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
        return Err(Error::other(format!("not a 200: {}", String::from_utf8_lossy(answer))));
    }
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.and_then(|text| text.parse().ok()).ok_or_else(|| Error::other("no content-length"))?;
    Ok(Some(end + 4 + length))
}

fn sleep_until(when: Instant) {
    let left = when.saturating_duration_since(Instant::now());
    if !left.is_zero() {
        std::thread::sleep(left);
    }
}

/// Nanoseconds on a processor so far, of all threads of each process (/proc/PID/task/TID/schedstat).
fn processor_times(pids: &[String]) -> io::Result<Vec<u64>> {
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
