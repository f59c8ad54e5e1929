//! Where recorded posts and audit lines are read from: files, directories and stdin, a line or a file at a time, also
//! compressed by gzip. What is read is digested, so that a report says what it is about.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;
use sha2::{Digest, Sha256};

use crate::failure::Failure;
use crate::input;

/// Bytes of a batch, from which on it is handed over.
const BATCH_BYTES: usize = 1 << 20;
/// Lines of a batch, from which on it is handed over.
const BATCH_LINES: usize = 4096;
const BUFFER_BYTES: usize = 1 << 17;
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Where something was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Position of the file in the list of files.
    pub file: u32,
    /// From 1; 0 for a file that is read as a whole.
    pub line: u64,
}

/// Lines or files that are scored together.
#[derive(Default)]
pub struct Batch {
    text: Vec<u8>,
    items: Vec<(Position, Option<std::ops::Range<usize>>)>,
}

/// One file of the input.
pub struct Source {
    /// As it is called in messages and reports.
    pub name: String,
    /// Bytes, where they are known beforehand.
    pub bytes: Option<u64>,
    path: PathBuf,
}

/// How a file's content is split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Split {
    /// A line is an item.
    Lines,
    /// Lines if the first one is a JSON value, or the name says so; else the file as a whole.
    Posts,
}

impl Batch {
    /// Returns what there is to score: the position, and the bytes unless they were too many.
    pub fn items(&self) -> impl Iterator<Item = (Position, Option<&[u8]>)> {
        self.items.iter().map(|(at, range)| (*at, range.clone().and_then(|range| self.text.get(range))))
    }

    fn push(&mut self, at: Position, bytes: Option<&[u8]>) {
        let begin = self.text.len();
        if let Some(bytes) = bytes {
            self.text.extend_from_slice(bytes);
        }
        self.items.push((at, bytes.map(|bytes| begin..begin.saturating_add(bytes.len()))));
    }

    fn is_full(&self) -> bool {
        self.text.len() >= BATCH_BYTES || self.items.len() >= BATCH_LINES
    }
}

/// Lists the files that paths stand for: those of a directory and of its directories in the order of their names.
/// Hidden files and links to directories are left out.
///
/// # Errors
/// A path that can't be read.
pub fn list(paths: &[PathBuf]) -> Result<Vec<Source>, Failure> {
    let mut sources = Vec::new();
    for path in paths {
        if path == Path::new("-") {
            sources.push(Source { name: "-".to_owned(), bytes: None, path: path.clone() });
            continue;
        }
        let found = fs::metadata(path).map_err(|error| failed(path, error))?;
        if found.is_dir() {
            walk(path, &mut sources)?;
        } else {
            let bytes = found.is_file().then_some(found.len());
            sources.push(Source { name: path.display().to_string(), bytes, path: path.clone() });
        }
    }
    Ok(sources)
}

fn walk(directory: &Path, sources: &mut Vec<Source>) -> Result<(), Failure> {
    let entries = fs::read_dir(directory).map_err(|error| failed(directory, error))?;
    let mut paths = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| failed(directory, error))?;
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        paths.push((entry.path(), entry.file_type().map_err(|error| failed(&entry.path(), error))?));
    }
    paths.sort_by(|(one, _), (other, _)| one.cmp(other));
    for (path, kind) in paths {
        if kind.is_dir() {
            walk(&path, sources)?;
            continue;
        }
        let found = fs::metadata(&path).map_err(|error| failed(&path, error))?;
        if found.is_file() {
            sources.push(Source { name: path.display().to_string(), bytes: Some(found.len()), path });
        }
    }
    Ok(())
}

fn failed(path: &Path, error: io::Error) -> Failure {
    Failure::Read { path: path.to_owned(), error }
}

/// Reads all sources and hands batches over, until `hand_over` says that nobody wants more. Items of more than `most`
/// bytes are told without their bytes. Returns the digest of what was read: of one file its SHA-256, of several the
/// SHA-256 of the lines that `sha256sum` prints of them.
///
/// # Errors
/// A file that can't be read.
pub fn read(
    sources: &[Source],
    split: Split,
    most: usize,
    progress: &Arc<AtomicU64>,
    mut hand_over: impl FnMut(Batch) -> bool,
) -> Result<String, Failure> {
    let mut batch = Batch::default();
    let mut digests = Sha256::new();
    let mut only = String::new();
    for (at, source) in sources.iter().enumerate() {
        let file = u32::try_from(at).unwrap_or(u32::MAX);
        let open = || -> io::Result<Box<dyn Read>> {
            if source.path == Path::new("-") {
                Ok(Box::new(input::stdin()?))
            } else {
                Ok(Box::new(File::open(&source.path)?))
            }
        };
        let raw = open().map_err(|error| failed(&source.path, error))?;
        let reader = Digesting { raw, digest: Sha256::new(), progress: Arc::clone(progress) };
        let mut reader = BufReader::with_capacity(BUFFER_BYTES, reader);
        let mut split_file = FileReader { file, most, batch: &mut batch, hand_over: &mut hand_over };
        let is_lines = split == Split::Lines || source.is_lines();
        let more = split_file.read(&mut reader, is_lines).map_err(|error| failed(&source.path, error))?;
        io::copy(&mut reader, &mut io::sink()).map_err(|error| failed(&source.path, error))?;
        only = hex(&reader.into_inner().digest.finalize());
        digests.update(format!("{only}  {}\n", source.name));
        if !more {
            break;
        }
    }
    if !batch.items.is_empty() {
        hand_over(batch);
    }
    Ok(if sources.len() == 1 { only } else { hex(&digests.finalize()) })
}

/// Returns bytes in lower-case hex.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Source {
    fn is_lines(&self) -> bool {
        let name = self.name.strip_suffix(".gz").unwrap_or(&self.name);
        name == "-" || name.ends_with(".ndjson") || name.ends_with(".jsonl")
    }
}

/// Splits one file into items.
struct FileReader<'f, H> {
    file: u32,
    most: usize,
    batch: &'f mut Batch,
    hand_over: &'f mut H,
}

impl<H: FnMut(Batch) -> bool> FileReader<'_, H> {
    /// Returns whether anybody wants more.
    fn read(&mut self, reader: &mut impl BufRead, is_lines: bool) -> io::Result<bool> {
        if reader.fill_buf()?.starts_with(&GZIP) {
            let mut inflated = BufReader::with_capacity(BUFFER_BYTES, MultiGzDecoder::new(reader));
            return self.split(&mut inflated, is_lines);
        }
        self.split(reader, is_lines)
    }

    fn split(&mut self, reader: &mut impl BufRead, is_lines: bool) -> io::Result<bool> {
        let mut item = Vec::new();
        let mut line = 0_u64;
        while let Some(fits) = next_line(reader, self.most, &mut item)? {
            line = line.saturating_add(1);
            let is_value = || serde_json::from_slice::<serde::de::IgnoredAny>(&item).is_ok();
            if line == 1 && !is_lines && fits && !is_value() {
                return self.whole(reader, item);
            }
            if fits && item.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            if !self.push(line, fits.then_some(&item)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Takes the file as one item, of which the first line was read.
    fn whole(&mut self, reader: &mut impl BufRead, mut item: Vec<u8>) -> io::Result<bool> {
        item.push(b'\n');
        let room = self.most.saturating_add(1).saturating_sub(item.len());
        reader.take(u64::try_from(room).unwrap_or(u64::MAX)).read_to_end(&mut item)?;
        Ok(self.push(0, (item.len() <= self.most).then_some(&item)))
    }

    fn push(&mut self, line: u64, item: Option<&Vec<u8>>) -> bool {
        self.batch.push(Position { file: self.file, line }, item.map(Vec::as_slice));
        !self.batch.is_full() || (self.hand_over)(std::mem::take(self.batch))
    }
}

/// Reads the next line without its end. `None` at the end of the file; `false` for a line of more than `most` bytes,
/// of which nothing is kept.
fn next_line(reader: &mut impl BufRead, most: usize, line: &mut Vec<u8>) -> io::Result<Option<bool>> {
    line.clear();
    let (mut fits, mut is_any) = (true, false);
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok(is_any.then_some(fits));
        }
        is_any = true;
        let end = memchr::memchr(b'\n', buffer);
        let part = buffer.get(..end.unwrap_or(buffer.len())).unwrap_or_default();
        fits &= line.len().saturating_add(part.len()) <= most;
        if fits {
            line.extend_from_slice(part);
        } else {
            line.clear();
        }
        let consumed = part.len().saturating_add(usize::from(end.is_some()));
        reader.consume(consumed);
        if end.is_some() {
            return Ok(Some(fits));
        }
    }
}

/// Digests and counts what is read.
struct Digesting {
    raw: Box<dyn Read>,
    digest: Sha256,
    progress: Arc<AtomicU64>,
}

impl Read for Digesting {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.raw.read(buffer)?;
        self.digest.update(buffer.get(..read).unwrap_or_default());
        self.progress.fetch_add(u64::try_from(read).unwrap_or_default(), Ordering::Relaxed);
        Ok(read)
    }
}
