//! Chinese given names in Latin letters: of two syllables, and every other pair of syllables is a name too, so that no
//! list has them all. `JIANPING` and `JIANPENG` are two people's.

/// Two letters first, so that the first that fits is the whole of it.
const INITIALS: &[&str] = &[
    "ZH", "CH", "SH", "B", "P", "M", "F", "D", "T", "N", "L", "G", "K", "H", "J", "Q", "X", "R", "Z", "C", "S", "Y",
    "W", "",
];

const FINALS: &[&str] = &[
    "A", "AI", "AN", "ANG", "AO", "E", "EI", "EN", "ENG", "I", "IA", "IAN", "IANG", "IAO", "IE", "IN", "ING", "IONG",
    "IU", "O", "ONG", "OU", "U", "UA", "UAI", "UAN", "UANG", "UE", "UI", "UN", "UO",
];

/// What stands alone, without an initial.
const ALONE: &[&str] = &["A", "AI", "AN", "ANG", "AO", "E", "EN", "O", "OU"];

/// What looks Chinese, since many a name elsewhere (LENA, MARINA) can be read in syllables too.
const MARKS: &[&str] = &["NG", "ZH", "X", "Q", "AO", "UO", "UI", "IU", "EI"];

/// Returns whether a word in Latin capitals looks like two Chinese syllables.
pub(super) fn is_given_name(word: &[u8]) -> bool {
    let has = |mark: &&str| word.windows(mark.len()).any(|part| part == mark.as_bytes());
    word.len() >= 6 && MARKS.iter().any(has) && parts(word, 2)
}

fn parts(word: &[u8], syllables: usize) -> bool {
    if syllables == 0 || word.is_empty() {
        return syllables == 0 && word.is_empty();
    }
    let (finals, rest) = match INITIALS.iter().find_map(|initial| word.strip_prefix(initial.as_bytes())) {
        Some(rest) => (FINALS, rest),
        None => (ALONE, word),
    };
    finals.iter().filter_map(|sound| rest.strip_prefix(sound.as_bytes())).any(|rest| parts(rest, syllables - 1))
}

#[cfg(test)]
mod tests {
    use super::is_given_name;

    #[test]
    fn tells_syllables() {
        for name in ["JIANPING", "JIANPENG", "XIAOMING", "HAORAN", "MEILING"] {
            assert!(is_given_name(name.as_bytes()), "{name}");
        }
        for name in ["WEI", "MARTIN", "MARINA", "KOWALSKI", "ALEXANDER", "BRIVKALNE"] {
            assert!(!is_given_name(name.as_bytes()), "{name}");
        }
    }
}
