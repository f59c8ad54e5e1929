//! The body with which a forwarded request goes on.

use std::rc::Rc;

use crate::crypto::Plaintext;
use crate::template::Rendering;

/// The body of a forwarded request.
pub enum Body {
    /// What the client sent; Envoy still has it.
    Original,
    /// This instead.
    Replace(BodyChunks),
}

/// A body in chunks, so that nothing large is copied to assemble it: text that a template produced, and spans of the
/// payload. The payload is wiped on drop; the text is not.
pub struct BodyChunks {
    payload: Rc<Plaintext>,
    rendering: Rendering,
}

impl BodyChunks {
    /// Combines a payload with what was rendered from it.
    #[must_use]
    pub fn new(payload: Rc<Plaintext>, rendering: Rendering) -> Self {
        Self { payload, rendering }
    }

    /// Takes the payload as it is.
    #[must_use]
    pub fn whole(payload: Rc<Plaintext>) -> Self {
        let rendering = Rendering::of_payload(payload.len());
        Self { payload, rendering }
    }

    /// Returns the length of the body in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rendering.len()
    }

    /// Returns whether the body has no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rendering.is_empty()
    }

    /// Returns the chunks in order, none of them empty.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.rendering.pieces(&self.payload)
    }

    /// Copies the whole body into one buffer.
    #[must_use]
    pub fn concat(&self) -> Vec<u8> {
        self.iter().collect::<Vec<_>>().concat()
    }
}
