//! Simple case folding (Unicode's `CaseFolding`, statuses C and S), by which many readers of JSON compare names.

use std::array;
use std::sync::OnceLock;

const BLOCK: usize = 256;

/// Appends the folding of `text` to `folded`. Two texts are equal but for case exactly where their foldings are equal.
pub(super) fn fold_into(text: &str, folded: &mut String) {
    if !text.is_ascii() {
        return folded.extend(text.chars().map(fold));
    }
    let start = folded.len();
    folded.push_str(text);
    if let Some(copy) = folded.get_mut(start..) {
        copy.make_ascii_lowercase();
    }
}

/// Returns a number that is the same for all texts that fold like this one and another for nearly all others; `None`
/// beyond ASCII.
pub(super) fn ascii_key(text: &[u8]) -> Option<u64> {
    // Without the bit that tells the cases apart.
    const CASELESS: u64 = !0x2020_2020_2020_2020;
    const BEYOND_ASCII: u64 = 0x8080_8080_8080_8080;
    // The golden ratio and a relative of it, to spread the bits.
    const SPREAD: [u64; 2] = [0x9e37_79b9_7f4a_7c15, 0xc2b2_ae3d_27d4_eb4f];
    let (words, rest) = text.as_chunks::<8>();
    // The last bytes once more where there are eight: one look, whatever the rest's length.
    let last = match text.last_chunk() {
        Some(last) => u64::from_le_bytes(*last),
        None => rest.iter().fold(0, |last, byte| last << 8 | u64::from(*byte)),
    };
    let (mut key, mut all) = (text.len() as u64, last);
    for word in words {
        let word = u64::from_le_bytes(*word);
        key = (key ^ (word & CASELESS)).wrapping_mul(SPREAD[0]).rotate_left(29);
        all |= word;
    }
    let key = (key ^ (last & CASELESS)).wrapping_mul(SPREAD[1]);
    (all & BEYOND_ASCII == 0).then_some(key)
}

/// The foldings of the characters up to the last one that has a case. A block is made when one of its characters comes:
/// asking the standard library takes ten times as long, which megabytes of such names would make felt.
static BLOCKS: [OnceLock<Box<[char; BLOCK]>>; 0x1ea] = [const { OnceLock::new() }; 0x1ea];

/// Returns one and the same character for all that are equal but for case.
fn fold(character: char) -> char {
    let code = character as usize;
    let Some(block) = BLOCKS.get(code / BLOCK) else { return character };
    let start = code - code % BLOCK;
    let block = block.get_or_init(|| Box::new(array::from_fn(|at| folding(start + at))));
    block.get(code % BLOCK).copied().unwrap_or(character)
}

/// Looks the folding of a code point up. Surrogates are no characters and never asked for.
///
/// Of the standard library's full mappings those to a single character are the simple ones. Going to upper case first
/// makes one of letters with several lower-case forms, as the sigmas.
fn folding(code: usize) -> char {
    let character = u32::try_from(code).ok().and_then(char::from_u32).unwrap_or_default();
    match character {
        // Folded by Turkish rules only.
        'ı' => character,
        // Their full upper case has several characters.
        '\u{1fd3}' => '\u{390}',
        '\u{1fe3}' => '\u{3b0}',
        '\u{fb05}' => '\u{fb06}',
        _ => {
            let upper = single(character, character.to_uppercase());
            single(upper, upper.to_lowercase())
        }
    }
}

/// Returns the only character of a mapping, and the one that was mapped where there are several.
fn single(mapped: char, mut mapping: impl Iterator<Item = char>) -> char {
    match (mapping.next(), mapping.next()) {
        (Some(only), None) => only,
        _ => mapped,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        let mut folded = String::new();
        fold_into(text, &mut folded);
        folded
    }

    #[test]
    fn keys_tell_names_apart_but_for_case() {
        let names =
            ["a", "b", "ab", "bc", "", "source1", "source2", "identity_data", "identity_data_details", "x[", "x"];
        for name in names {
            let key = ascii_key(name.as_bytes()).unwrap();
            assert_eq!(Some(key), ascii_key(name.to_ascii_uppercase().as_bytes()), "{name}");
            let same = names.iter().filter(|other| ascii_key(other.as_bytes()) == Some(key));
            assert_eq!(same.count(), 1, "{name}");
        }
        assert_eq!(ascii_key("\u{212a}elvin".as_bytes()), None);
    }

    #[test]
    fn letters_of_one_case_orbit_fold_alike() {
        for orbit in
            ["Kk\u{212a}", "Ss\u{17f}", "Åå\u{212b}", "Σσς", "Ωω\u{2126}", "Ǆǅǆ", "ßẞ", "Ββϐ", "В\u{1c80}в", "Ꭰꭰ", "𐐀𐐨"]
        {
            let foldings: Vec<_> = orbit.chars().map(fold).collect();
            assert!(foldings.iter().all(|&folding| folding == foldings[0]), "{orbit}: {foldings:?}");
        }
        for (one, other) in [("i", "ı"), ("i", "İ"), ("ss", "ß"), ("a", "ä"), ("а", "a")] {
            assert_ne!(folded(one), folded(other));
        }
        assert_eq!(folded("Date of BIRTH"), "date of birth");
        assert_eq!(folded("GEBURTSTAG, Ö"), folded("geburtstag, ö"));
    }

    /// All of Unicode, against another implementation.
    #[test]
    #[cfg(not(target_arch = "wasm32"))]
    fn folds_as_casefolding_txt_does() {
        use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};

        for character in '\0'..=char::MAX {
            let mut orbit = ClassUnicode::new([ClassUnicodeRange::new(character, character)]);
            orbit.case_fold_simple();
            for range in orbit.ranges() {
                for other in range.start()..=range.end() {
                    assert_eq!(fold(character), fold(other), "{character:?} and {other:?}");
                }
            }
            // Nothing else folds like it, but for letters that are too new for one of the two.
            let folding = fold(character);
            let mut known = ClassUnicode::new([ClassUnicodeRange::new(folding, folding)]);
            known.case_fold_simple();
            let is_new = [&orbit, &known].iter().all(|orbit| orbit.iter().all(|range| range.len() == 1));
            assert!(orbit == known || is_new, "{character:?} and {folding:?}");
        }
    }
}
