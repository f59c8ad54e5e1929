//! Greek in Latin letters. ICAO 9303 has no table for it; Greek and Cypriot documents follow ELOT 743 (ISO 843).

use super::latin::{self, Style};

/// One consistent spelling.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spelling {
    /// ELOT 743, transcription: what documents print.
    Documents,
    /// ISO 843 letter by letter, without marks.
    Letters,
    /// How people write themselves: `ΜΠ` and `ΝΤ` by their sound, `Χ` as `H`.
    Habit,
}

/// Returns the word in every spelling; nothing where no letter is Greek.
pub(super) fn spellings(word: &str) -> impl Iterator<Item = String> {
    let is_greek = word.chars().any(|c| matches!(c, '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}'));
    let spellings = [Spelling::Documents, Spelling::Letters, Spelling::Habit].into_iter();
    spellings.filter(move |_| is_greek).map(|spelling| spelling.write(word))
}

impl Spelling {
    fn write(self, word: &str) -> String {
        let letters: Vec<char> = word.chars().collect();
        let mut text = String::with_capacity(word.len());
        let mut at = 0;
        while let Some(letter) = letters.get(at).copied().map(without_accent) {
            let next = letters.get(at + 1).copied().map(without_accent);
            let after = letters.get(at + 2).copied().map(without_accent);
            let pair = next.and_then(|next| self.pair([letter, next], after, at == 0));
            match pair.or_else(|| self.single(letter)) {
                Some(latin) => text.push_str(latin),
                None => latin::push(&mut text, letter, Style::Plain),
            }
            at += if pair.is_some() { 2 } else { 1 };
        }
        text
    }

    /// Reads two letters that are written as one sound. A diaeresis keeps them apart.
    fn pair(self, pair: [char; 2], after: Option<char>, is_first: bool) -> Option<&'static str> {
        let is_edge = is_first || after.is_none();
        let is_unvoiced = after.is_none_or(|c| matches!(c, 'Θ' | 'Κ' | 'Ξ' | 'Π' | 'Σ' | 'Τ' | 'Φ' | 'Χ' | 'Ψ'));
        let text = match (pair, self) {
            (['Ο', 'Υ'], _) => "OU",
            (_, Self::Letters) => return None,
            (['Α', 'Υ'], _) => {
                if is_unvoiced {
                    "AF"
                } else {
                    "AV"
                }
            }
            (['Ε', 'Υ'], _) => {
                if is_unvoiced {
                    "EF"
                } else {
                    "EV"
                }
            }
            (['Η', 'Υ'], _) => {
                if is_unvoiced {
                    "IF"
                } else {
                    "IV"
                }
            }
            (['Γ', 'Γ'], _) => "NG",
            (['Γ', 'Ξ'], _) => "NX",
            (['Γ', 'Χ'], _) => "NCH",
            (['Μ', 'Π'], _) if is_edge => "B",
            (['Ν', 'Τ'], Self::Habit) if is_first => "D",
            (['Γ', 'Κ'], Self::Habit) if is_first => "G",
            _ => return None,
        };
        Some(text)
    }

    fn single(self, letter: char) -> Option<&'static str> {
        let text = match (letter, self) {
            ('Χ', Self::Habit) => "H",
            ('Υ' | 'Ϋ', Self::Habit) => "I",
            ('Υ' | 'Ϋ', _) => "Y",
            ('Α', _) => "A",
            ('Β', _) => "V",
            ('Γ', _) => "G",
            ('Δ', _) => "D",
            ('Ε', _) => "E",
            ('Ζ', _) => "Z",
            ('Η' | 'Ι' | 'Ϊ', _) => "I",
            ('Θ', _) => "TH",
            ('Κ', _) => "K",
            ('Λ', _) => "L",
            ('Μ', _) => "M",
            ('Ν', _) => "N",
            ('Ξ', _) => "X",
            ('Ο' | 'Ω', _) => "O",
            ('Π', _) => "P",
            ('Ρ', _) => "R",
            ('Σ', _) => "S",
            ('Τ', _) => "T",
            ('Φ', _) => "F",
            ('Χ', _) => "CH",
            ('Ψ', _) => "PS",
            _ => return None,
        };
        Some(text)
    }
}

/// Returns the letter without accents and breathings; a diaeresis stays.
fn without_accent(letter: char) -> char {
    let mut base = letter;
    let mut has_diaeresis = false;
    unicode_normalization::char::decompose_canonical(letter, |c| match c {
        'Α'..='Ω' => base = c,
        '\u{308}' => has_diaeresis = true,
        _ => {}
    });
    match base {
        'Ι' if has_diaeresis => 'Ϊ',
        'Υ' if has_diaeresis => 'Ϋ',
        base => base,
    }
}
