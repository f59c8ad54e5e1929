//! A body that is still arriving, within its limits.

use crate::config::Config;
use crate::crypto::BodyDecoder;
use crate::http::Reservation;

use super::refusal::ErrorCode;
use super::request_head::RequestHead;

/// What the gate keeps of a post beside its headers and its body: contexts, states and their places in tables.
pub(super) const STREAM_BYTES: usize = 1024;

/// A body in its decoder, held to `limits.maxBodyBytes` and, with the headers that are kept beside it, to what
/// `limits.maxInflightBytes` leaves free.
pub(super) struct BoundedBody {
    decoder: BodyDecoder,
    reservation: Reservation,
    /// What counts beside the body.
    beside: usize,
    max_bytes: usize,
}

impl BoundedBody {
    /// Starts with no bytes, to be decoded by `decoder`. From now on, what is kept of the headers counts in the
    /// stream's reservation.
    ///
    /// # Errors
    /// [`ErrorCode::Overloaded`]
    pub(super) fn new(
        decoder: BodyDecoder,
        config: &Config,
        head: &RequestHead,
        mut reservation: Reservation,
    ) -> Result<Self, ErrorCode> {
        let beside = STREAM_BYTES.saturating_add(head.held());
        let fits = reservation.resize(beside);
        let body = Self { decoder, reservation, beside, max_bytes: config.max_body_bytes };
        if fits { Ok(body) } else { Err(ErrorCode::Overloaded) }
    }

    /// Returns the number of body bytes received so far.
    pub(super) fn received(&self) -> usize {
        self.decoder.received()
    }

    /// Expects a body of `announced` bytes. Nothing is reserved for it.
    ///
    /// # Errors
    /// [`ErrorCode::Overloaded`]: that is more than is free, so the body isn't worth reading.
    pub(super) fn expect(&mut self, announced: usize) -> Result<(), ErrorCode> {
        if !self.reservation.fits(self.beside.saturating_add(announced)) {
            return Err(ErrorCode::Overloaded);
        }
        self.decoder.announce(announced);
        Ok(())
    }

    /// Returns the longest chunk that can be taken. Of a longer one, a byte more is enough to see that.
    pub(super) fn room(&self) -> usize {
        self.max_bytes.saturating_sub(self.received()).min(self.reservation.free())
    }

    /// Adds the next chunk.
    ///
    /// # Errors
    /// [`ErrorCode::BodyTooLarge`], [`ErrorCode::Overloaded`]
    pub(super) fn take(&mut self, chunk: &[u8]) -> Result<(), ErrorCode> {
        if self.received().saturating_add(chunk.len()) > self.max_bytes {
            return Err(ErrorCode::BodyTooLarge);
        }
        if !self.reservation.fits(self.held().saturating_add(chunk.len())) {
            return Err(ErrorCode::Overloaded);
        }
        self.decoder.push(chunk);
        if self.reservation.resize(self.held()) { Ok(()) } else { Err(ErrorCode::Overloaded) }
    }

    /// Returns the decoder, and the stream's reservation.
    pub(super) fn into_parts(self) -> (BodyDecoder, Reservation) {
        (self.decoder, self.reservation)
    }

    fn held(&self) -> usize {
        self.beside.saturating_add(self.decoder.held())
    }
}
