//! What an invented post is made of, before it is written as V3.

use jiff::ToSpan as _;
use jiff::civil::Date;
use sha2::{Digest as _, Sha256};

use super::person::{PEOPLE, Person};
use super::zone::Holder;

/// Which document it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    /// A passport with a chip.
    Passport,
    /// An identity card with a zone of three lines.
    Card,
    /// A driving licence: print and barcode, no zone.
    Licence,
}

impl Paper {
    /// Returns Regula's code of the type and its name.
    pub fn kind(self) -> (u16, &'static str) {
        match self {
            Self::Passport => (11, "Passport"),
            Self::Card => (12, "Identity card"),
            Self::Licence => (49, "Driving license"),
        }
    }

    /// Returns the sources that carry its fields.
    pub fn sources(self) -> &'static [&'static str] {
        match self {
            Self::Passport => &["M", "V", "R"],
            Self::Card => &["M", "V"],
            Self::Licence => &["V", "B"],
        }
    }
}

/// A post in the making: everything right, until a kind of sample changes it.
pub struct Draft {
    pub person: &'static Person,
    pub paper: Paper,
    pub number: String,
    pub birth: Date,
    pub issue: Date,
    pub expiry: Date,
    /// Of the document, in another person's name where the two differ.
    pub surname_in_zone: &'static str,
    pub face: f64,
    pub liveness: i64,
    /// The scanner's checks of authenticity: element and status.
    pub authenticity: Vec<(&'static str, &'static str)>,
    pub errors: Vec<&'static str>,
    pub overall_status: &'static str,
    /// The day from which an address proof dates.
    pub address_proof: Option<Date>,
    pub ids: [String; 3],
}

impl Draft {
    /// Starts with a post that nothing is wrong with, on this day. Equal arguments give equal posts.
    pub fn new(kind: &str, today: Date, seed: u64) -> Self {
        let dice: [u8; 32] = Sha256::digest(format!("{kind} {today} {seed}")).into();
        let [a, b, c, d, e, f, ..] = dice.map(i64::from);
        let person = usize::try_from(seed).ok().and_then(|seed| PEOPLE.get(seed % PEOPLE.len()));
        let [first, ..] = &PEOPLE;
        let person = person.unwrap_or(first);
        let issue = today.saturating_sub((1 + a % 4).years().days(b));
        let digits = format!("{:08}", (c << 16 | d << 8 | e) & 0xff_ffff);
        let uuid = |at: usize| {
            let hex = crate::hex(dice.get(at..at + 16).unwrap_or_default());
            let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default().to_owned();
            format!("{}-{}-4{}-8{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
        };
        Self {
            person,
            paper: Paper::Passport,
            number: format!("{}{digits}", person.series).chars().take(9).collect(),
            birth: today.saturating_sub((24 + e % 30).years().days(f)),
            issue,
            expiry: issue.saturating_add(10.years()).saturating_sub(1.days()),
            surname_in_zone: person.zone_surname,
            face: 5.1187,
            liveness: 100,
            authenticity: vec![
                ("Black and white copy check", "OK"),
                ("Liveness electronic device", "OK"),
                ("Security text", "OK"),
                ("Photo embedding", "OK"),
            ],
            errors: Vec::new(),
            overall_status: "OK",
            address_proof: None,
            ids: [
                format!(
                    "{}@example.test",
                    person.zone_given_names.split(' ').next().unwrap_or_default().to_lowercase()
                ),
                "5f0e2f7c-3a3b-4f0e-9a51-0d6c1f3f7b10".to_owned(),
                uuid(16),
            ],
        }
    }

    /// Returns the machine readable zone, where the document has one.
    pub fn zone(&self) -> Option<String> {
        let holder = Holder {
            country: self.person.code,
            surname: self.surname_in_zone,
            given_names: self.person.zone_given_names,
            number: &self.number,
            birth: self.birth,
            expiry: self.expiry,
            sex: self.person.sex,
        };
        match self.paper {
            Paper::Passport => Some(holder.passport()),
            Paper::Card => Some(holder.card()),
            Paper::Licence => None,
        }
    }
}
