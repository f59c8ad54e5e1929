//! `content-digest` (RFC 9530).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// The SHA-256 of a body, made as it arrives.
#[derive(Clone, Default)]
pub struct BodyDigest(Sha256);

impl BodyDigest {
    /// Takes the next piece of the body in.
    pub fn update(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    /// The value of `content-digest`: a dictionary with the member `sha-256`.
    #[must_use]
    pub fn finish(self) -> String {
        format!("sha-256=:{}:", STANDARD.encode(self.0.finalize()))
    }

    /// The value for a body that is there, in pieces.
    #[must_use]
    pub fn of<'p>(pieces: impl IntoIterator<Item = &'p [u8]>) -> String {
        let mut digest = Self::default();
        pieces.into_iter().for_each(|piece| digest.update(piece));
        digest.finish()
    }
}
