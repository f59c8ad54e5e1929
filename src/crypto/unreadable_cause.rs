//! Why a body could not be read: a closed set of words for operators.

use crate::words::words;

words! {
    /// Why no JSON document came out of a body.
    ///
    /// For the audit line and the metrics only: every cause gives the client the same response, or it would be an
    /// oracle. The order is that of the steps of reading a body. Where several keys were tried, the cause of the one
    /// that got furthest counts, which is the greatest: a body that a previous key authenticates but that is no JSON is
    /// [`UnreadableCause::Json`], whatever the key in use made of it.
    pub enum UnreadableCause {
        /// A key is configured, but the body came in the clear and `allowPlaintext` is not set.
        Plaintext = "plaintext",
        /// The body is not written in its `bodyEncoding`.
        Encoding = "encoding",
        /// There is no whole IV, or with GCM no tag.
        TooShort = "too-short",
        /// The tag of GCM is wrong: another key, or a changed body.
        Authentication = "authentication",
        /// A mode without a tag gave no JSON document: another key, a changed body, wrong padding, or no JSON at all.
        /// One word for all of them, since nothing tells them apart.
        PaddingOrJson = "padding-or-json",
        /// What was authentic, or came in the clear, is not UTF-8.
        Utf8 = "utf8",
        /// What was authentic, or came in the clear, is not JSON as RFC 8259 has it.
        Json = "json",
    }
}
