//! Opening what REL-ID sends and sealing what it gets back.
//!
//! # Security notes
//!
//! - **GCM: no plaintext before the tag.** A long body is decrypted while it arrives, into a private buffer. Nothing
//!   gives a byte of it out before the tag over the whole body has been checked, in constant time; if it is wrong, the
//!   buffer is wiped, or turned back into the ciphertext for the next key. A [`Plaintext`] of a GCM body is what the
//!   holder of the key wrote. The other modes give nothing out before the body is complete.
//! - **CBC, CFB, CFB8 and CTR have no integrity.** Whoever can change the ciphertext can change the plaintext, and
//!   whether a changed body still is a JSON document shows in the answer, whatever this crate does. Use GCM where the
//!   sender can; elsewhere TLS and `authorization` have to keep strangers out.
//! - **A static IV** makes equal beginnings of payloads visible as equal ciphertexts (CBC, CFB), and with CTR or GCM
//!   two bodies give away the XOR of their plaintexts. A repeated GCM nonce gives away the authentication key as well,
//!   after which tags can be forged; that is why it takes `acceptStaticNonce`.
//! - **One opaque failure.** [`Envelope::read`] tells why it gave nothing as an [`UnreadableCause`], for the operator:
//!   it must never reach the client, in a response or by the time that one takes. A wrong tag takes as long wherever
//!   the change is: by then, every byte has been hashed and all but the end decrypted. With several keys, the time
//!   tells which of them opened a body, or that none did. Bad padding (CBC, CFB, CFB8) isn't told from good at all, by
//!   the result or by the time the caller takes: it gives a text that no JSON parser accepts. So does padding where the
//!   cipher takes none. For modes without a tag, the cause is one word for whatever is wrong.
//! - **No downgrade.** With a key and without `allowPlaintext`, a body in the clear gives no candidates.
//! - Keys, key schedules and plaintext are wiped when dropped, and nothing here that holds one has a readable `Debug`.
//!   The AES and GHASH implementations have no secret-dependent branches or table look-ups; how a Wasm engine compiles
//!   them is beyond this crate.
//!
//! # Usage
//!
//! ```
//! use kyc_gate::crypto::{BodyEncoding, Envelope, EnvelopeParts, Iv, Key};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let envelope = Envelope::new(EnvelopeParts {
//!     cipher: "AES/GCM/NoPadding".parse()?,
//!     keys: vec![Key::decode("000102030405060708090a0b0c0d0e0f", Some(kyc_gate::crypto::KeyEncoding::Hex))?],
//!     iv: Iv::Prefix,
//!     body_encoding: BodyEncoding::Base64,
//!     json_members: None,
//!     allow_plaintext: false,
//!     accept_static_nonce: false,
//! })?;
//! // The caller brings the randomness: the core has none.
//! let sealed = envelope.seal(br#"{"result":true}"#, [7; 16]).ok_or("too long")?;
//!
//! let mut body = envelope.decoder();
//! sealed.chunks(5).for_each(|chunk| body.push(chunk));
//! assert!(envelope.open(body).any(|plaintext| *plaintext == *br#"{"result":true}"#));
//! # Ok(())
//! # }
//! ```

mod alphabet;
mod backend;
mod body_decoder;
mod candidates;
mod cipher;
#[cfg(all(feature = "simd", not(target_arch = "wasm32")))]
mod counter;
pub mod decoder;
mod decryption;
pub mod encoding;
mod envelope;
pub mod fingerprint;
mod gcm;
mod json_members;
pub mod key;
mod padding;
mod parts;
mod plaintext;
mod secret_buf;
pub mod signing;
#[cfg(feature = "simd")]
pub mod simd;
pub mod spec;
mod stack;
mod streaming_decryptor;
mod unreadable_cause;
#[cfg(all(feature = "simd", target_arch = "x86_64"))]
mod x86;

pub use body_decoder::BodyDecoder;
pub use candidates::Candidates;
pub use decoder::Decoder;
pub use encoding::BodyEncoding;
pub use envelope::Envelope;
pub use json_members::{JsonMembers, JsonMembersError};
pub use key::{Key, KeyEncoding, KeyError};
pub use parts::{EnvelopeError, EnvelopeParts};
pub use plaintext::Plaintext;
pub use signing::{SigningAlgorithm, SigningKey, SigningKeyError};
pub use spec::{CipherMode, CipherSpec, CipherSpecError, Iv, IvError, Padding};
pub use unreadable_cause::UnreadableCause;
