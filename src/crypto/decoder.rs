//! Decoding a body while it arrives, whatever the chunk boundaries.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use memchr::memchr2;

use super::encoding::BodyEncoding;

/// The body isn't written in its encoding.
#[derive(Debug)]
pub(super) struct Malformed;

/// The state of a decoding between two chunks. After an error it is of no more use.
pub(super) enum Decoder {
    Raw,
    Digits(Digits),
    Quoted(Quoted),
}

impl Decoder {
    pub(super) fn new(encoding: BodyEncoding) -> Self {
        match encoding {
            BodyEncoding::Raw => Self::Raw,
            BodyEncoding::Base64 => Self::Digits(Digits::new(Alphabet::Standard)),
            BodyEncoding::Base64Url => Self::Digits(Digits::new(Alphabet::UrlSafe)),
            BodyEncoding::Hex => Self::Digits(Digits::new(Alphabet::Hex)),
            BodyEncoding::JsonString => {
                Self::Quoted(Quoted { digits: Digits::new(Alphabet::Standard), place: Place::Before })
            }
        }
    }

    /// Appends what `chunk` stands for to `out`.
    pub(super) fn push(&mut self, chunk: &[u8], out: &mut Vec<u8>) -> Result<(), Malformed> {
        match self {
            Self::Raw => out.extend_from_slice(chunk),
            Self::Digits(digits) => digits.push(chunk, out)?,
            Self::Quoted(quoted) => quoted.push(chunk, out)?,
        }
        Ok(())
    }

    /// Appends what was held back until the end of the body.
    pub(super) fn finish(self, out: &mut Vec<u8>) -> Result<(), Malformed> {
        match self {
            Self::Raw => Ok(()),
            Self::Digits(digits) | Self::Quoted(Quoted { digits, place: Place::After }) => digits.finish(out),
            Self::Quoted(_) => Err(Malformed),
        }
    }

    /// The most bytes that `length` bytes of the body add, with room for what [`Self::finish`] adds.
    pub(super) fn bound(&self, length: usize) -> usize {
        match self {
            Self::Raw => length,
            Self::Digits(Digits { alphabet: Alphabet::Hex, .. }) => length / 2 + 1,
            Self::Digits(_) | Self::Quoted(_) => (length / 4 + 2).saturating_mul(3),
        }
    }
}

pub(super) fn is_space(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Alphabet {
    Standard,
    UrlSafe,
    Hex,
}

impl Alphabet {
    /// Digits that stand for a whole number of bytes.
    fn group(self) -> usize {
        if self == Self::Hex { 2 } else { 4 }
    }

    fn decode(self, digits: &[u8], out: &mut Vec<u8>) -> Result<(), Malformed> {
        match self {
            Self::Standard => STANDARD_NO_PAD.decode_vec(digits, out).map_err(|_| Malformed),
            Self::UrlSafe => URL_SAFE_NO_PAD.decode_vec(digits, out).map_err(|_| Malformed),
            Self::Hex => {
                let start = out.len();
                out.resize(start + digits.len() / 2, 0);
                let bytes = out.get_mut(start..).unwrap_or_default();
                base16ct::mixed::decode(digits, bytes).map(|_| ()).map_err(|_| Malformed)
            }
        }
    }
}

/// Base64 or hexadecimal digits, between which there may be white space.
#[derive(Clone, Copy)]
pub(super) struct Digits {
    alphabet: Alphabet,
    /// The beginning of a group whose end hasn't come yet.
    held: [u8; 4],
    count: usize,
    padding: usize,
}

impl Digits {
    fn new(alphabet: Alphabet) -> Self {
        Self { alphabet, held: [0; 4], count: 0, padding: 0 }
    }

    fn push(&mut self, chunk: &[u8], out: &mut Vec<u8>) -> Result<(), Malformed> {
        // Almost every chunk is nothing but digits, or ends in padding: that is decoded without looking for white space.
        let end = chunk.iter().rposition(|byte| *byte != b'=' && !is_space(byte)).map_or(0, |last| last + 1);
        let (text, tail) = chunk.split_at(end);
        let before = (*self, out.len());
        if self.take(text, out).is_err() {
            *self = before.0;
            out.truncate(before.1);
            self.push_spaced(text, out)?;
        }
        self.push_spaced(tail, out)
    }

    fn push_spaced(&mut self, text: &[u8], out: &mut Vec<u8>) -> Result<(), Malformed> {
        for word in text.split(is_space) {
            let end = word.iter().position(|byte| *byte == b'=').unwrap_or(word.len());
            let (digits, padding) = word.split_at(end);
            self.take(digits, out)?;
            self.pad(padding)?;
        }
        Ok(())
    }

    fn take(&mut self, digits: &[u8], out: &mut Vec<u8>) -> Result<(), Malformed> {
        if digits.is_empty() {
            return Ok(());
        }
        if self.padding > 0 {
            return Err(Malformed);
        }
        let group = self.alphabet.group();
        let mut digits = digits;
        if self.count > 0 {
            let (head, rest) = digits.split_at(digits.len().min(group - self.count));
            self.hold(head)?;
            if self.count < group {
                return Ok(());
            }
            self.alphabet.decode(self.held(), out)?;
            self.count = 0;
            digits = rest;
        }
        let (groups, rest) = digits.split_at(digits.len() - digits.len() % group);
        self.alphabet.decode(groups, out)?;
        self.hold(rest)
    }

    fn pad(&mut self, padding: &[u8]) -> Result<(), Malformed> {
        if padding.is_empty() {
            return Ok(());
        }
        self.padding = self.padding.saturating_add(padding.len());
        let fits = self.alphabet != Alphabet::Hex && self.count >= 2 && self.padding <= 4 - self.count;
        if fits && padding.iter().all(|byte| *byte == b'=') { Ok(()) } else { Err(Malformed) }
    }

    fn finish(self, out: &mut Vec<u8>) -> Result<(), Malformed> {
        if self.padding > 0 && self.count + self.padding != 4 {
            return Err(Malformed);
        }
        self.alphabet.decode(self.held(), out)
    }

    fn held(&self) -> &[u8] {
        self.held.get(..self.count).unwrap_or_default()
    }

    /// Keeps digits for later, when it would be too late to notice white space among them.
    fn hold(&mut self, digits: &[u8]) -> Result<(), Malformed> {
        if digits.iter().any(is_space) {
            return Err(Malformed);
        }
        self.held.iter_mut().skip(self.count).zip(digits).for_each(|(slot, digit)| *slot = *digit);
        self.count += digits.len();
        Ok(())
    }
}

/// Base64 digits in a JSON string.
pub(super) struct Quoted {
    digits: Digits,
    place: Place,
}

#[derive(Clone, Copy)]
enum Place {
    Before,
    Inside,
    /// Behind a backslash.
    Escape,
    /// Behind `\u` and so many hexadecimal digits, which make up the code so far.
    Code {
        count: usize,
        code: u32,
    },
    After,
}

impl Quoted {
    fn push(&mut self, chunk: &[u8], out: &mut Vec<u8>) -> Result<(), Malformed> {
        let mut rest = chunk;
        while let Some((first, behind)) = rest.split_first() {
            if matches!(self.place, Place::Inside) {
                let (text, end) = rest.split_at(memchr2(b'"', b'\\', rest).unwrap_or(rest.len()));
                self.digits.push(text, out)?;
                rest = end;
                if let Some((first, behind)) = end.split_first() {
                    self.place = if *first == b'"' { Place::After } else { Place::Escape };
                    rest = behind;
                }
            } else {
                self.place = self.step(*first, out)?;
                rest = behind;
            }
        }
        Ok(())
    }

    /// Takes a byte that isn't a plain character of the string.
    fn step(&mut self, byte: u8, out: &mut Vec<u8>) -> Result<Place, Malformed> {
        match (self.place, byte) {
            (Place::Before | Place::After, _) if is_space(&byte) => Ok(self.place),
            (Place::Before, b'"') => Ok(Place::Inside),
            (Place::Escape, b'u') => Ok(Place::Code { count: 0, code: 0 }),
            (Place::Escape, b'n' | b'r' | b't') => Ok(Place::Inside),
            (Place::Escape, b'/') => {
                self.digits.push(b"/", out)?;
                Ok(Place::Inside)
            }
            (Place::Code { count, code }, _) => {
                let code = code * 16 + char::from(byte).to_digit(16).ok_or(Malformed)?;
                if count < 3 {
                    return Ok(Place::Code { count: count + 1, code });
                }
                self.digits.push(&[u8::try_from(code).map_err(|_| Malformed)?], out)?;
                Ok(Place::Inside)
            }
            _ => Err(Malformed),
        }
    }
}
