//! Decoding 16 digits at once, on WebAssembly's vectors.
//!
//! A byte's row (upper half) and column (lower half) tell by two look-ups whether it is a digit: one gives the row as a
//! bit, the other the rows in which the column has a digit. A third gives what to add to get its value. The idea of
//! deciding by halves of a byte is Wojciech Muła's (<http://0x80.pl/articles/base64-simd-neon.html>).

use core::arch::wasm32::*;

use super::digits::Alphabet;

/// Decodes groups from the start of `text` on, until something else comes or there is less than what is decoded in
/// one go: the number of groups. `out`, which must have room for as many groups as `text` could be, is overwritten
/// from its start on, maybe beyond them.
pub(in crate::crypto) fn decode_groups(alphabet: Alphabet, text: &[u8], out: &mut [u8]) -> usize {
    match alphabet {
        Alphabet::Standard => decode_with::<12, 48>(&STANDARD, join_sixes, text, out) / 4,
        Alphabet::UrlSafe => decode_with::<12, 48>(&URL_SAFE, join_sixes, text, out) / 4,
        Alphabet::Hex => decode_with::<8, 32>(&HEX, join_fours, text, out) / 2,
    }
}

/// Decodes digits from the start of `text` on, in blocks of 16 that give `BLOCK` bytes: how many.
#[inline(always)]
fn decode_with<const BLOCK: usize, const FOUR_BLOCKS: usize>(
    tables: &Tables,
    join: impl Fn(v128) -> v128,
    text: &[u8],
    out: &mut [u8],
) -> usize {
    let mut decoded = 0;
    // Whether all are digits is asked once in four blocks; if not, they are looked at again one by one.
    for (digits, bytes) in text.as_chunks::<64>().0.iter().zip(out.as_chunks_mut::<FOUR_BLOCKS>().0) {
        let mut all = u8x16_splat(u8::MAX);
        for (digits, bytes) in digits.as_chunks().0.iter().zip(bytes.as_chunks_mut::<BLOCK>().0) {
            let (values, known) = tables.look_up(load(digits));
            store(join(values), bytes);
            all = u8x16_min(all, known);
        }
        if !u8x16_all_true(all) {
            break;
        }
        decoded += 64;
    }
    let text = text.get(decoded..).unwrap_or_default();
    let out = out.get_mut(decoded / 16 * BLOCK..).unwrap_or_default();
    for (digits, bytes) in text.as_chunks().0.iter().zip(out.as_chunks_mut::<BLOCK>().0) {
        let (values, known) = tables.look_up(load(digits));
        store(join(values), bytes);
        let others = u8x16_bitmask(u8x16_eq(known, u8x16_splat(0)));
        if others != 0 {
            return decoded + others.trailing_zeros() as usize;
        }
        decoded += 16;
    }
    decoded
}

/// What is to be known of an alphabet.
struct Tables {
    /// By column: the rows in which there is a digit, row 2 being the lowest bit.
    columns: v128,
    /// By row: its bit.
    rows: v128,
    /// By row: what to add to a digit, modulo 256. The last digit, which shares a row with others, has row + 8.
    offsets: v128,
    /// The last digit, if it needs an offset of its own.
    last: v128,
}

static STANDARD: Tables = Tables::of(Alphabet::Standard, b'/');
static URL_SAFE: Tables = Tables::of(Alphabet::UrlSafe, b'_');
static HEX: Tables = Tables::of(Alphabet::Hex, 0);

impl Tables {
    #[allow(clippy::indexing_slicing, reason = "done by the compiler, which would refuse an index out of bounds")]
    const fn of(alphabet: Alphabet, last: u8) -> Self {
        let [mut columns, mut rows, mut offsets] = [[0; 16]; 3];
        let mut digit = 0x20;
        while digit < 0x80 {
            let (row, column) = (digit >> 4, digit & 15);
            rows[row as usize] = 1 << (row - 2);
            if let Some(value) = alphabet.value(digit) {
                columns[column as usize] |= 1 << (row - 2);
                let place = if digit == last { row + 8 } else { row };
                offsets[place as usize] = value.wrapping_sub(digit);
            }
            digit += 1;
        }
        Self { columns: load(&columns), rows: load(&rows), offsets: load(&offsets), last: load(&[last; 16]) }
    }

    /// Returns the values of 16 digits, and 0 in the place of each byte that is none, anything else in the others'.
    #[inline(always)]
    fn look_up(&self, digits: v128) -> (v128, v128) {
        let (row, column) = (u8x16_shr(digits, 4), v128_and(digits, u8x16_splat(15)));
        let known = v128_and(u8x16_swizzle(self.rows, row), u8x16_swizzle(self.columns, column));
        let place = v128_or(row, v128_and(u8x16_eq(digits, self.last), u8x16_splat(8)));
        (u8x16_add(digits, u8x16_swizzle(self.offsets, place)), known)
    }
}

/// Joins 16 values of six bits to 12 bytes.
#[inline(always)]
fn join_sixes(values: v128) -> v128 {
    // Of two values in 16 bits the first is in the lower byte, but the more significant one; of two pairs likewise.
    let pairs = v128_or(v128_and(u16x8_shl(values, 6), u16x8_splat(0x0fc0)), u16x8_shr(values, 8));
    let fours = i32x4_dot_i16x8(pairs, i16x8(1 << 12, 1, 1 << 12, 1, 1 << 12, 1, 1 << 12, 1));
    u8x16_swizzle(fours, u8x16(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 16, 16, 16, 16))
}

/// Joins 16 values of four bits to 8 bytes.
#[inline(always)]
fn join_fours(values: v128) -> v128 {
    let pairs = v128_or(u16x8_shl(values, 4), u16x8_shr(values, 8));
    u8x16_swizzle(pairs, u8x16(0, 2, 4, 6, 8, 10, 12, 14, 16, 16, 16, 16, 16, 16, 16, 16))
}

#[inline(always)]
const fn load(bytes: &[u8; 16]) -> v128 {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = *bytes;
    u8x16(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p)
}

/// Stores as many bytes from the start as there is room.
#[inline(always)]
fn store<const SIZE: usize>(vector: v128, out: &mut [u8; SIZE]) {
    let (low, high) = (u64x2_extract_lane::<0>(vector).to_le_bytes(), u64x2_extract_lane::<1>(vector).to_le_bytes());
    out.iter_mut().zip(low.into_iter().chain(high)).for_each(|(slot, byte)| *slot = byte);
}
