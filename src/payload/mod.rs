//! Reading REL-ID's V3 KYC payload without copying it.

mod case;
pub mod country;
pub mod date;
pub mod document;
mod error;
mod fact;
pub mod field;
mod locator;
pub mod mrz;
pub mod name;
mod node;
mod number;
pub mod pointer;
mod pointer_index;
pub mod scan;
mod string;
pub mod v3;

pub use document::{Document, Value};
pub use error::{PathStep, ScanError, ScanFailure};
pub use fact::Fact;
pub use locator::{Locator, LocatorError};
pub use node::Kind;
pub use pointer::{Pointer, PointerError};
pub use pointer_index::PointerIndex;
pub use scan::Limits;
pub use v3::{Kyc, NotV3, Proof, UnreadableFact};
