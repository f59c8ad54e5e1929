//! The crypto room from outside: what it opens, what it refuses, and that chunk boundaries never matter.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[macro_use]
#[path = "tables/rows.rs"]
mod rows;
#[path = "tables/causes.rs"]
mod causes;
#[path = "tables/crypto.rs"]
mod crypto;
#[path = "tables/encodings.rs"]
mod encodings;
#[path = "tables/json_members.rs"]
mod json_members;
#[path = "tables/lengths.rs"]
mod lengths;
#[path = "tables/pieces.rs"]
mod pieces;
#[path = "tables/senders.rs"]
mod senders;
#[path = "tables/wycheproof.rs"]
mod wycheproof;

use crypto::{ENCODINGS, envelope, open, parts};
use kyc_gate::crypto::{BodyDecoder, BodyEncoding, Envelope, EnvelopeParts};
use proptest::prelude::*;

use rows::each;

const KEY: &str = "000102030405060708090a0b0c0d0e0f";
const OTHER_KEY: &str = "f00102030405060708090a0b0c0d0e0f";
const KEYS: [&str; 3] = [
    KEY,
    "000102030405060708090a0b0c0d0e0f1011121314151617",
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
];
/// With `ivBytes` or `blockSizeBytes` where they aren't the usual ones. Only the last pads with something that stays.
const SPECS: [&str; 10] = [
    "AES/GCM/NoPadding",
    "AES/CBC/PKCS5Padding",
    "AES/CFB/NoPadding",
    "AES/CFB8/NoPadding",
    "AES/CTR/NoPadding",
    "AES/GCM/NoPadding 16",
    "AES/CFB/PKCS5Padding",
    "AES/CFB8/PKCS5Padding",
    "AES/CFB8/PKCS5Padding 1",
    "AES/CBC/NoPadding",
];
const GCM: &str = SPECS[0];
const CBC: &str = SPECS[1];
const CTR: &str = SPECS[4];
const IV: &str = "101112131415161718191a1b1c1d1e1f";
const JSON: &[u8] = br#"{"user_id":"maira.b@example.test"}"#;

#[test]
fn every_length() {
    lengths::run(300);
}

#[test]
fn gcm_refuses_every_changed_byte_and_every_truncation() {
    let envelope = envelope(GCM, &[KEY], "prefix", BodyEncoding::Raw);
    let body = envelope.seal(JSON, [9; 16]).unwrap();
    assert_eq!(open(&envelope, &body, 99), [JSON]);
    for at in 0..body.len() {
        for flip in [0x01, 0x80, 0xff] {
            let mut changed = body.clone();
            changed[at] ^= flip;
            assert!(open(&envelope, &changed, 99).is_empty(), "byte {at} ^ {flip:#x}");
        }
        assert!(open(&envelope, &body[..at], 99).is_empty(), "cut to {at}");
        assert!(open(&envelope, &body[at + 1..], 99).is_empty(), "without the first {}", at + 1);
    }
}

#[test]
fn truncated_texts_open_to_nothing_that_was_sent() {
    each(ENCODINGS, |(_, encoding)| {
        for (spec, iv) in [(GCM, "prefix"), (CBC, "prefix"), (CBC, IV)] {
            let envelope = envelope(spec, &[KEY], iv, encoding);
            let body = envelope.seal(JSON, [9; 16]).unwrap();
            let padding = body.iter().rev().take_while(|byte| **byte == b'=').count();
            for length in 0..body.len() - padding {
                assert!(!open(&envelope, &body[..length], 7).contains(&JSON.to_vec()), "{spec} {encoding:?} {length}");
            }
            assert!(open(&envelope, b"", 1).is_empty());
        }
    });
}

#[test]
fn cbc_answers_the_same_way_to_good_and_bad_padding() {
    let envelope = envelope(CBC, &[KEY], "prefix", BodyEncoding::Raw);
    let body = envelope.seal(b"fifteen letters", [9; 16]).unwrap();
    for flip in 0..=255 {
        let mut changed = body.clone();
        changed[15] ^= flip;
        let found = open(&envelope, &changed, 99);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0] == b"fifteen letters", flip == 0);
        assert_eq!(found[0].len() == 16, flip != 0);
        assert_eq!(found[0].ends_with(&[0]), flip != 0);
    }
    assert!(open(&envelope, &body[..31], 99).is_empty(), "the length is no secret");
    assert!(open(&envelope, &body[..16], 99).is_empty(), "nothing but an IV");
}

#[test]
fn keys_are_tried_in_order() {
    let old = |spec| envelope(spec, &[OTHER_KEY], "prefix", BodyEncoding::Base64).seal(JSON, [3; 16]).unwrap();
    let rotated = |spec| envelope(spec, &[KEY, OTHER_KEY], "prefix", BodyEncoding::Base64);

    each(&SPECS[..9], |&spec| {
        let wrong = envelope(spec, &[KEY], "prefix", BodyEncoding::Base64);
        assert!(!open(&wrong, &old(spec), 5).contains(&JSON.to_vec()), "{spec}");
        let found = open(&rotated(spec), &old(spec), 5);
        assert_eq!(found.last().unwrap(), JSON, "{spec}");
        // Only a tag can tell that the first key is the wrong one.
        assert_eq!(found.len(), if spec.contains("GCM") { 1 } else { 2 }, "{spec}");
        // Answers are sealed with the first key.
        let sealed = rotated(spec).seal(JSON, [4; 16]).unwrap();
        assert_eq!(open(&wrong, &sealed, 5), [JSON], "{spec}");
        assert_eq!(open(&rotated(spec), &sealed, 5)[0], JSON, "{spec}");
    });
}

#[test]
fn ctr_counts_through_all_128_bits() {
    use aes::cipher::{BlockCipherEncrypt, KeyInit};
    let cipher = aes::Aes128::new_from_slice(&crypto::unhex(KEY)).unwrap();
    let mut blocks = [[0xff; 16].into(), [0; 16].into()];
    cipher.encrypt_blocks(&mut blocks);

    let envelope = envelope(CTR, &[KEY], "ffffffffffffffffffffffffffffffff", BodyEncoding::Raw);
    assert_eq!(envelope.seal(&[0; 32], [0; 16]).unwrap(), [&blocks[0][..], &blocks[1][..]].concat());
}

#[test]
fn plaintext_only_where_it_is_allowed() {
    let spaced = [b" \r\n\t", JSON].concat();
    each(&SPECS[..9], |&spec| {
        for (_, encoding) in ENCODINGS {
            let strict = envelope(spec, &[KEY], "prefix", encoding);
            let lenient =
                Envelope::new(EnvelopeParts { allow_plaintext: true, ..parts(spec, &[KEY], "prefix", encoding) })
                    .unwrap();
            for body in [JSON, &spaced] {
                assert!(!open(&strict, body, 3).contains(&body.to_vec()), "{spec} {encoding:?}");
                assert_eq!(open(&lenient, body, 3).last().unwrap(), body, "{spec} {encoding:?}");
            }
            assert!(open(&lenient, b" \n", 1).is_empty() || encoding == BodyEncoding::Raw);

            let sealed = strict.seal(JSON, [5; 16]).unwrap();
            assert_eq!(open(&lenient, &sealed, 4), [JSON], "{spec} {encoding:?}");
            if encoding != BodyEncoding::Raw {
                let sealed = [b"\n ", sealed.as_slice(), b"\n"].concat();
                assert_eq!(open(&lenient, &sealed, 1), [JSON], "{spec} {encoding:?}");
            }
        }
    });
}

#[test]
fn raw_ciphertext_may_begin_like_a_document() {
    let lenient = EnvelopeParts { allow_plaintext: true, ..parts(GCM, &[OTHER_KEY, KEY], "prefix", BodyEncoding::Raw) };
    let sealed = envelope(GCM, &[KEY], "prefix", BodyEncoding::Raw).seal(JSON, [b'{'; 16]).unwrap();
    assert_eq!(open(&Envelope::new(lenient).unwrap(), &sealed, 8), [JSON]);
}

#[test]
fn an_unencrypted_body_is_taken_as_it_is() {
    let mut body = BodyDecoder::plain();
    JSON.chunks(3).for_each(|chunk| body.push(chunk));
    assert_eq!(*body.into_plaintext(), *JSON);
    assert!(BodyDecoder::plain().into_plaintext().is_empty());

    let mut sealed = envelope(CTR, &[KEY], "prefix", BodyEncoding::Raw).decoder();
    sealed.push(JSON);
    assert!(sealed.into_plaintext().is_empty(), "a ciphertext is no plaintext");
}

#[test]
fn body_texts() {
    // CTR with a static IV decrypts anything: what it gives shows what was decoded.
    let accepted: [(BodyEncoding, &[&str]); 5] = [
        (
            BodyEncoding::Base64,
            &["+/+/+w==", "+/+/+w", "+/+/\r\n+w==\r\n", " + / + / + w = = ", "+\n/+/+w=\n=", "\n\n+/+/+w\n"],
        ),
        (BodyEncoding::Base64Url, &["-_-_-w==", "-_-_-w", "-_-_\n-w"]),
        (BodyEncoding::Hex, &["fbffbffb", "FBFFBFFB", "fB fF\nBf Fb\n"]),
        (
            BodyEncoding::JsonString,
            &[
                r#""+/+/+w==""#,
                r#"" +/+/+w ""#,
                r#""+\/+\/+w==""#,
                "\r\n\t \"+/+/+w\"\n ",
                r#""\u002B\u002f+/\r\n+\u0077\u003d\u003D""#,
            ],
        ),
        (BodyEncoding::Raw, &[]),
    ];
    each(accepted, |(encoding, bodies)| {
        let envelope = envelope(CTR, &[KEY], IV, encoding);
        let raw = self::envelope(CTR, &[KEY], IV, BodyEncoding::Raw);
        for body in bodies {
            for size in 1..=body.len() {
                let found = open(&envelope, body.as_bytes(), size);
                assert_eq!(found, open(&raw, &[0xfb, 0xff, 0xbf, 0xfb], 4), "{encoding:?} {body:?} by {size}");
            }
        }
    });

    let refused: [(BodyEncoding, &[&str]); 4] = [
        (
            BodyEncoding::Base64,
            &[
                "",
                " \n",
                "=",
                "====",
                "+",
                "+===",
                "+/+/+",
                "+/+/+w=",
                "+/+/+w===",
                "+/+/+w==+",
                "+/+/+w==+/+/",
                "+/+/====",
                "+/+/+w=A",
                "+/+/+x==",
                "-_-_-w==",
                "+/+/+w==\u{0}",
                "\"+/+/+w==\"",
                "{}",
            ],
        ),
        (BodyEncoding::Base64Url, &["+/+/+w", "-_-_-", "-_-_-w=", "-_-_-x"]),
        (BodyEncoding::Hex, &["", "f", "fbf", "fg", "0xfb", "fb==", "fb=", "fbff:fb"]),
        (
            BodyEncoding::JsonString,
            &[
                "",
                "\"",
                "\"\"",
                "+/+/+w==",
                r#""+/+/+w=="#,
                r#""+/+/+w=="""#,
                r#""+/+/+w==" x"#,
                r#"x"+/+/+w==""#,
                r#"["+/+/+w=="]"#,
                r#""+/+/+w==\"#,
                r#""+/+/+w==\""#,
                r#""\+/+/+w==""#,
                r#""\b+/+/+w==""#,
                r#""\u002"#,
                r#""\u002""#,
                r#""\u00""/+/+w==""#,
                r#""\uff2b/+/+w==""#,
                r#""\ud83d\ude00""#,
            ],
        ),
    ];
    each(refused, |(encoding, bodies)| {
        let envelope = envelope(CTR, &[KEY], IV, encoding);
        for body in bodies {
            for size in 1..=body.len().max(1) {
                assert!(open(&envelope, body.as_bytes(), size).is_empty(), "{encoding:?} {body:?} by {size}");
            }
        }
    });
}

/// A mode, a key size, whether the IV is static, an encoding, and whether plaintext is allowed.
type Choice = (usize, usize, bool, usize, bool);

fn any_choice() -> impl Strategy<Value = Choice> {
    (0..SPECS.len(), 0..KEYS.len(), any::<bool>(), 0..ENCODINGS.len(), any::<bool>())
}

fn chosen((spec, key, fixed, encoding, allow_plaintext): Choice) -> Envelope {
    let iv = if fixed && !SPECS[spec].contains("GCM") { IV } else { "prefix" };
    let parts = parts(SPECS[spec], &[KEYS[key]], iv, ENCODINGS[encoding].1);
    Envelope::new(EnvelopeParts { allow_plaintext, ..parts }).unwrap()
}

/// The same after a rotation: another key is in use.
fn rotated((spec, key, fixed, encoding, allow_plaintext): Choice) -> Envelope {
    let iv = if fixed && !SPECS[spec].contains("GCM") { IV } else { "prefix" };
    let parts = parts(SPECS[spec], &[OTHER_KEY, KEYS[key]], iv, ENCODINGS[encoding].1);
    Envelope::new(EnvelopeParts { allow_plaintext, ..parts }).unwrap()
}

/// A text as it comes out again: filled up, where the cipher takes whole blocks and no padding.
fn filled((spec, ..): Choice, mut text: Vec<u8>) -> Vec<u8> {
    if SPECS[spec] == SPECS[9] {
        text.resize(text.len().next_multiple_of(16), b' ');
    }
    text
}

/// All candidates for a body cut at `cuts`.
fn open_cut(envelope: &Envelope, body: &[u8], cuts: &[prop::sample::Index], announced: usize) -> Vec<Vec<u8>> {
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(body.len() + 1)).collect();
    cuts.push(body.len());
    cuts.sort_unstable();
    let mut decoder = envelope.decoder();
    decoder.announce(announced);
    cuts.iter().fold(0, |start, end| {
        decoder.push(&body[start..*end]);
        *end
    });
    envelope.open(decoder).map(|plaintext| plaintext.to_vec()).collect()
}

proptest! {
    #[test]
    fn what_is_sealed_opens(
        choice in any_choice(),
        plaintext in prop::collection::vec(any::<u8>(), 1..400),
        fresh: [u8; 16],
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        breaks in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        announced in 0..2000usize,
    ) {
        let envelope = chosen(choice);
        let plaintext = [&plaintext[..], b"}"].concat();
        let mut body = envelope.seal(&plaintext, fresh).unwrap();
        if ENCODINGS[choice.3].1 != BodyEncoding::Raw {
            breaks.iter().for_each(|at| body.insert(at.index(body.len() + 1), b'\n'));
        }
        let found = open_cut(&envelope, &body, &cuts, announced);
        prop_assert_eq!(found.first(), Some(&filled(choice, plaintext)));
    }

    /// Long enough to be decrypted while it comes, by a key in use or a previous one, changed or not.
    #[test]
    fn chunks_of_long_bodies_never_matter(
        choice in any_choice(),
        previous: bool,
        length in 3_000..40_000usize,
        fresh: [u8; 16],
        flip in prop::option::of(any::<prop::sample::Index>()),
        cut in prop::option::of(any::<prop::sample::Index>()),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..9),
        announced in 0..60_000usize,
    ) {
        let plaintext: Vec<u8> = (0..length).map(|at| b"0123456789{}\"abcdef"[at * at % 19]).collect();
        let sender = chosen(choice);
        let mut body = sender.seal(&plaintext, fresh).unwrap();
        let receiver = if previous { rotated(choice) } else { chosen(choice) };
        if let Some(at) = flip {
            let at = at.index(body.len());
            body[at] ^= 1;
        }
        if let Some(cut) = cut {
            body.truncate(cut.index(body.len()));
        }
        let found = open_cut(&receiver, &body, &cuts, announced);
        prop_assert!(found == open_cut(&receiver, &body, &[], 0));
        // What isn't decrypted early, since there is another candidate, must be the same.
        let whole = open_cut(&rotated(choice), &body, &cuts, announced);
        let (spec, _, _, encoding, _) = choice;
        if SPECS[spec].contains("GCM") {
            prop_assert!(found == whole);
            if flip.is_some() && ENCODINGS[encoding].1 == BodyEncoding::Raw {
                prop_assert!(!found.contains(&plaintext));
            }
        } else if !previous {
            prop_assert!(found == whole[usize::from(whole.len() > 1)..]);
        }
        if flip.is_none() && cut.is_none() {
            prop_assert!(found.contains(&filled(choice, plaintext)));
        }
    }

    #[test]
    fn chunks_never_matter(
        choice in any_choice(),
        body in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..80),
            "[\\[{\" \n]{0,3}[A-Fa-f0-9+/_\\-= \n\\\\un\"]{0,60}[= \n\"]{0,3}".prop_map(String::into_bytes),
            "\"([A-Za-z0-9]|\\\\/|\\\\u002[bB]|\\\\n){0,60}={0,2}\" ?".prop_map(String::into_bytes),
        ],
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        announced: usize,
    ) {
        let envelope = chosen(choice);
        prop_assert_eq!(open_cut(&envelope, &body, &cuts, announced), open_cut(&envelope, &body, &[], 0));
    }
}
