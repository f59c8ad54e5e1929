//! Cyrillic in Latin letters: ICAO 9303 part 3 section 6, table B, and the national spellings that people are used to.

use super::latin::{self, Style};

/// Table B as it is for Russian. The letters of Central Asia, which the table lacks, are written as their passports do.
fn table(letter: char) -> Option<&'static str> {
    let text = match letter {
        'А' | 'Ә' => "A",
        'Б' => "B",
        'В' => "V",
        'Г' | 'Ґ' | 'Ѓ' | 'Ғ' => "G",
        'Д' | 'Ђ' => "D",
        'Е' | 'Ё' | 'Э' => "E",
        'Ж' => "ZH",
        'З' => "Z",
        'И' | 'Й' | 'І' | 'Ї' | 'Ӣ' => "I",
        'К' | 'Ќ' | 'Қ' => "K",
        'Л' => "L",
        'М' => "M",
        'Н' | 'Ң' => "N",
        'О' | 'Ө' => "O",
        'П' => "P",
        'Р' => "R",
        'С' => "S",
        'Т' => "T",
        'У' | 'Ў' | 'Ѫ' | 'Ұ' | 'Ү' | 'Ӯ' => "U",
        'Ф' => "F",
        'Х' | 'Ҳ' => "KH",
        'Ц' => "TS",
        'Ч' => "CH",
        'Ш' => "SH",
        'Щ' => "SHCH",
        'Ъ' | 'Є' => "IE",
        'Ы' | 'Ѵ' => "Y",
        'Ь' => "",
        'Ю' => "IU",
        'Я' => "IA",
        'Ѕ' | 'Џ' => "DZ",
        'Ј' | 'Ҷ' => "J",
        'Љ' => "LJ",
        'Њ' => "NJ",
        'Ћ' => "C",
        'Һ' => "H",
        _ => return None,
    };
    Some(text)
}

/// One consistent spelling: how it departs from the table.
struct Spelling {
    /// Letters, wherever they stand.
    letters: &'static [(char, &'static str)],
    /// Letters at the beginning of a word.
    initial: &'static [(char, &'static str)],
    /// What English makes of `КС`, and of adjectives at the end of a word: Alexandra, Dostoevsky.
    is_english: bool,
}

const fn icao(letters: &'static [(char, &'static str)], initial: &'static [(char, &'static str)]) -> Spelling {
    Spelling { letters, initial, is_english: false }
}

const fn english(letters: &'static [(char, &'static str)], initial: &'static [(char, &'static str)]) -> Spelling {
    Spelling { letters, initial, is_english: true }
}

const SPELLINGS: &[Spelling] = &[
    // The table and its exceptions: Russian, Belarusian, Ukrainian, Bulgarian, Serbian, Macedonian.
    icao(&[], &[]),
    icao(&[('Ё', "IO"), ('Г', "H")], &[]),
    icao(&[('Г', "H"), ('И', "Y")], &[('Є', "YE"), ('Ї', "YI"), ('Й', "Y"), ('Ю', "YU"), ('Я', "YA")]),
    icao(&[('Щ', "SHT")], &[]),
    icao(&[('Г', "H"), ('Ж', "Z"), ('Х', "H"), ('Ц', "C"), ('Ч', "C"), ('Ш', "S")], &[]),
    icao(&[('Ѓ', "GJ"), ('Ќ', "KJ"), ('Х', "H"), ('Ц', "C"), ('Џ', "DJ")], &[]),
    // Bulgaria's Transliteration Act of 2009.
    icao(&[('Щ', "SHT"), ('Х', "H"), ('Ъ', "A"), ('Ь', "Y"), ('Й', "Y"), ('Ю', "YU"), ('Я', "YA")], &[]),
    // Serbia's own Latin alphabet without marks, `Ђ` as `D` and as `DJ`; `Й`, `Ю`, `Я` as its readers write them.
    icao(GAJ, &[]),
    icao(GAJ_DJ, &[]),
    // English habit, and Russian passports before 2010.
    english(&[('Ъ', ""), ('Й', "Y"), ('Ю', "YU"), ('Я', "YA")], &[]),
    english(&[('Ъ', ""), ('Ё', "YO"), ('Й', "Y"), ('Ю', "YU"), ('Я', "YA")], &[('Е', "YE"), ('Э', "E")]),
    english(&[('Г', "H"), ('И', "Y"), ('Й', "Y"), ('Є', "YE"), ('Ї', "YI"), ('Ю', "YU"), ('Я', "YA")], &[]),
];

const GAJ: &[(char, &str)] = &[
    ('Ж', "Z"),
    ('Х', "H"),
    ('Ц', "C"),
    ('Ч', "C"),
    ('Ш', "S"),
    ('Щ', "SC"),
    ('Й', "J"),
    ('Ё', "JO"),
    ('Ю', "JU"),
    ('Я', "JA"),
    ('Ъ', ""),
];

const GAJ_DJ: &[(char, &str)] = &[('Ђ', "DJ"), ('Ж', "Z"), ('Х', "H"), ('Ц', "C"), ('Ч', "C"), ('Ш', "S")];

/// Returns the word in every spelling; nothing where no letter is Cyrillic.
pub(super) fn spellings(word: &str) -> impl Iterator<Item = String> {
    let is_cyrillic = word.chars().any(|c| matches!(c, '\u{400}'..='\u{52f}'));
    SPELLINGS.iter().filter(move |_| is_cyrillic).map(|spelling| spelling.write(word))
}

impl Spelling {
    fn write(&self, word: &str) -> String {
        let mut text = String::with_capacity(word.len());
        for (at, letter) in self.word(word).chars().enumerate() {
            let first = self.initial.iter().filter(|_| at == 0);
            let exception = first.chain(self.letters).find(|(written, _)| *written == letter);
            match exception.map(|(_, latin)| *latin).or_else(|| table(letter)) {
                Some(latin) => text.push_str(latin),
                None => latin::push(&mut text, letter, Style::Plain),
            }
        }
        text
    }

    fn word(&self, word: &str) -> String {
        if !self.is_english {
            return word.to_owned();
        }
        let ending = ["ИЙ", "ЫЙ"].into_iter().find_map(|ending| word.strip_suffix(ending));
        ending.map_or_else(|| word.to_owned(), |stem| format!("{stem}Y")).replace("КС", "X")
    }
}
