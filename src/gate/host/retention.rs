//! What becomes of what is read of a body.

/// What becomes of a chunk in Envoy's buffer once it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retention {
    /// It stays, so that the body can go on as it came; Envoy's buffer limit applies.
    Keep,
    /// It is taken out.
    Take,
}
