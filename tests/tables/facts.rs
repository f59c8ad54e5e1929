//! What a payload is read as.

mod country;
mod date;
mod field;
mod mrz;
mod name;
mod v3;

pub fn run() {
    country::run();
    date::run();
    field::run();
    mrz::run();
    name::run();
    v3::run();
}
