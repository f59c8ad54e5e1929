//! What a payload is read as.

mod country;
mod date;
mod field;
mod mrz;
mod name;
mod v3;
