//! What a variable can be, beyond its type: a comparison with anything else would never or always hold.

use crate::payload::country::Alpha2;
use crate::scoring::check::CheckId;
use crate::scoring::compared_field::ComparedField;
use crate::scoring::{country, subtype};
use crate::words;

/// The values that a variable, or an item of a list, can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Domain {
    /// Any of its type.
    Any,
    /// An assigned ISO 3166-1 alpha-2 code.
    Country,
    /// A document subtype of Rebilly's.
    Subtype,
    /// The name of a check.
    Check,
    /// A field that sources can disagree on.
    ComparedField,
    /// A trimmed text in capital letters.
    Capitals,
    /// A trimmed text in small letters.
    SmallLetters,
    /// A text without capital letters of ASCII.
    LowerAscii,
    /// A text without small letters of ASCII.
    UpperAscii,
    /// An integer from the first to the second, both included.
    Range(i16, i16),
}

/// A constant of an expression.
#[derive(Debug, Clone, Copy)]
pub(super) enum Constant<'e> {
    Text(&'e str),
    Number(f64),
}

/// Where in a text a constant is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Anywhere,
    Start,
    End,
}

impl Part {
    /// Returns where a function looks for a constant; `None` for one that doesn't.
    pub(super) fn of_function(name: &str) -> Option<Self> {
        match name {
            "contains" => Some(Self::Anywhere),
            "startsWith" => Some(Self::Start),
            "endsWith" => Some(Self::End),
            _ => None,
        }
    }

    fn is_in(self, part: &str, text: &str) -> bool {
        match self {
            Self::Anywhere => text.contains(part),
            Self::Start => text.starts_with(part),
            Self::End => text.ends_with(part),
        }
    }
}

impl Domain {
    /// Says why no value equals a constant, with the value that is probably meant; `None` where one can.
    pub(super) fn excludes(self, constant: Constant<'_>) -> Option<String> {
        match (self, constant) {
            (Self::Country, Constant::Text(text)) => {
                let meant = country::parse(text).err()?;
                Some(told("a country is an assigned ISO 3166-1 alpha-2 code", meant.as_ref().map(|code| code.as_str())))
            }
            (Self::Subtype, Constant::Text(text)) => {
                one_of("no document subtype of Rebilly's", text, subtype::SUBTYPES.iter().copied())
            }
            (Self::Check, Constant::Text(text)) => {
                let names: Vec<_> = CheckId::all().map(|check| check.to_string()).collect();
                one_of("no such check", text, names.iter().map(String::as_str))
            }
            (Self::ComparedField, Constant::Text(text)) => one_of(
                "no field that sources are compared on",
                text,
                ComparedField::ALL.iter().map(|field| field.as_str()),
            ),
            (Self::Capitals | Self::SmallLetters, Constant::Text(text)) if text.trim() != text => {
                Some(told("there is no white space around these texts", Some(text.trim())))
            }
            (Self::Range(..), Constant::Number(number)) => self.outside(number),
            (_, Constant::Text(text)) => self.excludes_case(text),
            (_, Constant::Number(_)) => None,
        }
    }

    /// Says why no value has a constant in it, where a function looks for it.
    pub(super) fn excludes_part(self, constant: Constant<'_>, part: Part) -> Option<String> {
        let Constant::Text(text) = constant else { return None };
        let is_in = |value: &str| part.is_in(text, value);
        let is_possible = match self {
            Self::Country => Alpha2::assigned().any(|country| is_in(country.as_str())),
            Self::Subtype => subtype::SUBTYPES.iter().any(|subtype| is_in(subtype)),
            Self::Check => CheckId::all().any(|check| is_in(&check.to_string())),
            Self::ComparedField => ComparedField::ALL.iter().any(|field| is_in(field.as_str())),
            _ => return self.excludes_case(text),
        };
        let why = || self.excludes(constant).unwrap_or_else(|| "no value has this in its place".to_owned());
        (!is_possible).then(why)
    }

    /// Says why no value has the letters of a text.
    fn excludes_case(self, text: &str) -> Option<String> {
        let (folded, case) = match self {
            Self::Capitals => (text.to_uppercase(), "these texts are in capital letters"),
            Self::SmallLetters => (text.to_lowercase(), "these texts are in small letters"),
            Self::LowerAscii => (text.to_ascii_lowercase(), "lowerAscii() leaves no capital letters"),
            Self::UpperAscii => (text.to_ascii_uppercase(), "upperAscii() leaves no small letters"),
            _ => return None,
        };
        (folded != text).then(|| told(case, Some(&folded)))
    }

    /// Says why all values are on one side of a number.
    pub(super) fn outside(self, number: f64) -> Option<String> {
        let Self::Range(least, most) = self else { return None };
        let within = (f64::from(least)..=f64::from(most)).contains(&number);
        (!within).then(|| format!("the value is always from {least} to {most}"))
    }
}

fn one_of<'w>(cause: &str, text: &str, known: impl Iterator<Item = &'w str> + Clone) -> Option<String> {
    let is_known = known.clone().any(|word| word == text);
    (!is_known).then(|| told(cause, words::meant(text, known)))
}

fn told(cause: &str, meant: Option<&str>) -> String {
    match meant {
        Some(meant) => format!("{cause}; \"{meant}\" is meant"),
        None => cause.to_owned(),
    }
}
