//! Dates and ages.

use jiff::civil::date as day;
use kyc_gate::payload::date::{self, DateOrder};

pub fn run() {
    reads_dates();
    refuses_dates();
    counts_years();
}

fn reads_dates() {
    let cases = [
        ("1991-03-17", day(1991, 3, 17)),
        ("1991/03/17", day(1991, 3, 17)),
        ("1991/3/7", day(1991, 3, 7)),
        ("17.03.1991", day(1991, 3, 17)),
        ("7.3.1991", day(1991, 3, 7)),
        ("17/03/1991", day(1991, 3, 17)),
        (" 2024-02-29\n", day(2024, 2, 29)),
        ("29.02.2000", day(2000, 2, 29)),
    ];
    for (text, wanted) in cases {
        assert_eq!(date::parse(text, DateOrder::Dmy), Some(wanted), "{text}");
    }
    for (text, dmy, mdy) in [
        ("05/11/2009", Some(day(2009, 11, 5)), Some(day(2009, 5, 11))),
        ("5/1/2009", Some(day(2009, 1, 5)), Some(day(2009, 5, 1))),
        ("25/09/2033", Some(day(2033, 9, 25)), None),
        ("09/25/2033", None, Some(day(2033, 9, 25))),
        // The order is for slashes with the year last, for nothing else.
        ("05.11.2009", Some(day(2009, 11, 5)), Some(day(2009, 11, 5))),
        ("2009/11/05", Some(day(2009, 11, 5)), Some(day(2009, 11, 5))),
        ("2009-11-05", Some(day(2009, 11, 5)), Some(day(2009, 11, 5))),
    ] {
        assert_eq!(date::parse(text, DateOrder::Dmy), dmy, "{text} DMY");
        assert_eq!(date::parse(text, DateOrder::Mdy), mdy, "{text} MDY");
    }
}

fn refuses_dates() {
    let texts = "|unknown|1991|1991-03|1991-3-17|1991-03-7|91-03-17|17-03-1991|19910317|910317|1991.03.17|17/03/91\
        |2023-02-29|1900-02-29|2024-04-31|2024-00-10|2024-10-00|2024-13-01|32.01.2000|0000-01-01|-1991-03-17\
        |+991-03-17|1991-03-17T00:00:00Z|1991-03-17 10:00|1991-03-17-|1991-03/17|17/03.1991|17.03.1991.|012/03/1991\
        |1991--17|1991-+3-17|1991-03-1 |١٩٩١-٠٣-١٧|<<<<<<|17 MAR 1991|1991−03−17|٠٥.١١.2009";
    for text in texts.split('|') {
        for order in [DateOrder::Dmy, DateOrder::Mdy] {
            assert_eq!(date::parse(text, order), None, "{text}");
        }
    }
}

fn counts_years() {
    for (birth, today, wanted) in [
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
    ] {
        assert_eq!(date::age(birth, today), wanted, "{birth} {today}");
    }
}
