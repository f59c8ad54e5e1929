//! The backend behind Envoy: drains each body and answers 200. `backend` prints its port on 127.0.0.1 and stays.
//!
//! A request with the header `x-bench-echo` is answered with what came: head and body, chunked coding undone.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};

const ANSWER: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 16\r\n\r\n{\"result\": true}";
const ROOM: usize = 1 << 20;

fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?.port());
    for connection in listener.incoming() {
        let connection = connection?;
        connection.set_nodelay(true)?;
        std::thread::spawn(move || {
            let _ = serve(connection);
        });
    }
    Ok(())
}

fn serve(connection: TcpStream) -> io::Result<()> {
    let mut wire = Wire { connection, room: vec![0; ROOM], from: 0, to: 0 };
    while let Some(head) = wire.head()? {
        let echoes = field(&head, "x-bench-echo").is_some();
        let mut kept = echoes.then(|| head.clone().into_bytes());
        if field(&head, "transfer-encoding").is_some() {
            wire.chunks(&mut kept)?;
        } else {
            let length = field(&head, "content-length").map_or(Ok(0), str::parse).map_err(invalid)?;
            wire.bytes(length, &mut kept)?;
        }
        match kept {
            Some(kept) => {
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", kept.len());
                wire.connection.write_all(&[head.as_bytes(), &kept].concat())?;
            }
            None => wire.connection.write_all(ANSWER)?,
        }
    }
    Ok(())
}

/// A header's value. Envoy writes names in lower case.
fn field<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    head.lines().find_map(|line| line.split_once(": ").filter(|(found, _)| *found == name)).map(|(_, value)| value)
}

fn invalid(cause: impl ToString) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, cause.to_string())
}

/// A connection and the bytes that were read from it and not yet used.
struct Wire {
    connection: TcpStream,
    room: Vec<u8>,
    from: usize,
    to: usize,
}

impl Wire {
    /// A request's head, with the empty line; `None` at the end of the connection.
    fn head(&mut self) -> io::Result<Option<String>> {
        loop {
            let unread = &self.room[self.from..self.to];
            if let Some(at) = unread.windows(4).position(|window| window == b"\r\n\r\n") {
                let head = String::from_utf8_lossy(&unread[..at + 4]).into_owned();
                self.from += at + 4;
                return Ok(Some(head));
            }
            if self.fill()? == 0 {
                return Ok(None);
            }
        }
    }

    fn fill(&mut self) -> io::Result<usize> {
        if self.from == self.to {
            (self.from, self.to) = (0, 0);
        }
        if self.to == self.room.len() {
            self.room.copy_within(self.from..self.to, 0);
            (self.from, self.to) = (0, self.to - self.from);
        }
        let read = self.connection.read(&mut self.room[self.to..])?;
        self.to += read;
        Ok(read)
    }

    fn bytes(&mut self, mut length: usize, kept: &mut Option<Vec<u8>>) -> io::Result<()> {
        while length > 0 {
            if self.from == self.to && self.fill()? == 0 {
                return Err(invalid("a body ended early"));
            }
            let taken = length.min(self.to - self.from);
            if let Some(kept) = kept {
                kept.extend_from_slice(&self.room[self.from..self.from + taken]);
            }
            self.from += taken;
            length -= taken;
        }
        Ok(())
    }

    fn chunks(&mut self, kept: &mut Option<Vec<u8>>) -> io::Result<()> {
        loop {
            let line = self.line()?;
            let length = usize::from_str_radix(line.trim(), 16).map_err(invalid)?;
            self.bytes(length, kept)?;
            self.line()?;
            if length == 0 {
                return Ok(());
            }
        }
    }

    fn line(&mut self) -> io::Result<String> {
        loop {
            let unread = &self.room[self.from..self.to];
            if let Some(at) = unread.iter().position(|&byte| byte == b'\n') {
                let line = String::from_utf8_lossy(&unread[..at]).into_owned();
                self.from += at + 1;
                return Ok(line);
            }
            if self.fill()? == 0 {
                return Err(invalid("a chunk ended early"));
            }
        }
    }
}
