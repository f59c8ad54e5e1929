//! Dates and ages.
#![allow(clippy::unwrap_used)] // Tests may fail loudly.

use crate::rows::each;
use jiff::civil::date as day;
use kyc_gate::payload::date::{self, DateKind, DateOrder, PartialDate};

tables![
    reads_dates,
    refuses_dates,
    reads_what_is_known,
    reads_dates_of_sources,
    finds_the_century,
    takes_the_latest_day,
    compares_what_is_known,
    tells_what_can_be_true,
    counts_years
];

fn reads_dates() {
    let cases = [
        ("1991-03-17", day(1991, 3, 17)),
        ("1991/03/17", day(1991, 3, 17)),
        ("1991/3/7", day(1991, 3, 7)),
        ("1991-3-7", day(1991, 3, 7)),
        ("1991-3-17", day(1991, 3, 17)),
        ("1991-03-7", day(1991, 3, 7)),
        ("17.03.1991", day(1991, 3, 17)),
        ("7.3.1991", day(1991, 3, 7)),
        ("17/03/1991", day(1991, 3, 17)),
        (" 2024-02-29\n", day(2024, 2, 29)),
        ("29.02.2000", day(2000, 2, 29)),
    ];
    each(cases, |(text, wanted)| {
        assert_eq!(date::parse(text, DateOrder::Dmy), Some(wanted), "{text}");
    });
    let rows = [
        ("05/11/2009", Some(day(2009, 11, 5)), Some(day(2009, 5, 11))),
        ("5/1/2009", Some(day(2009, 1, 5)), Some(day(2009, 5, 1))),
        ("25/09/2033", Some(day(2033, 9, 25)), None),
        ("09/25/2033", None, Some(day(2033, 9, 25))),
        // The order is for slashes with the year last, for nothing else.
        ("05.11.2009", Some(day(2009, 11, 5)), Some(day(2009, 11, 5))),
        ("2009/11/05", Some(day(2009, 11, 5)), Some(day(2009, 11, 5))),
        ("2009-11-05", Some(day(2009, 11, 5)), Some(day(2009, 11, 5))),
    ];
    each(rows, |(text, dmy, mdy)| {
        assert_eq!(date::parse(text, DateOrder::Dmy), dmy, "{text} DMY");
        assert_eq!(date::parse(text, DateOrder::Mdy), mdy, "{text} MDY");
    });
}

fn refuses_dates() {
    let texts = "|unknown|1991|1991-03|1991-03-00|00.00.1991|1991-XX-XX|91-03-17|17-03-1991|19910317|910317|1991.03.17|17/03/91\
        |2023-02-29|1900-02-29|2024-04-31|2024-00-10|2024-10-00|2024-13-01|32.01.2000|0000-01-01|-1991-03-17\
        |+991-03-17|1991-03-17T00:00:00Z|1991-03-17 10:00|1991-03-17-|1991-03/17|17/03.1991|17.03.1991.|012/03/1991\
        |1991--17|1991-+3-17|١٩٩١-٠٣-١٧|<<<<<<|17 MAR 1991|1991−03−17|٠٥.١١.2009";
    each(texts.split('|'), |text| {
        for order in [DateOrder::Dmy, DateOrder::Mdy] {
            assert_eq!(date::parse(text, order), None, "{text}");
        }
    });
}

/// Text, and what is known under each order; empty where it is no date.
fn reads_what_is_known() {
    let rows = [
        ("1963-XX-XX", "1963", "1963"),
        ("1963-xx-xx", "1963", "1963"),
        ("1985-00-00", "1985", "1985"),
        ("1985-0-0", "1985", "1985"),
        ("1985-<<-<<", "1985", "1985"),
        ("1985", "1985", "1985"),
        (" 1985 ", "1985", "1985"),
        ("1963-05", "1963-05", "1963-05"),
        ("1963-5", "1963-05", "1963-05"),
        ("1963-05-00", "1963-05", "1963-05"),
        ("1963-05-XX", "1963-05", "1963-05"),
        ("1963/05/00", "1963-05", "1963-05"),
        ("1963/05", "1963-05", "1963-05"),
        ("00.00.1985", "1985", "1985"),
        ("XX.XX.1985", "1985", "1985"),
        ("00.05.1985", "1985-05", "1985-05"),
        ("05.1985", "1985-05", "1985-05"),
        ("00/00/1985", "1985", "1985"),
        ("05/1985", "1985-05", "1985-05"),
        ("00/05/1985", "1985-05", ""),
        ("05/00/1985", "", "1985-05"),
        ("1963-05-12", "1963-05-12", "1963-05-12"),
        ("0001-01-01", "0001-01-01", "0001-01-01"),
        // A day without a month, a month of no calendar, and what no source of ours writes so.
        ("1985-00-14", "", ""),
        ("1985-13", "", ""),
        ("1985-XX-14", "", ""),
        ("1985-0X-00", "", ""),
        ("1985-??-??", "", ""),
        ("1985-05-32", "", ""),
        ("0000-00-00", "", ""),
        ("XXXX-05-12", "", ""),
        ("85", "", ""),
        ("850000", "", ""),
        ("85<<<<", "", ""),
        ("198505", "", ""),
        ("1963-", "", ""),
        ("1963--", "", ""),
        ("1963-05-", "", ""),
        ("<<<<<<", "", ""),
    ];
    each(rows, |(text, dmy, mdy)| {
        let read = |order| PartialDate::parse(text, order).map(|date| date.to_string()).unwrap_or_default();
        assert_eq!((&*read(DateOrder::Dmy), &*read(DateOrder::Mdy)), (dmy, mdy), "{text}");
    });
}

const TODAY: jiff::civil::Date = day(2026, 11, 29);

fn of_source(text: &str, kind: DateKind) -> String {
    let date = PartialDate::parse_source(text, DateOrder::Dmy, kind, TODAY);
    date.map(|date| date.to_string()).unwrap_or_default()
}

fn reads_dates_of_sources() {
    let rows = [
        ("880614", "1988-06-14"),
        ("19880614", "1988-06-14"),
        ("14 JUN 1988", "1988-06-14"),
        ("14 jun 1988", "1988-06-14"),
        ("4 Sept 1988", "1988-09-04"),
        (" 14  June 1988\n", "1988-06-14"),
        ("14 SEPTEMBER 1988", "1988-09-14"),
        ("850000", "1985"),
        ("85<<<<", "1985"),
        ("8505<<", "1985-05"),
        ("850500", "1985-05"),
        ("85XXXX", "1985"),
        ("19850000", "1985"),
        ("198505<<", "1985-05"),
        ("XX MAY 1985", "1985-05"),
        ("00 MAY 1985", "1985-05"),
        ("1985", "1985"),
        ("1988-06-14", "1988-06-14"),
        ("14/06/1988", "1988-06-14"),
        ("", ""),
        ("<<<<<<", ""),
        ("880631", ""),
        ("881301", ""),
        ("88061", ""),
        ("8806144", ""),
        ("850014", ""),
        ("+80614", ""),
        ("88 614", ""),
        ("00000614", ""),
        ("14 JU 1988", ""),
        ("14 JUNI 1988", ""),
        ("14 JUN 88", ""),
        ("JUN 14 1988", ""),
        ("14 JUN 1988 A", ""),
        ("14JUN1988", ""),
        ("31 JUN 1988", ""),
        ("٨٨٠٦١٤", ""),
    ];
    each(rows, |(text, wanted)| {
        assert_eq!(of_source(text, DateKind::Birth), wanted, "{text}");
    });
}

fn finds_the_century() {
    let rows = [
        ("880614", "1988-06-14", "1988-06-14"),
        ("261129", "2026-11-29", "2026-11-29"),
        ("261130", "1926-11-30", "2026-11-30"),
        ("330520", "1933-05-20", "2033-05-20"),
        ("750101", "1975-01-01", "2075-01-01"),
        ("770101", "1977-01-01", "1977-01-01"),
        ("000229", "2000-02-29", "2000-02-29"),
        ("991231", "1999-12-31", "1999-12-31"),
        ("26<<<<", "2026", "2026"),
        ("2612<<", "1926-12", "2026-12"),
        ("27<<<<", "1927", "2027"),
    ];
    each(rows, |(text, birth, expiry)| {
        assert_eq!(of_source(text, DateKind::Birth), birth, "{text}");
        assert_eq!(of_source(text, DateKind::Expiry), expiry, "{text}");
        assert_eq!(of_source(text, DateKind::Issue), expiry, "{text}");
    });
    // At the turn of a century, and in the years of a leap day.
    let rows = [
        (day(2000, 1, 1), "991231", DateKind::Birth, "1999-12-31"),
        (day(2000, 1, 1), "000101", DateKind::Birth, "2000-01-01"),
        (day(2000, 1, 1), "000102", DateKind::Birth, "1900-01-02"),
        (day(2099, 12, 31), "000101", DateKind::Expiry, "2100-01-01"),
        (day(2100, 1, 1), "991231", DateKind::Expiry, "2099-12-31"),
        (day(2100, 6, 1), "000229", DateKind::Expiry, "2000-02-29"),
    ];
    each(rows, |(today, text, kind, wanted)| {
        let date = PartialDate::parse_source(text, DateOrder::Dmy, kind, today).map(|date| date.to_string());
        assert_eq!(date.as_deref(), Some(wanted), "{today} {text}");
    });
}

fn known(text: &str) -> PartialDate {
    PartialDate::parse(text, DateOrder::Dmy).unwrap()
}

fn takes_the_latest_day() {
    let rows = [
        ("1963", day(1963, 1, 1), day(1963, 12, 31)),
        ("1963-05", day(1963, 5, 1), day(1963, 5, 31)),
        ("2024-02", day(2024, 2, 1), day(2024, 2, 29)),
        ("1963-05-12", day(1963, 5, 12), day(1963, 5, 12)),
        ("2026", day(2026, 1, 1), TODAY),
        ("2026-11", day(2026, 11, 1), TODAY),
        // All of it is after today: nothing is made of that.
        ("2027", day(2027, 1, 1), day(2027, 12, 31)),
        ("2026-12-01", day(2026, 12, 1), day(2026, 12, 1)),
    ];
    each(rows, |(text, earliest, latest)| {
        assert_eq!((known(text).earliest_day(), known(text).latest_day(TODAY)), (earliest, latest), "{text}");
        assert_eq!(known(text).full().is_some(), text.len() == 10, "{text}");
    });
}

fn compares_what_is_known() {
    let rows = [
        ("1963-05-12", "1963-05-12", true),
        ("1963-05-12", "1963-05-13", false),
        ("1963-05", "1963-05-13", true),
        ("1963-05", "1963-06-12", false),
        ("1963-05", "1964-05-12", false),
        ("1963", "1963-05-13", true),
        ("1963", "1963-05", true),
        ("1963", "1963", true),
        ("1963", "1964", false),
        ("1963", "1964-01-01", false),
    ];
    each(rows, |(one, other, wanted)| {
        assert_eq!(known(one).agrees_with(known(other)), wanted, "{one} {other}");
        assert_eq!(known(other).agrees_with(known(one)), wanted, "{other} {one}");
    });
    assert_eq!(format!("{:?}", known("1963-05-12")), "PartialDate(..)");
}

fn tells_what_can_be_true() {
    let rows = [
        ("1390-12-26", false),
        ("0001-01-01", false),
        ("1895-11-28", false),
        ("1895-11-29", false),
        ("1895-11-30", true),
        ("1895", true),
        ("1894", false),
        ("1991-03-17", true),
        ("2026-11-29", true),
        ("2026-11-30", false),
        ("2026", true),
        ("2026-12", false),
        ("2027", false),
    ];
    each(rows, |(birth, wanted)| {
        assert_eq!(date::is_plausible_birth(known(birth), TODAY), wanted, "{birth}");
    });
    let rows = [
        (day(2560, 5, 1), false),
        (day(2126, 11, 30), false),
        (day(2126, 11, 29), true),
        (day(9999, 12, 31), true),
        (day(9999, 12, 30), false),
        (day(2031, 8, 2), true),
        (day(1, 1, 1), true),
    ];
    each(rows, |(expiry, wanted)| {
        assert_eq!(date::is_plausible_expiry(expiry, TODAY), wanted, "{expiry}");
    });
    assert!(date::is_plausible_expiry(day(9990, 1, 1), day(9950, 1, 1)));
    let rows = [
        (day(2023, 5, 21), "1991-03-17", Some(day(2033, 5, 20)), true),
        (day(2032, 1, 1), "1991-03-17", Some(day(2033, 5, 20)), false),
        (day(2026, 11, 29), "", None, true),
        (day(2026, 11, 30), "", None, false),
        (day(1991, 3, 16), "1991-03-17", None, false),
        (day(1991, 3, 17), "1991-03-17", None, true),
        (day(1991, 1, 1), "1991", None, true),
        (day(1990, 12, 31), "1991", None, false),
        (day(2023, 5, 21), "", Some(day(2023, 5, 20)), false),
        (day(2023, 5, 20), "", Some(day(2023, 5, 20)), true),
        (day(1, 1, 1), "", Some(day(9999, 12, 31)), true),
    ];
    each(rows, |(issue, birth, expiry, wanted)| {
        let birth = PartialDate::parse(birth, DateOrder::Dmy);
        assert_eq!(date::is_plausible_issue(issue, birth, expiry, TODAY), wanted, "{issue}");
    });
}

fn counts_years() {
    let rows = [
        (day(2000, 5, 10), day(2018, 5, 9), Some(17)),
        (day(2000, 5, 10), day(2018, 5, 10), Some(18)),
        (day(2000, 5, 10), day(2018, 12, 1), Some(18)),
        (day(2000, 5, 10), day(2018, 1, 31), Some(17)),
        (day(2004, 2, 29), day(2022, 2, 28), Some(17)),
        (day(2004, 2, 29), day(2022, 3, 1), Some(18)),
        (day(2004, 2, 29), day(2024, 2, 28), Some(19)),
        (day(2004, 2, 29), day(2024, 2, 29), Some(20)),
        (day(2026, 11, 21), day(2026, 11, 21), Some(0)),
        (day(2026, 11, 22), day(2026, 11, 21), None),
        (day(1, 1, 1), day(9999, 12, 31), Some(9998)),
        (day(-9999, 1, 1), day(9999, 12, 31), Some(19998)),
    ];
    each(rows, |(birth, today, wanted)| {
        assert_eq!(date::age(birth, today), wanted, "{birth} {today}");
    });
}
