//! `If-Match` and `If-None-Match` (RFC 9110 sections 13.1.1 and 13.1.2): an update counts only if the settings are
//! still those that its author saw.

/// The revisions that an update may replace.
///
/// ```
/// use kyc_gate::settings_api::Precondition;
///
/// let mut precondition = Precondition::default();
/// assert!(precondition.admits(Some("5f2e")));
/// precondition.note(b"if-match", b"\"5f2e\"");
/// assert!(precondition.admits(Some("5f2e")) && !precondition.admits(Some("77aa")));
/// precondition.note(b"if-none-match", b"*");
/// assert!(!precondition.admits(Some("5f2e")), "there are settings");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Precondition {
    /// The values of `if-match`, joined; `None` without the header.
    wanted: Option<Vec<u8>>,
    /// The values of `if-none-match`, joined; `None` without the header.
    unwanted: Option<Vec<u8>>,
}

impl Precondition {
    /// Takes note of a header, its name in any case; several of one name are one list. Returns whether it is one of
    /// these.
    pub fn note(&mut self, name: &[u8], value: &[u8]) -> bool {
        let list = if name.eq_ignore_ascii_case(b"if-match") {
            &mut self.wanted
        } else if name.eq_ignore_ascii_case(b"if-none-match") {
            &mut self.unwanted
        } else {
            return false;
        };
        let list = list.get_or_insert_default();
        if !list.is_empty() {
            list.push(b',');
        }
        list.extend_from_slice(value);
        true
    }

    /// Returns the bytes of memory that the lists take.
    pub(super) fn held(&self) -> usize {
        let size = |list: &Option<Vec<u8>>| list.as_ref().map_or(0, Vec::capacity);
        size(&self.wanted).saturating_add(size(&self.unwanted))
    }

    /// Tells whether settings of this revision may be replaced; `None` is that none are known yet. Quotes may be
    /// missing.
    ///
    /// `If-None-Match: *` admits nothing, since there always are settings. A weak tag never matches in `If-Match`, and
    /// like any other in `If-None-Match` (RFC 9110 section 8.8.3.2).
    #[must_use]
    pub fn admits(&self, revision: Option<&str>) -> bool {
        let is_unwanted = self.unwanted.as_deref().is_some_and(|list| {
            tags(list).any(|tag| tag == b"*" || names(tag.strip_prefix(b"W/").unwrap_or(tag), revision))
        });
        let is_wanted = self
            .wanted
            .as_deref()
            .is_none_or(|list| revision.is_some() && tags(list).any(|tag| tag == b"*" || names(tag, revision)));
        is_wanted && !is_unwanted
    }
}

fn tags(list: &[u8]) -> impl Iterator<Item = &[u8]> {
    list.split(|&byte| byte == b',').map(<[u8]>::trim_ascii)
}

/// Tells whether a tag, quoted or bare, is that of a revision.
fn names(tag: &[u8], revision: Option<&str>) -> bool {
    let bare = tag.strip_prefix(b"\"").and_then(|tag| tag.strip_suffix(b"\"")).unwrap_or(tag);
    revision.is_some_and(|revision| bare == revision.as_bytes())
}
