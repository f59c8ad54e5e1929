//! Posts of any size.

use serde_json::Value;

/// How much of a body Envoy hands over at once.
const CHUNK: usize = 16 * 1024;

/// The image that grows.
const IMAGE: &str = "/kyc_info/document/document_info/document_images/front_page";

/// A V3 payload of `length` bytes, of which an image is what the facts leave; longer where the facts alone are.
pub fn json(length: usize) -> Vec<u8> {
    let passport = parse(include_str!("../../../tests/data/relid-v3-passport.json"));
    let minimal = parse(include_str!("../../../tests/data/relid-v3-minimal-expired.json"));
    let mut payload = if length < passport.to_string().len() { minimal } else { passport };
    set_image(&mut payload, String::new());
    let room = length.saturating_sub(payload.to_string().len());
    set_image(&mut payload, image(room));
    payload.to_string().into_bytes()
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).expect("a fixture")
}

fn set_image(payload: &mut Value, image: String) {
    *payload.pointer_mut(IMAGE).expect("an image") = image.into();
}

/// So many digits of base64, always the same.
fn image(length: usize) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut state = 1_u64;
    let digit = |_| {
        // Knuth's MMIX generator; the upper bits are the good ones.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(DIGITS[(state >> 58) as usize])
    };
    (0..length).map(digit).collect()
}

/// A body as it arrives.
pub fn chunks(body: &[u8]) -> impl Iterator<Item = &[u8]> {
    body.chunks(CHUNK)
}

/// A body as whoever has no streaming collects it.
pub fn collect(body: &[u8]) -> Vec<u8> {
    let mut collected = Vec::with_capacity(body.len());
    chunks(body).for_each(|chunk| collected.extend_from_slice(chunk));
    collected
}
