//! Files and stdin, read whole and bounded.

use std::fs::File;
use std::io::{self, Read, StdinLock};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::failure::Failure;

/// Most bytes of a configuration, or of a file that holds some: far above any real one.
pub const MAX_CONFIG_BYTES: u64 = 16 << 20;

/// Returns stdin, for the one argument that may be `-`: for a second one there would be nothing left.
///
/// # Errors
/// It was taken already.
pub fn stdin() -> io::Result<StdinLock<'static>> {
    static TAKEN: AtomicBool = AtomicBool::new(false);
    if TAKEN.swap(true, Ordering::Relaxed) {
        return Err(io::Error::other("stdin can stand for one argument only"));
    }
    Ok(io::stdin().lock())
}

/// Reads a file, or stdin where the path is `-`, of at most `most` bytes.
///
/// # Errors
/// [`Failure::Read`], [`Failure::TooLarge`].
pub fn read(path: &Path, most: u64) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        stdin().and_then(|stdin| stdin.take(most.saturating_add(1)).read_to_end(&mut bytes))
    } else {
        File::open(path).and_then(|file| file.take(most.saturating_add(1)).read_to_end(&mut bytes))
    };
    match read {
        Err(error) => Err(Failure::Read { path: path.to_owned(), error }),
        Ok(length) if length as u64 > most => Err(Failure::TooLarge { path: path.to_owned(), most }),
        Ok(_) => Ok(bytes),
    }
}

/// Reads at most `most` bytes of a file, or of stdin where the path is `-`.
///
/// # Errors
/// [`Failure::Read`].
pub fn read_start(path: &Path, most: u64) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        stdin().and_then(|stdin| stdin.take(most).read_to_end(&mut bytes))
    } else {
        File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes))
    };
    read.map(|_| bytes).map_err(|error| Failure::Read { path: path.to_owned(), error })
}
