//! Countries and their parts: ISO 3166 and ICAO 9303 part 3 section 5, told as ISO alpha-2.

mod alpha2;
mod common_names;
mod lookup;
mod plain_name;
mod state;

pub use alpha2::Alpha2;
pub use lookup::{is_no_country, resolve};
#[cfg(test)]
pub(crate) use plain_name::names_read;
pub use state::{PrintedState, same_state};
