//! Bodies in Envoy's buffers.

use std::cell::Cell;

use super::abi::{self, Buffer};
use crate::gate::host::{HostResult, Retention};

/// A body of the current stream as it passes Envoy's buffer.
pub struct BodyBuffer {
    buffer: Buffer,
    /// Bytes that were read and kept. Envoy's own count includes them.
    kept: Cell<usize>,
}

impl BodyBuffer {
    /// Returns the request's body, of which nothing was read.
    pub fn of_request() -> Self {
        Self { buffer: Buffer::RequestBody, kept: Cell::new(0) }
    }

    /// Returns the response's body, of which nothing was read.
    pub fn of_response() -> Self {
        Self { buffer: Buffer::ResponseBody, kept: Cell::new(0) }
    }

    /// Hands the next chunk to `take`: what has come since the last one, of the `size` bytes that Envoy holds. Up to
    /// `most` bytes can be of use: of a longer chunk the first `most + 1` are copied, enough to see that it is too
    /// long.
    pub fn next_chunk<E>(
        &self,
        size: usize,
        retention: Retention,
        most: usize,
        take: impl FnOnce(&[u8]) -> Result<(), E>,
    ) -> HostResult<Result<(), E>> {
        let kept = self.kept.get();
        let chunk = abi::buffer(self.buffer, kept, size.saturating_sub(kept).min(most.saturating_add(1)))?;
        self.kept.set(match retention {
            Retention::Keep => size,
            Retention::Take => {
                abi::replace_buffer(self.buffer, size, &[])?;
                0
            }
        });
        Ok(take(&chunk))
    }

    /// Replaces what Envoy kept of the body by pieces: the first bytes in place of it, the others appended, since
    /// nothing can be put in between. Envoy copies them; on this side only small pieces are put together.
    pub fn replace<'p>(&self, pieces: impl Iterator<Item = &'p [u8]>) -> HostResult<()> {
        let mut writer = Writer { buffer: self.buffer, replaced: Some(self.kept.get()), gathered: Vec::new() };
        for piece in pieces {
            writer.add(piece)?;
        }
        writer.finish()
    }
}

/// Pieces that have so many bytes together go to Envoy in one call: the copy costs less than another call does.
const GATHERED_BYTES: usize = 4096;

/// Puts a new body in place of the old one.
struct Writer {
    buffer: Buffer,
    /// The size of the old body, as long as it is there.
    replaced: Option<usize>,
    /// Not yet Envoy's.
    gathered: Vec<u8>,
}

impl Writer {
    fn add(&mut self, piece: &[u8]) -> HostResult<()> {
        if self.gathered.len().saturating_add(piece.len()) > GATHERED_BYTES {
            self.flush()?;
        }
        if piece.len() > GATHERED_BYTES {
            return self.put(piece);
        }
        // At once, since growing would leave copies behind.
        let room = GATHERED_BYTES.saturating_sub(self.gathered.len());
        self.gathered.reserve_exact(room);
        self.gathered.extend_from_slice(piece);
        Ok(())
    }

    /// Hands over what was gathered, and wipes it, since it may be of the payload. `Zeroizing` would do so byte by
    /// byte, its spare room included, which costs more than a host call.
    fn flush(&mut self) -> HostResult<()> {
        if self.gathered.is_empty() {
            return Ok(());
        }
        let mut gathered = std::mem::take(&mut self.gathered);
        let done = self.put(&gathered);
        gathered.fill(0);
        zeroize::optimization_barrier(gathered.as_slice());
        gathered.clear();
        self.gathered = gathered;
        done
    }

    /// Hands over the rest. The old body goes, whatever came in its place.
    fn finish(mut self) -> HostResult<()> {
        self.flush()?;
        if self.replaced.is_some() { self.put(&[]) } else { Ok(()) }
    }

    fn put(&mut self, piece: &[u8]) -> HostResult<()> {
        match self.replaced.take() {
            Some(size) => abi::replace_buffer(self.buffer, size, piece),
            None => abi::append_buffer(self.buffer, piece),
        }
    }
}
