//! Bodies in Envoy's buffers. A body hook brings a piece of a body; what it leaves there, Envoy keeps behind what it
//! kept before.

use super::abi::Body;
use super::current;
use crate::gate::host::{HostResult, Retention};

/// A body of the current stream as it passes Envoy's buffer.
pub struct BodyBuffer {
    received: Body,
    buffered: Body,
}

impl BodyBuffer {
    /// Returns the request's body, of which nothing was read.
    pub fn of_request() -> Self {
        Self { received: Body::ReceivedRequest, buffered: Body::BufferedRequest }
    }

    /// Returns the response's body, of which nothing was read.
    pub fn of_response() -> Self {
        Self { received: Body::ReceivedResponse, buffered: Body::BufferedResponse }
    }

    /// Hands the next chunk to `take`, piece by piece as it lies in Envoy's buffer: what has come since the last one,
    /// of `size` bytes. Up to `most` bytes can be of use: of a longer chunk it gets the first `most + 1`, enough to see
    /// that it is too long. Ends with the first error of `take`.
    pub fn next_chunk<E>(
        &self,
        size: usize,
        retention: Retention,
        most: usize,
        mut take: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> HostResult<Result<(), E>> {
        let filter = current::filter()?;
        let mut left = size.min(most.saturating_add(1));
        let taken = filter.body(self.received, |piece| {
            let piece = piece.get(..left).unwrap_or(piece);
            left = left.saturating_sub(piece.len());
            take(piece)
        });
        if retention == Retention::Take {
            filter.drain_body(self.received, size)?;
        }
        Ok(taken)
    }

    /// Replaces what Envoy has of the body by pieces, which it copies.
    pub fn replace<'p>(&self, mut pieces: impl Iterator<Item = &'p [u8]>) -> HostResult<()> {
        let filter = current::filter()?;
        for body in [self.buffered, self.received] {
            let size = filter.body_size(body);
            if size > 0 {
                filter.drain_body(body, size)?;
            }
        }
        let place = if current::brings_body() { self.received } else { self.buffered };
        pieces.try_for_each(|piece| filter.append_body(place, piece))
    }
}
