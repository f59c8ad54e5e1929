//! Letters that write one sound: the choices that people, clerks and countries make in Latin letters, above all for
//! names from Cyrillic, Greek and Arabic.

use std::sync::LazyLock;

/// What a change costs, in hundredths of a slip.
pub(super) type Cost = u32;

/// Most letters on either side of a rule.
pub(super) const LONGEST: usize = 4;

/// What is said of two words that differ by a rule alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// They are one name: PHILIPP, FILIP.
    Spelling,
    /// They may be one name, unless both are known as names: HAIM, CHAIM, but HAN, CHAN.
    Sound,
    /// A scanner's doing.
    Scanned,
}

/// Where a rule holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Where {
    Anywhere,
    Start,
    End,
    Inside,
    /// Not at the end.
    BeforeMore,
    BeforeVowel,
    BeforeConsonant,
    /// At the start before a consonant, as Arabic's article stands.
    Article,
    /// After `AB` at the start: ABDUL, ABDEL.
    InAbd,
    /// Between consonants, as an umlaut stands; not `UEL` and the like at the end.
    Umlaut,
}

/// Returns whether a capital is a vowel; Y is one in names.
pub(super) fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'A' | b'E' | b'I' | b'O' | b'U' | b'Y')
}

/// Letters for letters. No `Debug` needed of the words, only of the table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    pub one: &'static [u8],
    pub other: &'static [u8],
    pub cost: Cost,
    pub change: Change,
    at: Where,
    /// Fewest letters of the shorter word.
    fewest: usize,
}

impl Rule {
    /// Returns whether it holds for a place in each of two words, given as the word and the place's start and end.
    pub(super) fn holds(&self, a: (&[u8], usize, usize), b: (&[u8], usize, usize)) -> bool {
        let place = |(word, start, end): (&[u8], usize, usize)| match self.at {
            Where::Anywhere => true,
            Where::Start => start == 0,
            Where::End => end == word.len(),
            Where::Inside => start > 0 && end < word.len(),
            Where::BeforeMore => end < word.len(),
            Where::BeforeVowel => word.get(end).is_some_and(|next| is_vowel(*next)),
            Where::BeforeConsonant => word.get(end).is_some_and(|next| !is_vowel(*next)),
            Where::Article => start == 0 && word.get(end).is_some_and(|next| !is_vowel(*next)),
            Where::InAbd => start == 2 && word.starts_with(b"AB"),
            Where::Umlaut => {
                let before = start.checked_sub(1).and_then(|before| word.get(before));
                let is_framed = word.get(end).is_some_and(|next| !is_vowel(*next))
                    && before.is_none_or(|before| !is_vowel(*before) && !matches!(before, b'Q' | b'G'));
                is_framed && word.get(end..) != Some(b"L".as_slice())
            }
        };
        a.0.len().min(b.0.len()) >= self.fewest && place(a) && place(b)
    }
}

/// Returns the rules whose sides end in these letters, the first in `one` and the second in `other`.
pub(super) fn ending_in(one: u8, other: u8) -> &'static [Rule] {
    static BY_LETTERS: LazyLock<Vec<Vec<Rule>>> = LazyLock::new(|| {
        let both_ways = RULES.iter().flat_map(|rule| [*rule, Rule { one: rule.other, other: rule.one, ..*rule }]);
        let mut by_letters = vec![Vec::new(); LETTERS * LETTERS];
        for rule in both_ways {
            let place = rule.one.last().zip(rule.other.last()).and_then(|(one, other)| place(*one, *other));
            if let Some(rules) = place.and_then(|place| by_letters.get_mut(place)) {
                rules.push(rule);
            }
        }
        by_letters
    });
    place(one, other).and_then(|place| BY_LETTERS.get(place)).map(Vec::as_slice).unwrap_or_default()
}

const LETTERS: usize = 26;

fn place(one: u8, other: u8) -> Option<usize> {
    let number = |letter: u8| letter.checked_sub(b'A').map(usize::from).filter(|number| *number < LETTERS);
    Some(number(one)? * LETTERS + number(other)?)
}

const fn rule(one: &'static str, other: &'static str, cost: Cost, change: Change, at: Where, fewest: usize) -> Rule {
    Rule { one: one.as_bytes(), other: other.as_bytes(), cost, change, at, fewest }
}

const fn spelling(one: &'static str, other: &'static str) -> Rule {
    rule(one, other, 20, Change::Spelling, Where::Anywhere, 3)
}

const fn sound(one: &'static str, other: &'static str) -> Rule {
    rule(one, other, 25, Change::Sound, Where::Anywhere, 5)
}

const fn vowel(one: &'static str, other: &'static str) -> Rule {
    rule(one, other, 60, Change::Sound, Where::Inside, 7)
}

const fn scanned(one: &'static str, other: &'static str) -> Rule {
    rule(one, other, 45, Change::Scanned, Where::Anywhere, 4)
}

use Change::{Sound, Spelling};
use Where::{Anywhere, Article, BeforeConsonant, BeforeMore, BeforeVowel, End, InAbd, Inside, Start, Umlaut};

const RULES: &[Rule] = &[
    // Western spellings of one sound.
    spelling("PH", "F"),
    rule("TH", "T", 20, Spelling, BeforeMore, 5),
    rule("TH", "T", 20, Sound, End, 5),
    spelling("CK", "K"),
    rule("C", "K", 20, Spelling, BeforeConsonant, 4),
    rule("CA", "KA", 20, Spelling, Anywhere, 4),
    rule("CO", "KO", 20, Spelling, Anywhere, 4),
    rule("CU", "KU", 20, Spelling, Anywhere, 4),
    rule("C", "K", 20, Spelling, End, 4),
    spelling("CHR", "KR"),
    spelling("X", "KS"),
    rule("QU", "KV", 25, Sound, Anywhere, 5),
    rule("QU", "KU", 25, Sound, Anywhere, 5),
    rule("QU", "QW", 25, Spelling, Anywhere, 5),
    spelling("DT", "T"),
    spelling("DT", "TT"),
    rule("AY", "EY", 25, Sound, Anywhere, 5),
    rule("AI", "EI", 25, Sound, Anywhere, 5),
    rule("AI", "EY", 30, Sound, Anywhere, 5),
    rule("AY", "EI", 30, Sound, Anywhere, 5),
    rule("AY", "EY", 25, Spelling, Inside, 6),
    rule("AI", "EI", 25, Spelling, Inside, 6),
    rule("AI", "EY", 30, Spelling, Inside, 6),
    rule("AY", "EI", 30, Spelling, Inside, 6),
    rule("AH", "A", 20, Spelling, End, 4),
    rule("EH", "E", 25, Sound, End, 5),
    rule("AE", "A", 15, Spelling, Umlaut, 4),
    rule("OE", "O", 15, Spelling, Umlaut, 4),
    rule("UE", "U", 15, Spelling, Umlaut, 4),
    // I, Y, J.
    rule("Y", "I", 15, Spelling, Anywhere, 6),
    rule("Y", "I", 15, Spelling, End, 5),
    rule("Y", "I", 15, Sound, End, 4),
    rule("Y", "I", 15, Spelling, BeforeVowel, 4),
    rule("Y", "I", 20, Sound, Inside, 3),
    spelling("IY", "I"),
    spelling("IY", "Y"),
    rule("II", "Y", 15, Spelling, Anywhere, 4),
    rule("IY", "II", 15, Spelling, Anywhere, 4),
    rule("YY", "II", 15, Spelling, Anywhere, 4),
    rule("YI", "II", 15, Spelling, Anywhere, 4),
    rule("YI", "Y", 15, Spelling, Anywhere, 4),
    rule("YI", "I", 15, Spelling, Anywhere, 4),
    rule("IJ", "I", 20, Spelling, End, 4),
    rule("IJ", "Y", 20, Spelling, End, 4),
    rule("IJ", "II", 20, Spelling, End, 4),
    rule("JA", "IA", 20, Spelling, Anywhere, 4),
    rule("JA", "YA", 20, Spelling, Anywhere, 4),
    rule("JU", "IU", 20, Spelling, Anywhere, 4),
    rule("JU", "YU", 20, Spelling, Anywhere, 5),
    rule("J", "I", 15, Spelling, End, 4),
    rule("J", "Y", 15, Spelling, End, 4),
    rule("J", "I", 15, Spelling, BeforeConsonant, 5),
    rule("J", "Y", 15, Spelling, BeforeConsonant, 5),
    rule("JO", "E", 25, Spelling, Inside, 5),
    rule("JO", "IO", 20, Sound, Anywhere, 5),
    rule("JO", "YO", 20, Sound, Anywhere, 5),
    rule("JE", "IE", 20, Sound, Anywhere, 5),
    rule("JE", "YE", 20, Sound, Anywhere, 5),
    rule("IJA", "IA", 20, Spelling, Anywhere, 4),
    rule("IYA", "IA", 10, Spelling, Anywhere, 4),
    rule("YE", "E", 20, Spelling, Start, 4),
    rule("JE", "E", 25, Sound, Start, 5),
    rule("IE", "E", 25, Sound, BeforeMore, 6),
    rule("YE", "E", 25, Sound, BeforeMore, 6),
    rule("YO", "E", 25, Spelling, Inside, 5),
    rule("IO", "E", 30, Sound, Inside, 5),
    rule("YEV", "EV", 20, Spelling, Anywhere, 6),
    rule("IEV", "EV", 20, Spelling, Anywhere, 6),
    rule("YOV", "EV", 20, Spelling, Anywhere, 6),
    rule("IOV", "EV", 20, Spelling, Anywhere, 6),
    rule("IEI", "EI", 20, Spelling, Anywhere, 5),
    rule("IUL", "JUL", 10, Spelling, Start, 5),
    rule("YUL", "JUL", 10, Spelling, Start, 5),
    // Vowels in two letters or one.
    spelling("OU", "U"),
    spelling("OO", "U"),
    spelling("EE", "I"),
    spelling("OU", "OO"),
    spelling("EE", "EA"),
    rule("IE", "I", 30, Sound, Inside, 6),
    rule("AU", "OU", 30, Sound, Anywhere, 6),
    rule("OW", "OU", 25, Sound, Anywhere, 5),
    rule("OW", "AU", 30, Sound, Anywhere, 5),
    // Cyrillic.
    spelling("KH", "H"),
    rule("KH", "CH", 25, Sound, Anywhere, 5),
    rule("KH", "K", 30, Sound, Anywhere, 6),
    sound("CH", "H"),
    rule("CHR", "HR", 25, Spelling, Anywhere, 5),
    spelling("SHCH", "SCH"),
    spelling("SHCH", "STCH"),
    sound("SHCH", "SHT"),
    sound("SHCH", "SC"),
    sound("SHCH", "SZCZ"),
    spelling("SCH", "SH"),
    rule("TCH", "CH", 20, Sound, Anywhere, 5),
    spelling("TSCH", "CH"),
    sound("CZ", "CH"),
    sound("SZ", "SH"),
    sound("CH", "C"),
    sound("SH", "S"),
    sound("ZH", "Z"),
    sound("ZH", "J"),
    rule("ZH", "J", 25, Spelling, Inside, 6),
    rule("ZH", "JH", 25, Sound, Anywhere, 5),
    sound("ZH", "RZ"),
    rule("J", "Y", 25, Sound, BeforeVowel, 5),
    spelling("DJ", "J"),
    spelling("DZH", "J"),
    spelling("DZH", "DJ"),
    rule("DJ", "D", 30, Sound, Anywhere, 5),
    rule("GJ", "G", 25, Sound, Anywhere, 5),
    rule("GJ", "DJ", 25, Sound, Anywhere, 5),
    rule("KJ", "C", 25, Sound, Anywhere, 5),
    rule("KJ", "K", 25, Sound, Anywhere, 5),
    rule("LJ", "L", 30, Sound, Anywhere, 5),
    rule("NJ", "N", 30, Sound, Anywhere, 6),
    sound("TS", "C"),
    rule("TS", "C", 25, Spelling, BeforeVowel, 6),
    rule("CH", "C", 25, Spelling, End, 6),
    sound("TZ", "C"),
    spelling("TS", "TZ"),
    rule("Z", "TS", 30, Sound, Anywhere, 5),
    rule("Z", "TZ", 30, Sound, Anywhere, 5),
    rule("ZGH", "ZG", 10, Spelling, Anywhere, 4),
    spelling("GH", "G"),
    rule("G", "H", 45, Sound, BeforeVowel, 6),
    rule("HR", "GR", 45, Sound, Anywhere, 6),
    rule("V", "W", 20, Sound, Anywhere, 4),
    rule("V", "W", 20, Spelling, Anywhere, 7),
    rule("OFF", "OV", 20, Spelling, End, 5),
    rule("EFF", "EV", 20, Spelling, End, 5),
    rule("FF", "V", 25, Sound, End, 5),
    rule("AU", "OV", 35, Sound, End, 5),
    rule("OU", "OV", 35, Sound, End, 6),
    rule("CHO", "CHE", 25, Sound, Inside, 6),
    rule("SHO", "SHE", 25, Sound, Inside, 6),
    rule("ZHO", "ZHE", 25, Sound, Inside, 6),
    // Greek.
    rule("AI", "E", 30, Sound, BeforeMore, 6),
    rule("EI", "I", 25, Sound, BeforeMore, 5),
    rule("OI", "I", 30, Sound, BeforeMore, 6),
    rule("AU", "AV", 20, Spelling, BeforeMore, 5),
    rule("AU", "AF", 25, Sound, BeforeMore, 5),
    rule("AV", "AF", 25, Sound, BeforeMore, 5),
    rule("EU", "EV", 20, Spelling, BeforeMore, 5),
    rule("EU", "EF", 25, Sound, BeforeMore, 5),
    rule("EV", "EF", 25, Sound, BeforeMore, 5),
    spelling("NG", "GG"),
    rule("GK", "G", 20, Sound, Start, 5),
    rule("CHAT", "HAT", 15, Spelling, Start, 7),
    rule("TZI", "DJI", 15, Spelling, Inside, 7),
    rule("MP", "B", 25, Sound, Start, 5),
    rule("MB", "MP", 25, Sound, Inside, 6),
    rule("NT", "D", 30, Sound, Start, 6),
    rule("GI", "YI", 30, Sound, Anywhere, 6),
    rule("GEO", "YEO", 30, Sound, Start, 6),
    rule("GIO", "YIO", 25, Sound, Inside, 6),
    rule("DH", "D", 25, Spelling, Anywhere, 5),
    // Arabic, and what Persian and Indian languages write as it does.
    spelling("Q", "K"),
    rule("Q", "C", 25, Sound, Anywhere, 5),
    rule("BH", "B", 20, Spelling, Anywhere, 5),
    rule("CH", "SH", 30, Sound, Anywhere, 5),
    rule("CH", "SH", 30, Spelling, Inside, 6),
    rule("OU", "W", 30, Sound, BeforeVowel, 5),
    rule("OU", "W", 30, Sound, Inside, 5),
    rule("AOU", "AW", 30, Sound, Inside, 5),
    rule("KSH", "X", 25, Spelling, Inside, 5),
    rule("CE", "SE", 25, Sound, Anywhere, 5),
    rule("CI", "SI", 25, Sound, Anywhere, 5),
    rule("CE", "SSE", 25, Sound, Anywhere, 5),
    rule("CI", "SSI", 25, Sound, Anywhere, 5),
    rule("AL", "EL", 20, Spelling, Article, 7),
    rule("DUL", "DEL", 15, Spelling, InAbd, 6),
    rule("DUL", "DOUL", 15, Spelling, InAbd, 6),
    rule("DUL", "DAL", 15, Spelling, InAbd, 6),
    rule("DEL", "DAL", 15, Spelling, InAbd, 6),
    rule("DER", "DUL", 25, Spelling, InAbd, 6),
    rule("DER", "DEL", 25, Spelling, InAbd, 6),
    rule("DUR", "DUL", 25, Spelling, InAbd, 6),
    rule("DES", "DEL", 25, Spelling, InAbd, 6),
    rule("DINE", "DIN", 25, Spelling, End, 6),
    rule("DINE", "DEEN", 30, Spelling, End, 6),
    rule("EDDI", "ELDI", 20, Spelling, Inside, 6),
    rule("UDDI", "ELDI", 20, Spelling, Anywhere, 6),
    rule("UDDI", "EDDI", 20, Spelling, Anywhere, 6),
    rule("MANE", "MAN", 25, Sound, End, 8),
    rule("ULLA", "ELLA", 20, Spelling, Inside, 6),
    rule("ULLA", "ALLA", 20, Spelling, Inside, 6),
    rule("JEE", "JI", 20, Spelling, End, 5),
    rule("RJEE", "RJI", 20, Spelling, End, 5),
    // Short vowels that the script doesn't write.
    vowel("A", "E"),
    vowel("E", "I"),
    vowel("O", "U"),
    // Long vowels of Japanese.
    rule("OU", "O", 25, Sound, Anywhere, 4),
    rule("OH", "O", 25, Sound, End, 4),
    // A scanner.
    scanned("RN", "M"),
    scanned("CL", "D"),
    scanned("VV", "W"),
    scanned("NN", "M"),
    scanned("LI", "U"),
    scanned("II", "U"),
    scanned("IN", "M"),
    scanned("RI", "N"),
];
