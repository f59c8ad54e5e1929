//! Filters behind a macro: `upper`, `lower`, `mask`, `sha256`, `date(…)`.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::fmt::strtime;
use jiff::tz::Offset;
use sha2::{Digest, Sha256};

use super::error::MacroError;
use crate::payload::date::{DateOrder, PartialDate};
use crate::words;

/// The filters, as they are written.
const NAMES: [&str; 5] = ["upper", "lower", "mask", "sha256", "date(…)"];
/// How many characters `mask` leaves readable.
const UNMASKED: usize = 4;
/// Fewest characters of which `mask` leaves any readable: of a shorter text, four would be half or more.
const MIN_MASKED: usize = 8;
/// The letters of Java's date formats, which repeats them. In `strftime`, such a word is a word.
const JAVA_LETTERS: &str = "yYuMLdDEHhms";
/// Those of dates, of which Java takes one alone as well: `d.M.yyyy`.
const JAVA_DATE_LETTERS: &str = "yYuMLdD";

/// What is done to a macro's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// Unicode upper case.
    Upper,
    /// Unicode lower case.
    Lower,
    /// Every character but the last four becomes `*`; of a text of fewer than eight, every one.
    Mask,
    /// Lower-case hex of the SHA-256 of the UTF-8 text.
    Sha256,
    /// The date, or the UTC day of an RFC 3339 instant, in this `strftime` format; of a partly known date what is
    /// known.
    Date(String),
}

impl Filter {
    /// Reads the filter at the start of `text`; gives what comes after it too.
    ///
    /// # Errors
    /// [`MacroError::UnknownFilter`], [`MacroError::DateFormat`], [`MacroError::JavaDateFormat`].
    pub fn take(text: &str) -> Result<(Self, &str), MacroError> {
        if let Some(argument) = text.strip_prefix("date(") {
            let (format, rest) = argument.split_once(')').ok_or(MacroError::DateFormat)?;
            if looks_like_java(format) {
                return Err(MacroError::JavaDateFormat);
            }
            // The directives that a date can't answer fail for every date, so one tells for all.
            strtime::format(format, Date::ZERO).map_err(|_| MacroError::DateFormat)?;
            return Ok((Self::Date(format.to_owned()), rest));
        }
        let end = text.find(|character: char| !character.is_ascii_alphanumeric()).unwrap_or(text.len());
        let (name, rest) = text.split_at(end);
        let filter = match name {
            "upper" => Self::Upper,
            "lower" => Self::Lower,
            "mask" => Self::Mask,
            "sha256" => Self::Sha256,
            _ => {
                let written = text.split(['|', ':', '(']).next().unwrap_or_default();
                return Err(MacroError::UnknownFilter(words::meant(written, NAMES)));
            }
        };
        Ok((filter, rest))
    }

    /// Returns the filtered text; `None` where a date was asked for and `text` isn't one.
    #[must_use]
    pub fn apply(&self, text: &str, order: DateOrder) -> Option<String> {
        match self {
            Self::Upper => Some(text.to_uppercase()),
            Self::Lower => Some(text.to_lowercase()),
            Self::Mask => Some(mask(text)),
            Self::Sha256 => Some(base16ct::lower::encode_string(&Sha256::digest(text))),
            Self::Date(format) => match PartialDate::parse(text, order) {
                Some(date) => date.full().map_or_else(|| Some(date.to_string()), |date| write_date(format, date)),
                None => write_date(format, day_of(text)?),
            },
        }
    }
}

fn mask(text: &str) -> String {
    let length = text.chars().count();
    let hidden = if length < MIN_MASKED { length } else { length - UNMASKED };
    std::iter::repeat_n('*', hidden).chain(text.chars().skip(hidden)).collect()
}

/// Returns whether a format has no directive at all, or words of Java's beside its directives.
fn looks_like_java(format: &str) -> bool {
    let mut rest = format;
    let mut has_directive = false;
    let mut literal = String::new();
    while let Some((before, after)) = rest.split_once('%') {
        literal.push_str(before);
        // Flags, a width and colons come before the letter of a directive.
        let letter = after.trim_start_matches(|flag: char| !flag.is_ascii_alphabetic() && flag != '%');
        has_directive |= !letter.starts_with('%');
        let mut letters = letter.chars();
        letters.next();
        literal.push(' ');
        rest = letters.as_str();
    }
    literal.push_str(rest);
    let mut words = literal.split(|character: char| !character.is_alphabetic());
    !has_directive || words.any(is_javas)
}

/// Returns whether a word is one letter of a date format of Java's, once or repeated.
fn is_javas(word: &str) -> bool {
    let mut letters = word.chars();
    let Some(first) = letters.next() else { return false };
    let known = if letters.as_str().is_empty() { JAVA_DATE_LETTERS } else { JAVA_LETTERS };
    known.contains(first) && letters.all(|letter| letter == first)
}

fn write_date(format: &str, date: Date) -> Option<String> {
    strtime::format(format, date).ok()
}

/// Returns the UTC day of an RFC 3339 instant.
fn day_of(text: &str) -> Option<Date> {
    text.parse::<Timestamp>().ok().map(|instant| Offset::UTC.to_datetime(instant).date())
}
