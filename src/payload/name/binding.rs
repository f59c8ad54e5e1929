//! Words that belong together in Arabic names, however they are spaced: `AL HASAN`, `ABD EL KARIM`, `NUR AL DIN`.

/// Words that belong to the one after them.
const TO_NEXT: &[&str] = &[
    "AL", "EL", "UL", "AS", "ES", "ASH", "ECH", "AR", "ER", "AD", "ED", "AN", "EN", "AT", "ET", "AZ", "EZ", "ABD",
    "ABED", "ABDUL", "ABDEL", "ABDOUL", "ABDAL", "ABDOL", "ABDUR", "ABDER", "ABDUS", "ABDES", "ABU", "ABOU", "ABO",
    "عبد", "ابو", "ال",
];

/// Words that belong to the one before them.
const TO_PREVIOUS: &[&str] = &[
    "DIN",
    "DINE",
    "DEEN",
    "ALDIN",
    "ELDIN",
    "ALDEEN",
    "ELDEEN",
    "UDDIN",
    "EDDIN",
    "EDDINE",
    "ADDIN",
    "ALLAH",
    "ULLAH",
    "ELLAH",
    "OLLAH",
    "الدين",
    "الله",
];

/// Joins them; `plain` gives a word as it is listed here.
pub(super) fn bind(words: &[String], plain: impl Fn(&str) -> String) -> Vec<String> {
    let mut bound: Vec<String> = Vec::with_capacity(words.len());
    let mut open = String::new();
    for word in words {
        let is_open = TO_NEXT.contains(&plain(word).as_str());
        open.push_str(word);
        if is_open {
            continue;
        }
        let whole = std::mem::take(&mut open);
        match bound.last_mut() {
            Some(previous) if TO_PREVIOUS.contains(&plain(&whole).as_str()) => previous.push_str(&whole),
            _ => bound.push(whole),
        }
    }
    if !open.is_empty() {
        bound.push(open);
    }
    bound
}
