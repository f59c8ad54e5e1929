//! The digits of base64 and hexadecimal texts (RFC 4648).

/// The digits of an encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::crypto) enum Alphabet {
    Standard,
    UrlSafe,
    /// In any case.
    Hex,
}

impl Alphabet {
    /// Returns how many bits a digit stands for.
    pub(in crate::crypto) const fn bits(self) -> usize {
        if matches!(self, Self::Hex) { 4 } else { 6 }
    }

    /// Returns how many digits stand for a whole number of bytes.
    pub(in crate::crypto) const fn group(self) -> usize {
        if matches!(self, Self::Hex) { 2 } else { 4 }
    }

    /// Returns how many bytes a group stands for.
    pub(in crate::crypto) const fn bytes(self) -> usize {
        self.group() * self.bits() / 8
    }

    /// Returns what a digit stands for.
    #[inline]
    pub(in crate::crypto) const fn value(self, digit: u8) -> Option<u8> {
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
}
