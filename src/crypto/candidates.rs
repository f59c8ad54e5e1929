//! The plaintexts that a body may stand for.

use std::slice;

use super::decoder::is_space;
use super::key::Key;
use super::parts::EnvelopeParts;
use super::plaintext::{DecryptedBy, Plaintext};
use super::secret_buf::SecretBuf;
use super::spec::CipherMode;
use super::unreadable_cause::UnreadableCause;

/// The plaintexts that a body may stand for; see [`Envelope::open`](super::Envelope::open).
pub struct Candidates<'e> {
    parts: &'e EnvelopeParts,
    /// What was decrypted while it arrived; then there is nothing else.
    decrypted: Option<Plaintext>,
    /// The keys that were not tried yet.
    keys: slice::Iter<'e, Key>,
    body: Option<SecretBuf>,
    /// Whether the body itself is a candidate after the keys.
    or_plain: bool,
    /// Whether the body came in the clear though it must not.
    in_the_clear: bool,
    cause: Option<UnreadableCause>,
}

impl<'e> Candidates<'e> {
    fn new(parts: &'e EnvelopeParts) -> Self {
        Self {
            parts,
            decrypted: None,
            keys: Default::default(),
            body: None,
            or_plain: false,
            in_the_clear: false,
            cause: None,
        }
    }

    /// Gives none, for this cause.
    pub(super) fn none(parts: &'e EnvelopeParts, cause: UnreadableCause) -> Self {
        Self { cause: Some(cause), ..Self::new(parts) }
    }

    /// Gives a body that came unencrypted.
    pub(super) fn plain(parts: &'e EnvelopeParts, bytes: SecretBuf) -> Self {
        Self { body: Some(bytes), or_plain: true, ..Self::new(parts) }
    }

    /// Gives what was decrypted already.
    pub(super) fn decrypted(parts: &'e EnvelopeParts, plaintext: Plaintext) -> Self {
        Self { decrypted: Some(plaintext), ..Self::new(parts) }
    }

    /// Decrypts a body by each key but the first `tried`, which failed.
    pub(super) fn encrypted(parts: &'e EnvelopeParts, bytes: SecretBuf, tried: usize) -> Self {
        let keys = parts.keys.get(tried..).unwrap_or_default().iter();
        // Raw bytes that can't be opened are worth a try as a JSON document.
        let or_plain = parts.allows_raw_plaintext() && bytes.iter().find(|byte| !is_space(byte)) == Some(&b'{');
        let cause = (tried > 0).then(|| parts.cipher.mode.failure());
        Self { keys, body: Some(bytes), or_plain, cause, ..Self::new(parts) }
    }

    /// Marks the body as one that came in the clear though it must not.
    pub(super) fn in_the_clear(self) -> Self {
        Self { in_the_clear: true, ..self }
    }

    /// Takes note of why a candidate is unreadable.
    pub(super) fn note(&mut self, cause: UnreadableCause) {
        self.cause = self.cause.max(Some(cause));
    }

    /// Returns why no candidate was found so far: of all keys, the cause of the one that got furthest.
    #[must_use]
    pub fn cause(&self) -> UnreadableCause {
        if self.in_the_clear {
            UnreadableCause::Plaintext
        } else {
            self.cause.unwrap_or(self.parts.cipher.mode.failure())
        }
    }
}

impl Iterator for Candidates<'_> {
    type Item = Plaintext;

    fn next(&mut self) -> Option<Plaintext> {
        if let Some(plaintext) = self.decrypted.take() {
            return Some(plaintext);
        }
        // A wrong tag leaves the bytes as they were, a right one leaves no question; so GCM never needs a copy.
        let tagged = self.parts.cipher.mode == CipherMode::Gcm;
        while let Some(key) = self.keys.next() {
            let at = self.parts.keys.len().saturating_sub(self.keys.len()).saturating_sub(1);
            let last = self.keys.len() == 0 && !self.or_plain;
            let mut bytes = if tagged || last { self.body.take()? } else { self.body.clone()? };
            match self.parts.decrypt(key, &mut bytes) {
                Ok(range) => return Some(Plaintext::new(bytes, range, DecryptedBy { key: at, tagged })),
                Err(cause) => self.note(cause),
            }
            if tagged {
                self.body = Some(bytes);
            }
        }
        self.body.take().filter(|_| self.or_plain).map(Plaintext::from)
    }
}
