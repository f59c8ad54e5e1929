//! Machine readable zones.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)] // Tests may fail loudly.

use crate::rows::each;
use kyc_gate::payload::mrz::{self, CheckDigits};

tables![checks_zones, notices_altered_zones, takes_fillers_for_digits_left_out, reads_names_of_zones];

/// The specimens of ICAO 9303 parts 4 to 7, and of the French card: name, zone, surname, given names.
const ZONES: [(&str, &str, &str, &str); 13] = [
    (
        "TD3",
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<^L898902C36UTO7408122F1204159ZE184226B<<<<<10",
        "ERIKSSON",
        "ANNA MARIA",
    ),
    (
        "TD3, no optional data, filler",
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<^L898902C36UTO7408122F1204159<<<<<<<<<<<<<<<8",
        "ERIKSSON",
        "ANNA MARIA",
    ),
    (
        "TD3, no optional data, zero",
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<^L898902C36UTO7408122F1204159<<<<<<<<<<<<<<08",
        "ERIKSSON",
        "ANNA MARIA",
    ),
    (
        "TD1",
        "I<UTOD231458907<<<<<<<<<<<<<<<^7408122F1204159UTO<<<<<<<<<<<6^ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
        "ERIKSSON",
        "ANNA MARIA",
    ),
    (
        "TD1, long number",
        "I<UTOD23145890<7349<<<<<<<<<<<^3407127M9507122UTO<<<<<<<<<<<2^STEVENSON<<PETER<JOHN<<<<<<<<<",
        "STEVENSON",
        "PETER JOHN",
    ),
    ("TD2", "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<^D231458907UTO7408122F1204159<<<<<<<6", "ERIKSSON", "ANNA MARIA"),
    (
        "TD2, long number",
        "I<UTOSTEVENSON<<PETER<JOHN<<<<<<<<<<^D23145890<UTO3407127M95071227349<<<8",
        "STEVENSON",
        "PETER JOHN",
    ),
    (
        "MRV-A",
        "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<^L8988901C4XXX4009078F96121096ZE184226B<<<<<<",
        "ERIKSSON",
        "ANNA MARIA",
    ),
    ("MRV-B", "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<^L8988901C4XXX4009078F9612109<<<<<<<<", "ERIKSSON", "ANNA MARIA"),
    ("French card", "IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<^8806923102858CORINNE<<<<<<<6512068F6", "BERTHIER", "CORINNE"),
    (
        "one name",
        "P<D<<MULLER<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<^NP10353334D<<9308167F2706096<<<<<<<<<<<<<<00",
        "MULLER",
        "",
    ),
    // Of driving licences, a Dutch and a French specimen: everything but the country is the issuer's own.
    ("IDL", "D1NLD15094962111659VW87Z78NB84", "", ""),
    ("IDL, French", "D1FRA13AA000026181231MARTIN<<9", "", ""),
];

/// A specimen of Switzerland's driving licence, which has no check digit.
const SWISS_LICENCE: &str = "AAA001D<<^FACHE305142128097<<800126<<<<<^MARCHAND<<FABIENNE<<<<<<<<<<<<";

fn checks_zones() {
    each(ZONES, |(what, zone, ..)| {
        for separator in ["^", "\n", "\r\n", "|", " ", ""] {
            let zone = zone.replace('^', separator);
            assert_eq!(mrz::check_digits(&zone), Some(true), "{what}: {zone}");
            assert_eq!(mrz::check_digits(&zone.to_lowercase()), Some(true), "{what}: {zone}");
            assert_eq!(mrz::check_digits(&format!(" {zone}\n")), Some(true), "{what}: {zone}");
        }
    });
    let ((_, td3, ..), (_, td1, ..)) = (ZONES[0], ZONES[3]);
    let none = [
        String::new(),
        "P<UTOERIKSSON<<ANNA<MARIA".to_owned(),
        format!("{td3}<"),
        td3[1..].to_owned(),
        td3.replace('<', "«"),
        td3.replace('<', "*"),
        td1.replacen('^', "", 1),
        // As many characters as a TD3, but broken elsewhere.
        td3.replace('^', "").replace("UTO7", "UTO^7"),
        // No driving licences, or none that is known.
        "C1NLD15094962111659VW87Z78NB84".to_owned(),
        "D1NLD15094962111659VW87Z78NB8".to_owned(),
        SWISS_LICENCE.replace("CHE", "DEU"),
        SWISS_LICENCE.replacen('^', "", 1),
        "^".repeat(100_000),
        "<^".repeat(100_000),
    ];
    each(none, |zone| {
        assert_eq!(mrz::check_digits(&zone), None, "{zone}");
    });
}

/// In every specimen, every digit that a check digit is over, and every check digit, changed.
fn notices_altered_zones() {
    for (what, zone, ..) in ZONES {
        let second = zone.find('^').map_or(0, |end| end + 1);
        let names_last = what.starts_with("TD1");
        for (at, digit) in zone.bytes().enumerate().filter(|(_, c)| c.is_ascii_digit()) {
            // The optional data of visas is under no check digit.
            let unchecked = what == "MRV-A" && at >= second + 28;
            if at < second && !names_last || unchecked {
                continue;
            }
            let altered = char::from(b'0' + (digit - b'0' + 1) % 10);
            let mut changed = zone.to_owned();
            changed.replace_range(at..=at, &altered.to_string());
            assert_eq!(mrz::check_digits(&changed), Some(false), "{what}: {changed}");
        }
    }
    let (_, td3, ..) = ZONES[0];
    // Optional data without its check digit: the digit over all notices.
    assert_eq!(mrz::check_digits(&td3.replace("<<<<<10", "<<<<<<0")), Some(false));
    // A letter is no check digit.
    assert_eq!(mrz::check_digits(&td3.replace("C36UTO", "C3SUTO")), Some(false));
    // A long number that never ends in a check digit.
    let (_, td1, ..) = ZONES[4];
    assert_eq!(mrz::check_digits(&td1.replace("<7349", "<<<<<")), Some(false));
}

/// What is there is verified; fillers are neither right nor wrong.
fn takes_fillers_for_digits_left_out() {
    let rows = [
        // A Cambodian card without the digit over all, an Estonian one without the number's, a Russian domestic
        // passport without an expiry.
        (
            "IDKHM1906983194<<<<<<<<<<<<<<<^8806149F3305201KHM<<<<<<<<<<<<^SOKHA<<VANNAK<<<<<<<<<<<<<<<<<",
            CheckDigits::Right,
        ),
        (
            "IDESTAB0123456<<<<<<<<<<<<<<<<^8806149F3305201EST<<<<<<<<<<<8^TAMMSOO<<KALJU<<<<<<<<<<<<<<<<",
            CheckDigits::Right,
        ),
        (
            "PNRUSIVANOVSKII<<PETR<<<<<<<<<<<<<<<<<<<<<<<^4005123456RUS8308126M<<<<<<<3171201450003<90",
            CheckDigits::Right,
        ),
        (
            "PNRUSIVANOVSKII<<PETR<<<<<<<<<<<<<<<<<<<<<<<^4005123456RUS8308127M<<<<<<<3171201450003<90",
            CheckDigits::Wrong,
        ),
        // One digit alone, right and wrong.
        (
            "P<UTOERIKSSON<<ANNA<<<<<<<<<<<<<<<<<<<<<<<<<^L898902C3<UTO7408122F120415<<<<<<<<<<<<<<<<<",
            CheckDigits::Right,
        ),
        (
            "P<UTOERIKSSON<<ANNA<<<<<<<<<<<<<<<<<<<<<<<<<^L898902C3<UTO7408123F120415<<<<<<<<<<<<<<<<<",
            CheckDigits::Wrong,
        ),
        // None at all.
        (
            "P<UTOERIKSSON<<ANNA<<<<<<<<<<<<<<<<<<<<<<<<<^L898902C3<UTO740812<F120415<<<<<<<<<<<<<<<<<",
            CheckDigits::Absent,
        ),
        (
            "I<UTOD23145890<A<<<<<<<<<<<<<<^740812<F120415<UTO<<<<<<<<<<<<^ERIKSSON<<ANNA<<<<<<<<<<<<<<<<",
            CheckDigits::Absent,
        ),
        // A number that goes on has its digit behind it.
        (
            "I<UTOD23145890<7349<<<<<<<<<<<^340712<M950712<UTO<<<<<<<<<<<<^STEVENSON<<PETER<<<<<<<<<<<<<<",
            CheckDigits::Right,
        ),
        (
            "I<UTOD23145890<7348<<<<<<<<<<<^340712<M950712<UTO<<<<<<<<<<<<^STEVENSON<<PETER<<<<<<<<<<<<<<",
            CheckDigits::Wrong,
        ),
        // A birth of which only the year is known, under its digit.
        (
            "P<UTOERIKSSON<<ANNA<<<<<<<<<<<<<<<<<<<<<<<<<^L898902C3<UTO74<<<<2F120415<<<<<<<<<<<<<<<<<",
            CheckDigits::Wrong,
        ),
        (
            "P<UTOERIKSSON<<ANNA<<<<<<<<<<<<<<<<<<<<<<<<<^L898902C3<UTO74<<<<1F120415<<<<<<<<<<<<<<<<<",
            CheckDigits::Right,
        ),
    ];
    each(rows, |(zone, wanted)| {
        assert_eq!(mrz::Zone::read(zone).unwrap().check_digits(), wanted);
        let wanted = if wanted == CheckDigits::Absent { None } else { Some(wanted == CheckDigits::Right) };
        assert_eq!(mrz::check_digits(zone), wanted);
    });
}

fn reads_names_of_zones() {
    each(ZONES, |(what, zone, surname, given_names)| {
        let name = mrz::Zone::read(zone).unwrap().name();
        assert_eq!((&*name.surname, &*name.given_names), (surname, given_names), "{what}");
        assert!(!name.is_surname_cut && !name.are_given_names_cut, "{what}");
    });
    // Only what touches the end of the field can be cut.
    let rows = [
        ("NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K", "NILAVADHANANANDA", "CHAYAPA DEJTHAMRONG K", [false, true]),
        ("LI<<MARIA<ALEJANDRA<DE<LOS<ANGELES<<<<<", "LI", "MARIA ALEJANDRA DE LOS ANGELES", [false, false]),
        ("BENNELONG<WOOLOOMOOLOO<WARRANDYTE<WARN<", "BENNELONG WOOLOOMOOLOO WARRANDYTE WARN", "", [false, false]),
        ("BENNELONG<WOOLOOMOOLOO<WARRANDYTE<WARNA", "BENNELONG WOOLOOMOOLOO WARRANDYTE WARNA", "", [true, false]),
        ("BENNELONG<WOOLOOMOOLOO<WARRANDYTE<WAR<<", "BENNELONG WOOLOOMOOLOO WARRANDYTE WAR", "", [false, false]),
        ("BENNELONG<WOOLOOMOOLOO<WARRANDYTE<W<<DI", "BENNELONG WOOLOOMOOLOO WARRANDYTE W", "DI", [false, true]),
        ("ARKFREITH<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", "ARKFREITH", "", [false, false]),
    ];
    each(rows, |(field, surname, given_names, cut)| {
        let zone = format!("P<UTO{field}^RT16108226IND0902182F2905095<<<<<<<<<<<<<<08");
        let name = mrz::Zone::read(&zone).unwrap().name();
        assert_eq!((&*name.surname, &*name.given_names), (surname, given_names), "{field}");
        assert_eq!([name.is_surname_cut, name.are_given_names_cut], cut, "{field}");
    });
    for (licence, country) in [(SWISS_LICENCE.to_owned(), "CHE"), (SWISS_LICENCE.replace("CHE", "LIE"), "LIE")] {
        let zone = mrz::Zone::read(&licence).unwrap();
        assert_eq!(zone.check_digits(), CheckDigits::Absent, "{country}");
        assert_eq!((&*zone.name().surname, &*zone.name().given_names), ("MARCHAND", "FABIENNE"), "{country}");
    }
    let french = "IDFRABERTHIERBERTHIERBERTHIERB<<<<<<^8806923102858CORINNE<MARIEA6512068F6";
    let name = mrz::Zone::read(french).unwrap().name();
    assert_eq!((&*name.surname, &*name.given_names), ("BERTHIERBERTHIERBERTHIERB", "CORINNE MARIEA"));
    assert!(name.is_surname_cut && name.are_given_names_cut);
}
