//! Whether a Latin spelling is one that people give an Arabic word. Arabic writes consonants and long vowels; short
//! vowels and doubled consonants are added in reading, so one word has many spellings and few can be listed.
//!
//! A spelling fits where every letter is found by its sound, in order, with at most one short vowel between two
//! consonants and nothing left over. It can't tell apart what Arabic writes alike, such as Muhammad and Mahmud without
//! its long vowel.

/// Longest Latin word that is compared.
const LONGEST: usize = 63;

/// Vowels that Arabic doesn't write.
const SHORT: &[&str] = &["A", "E", "I", "O", "U"];

/// What begins a word with a vowel carrier.
const INITIAL: &[&str] = &["A", "E", "I", "O", "U", "AA", "OU", "EE"];

/// Letters that the article's `ل` is assimilated to.
const SUN: &str = "تثدذرزسشصضطظلن";

/// Returns whether `latin` spells `arabic`, both one word in upper case.
pub(super) fn spells(latin: &str, arabic: &str) -> bool {
    if latin.len() > LONGEST || !latin.bytes().all(|c| c.is_ascii_uppercase()) {
        return false;
    }
    let letters: Vec<char> = arabic.chars().filter(|c| !matches!(c, '\u{64b}'..='\u{65f}' | '\u{670}')).collect();
    let Some(first) = letters.first() else { return false };
    // The article may be left out: HASAN for الحسن.
    let without_article = letters.len() > 3 && letters.starts_with(&['ا', 'ل']);
    let starts = if without_article && *first == 'ا' { [0, 2].as_slice() } else { &[0] };
    starts.iter().any(|start| letters.get(*start..).is_some_and(|word| fits(latin, word)))
}

/// Follows all ways at once: which places in the Latin word can be reached by the letters so far, one bit each.
fn fits(latin: &str, letters: &[char]) -> bool {
    let mut reached = 1_u64;
    for (at, letter) in letters.iter().enumerate() {
        let place = Place {
            before: at.checked_sub(1).and_then(|before| letters.get(before)).copied(),
            after: letters.get(at + 1).copied(),
            opens_article: letters.get(at + 2).is_some() && letters.get(at + 1) == Some(&'ل'),
        };
        let sounds = place.sounds(*letter);
        let once = step(latin, reached, sounds.consonants);
        // Doubled in speech, written once.
        let consonants = once | step(latin, once, sounds.consonants);
        let silent = if sounds.silent { reached } else { 0 };
        let vowelled = if place.after.is_some() { step(latin, consonants, SHORT) } else { 0 };
        // French habit: Mounir, Houda.
        let french = if at == 0 && place.after.is_some() { step(latin, consonants, &["OU", "OO"]) } else { 0 };
        reached = consonants | vowelled | french | silent | step(latin, reached, sounds.vowels);
    }
    // French habit again: Amine, Noureddine.
    let mute = if letters.last().is_some_and(|last| !"اىةهيوع".contains(*last)) {
        step(latin, reached, &["E"])
    } else {
        0
    };
    (reached | mute) >> latin.len() & 1 == 1
}

/// Returns the places after any of `sounds`, from any of the places `from`.
fn step(latin: &str, from: u64, sounds: &[&str]) -> u64 {
    let mut to = 0;
    for at in (0..latin.len()).filter(|at| from >> at & 1 == 1) {
        let rest = latin.get(at..).unwrap_or_default();
        for sound in sounds.iter().filter(|sound| rest.starts_with(**sound)) {
            to |= 1_u64 << (at + sound.len());
        }
    }
    to
}

/// Where a letter stands.
struct Place {
    before: Option<char>,
    after: Option<char>,
    /// Whether an `ا` here would be the article's.
    opens_article: bool,
}

/// How a letter may be written.
#[derive(Default)]
struct Sounds {
    /// As a consonant, which a short vowel may follow.
    consonants: &'static [&'static str],
    /// As a vowel.
    vowels: &'static [&'static str],
    /// Whether it may be left out.
    silent: bool,
}

impl Place {
    fn sounds(&self, letter: char) -> Sounds {
        let vowels = |vowels| Sounds { vowels, ..Sounds::default() };
        let (is_first, is_last) = (self.before.is_none(), self.after.is_none());
        let is_carrier_next = self.after.is_some_and(|c| matches!(c, 'ا' | 'و' | 'ي' | 'ی'));
        match letter {
            'ا' | 'أ' | 'ٱ' if is_first => Sounds { vowels: INITIAL, silent: is_carrier_next, ..Sounds::default() },
            'إ' => Sounds { vowels: &["I", "E", "Y"], silent: is_carrier_next, ..Sounds::default() },
            'آ' => vowels(&["A", "AA"]),
            // The article inside a word: ABDELKARIM, NOURUDDIN.
            'ا' if self.opens_article => vowels(&["A", "E", "I", "O", "U", "AA", "OU"]),
            'ا' | 'ٱ' => vowels(&["A", "AA", "E"]),
            'أ' | 'ؤ' | 'ئ' => {
                Sounds { vowels: &["A", "E", "I", "O", "U", "OU", "Y"], silent: true, ..Sounds::default() }
            }
            'ء' => Sounds { silent: true, ..Sounds::default() },
            'ع' if is_first => Sounds { vowels: INITIAL, silent: is_carrier_next, ..Sounds::default() },
            'ع' if is_last => Sounds { vowels: &["E"], silent: true, ..Sounds::default() },
            'ع' => Sounds { vowels: &["A", "E", "O", "U"], silent: true, ..Sounds::default() },
            'و' => Sounds { consonants: &["W", "V"], vowels: &["U", "O", "OU", "OO"], silent: false },
            'ي' | 'ی' | 'ے' if is_last => vowels(&["I", "Y", "EE", "EY", "IE", "AY", "AI", "EI", "YE", "E"]),
            'ي' | 'ی' => Sounds { consonants: &["Y"], vowels: &["I", "EE", "EY", "IE"], silent: false },
            'ى' => vowels(&["A", "AA", "AH", "I", "Y", "E"]),
            'ة' => vowels(&["A", "AH", "AT", "E", "EH", "ET"]),
            'ه' | 'ہ' | 'ە' if is_last => {
                Sounds { consonants: &["H"], vowels: &["A", "AH", "E", "EH"], silent: false }
            }
            'ل' if self.is_article() => {
                Sounds { consonants: &["L"], silent: self.after.is_some_and(is_sun), ..Sounds::default() }
            }
            _ => Sounds { consonants: consonants(letter), ..Sounds::default() },
        }
    }

    fn is_article(&self) -> bool {
        self.before == Some('ا')
    }
}

fn is_sun(letter: char) -> bool {
    SUN.contains(letter)
}

/// Returns how a consonant is written by people whose first Latin script language is English, French, German or
/// Turkish.
fn consonants(letter: char) -> &'static [&'static str] {
    match letter {
        'ب' => &["B"],
        'پ' => &["P"],
        'ت' | 'ط' | 'ٹ' => &["T"],
        'ث' => &["TH", "T", "S"],
        'ج' => &["J", "G", "DJ"],
        'چ' => &["CH", "TCH", "C"],
        'ح' => &["H"],
        'خ' => &["KH", "CH", "H"],
        'د' | 'ڈ' => &["D"],
        'ذ' => &["DH", "TH", "D", "Z"],
        'ر' | 'ڑ' => &["R"],
        'ز' => &["Z"],
        'ژ' => &["ZH", "J"],
        'س' | 'ص' => &["S", "C"],
        'ش' => &["SH", "CH", "SCH", "S"],
        'ض' => &["D", "DH", "Z"],
        'ظ' => &["Z", "DH", "D", "TH"],
        'غ' => &["GH", "G"],
        'ف' => &["F", "PH"],
        'ڤ' => &["V"],
        'ق' => &["Q", "K", "G", "C"],
        'ك' | 'ک' => &["K", "C"],
        'گ' => &["G"],
        'ل' => &["L"],
        'م' => &["M"],
        'ن' | 'ں' => &["N"],
        'ه' | 'ھ' | 'ہ' => &["H"],
        _ => &[],
    }
}
