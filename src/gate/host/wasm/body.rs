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

    /// Replaces what Envoy kept of the body by pieces: the first one in place of it, the others appended, since nothing
    /// can be put in between. Envoy copies each, and nothing is put together on this side.
    pub fn replace<'p>(&self, mut pieces: impl Iterator<Item = &'p [u8]>) -> HostResult<()> {
        abi::replace_buffer(self.buffer, self.kept.get(), pieces.next().unwrap_or_default())?;
        pieces.try_for_each(|piece| abi::append_buffer(self.buffer, piece))
    }
}
