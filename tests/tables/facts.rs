//! What a payload is read as.

mod country;
mod date;
mod dates;
mod field;
mod fields;
mod mrz;
mod name;
mod v3;
