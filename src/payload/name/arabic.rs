//! Arabic in Latin letters: ICAO 9303 part 3 section 6, table C, which only machine readable zones use.

use super::latin::{self, Style};

/// Table C, as far as names in Arabic, Persian, Urdu and Pashto need it.
fn table(letter: char) -> Option<&'static str> {
    let text = match letter {
        '\u{621}' => "XE",
        '\u{622}' => "XAA",
        '\u{623}' => "XAE",
        '\u{624}' => "U",
        '\u{625}' => "I",
        '\u{626}' => "XI",
        '\u{627}' => "A",
        '\u{628}' => "B",
        '\u{62a}' => "T",
        '\u{62b}' => "XTH",
        '\u{62c}' => "J",
        '\u{62d}' => "XH",
        '\u{62e}' => "XKH",
        '\u{62f}' => "D",
        '\u{630}' => "XDH",
        '\u{631}' => "R",
        '\u{632}' => "Z",
        '\u{633}' => "S",
        '\u{634}' => "XSH",
        '\u{635}' => "XSS",
        '\u{636}' => "XDZ",
        '\u{637}' => "XTT",
        '\u{638}' => "XZZ",
        '\u{639}' => "E",
        '\u{63a}' => "G",
        '\u{641}' => "F",
        '\u{642}' => "Q",
        '\u{643}' => "K",
        '\u{644}' => "L",
        '\u{645}' => "M",
        '\u{646}' => "N",
        '\u{647}' => "H",
        '\u{648}' => "W",
        '\u{649}' => "XAY",
        '\u{64a}' | '\u{6d0}' => "Y",
        '\u{671}' => "XXA",
        '\u{679}' => "XXT",
        '\u{67c}' => "XRT",
        '\u{67e}' => "P",
        '\u{681}' => "XKE",
        '\u{685}' => "XXH",
        '\u{686}' => "XC",
        '\u{688}' => "XXD",
        '\u{689}' => "XDR",
        '\u{691}' => "XXR",
        '\u{693}' => "XRR",
        '\u{696}' => "XRX",
        '\u{698}' => "XJ",
        '\u{69a}' => "XXS",
        '\u{6a9}' => "XKK",
        '\u{6ab}' => "XXK",
        '\u{6ad}' => "XNG",
        '\u{6af}' => "XGG",
        '\u{6ba}' => "XNN",
        '\u{6bc}' => "XXN",
        '\u{6be}' => "XDO",
        '\u{6c0}' => "XYH",
        '\u{6c1}' => "XXG",
        '\u{6c2}' => "XGE",
        '\u{6c3}' => "XTG",
        '\u{6cc}' => "XYA",
        '\u{6cd}' => "XXY",
        '\u{6d2}' => "XYB",
        '\u{6d3}' => "XBE",
        _ => return None,
    };
    Some(text)
}

/// The feminine ending, which the table writes in two ways.
const TEH_MARBUTA: char = '\u{629}';

/// Returns whether a word has letters of the Arabic script.
pub(super) fn is_arabic(word: &str) -> bool {
    word.chars().any(|c| matches!(c, '\u{620}'..='\u{64a}' | '\u{66e}'..='\u{6d5}'))
}

/// Returns the word as table C writes it; `None` where no letter is Arabic.
pub(super) fn in_zone(word: &str) -> Option<String> {
    if !is_arabic(word) {
        return None;
    }
    let mut text = String::with_capacity(word.len());
    let mut letters = word.chars().peekable();
    while let Some(letter) = letters.next() {
        match table(letter) {
            Some(latin) => text.push_str(latin),
            None if letter == TEH_MARBUTA => text.push_str(if letters.peek().is_none() { "XAH" } else { "XTA" }),
            None => latin::push(&mut text, letter, Style::Plain),
        }
    }
    Some(text)
}
