//! Decoding a body while it arrives, whatever the chunk boundaries.

use super::alphabet::{Alphabet, decode_groups};
use super::encoding::BodyEncoding;

/// The body isn't written in its encoding.
#[derive(Debug)]
pub struct Malformed;

/// The state of a decoding between two chunks. After an error it is of no more use.
pub struct Decoder(State);

enum State {
    Raw,
    Digits(Digits),
    Quoted(Quoted),
}

impl Decoder {
    /// At the beginning of a body.
    #[must_use]
    pub fn new(encoding: BodyEncoding) -> Self {
        Self(match encoding {
            BodyEncoding::Raw => State::Raw,
            BodyEncoding::Base64 => State::Digits(Digits::new(Alphabet::Standard)),
            BodyEncoding::Base64Url => State::Digits(Digits::new(Alphabet::UrlSafe)),
            BodyEncoding::Hex => State::Digits(Digits::new(Alphabet::Hex)),
            BodyEncoding::JsonString => {
                State::Quoted(Quoted { digits: Digits::new(Alphabet::Standard), place: Place::Before })
            }
        })
    }

    /// Appends what `chunk` stands for to `out`, which isn't moved where it has room for [`Self::bound`] of all chunks.
    ///
    /// # Errors
    /// Something in the chunk isn't in the encoding.
    pub fn push(&mut self, chunk: &[u8], out: &mut Vec<u8>) -> Result<(), Malformed> {
        match &mut self.0 {
            State::Raw => {
                out.extend_from_slice(chunk);
                Ok(())
            }
            State::Digits(digits) => append(digits.most(chunk.len()), out, |free| digits.push(chunk, free)),
            State::Quoted(quoted) => append(quoted.digits.most(chunk.len()), out, |free| quoted.push(chunk, free)),
        }
    }

    /// Appends what was held back until the end of the body.
    ///
    /// # Errors
    /// The body ends in the middle of a group, or of its string.
    pub fn finish(self, out: &mut Vec<u8>) -> Result<(), Malformed> {
        match self.0 {
            State::Raw => Ok(()),
            State::Digits(digits) | State::Quoted(Quoted { digits, place: Place::After }) => {
                append(digits.alphabet.bytes(), out, |free| digits.finish(free))
            }
            State::Quoted(_) => Err(Malformed),
        }
    }

    /// Returns the most bytes that `length` bytes of the body add, with room for what [`Self::finish`] adds.
    #[must_use]
    pub fn bound(&self, length: usize) -> usize {
        match self.0 {
            State::Raw => length,
            State::Digits(Digits { alphabet: Alphabet::Hex, .. }) => length / 2 + 1,
            State::Digits(_) | State::Quoted(_) => (length / 4 + 2).saturating_mul(3),
        }
    }
}

/// Lets `write` write up to `most` bytes behind `out`.
fn append<T>(most: usize, out: &mut Vec<u8>, write: impl FnOnce(&mut Free<'_>) -> T) -> T {
    let start = out.len();
    out.resize(start.saturating_add(most), 0);
    let mut free = Free(out.get_mut(start..).unwrap_or_default());
    let written = write(&mut free);
    let left = free.0.len();
    out.truncate(out.len() - left);
    written
}

pub(super) fn is_space(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// Base64 or hexadecimal digits, between which there may be white space.
struct Digits {
    alphabet: Alphabet,
    /// The values of the digits of a group whose end hasn't come yet, one behind the other.
    held: u32,
    count: usize,
    padding: usize,
}

impl Digits {
    fn new(alphabet: Alphabet) -> Self {
        Self { alphabet, held: 0, count: 0, padding: 0 }
    }

    /// Returns the most bytes that so many more digits give.
    fn most(&self, digits: usize) -> usize {
        (self.count + digits) / self.alphabet.group() * self.alphabet.bytes()
    }

    fn push(&mut self, chunk: &[u8], free: &mut Free<'_>) -> Result<(), Malformed> {
        if self.take(chunk, free)? == chunk.len() { Ok(()) } else { Err(Malformed) }
    }

    /// Takes digits, padding and white space, up to the first byte that is nothing of it: how many bytes.
    fn take(&mut self, text: &[u8], free: &mut Free<'_>) -> Result<usize, Malformed> {
        let mut rest = text;
        loop {
            if self.count == 0 && self.padding == 0 {
                let groups = decode_groups(self.alphabet, rest, free.0);
                free.advance(groups * self.alphabet.bytes());
                rest = rest.get(groups * self.alphabet.group()..).unwrap_or_default();
            }
            // What lies between two runs of groups: white space, or a group that it or the chunk's end divides.
            let tried = rest.len();
            while let Some((byte, behind)) = rest.split_first() {
                match self.alphabet.value(*byte) {
                    Some(_) if self.count == 0 && self.padding == 0 && rest.len() < tried => break,
                    Some(value) => self.hold(value, free)?,
                    None if is_space(byte) => {}
                    None if *byte == b'=' => self.pad()?,
                    None => return Ok(text.len() - rest.len()),
                }
                rest = behind;
            }
            if rest.is_empty() {
                return Ok(text.len());
            }
        }
    }

    fn hold(&mut self, value: u8, free: &mut Free<'_>) -> Result<(), Malformed> {
        if self.padding > 0 {
            return Err(Malformed);
        }
        self.held = self.held << self.alphabet.bits() | u32::from(value);
        self.count += 1;
        if self.count == self.alphabet.group() {
            let bytes = self.held.to_be_bytes();
            free.put(bytes.get(bytes.len() - self.alphabet.bytes()..).unwrap_or_default());
            (self.held, self.count) = (0, 0);
        }
        Ok(())
    }

    fn pad(&mut self) -> Result<(), Malformed> {
        self.padding += 1;
        let fits = self.alphabet != Alphabet::Hex && self.count >= 2 && self.count + self.padding <= 4;
        if fits { Ok(()) } else { Err(Malformed) }
    }

    fn finish(self, free: &mut Free<'_>) -> Result<(), Malformed> {
        if self.count == 0 {
            return Ok(());
        }
        let bits = self.count * self.alphabet.bits();
        let (bytes, unused) = (bits / 8, bits % 8);
        let divided = self.alphabet == Alphabet::Hex || bytes == 0;
        let badly_padded = self.padding > 0 && self.count + self.padding != self.alphabet.group();
        if divided || badly_padded || self.held & ((1 << unused) - 1) != 0 {
            return Err(Malformed);
        }
        let held = (self.held >> unused).to_be_bytes();
        free.put(held.get(held.len() - bytes..).unwrap_or_default());
        Ok(())
    }
}

/// Room for decoded bytes.
struct Free<'o>(&'o mut [u8]);

impl Free<'_> {
    fn put(&mut self, bytes: &[u8]) {
        self.0.iter_mut().zip(bytes).for_each(|(slot, byte)| *slot = *byte);
        self.advance(bytes.len());
    }

    fn advance(&mut self, taken: usize) {
        let _ = self.0.split_off_mut(..taken);
    }
}

/// Base64 digits in a JSON string.
struct Quoted {
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
    fn push(&mut self, chunk: &[u8], free: &mut Free<'_>) -> Result<(), Malformed> {
        let mut rest = chunk;
        while !rest.is_empty() {
            if matches!(self.place, Place::Inside) {
                rest = rest.get(self.digits.take(rest, free)?..).unwrap_or_default();
            }
            let Some((first, behind)) = rest.split_first() else { break };
            self.place = self.step(*first, free)?;
            rest = behind;
        }
        Ok(())
    }

    /// Takes a byte that is no digit, padding or white space of the text.
    fn step(&mut self, byte: u8, free: &mut Free<'_>) -> Result<Place, Malformed> {
        match (self.place, byte) {
            (Place::Before | Place::After, _) if is_space(&byte) => Ok(self.place),
            (Place::Before, b'"') => Ok(Place::Inside),
            (Place::Inside, b'"') => Ok(Place::After),
            (Place::Inside, b'\\') => Ok(Place::Escape),
            (Place::Escape, b'u') => Ok(Place::Code { count: 0, code: 0 }),
            (Place::Escape, b'n' | b'r' | b't') => Ok(Place::Inside),
            (Place::Escape, b'/') => {
                self.digits.push(b"/", free)?;
                Ok(Place::Inside)
            }
            (Place::Code { count, code }, _) => {
                let code = code * 16 + char::from(byte).to_digit(16).ok_or(Malformed)?;
                if count < 3 {
                    return Ok(Place::Code { count: count + 1, code });
                }
                self.digits.push(&[u8::try_from(code).map_err(|_| Malformed)?], free)?;
                Ok(Place::Inside)
            }
            _ => Err(Malformed),
        }
    }
}
