//! The digits of base64 and hexadecimal texts (RFC 4648).

#[cfg_attr(all(feature = "simd", target_arch = "wasm32", target_feature = "simd128"), path = "alphabet/vector.rs")]
#[cfg_attr(
    not(all(feature = "simd", target_arch = "wasm32", target_feature = "simd128")),
    path = "alphabet/portable.rs"
)]
mod groups;

/// The digits of an encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Alphabet {
    Standard,
    UrlSafe,
    /// In any case.
    Hex,
}

impl Alphabet {
    /// How many bits a digit stands for.
    pub(super) const fn bits(self) -> usize {
        if matches!(self, Self::Hex) { 4 } else { 6 }
    }

    /// How many digits stand for a whole number of bytes.
    pub(super) const fn group(self) -> usize {
        if matches!(self, Self::Hex) { 2 } else { 4 }
    }

    /// How many bytes a group stands for.
    pub(super) const fn bytes(self) -> usize {
        self.group() * self.bits() / 8
    }

    /// What a digit stands for.
    #[inline]
    pub(super) const fn value(self, digit: u8) -> Option<u8> {
        match (self, digit) {
            (Self::Standard | Self::UrlSafe, b'A'..=b'Z') => Some(digit - b'A'),
            (Self::Standard | Self::UrlSafe, b'a'..=b'z') => Some(digit - b'a' + 26),
            (Self::Standard | Self::UrlSafe, b'0'..=b'9') => Some(digit - b'0' + 52),
            (Self::Standard, b'+') | (Self::UrlSafe, b'-') => Some(62),
            (Self::Standard, b'/') | (Self::UrlSafe, b'_') => Some(63),
            (Self::Hex, b'0'..=b'9') => Some(digit - b'0'),
            (Self::Hex, b'a'..=b'f') => Some(digit - b'a' + 10),
            (Self::Hex, b'A'..=b'F') => Some(digit - b'A' + 10),
            _ => None,
        }
    }

    /// Decodes groups from the start of `text` on, until something else comes or there is less than what is decoded in
    /// one go: the number of groups. `out`, which must have room for as many groups as `text` could be, is overwritten
    /// from its start on, maybe beyond them.
    pub(super) fn decode_groups(self, text: &[u8], out: &mut [u8]) -> usize {
        groups::decode(self, text, out)
    }
}
