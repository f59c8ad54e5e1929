//! The body that a forwarded request goes on with.

use std::rc::Rc;

use crate::crypto::Plaintext;
use crate::template::Rendering;

/// The body of a forwarded request.
pub enum Body {
    /// What the client sent; Envoy still has it.
    AsItCame,
    /// This instead.
    Replace(BodyChunks),
}

/// A body in pieces, so that nothing large is copied to put it together: text that a template made, and spans of the
/// payload. The payload is wiped on drop; what was made is not.
pub struct BodyChunks {
    payload: Rc<Plaintext>,
    rendering: Rendering,
}

impl BodyChunks {
    /// What was rendered from `payload`.
    #[must_use]
    pub fn new(payload: Rc<Plaintext>, rendering: Rendering) -> Self {
        Self { payload, rendering }
    }

    /// The payload as it is.
    #[must_use]
    pub fn whole(payload: Rc<Plaintext>) -> Self {
        let rendering = Rendering::of_payload(payload.len());
        Self { payload, rendering }
    }

    /// How many bytes the body has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rendering.len()
    }

    /// Whether that is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rendering.is_empty()
    }

    /// The pieces in their order, none of them empty.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.rendering.pieces(&self.payload)
    }

    /// All of it in one.
    #[must_use]
    pub fn concat(&self) -> Vec<u8> {
        self.iter().collect::<Vec<_>>().concat()
    }
}
