//! A body that is still arriving, within its limits.

use crate::config::Config;
use crate::crypto::{BodyDecoder, Plaintext};
use crate::http::MemoryBudget;
use crate::http::Reservation;

use super::refusal::ErrorCode;

/// A body in its decoder, held to `limits.maxBodyBytes` and to what `limits.maxInflightBytes` leaves free.
pub(super) struct BoundedBody {
    decoder: BodyDecoder,
    reservation: Reservation,
    max_bytes: usize,
}

impl BoundedBody {
    /// Starts with no bytes, to be decoded by `decoder`.
    pub(super) fn new(decoder: BodyDecoder, config: &Config, budget: &MemoryBudget) -> Self {
        let reservation = budget.reserve(config.max_inflight_bytes);
        Self { decoder, reservation, max_bytes: config.max_body_bytes }
    }

    /// Returns the number of body bytes received so far.
    pub(super) fn received(&self) -> usize {
        self.decoder.received()
    }

    /// Makes room for a body of `announced` bytes.
    ///
    /// # Errors
    /// [`ErrorCode::Overloaded`]: that is more than is free, so the body isn't worth reading.
    pub(super) fn make_room(&mut self, announced: usize) -> Result<(), ErrorCode> {
        if !self.reservation.fits(announced) {
            return Err(ErrorCode::Overloaded);
        }
        self.decoder.reserve(announced);
        self.reserve_held()
    }

    /// Adds the next chunk.
    ///
    /// # Errors
    /// [`ErrorCode::BodyTooLarge`], [`ErrorCode::Overloaded`]
    pub(super) fn take(&mut self, chunk: &[u8]) -> Result<(), ErrorCode> {
        if self.received().saturating_add(chunk.len()) > self.max_bytes {
            return Err(ErrorCode::BodyTooLarge);
        }
        if !self.reservation.fits(self.decoder.held().saturating_add(chunk.len())) {
            return Err(ErrorCode::Overloaded);
        }
        self.decoder.push(chunk);
        self.reserve_held()
    }

    /// Returns the decoder, and the reservation to hold as long as the bytes are in use.
    pub(super) fn into_parts(self) -> (BodyDecoder, Reservation) {
        (self.decoder, self.reservation)
    }

    /// Returns the bytes as they came, for a body whose decoder is [`BodyDecoder::plain`]. They are no longer counted.
    pub(super) fn into_plaintext(self) -> Plaintext {
        self.decoder.into_plaintext()
    }

    fn reserve_held(&mut self) -> Result<(), ErrorCode> {
        if self.reservation.resize(self.decoder.held()) { Ok(()) } else { Err(ErrorCode::Overloaded) }
    }
}
