//! Ciphertext, IV and tag as members of a JSON object (`bodyEncoding: {"json": …}`).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value as Json};

use crate::payload::{Document, Limits, Pointer, PointerError, Value};

use super::decoder::Decoder;
use super::encoding::BodyEncoding;
use super::secret_buf::SecretBuf;
use super::unreadable_cause::UnreadableCause;

/// Bytes of a tag.
const TAG: usize = 16;

/// Where in a JSON object the parts of an encrypted body stand, each as base64 (RFC 4648 section 4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonMembers {
    ciphertext: Pointer,
    iv: Option<Pointer>,
    tag: Option<Pointer>,
    limits: Limits,
}

/// Why JSON pointers can't be where the parts of a body stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JsonMembersError {
    /// Not a JSON pointer.
    #[error(transparent)]
    Pointer(#[from] PointerError),
    /// The whole document.
    #[error("must name a member: \"\" is the whole document")]
    Whole,
    /// Two parts in one place, or one inside another.
    #[error("must stand beside the other members, neither in the place of one nor inside it")]
    Overlap,
}

impl JsonMembers {
    /// Reads where the parts stand: JSON pointers (RFC 6901), whose tokens are names of members. Without `iv` the IV
    /// comes as `ivParamSpec` says, without `tag` the tag follows the ciphertext.
    ///
    /// # Errors
    /// See [`JsonMembersError`].
    pub fn new(ciphertext: &str, iv: Option<&str>, tag: Option<&str>) -> Result<Self, JsonMembersError> {
        let members = Self {
            ciphertext: Pointer::parse(ciphertext)?,
            iv: iv.map(Pointer::parse).transpose()?,
            tag: tag.map(Pointer::parse).transpose()?,
            limits: Limits::default(),
        };
        let tokens: Vec<_> = members.pointers().map(Pointer::tokens).collect();
        if tokens.iter().any(|tokens| tokens.is_empty()) {
            return Err(JsonMembersError::Whole);
        }
        let pairs =
            tokens.iter().enumerate().flat_map(|(at, one)| tokens.iter().skip(at + 1).map(move |other| (one, other)));
        if pairs.into_iter().any(|(one, other)| one.starts_with(other) || other.starts_with(one)) {
            return Err(JsonMembersError::Overlap);
        }
        Ok(members)
    }

    /// Bounds the JSON object that holds the parts, as the document in the ciphertext is bounded.
    #[must_use]
    pub fn within(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Tells whether the IV has a member of its own.
    #[must_use]
    pub fn has_iv(&self) -> bool {
        self.iv.is_some()
    }

    /// Tells whether the tag has a member of its own.
    pub(super) fn has_tag(&self) -> bool {
        self.tag.is_some()
    }

    fn pointers(&self) -> impl Iterator<Item = &Pointer> {
        [Some(&self.ciphertext), self.iv.as_ref(), self.tag.as_ref()].into_iter().flatten()
    }

    /// Tells whether a text is a JSON object that has none of the members.
    pub(super) fn are_absent_from(&self, text: &[u8]) -> bool {
        Document::scan(text, self.limits)
            .is_ok_and(|document| self.pointers().all(|pointer| member(document.root(), pointer).is_none()))
    }

    /// Joins the parts to one text: IV, ciphertext, tag, as far as they have members.
    ///
    /// # Errors
    /// [`UnreadableCause::Encoding`] for what is no strict JSON (RFC 8259, no name twice in one object), a member that
    /// is missing, no string or no base64, an object beyond the limits, and an IV or a tag that is too long;
    /// [`UnreadableCause::TooShort`] for one that is too short.
    pub(super) fn decode(&self, text: &[u8], iv_bytes: usize) -> Result<SecretBuf, UnreadableCause> {
        let document = Document::scan(text, self.limits).map_err(|_| UnreadableCause::Encoding)?;
        let root = document.root();
        let mut bytes = SecretBuf::with_capacity(text.len() / 4 * 3 + iv_bytes + TAG);
        if let Some(iv) = &self.iv {
            append(root, iv, Some(iv_bytes), &mut bytes)?;
        }
        append(root, &self.ciphertext, None, &mut bytes)?;
        if let Some(tag) = &self.tag {
            append(root, tag, Some(TAG), &mut bytes)?;
        }
        Ok(bytes)
    }

    /// Writes a text of IV, ciphertext and tag as a JSON object.
    pub(super) fn encode(&self, text: &[u8], iv_bytes: usize) -> Vec<u8> {
        let (iv, rest) = text.split_at_checked(if self.has_iv() { iv_bytes } else { 0 }).unwrap_or_default();
        let end = rest.len().saturating_sub(if self.has_tag() { TAG } else { 0 });
        let (ciphertext, tag) = rest.split_at_checked(end).unwrap_or_default();
        let mut object = Map::new();
        let parts = [(Some(&self.ciphertext), ciphertext), (self.iv.as_ref(), iv), (self.tag.as_ref(), tag)];
        for (pointer, part) in parts {
            if let Some(pointer) = pointer {
                insert(&mut object, pointer.tokens(), Json::String(STANDARD.encode(part)));
            }
        }
        Json::Object(object).to_string().into_bytes()
    }
}

/// Follows a pointer through objects alone.
fn member<'d>(root: Value<'d>, pointer: &Pointer) -> Option<Value<'d>> {
    pointer.tokens().iter().try_fold(root, |value, name| value.get(name))
}

/// Decodes a member behind `bytes`, which must become as long as said, where that is said.
fn append(
    root: Value<'_>,
    pointer: &Pointer,
    length: Option<usize>,
    bytes: &mut SecretBuf,
) -> Result<(), UnreadableCause> {
    let text = member(root, pointer).and_then(Value::as_str).ok_or(UnreadableCause::Encoding)?;
    let start = bytes.len();
    let mut decoder = Decoder::new(BodyEncoding::Base64);
    let decoded = decoder.push(text.as_bytes(), bytes).and_then(|()| decoder.finish(bytes));
    decoded.map_err(|_| UnreadableCause::Encoding)?;
    let decoded = bytes.len() - start;
    match length {
        Some(length) if decoded < length => Err(UnreadableCause::TooShort),
        Some(length) if decoded > length => Err(UnreadableCause::Encoding),
        _ => Ok(()),
    }
}

/// Puts a value where a pointer leads, with the objects on the way there.
fn insert(object: &mut Map<String, Json>, tokens: &[String], value: Json) {
    match tokens {
        [] => {}
        [name] => {
            object.insert(name.clone(), value);
        }
        [name, rest @ ..] => {
            let inner = object.entry(name.clone()).or_insert_with(|| Json::Object(Map::new()));
            if let Json::Object(inner) = inner {
                insert(inner, rest, value);
            }
        }
    }
}
