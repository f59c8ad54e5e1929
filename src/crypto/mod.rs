//! Opening what REL-ID sends and sealing what it gets back.

pub mod encoding;
pub mod envelope;
pub mod intake;
pub mod key;
pub mod spec;

pub use encoding::BodyEncoding;
pub use envelope::{Envelope, EnvelopeError, EnvelopeParts, Plaintext};
pub use intake::Intake;
pub use key::{Key, KeyEncoding, KeyError};
pub use spec::{CipherSpec, CipherSpecError, Iv, IvError, Mode};
