//! Many connections that send posts of many kinds: `soak PORT CONNECTIONS COUNT PLAN`.
//!
//! PLAN has a line `WEIGHT FILE` for each request. COUNT requests are sent in all, in an order that is the same each
//! time; a connection that Envoy closes after its answer is replaced. Prints a line `FILE STATUS COUNT` for each kind
//! of answer. A request without an answer ends the program.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

type Answers = BTreeMap<(String, u16), u64>;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [port, connections, count, plan] = arguments.as_slice() else {
        return Err("soak PORT CONNECTIONS COUNT PLAN".into());
    };
    let (port, count) = (port.parse::<u16>()?, count.parse::<u64>()?);
    let plan = Plan::read(plan)?;
    let next = AtomicU64::new(0);
    let answers = thread::scope(|scope| {
        let senders: Vec<_> =
            (0..connections.parse().unwrap_or(1)).map(|_| scope.spawn(|| send(port, &plan, &next, count))).collect();
        let mut all = Answers::new();
        for sender in senders {
            for (kind, number) in sender.join().map_err(|_| io::Error::other("a sender panicked"))?? {
                *all.entry(kind).or_default() += number;
            }
        }
        io::Result::Ok(all)
    })?;
    for ((file, status), number) in answers {
        println!("{file} {status} {number}");
    }
    Ok(())
}

struct Plan {
    requests: Vec<(String, Vec<u8>)>,
    /// Indices into the requests, each as often as it weighs.
    turns: Vec<usize>,
}

impl Plan {
    fn read(path: &str) -> Result<Self, Box<dyn Error>> {
        let mut plan = Self { requests: Vec::new(), turns: Vec::new() };
        for line in fs::read_to_string(path)?.lines() {
            let (weight, file) = line.split_once(' ').ok_or("a line of the plan is WEIGHT FILE")?;
            plan.turns.extend(std::iter::repeat_n(plan.requests.len(), weight.parse()?));
            plan.requests.push((file.to_owned(), fs::read(file)?));
        }
        Ok(plan)
    }

    /// Spread by a multiplicative hash: the same each time, and no pattern for the kinds.
    fn request(&self, number: u64) -> &(String, Vec<u8>) {
        let spread = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        &self.requests[self.turns[spread as usize % self.turns.len()]]
    }
}

fn send(port: u16, plan: &Plan, next: &AtomicU64, count: u64) -> io::Result<Answers> {
    let mut answers = Answers::new();
    let mut connection = None;
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= count {
            return Ok(answers);
        }
        let (file, request) = plan.request(number);
        let mut open = match connection.take() {
            Some(open) => open,
            None => connect(port)?,
        };
        open.get_mut().write_all(request)?;
        let (status, closed) = answer(&mut open)?;
        *answers.entry((file.clone(), status)).or_default() += 1;
        if !closed {
            connection = Some(open);
        }
    }
}

fn connect(port: u16) -> io::Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    Ok(BufReader::new(stream))
}

/// The status, and whether the connection ends with this answer.
fn answer(connection: &mut BufReader<TcpStream>) -> io::Result<(u16, bool)> {
    let (mut length, mut closed) = (0, false);
    let status = line(connection)?;
    let status = status.split(' ').nth(1).and_then(|code| code.parse().ok());
    loop {
        let header = line(connection)?;
        match header.split_once(": ") {
            Some(("content-length", value)) => length = value.parse().map_err(io::Error::other)?,
            Some(("connection", "close")) => closed = true,
            Some(_) => {}
            None => break,
        }
    }
    io::copy(&mut connection.take(length), &mut io::sink())?;
    Ok((status.ok_or_else(|| io::Error::other("no status"))?, closed))
}

fn line(connection: &mut BufReader<TcpStream>) -> io::Result<String> {
    let mut line = String::new();
    if connection.read_line(&mut line)? == 0 {
        return Err(io::Error::other("the connection ended before the answer"));
    }
    Ok(line.trim_end().to_owned())
}
