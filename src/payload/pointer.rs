//! JSON pointers (RFC 6901), parsed once.

/// A parsed JSON pointer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointer {
    tokens: Vec<String>,
}

/// Why a text is not a JSON pointer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PointerError {
    /// A non-empty pointer starts with a slash.
    #[error("a JSON pointer starts with '/'")]
    NoSlash,
    /// `~` is followed by `0` or `1`.
    #[error("'~' in a JSON pointer must be followed by 0 or 1")]
    BadEscape,
}

impl Pointer {
    /// Parses an RFC 6901 pointer; `""` is the whole document.
    ///
    /// # Errors
    /// See [`PointerError`].
    pub fn parse(text: &str) -> Result<Self, PointerError> {
        if text.is_empty() {
            return Ok(Self { tokens: Vec::new() });
        }
        let tokens = text.strip_prefix('/').ok_or(PointerError::NoSlash)?;
        Ok(Self { tokens: tokens.split('/').map(decode).collect::<Result<_, _>>()? })
    }

    /// Returns the pointer along these members.
    #[must_use]
    pub fn along(members: &[&str]) -> Self {
        Self { tokens: members.iter().map(|&member| member.to_owned()).collect() }
    }

    /// Returns the decoded reference tokens.
    #[must_use]
    pub fn tokens(&self) -> &[String] {
        &self.tokens
    }
}

/// Returns a reference token with `~1` read as `/` and `~0` as `~`.
fn decode(token: &str) -> Result<String, PointerError> {
    let mut decoded = String::with_capacity(token.len());
    let mut characters = token.chars();
    while let Some(character) = characters.next() {
        decoded.push(match character {
            '~' => match characters.next() {
                Some('0') => '~',
                Some('1') => '/',
                _ => return Err(PointerError::BadEscape),
            },
            other => other,
        });
    }
    Ok(decoded)
}

/// Returns the array index a token spells: digits, without a leading zero. `-`, the element after the last, never
/// exists.
pub(super) fn array_index(token: &str) -> Option<usize> {
    let is_index = token.bytes().all(|byte| byte.is_ascii_digit()) && (token == "0" || !token.starts_with('0'));
    if is_index { token.parse().ok() } else { None }
}
