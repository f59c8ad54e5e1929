//! Machine readable zones against a plain reading of ICAO 9303's passports.

use kyc_gate::payload::mrz::{CheckDigits, Zone, check_digits};

/// Reads any text as a zone.
pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let found = check_digits(text);
    let Some(zone) = Zone::read(text) else {
        assert_eq!(found, None);
        return;
    };
    let digits = zone.check_digits();
    assert_eq!(found, (digits != CheckDigits::Absent).then_some(digits == CheckDigits::Right));
    let is_between = |c: char| c == '^' || c == '|' || c.is_ascii_whitespace();
    let joined = text.replace(is_between, "").to_ascii_uppercase();
    // 30 and 69 are driving licences.
    assert!(matches!(joined.len(), 30 | 69 | 72 | 88 | 90) && joined.is_ascii(), "{}", joined.len());
    assert_eq!(check_digits(&joined), found);
    let name = zone.name();
    assert!(!name.surname.contains('<') && !name.given_names.contains('<'));
    assert!(!name.is_surname_cut || name.given_names.is_empty() || joined.starts_with("IDFRA"));
    if joined.len() == 88 && !joined.starts_with('V') {
        assert_eq!(digits, of_passport(joined.as_bytes()));
    }
}

fn of_passport(zone: &[u8]) -> CheckDigits {
    let second = &zone[44..];
    let all = [&second[..10], &second[13..20], &second[21..43]].concat();
    let parts =
        [(&second[..9], 9), (&second[13..19], 19), (&second[21..27], 27), (&second[28..42], 42), (&all[..], 43)];
    let there = || parts.iter().filter(|(_, digit)| second[*digit] != b'<');
    match there().all(|(text, digit)| agrees(text, second[*digit])) {
        false => CheckDigits::Wrong,
        true if there().count() == 0 => CheckDigits::Absent,
        true => CheckDigits::Right,
    }
}

fn agrees(text: &[u8], digit: u8) -> bool {
    let value = |c: u8| if c == b'<' { 0 } else { char::from(c).to_digit(36).unwrap() };
    let sum: u32 = text.iter().enumerate().map(|(at, c)| value(*c) * [7, 3, 1][at % 3]).sum();
    u32::from(digit) == u32::from(b'0') + sum % 10
}
