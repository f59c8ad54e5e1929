//! Machine readable zones (ICAO 9303): layouts by parts 4 to 7, check digits by part 3, section 4.9. Driving licences
//! have zones of their own (ISO/IEC 18013), with the same check digits.

mod character;
mod check_digit;
mod layout;
mod name;
mod zone;

pub use check_digit::{CheckDigits, check_digits};
pub use name::MrzName;
pub use zone::Zone;
