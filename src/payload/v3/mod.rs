//! REL-ID's V3 KYC payload: where its facts are, and whether they can be read.
//!
//! What is missing, `null` or blank is absent. What is there but of another type than it should be is unreadable, or,
//! where nothing could be judged without it, makes the payload no V3 one ([`NotV3`]). Nothing is copied but strings
//! with escapes, and those only when they are asked for.

mod dates;
mod error;
mod fields;
mod kyc;
mod proof;
mod scalar;
mod shape;
mod status;
mod unreadable;

pub use dates::{DateReading, Dates};
pub use error::{DocumentRole, Member, NotV3};
pub use fields::field_text;
pub use kyc::Kyc;
pub use proof::{CheckDetail, DocumentTypes, Proof};
pub use scalar::Score;
pub use status::{OverallStatus, Status};
pub use unreadable::UnreadableFact;
