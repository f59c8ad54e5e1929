//! A strict, one-pass JSON scanner (RFC 8259) over bytes.

/// Bounds on what a document may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Deepest allowed nesting of arrays and objects.
    pub max_depth: usize,
    /// Most object members and array elements, all levels together.
    pub max_fields: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_depth: 64, max_fields: 10_000 }
    }
}

/// Why a text is not an acceptable JSON document. Carries no part of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScanError {
    /// The bytes are not UTF-8.
    #[error("not UTF-8")]
    Utf8,
}
