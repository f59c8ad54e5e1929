//! Why a text is refused as a JSON document.

/// Why a text is not an acceptable JSON document. Carries no part of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScanError {
    /// Longer than `u32::MAX` bytes.
    #[error("too long")]
    TooLong,
    /// A byte order mark before the document.
    #[error("starts with a byte order mark")]
    ByteOrderMark,
    /// The bytes are not UTF-8.
    #[error("not UTF-8")]
    Utf8,
    /// Nothing but white space.
    #[error("empty")]
    Empty,
    /// The text ends inside the document.
    #[error("ends too early")]
    UnexpectedEnd,
    /// A byte that can't stand where it does.
    #[error("unexpected byte")]
    UnexpectedByte,
    /// Something other than white space after the document.
    #[error("bytes after the document")]
    TrailingBytes,
    /// A backslash that starts no escape of JSON's.
    #[error("bad escape in a string")]
    BadEscape,
    /// An escaped UTF-16 surrogate without its other half.
    #[error("lone surrogate in a string")]
    LoneSurrogate,
    /// A character below U+0020 in a string.
    #[error("control character in a string")]
    ControlCharacter,
    /// What looks like a number but isn't one of JSON's.
    #[error("bad number")]
    BadNumber,
    /// Two members of one object have the same (decoded) name.
    #[error("duplicate key in an object")]
    DuplicateKey,
    /// The names of two members of one object are equal after simple case folding: readers that ignore case see one
    /// name.
    #[error("two keys of an object that differ in case only")]
    CaseVariantKey,
    /// Nested deeper than [`Limits::max_depth`](super::Limits::max_depth).
    #[error("nested too deeply")]
    TooDeep,
    /// More members and elements than [`Limits::max_fields`](super::Limits::max_fields).
    #[error("too many fields")]
    TooManyFields,
}

/// A [`ScanError`] and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScanFailure {
    /// What is wrong.
    pub error: ScanError,
    /// Offset of the byte that is wrong; the length of the text where that ends too early.
    pub at: usize,
    /// For a name that stands twice, the names and indices that lead to it; else empty.
    pub path: Vec<PathStep>,
}

/// A step from a JSON value into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathStep {
    /// To the member with this name.
    Name(String),
    /// To the element with this index.
    Index(usize),
}
