//! `If-Match` (RFC 9110 section 13.1.1): an update counts only if the settings are still those that its author saw.

/// The revisions that an update may replace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Precondition {
    /// Header values, joined; `None` without the header.
    listed: Option<Vec<u8>>,
}

impl Precondition {
    /// Returns the bytes of memory that the header values take.
    pub(super) fn held(&self) -> usize {
        self.listed.as_ref().map_or(0, Vec::capacity)
    }

    /// Takes note of a header; several are one list.
    pub(super) fn add(&mut self, value: &[u8]) {
        let listed = self.listed.get_or_insert_default();
        if !listed.is_empty() {
            listed.push(b',');
        }
        listed.extend_from_slice(value);
    }

    /// Whether settings of this revision may be replaced; `None` is no settings at all. Quotes may be missing; a weak
    /// tag matches nothing, since the comparison is the strong one.
    #[must_use]
    pub fn admits(&self, revision: Option<&str>) -> bool {
        let Some(listed) = &self.listed else { return true };
        let Some(revision) = revision else { return false };
        listed.split(|&byte| byte == b',').map(<[u8]>::trim_ascii).any(|tag| {
            let unquoted = tag.strip_prefix(b"\"").and_then(|tag| tag.strip_suffix(b"\"")).unwrap_or(tag);
            tag == b"*" || unquoted == revision.as_bytes()
        })
    }
}
