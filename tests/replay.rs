//! The window of posts that were seen before: what each one is, and what is held of them.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[macro_use]
#[path = "tables/rows.rs"]
mod rows;
#[path = "tables/replay.rs"]
mod table;

mod posts {
    use std::rc::Rc;

    use jiff::Timestamp;
    use kyc_gate::config::Config;
    use kyc_gate::exchange::refusal::ErrorCode;
    use kyc_gate::exchange::{Command, Exchange, Ruling, request_head};
    use kyc_gate::http::MemoryBudget;
    use kyc_gate::replay::ReplayStatus;
    use serde_json::{Value, json};

    use super::table::{NOW, Shared, window};

    const PASSPORT: &str = include_str!("data/relid-v3-passport.json");

    struct Gate {
        config: Rc<Config>,
        shared: Shared,
    }

    impl Gate {
        fn new(action: &str, extra: &Value) -> Self {
            let mut config = json!({
                "requestEncryption": {
                    "enable": true, "key": "env:KEY_B", "previousKeys": ["env:KEY_A"],
                    "cipherSpec": "AES/GCM/NoPadding", "bodyEncoding": "raw",
                },
                "replay": {"action": action, "windowSeconds": 1000, "retrySeconds": 60},
            });
            for (key, value) in extra.as_object().unwrap() {
                config[key] = value.clone();
            }
            Self { config: Self::load(&config), shared: Shared::default() }
        }

        fn load(config: &Value) -> Rc<Config> {
            let key = |name: &str| Some(name.as_bytes().last()?.to_string().repeat(32));
            Rc::new(Config::parse(config.to_string().as_bytes(), &key).ok().unwrap())
        }

        fn seal(&self, payload: &str, nonce: u8) -> Vec<u8> {
            self.config.request_encryption.as_ref().unwrap().seal(payload.as_bytes(), [nonce; 16]).unwrap()
        }

        fn post(&self, body: &[u8], after: u32) -> Ruling {
            let headers: [(&[u8], &[u8]); 2] = [(b":method", b"POST"), (b":path", b"/kyc")];
            let head = request_head::read(&self.config, headers.into_iter()).kyc.unwrap();
            let now = Timestamp::from_second((NOW + after).into()).unwrap();
            let opened = Exchange::open(
                Rc::clone(&self.config),
                self.config.initial_settings(),
                head,
                now,
                &MemoryBudget::default(),
            );
            let mut exchange = opened.ok().unwrap();
            exchange.set_replay_window(Some(Rc::new(window(self.config.replay, &self.shared, 1))));
            exchange.take(body).unwrap();
            exchange.finish([7; 16])
        }
    }

    fn told(ruling: &Ruling) -> Option<&str> {
        let Command::Forward(forward) = &ruling.command else { return None };
        forward.set.iter().find(|(name, _)| name == "x-kyc-replay").map(|(_, value)| value.as_str())
    }

    fn audit(ruling: &Ruling) -> Value {
        serde_json::from_str(&ruling.record.audit_line(0)).unwrap()
    }

    fn another() -> String {
        PASSPORT.replacen("maira", "other", 1)
    }

    /// Bodies, when they come, and what they are.
    fn rows(gate: &Gate) -> Vec<(Vec<u8>, u32, Option<&'static str>)> {
        assert_ne!(another(), PASSPORT);
        vec![
            (gate.seal(PASSPORT, 1), 0, None),
            (gate.seal(PASSPORT, 1), 10, Some("repeat")),
            (gate.seal(PASSPORT, 2), 20, Some("repeat")),
            (gate.seal(PASSPORT, 1), 60, Some("replay")),
            (gate.seal(&another(), 3), 61, Some("conflict")),
            (gate.seal(&another(), 1), 62, Some("nonce-reuse")),
        ]
    }

    #[test]
    fn flags() {
        for extra in [json!({}), json!({"decision": {"mode": "shadow"}})] {
            let actions: &[&str] = if extra == json!({}) { &["flag"] } else { &["flag", "reject"] };
            for action in actions {
                let gate = Gate::new(action, &extra);
                for (body, after, word) in rows(&gate) {
                    let ruling = gate.post(&body, after);
                    assert_eq!(told(&ruling), word, "{action} after {after}");
                    assert_eq!(audit(&ruling)["replay"].as_str(), word);
                    assert!(matches!(ruling.command, Command::Forward(_)) && ruling.record.error.is_none());
                }
            }
        }
    }

    #[test]
    fn rejects() {
        for extra in [json!({}), json!({"decision": {"onError": "forward"}})] {
            let gate = Gate::new("reject", &extra);
            for (body, after, word) in rows(&gate) {
                let ruling = gate.post(&body, after);
                assert_eq!(audit(&ruling)["replay"].as_str(), word);
                if word.is_none_or(|word| word == "repeat") {
                    assert_eq!(told(&ruling), word, "after {after}");
                    continue;
                }
                assert_eq!(ruling.record.error, Some(ErrorCode::Replayed), "after {after}");
                let Command::LocalReply(reply) = ruling.command else { panic!("forwarded") };
                let problem: Value = serde_json::from_slice(&reply.body).unwrap();
                assert_eq!((reply.status, &problem["type"]), (409, &json!("urn:kyc-gate:replayed")));
                assert!(problem["detail"].is_string() && problem["requester_id"].is_string());
            }
        }
    }

    #[test]
    fn off_remembers_nothing() {
        let gate = Gate::new("off", &json!({}));
        for (body, after, _) in rows(&gate) {
            assert_eq!(told(&gate.post(&body, after)), None);
        }
        assert_eq!(gate.shared.size(), 0);
    }

    /// What nobody could read leaves no trace, so that a mangled copy can't stand in the way of the post.
    #[test]
    fn only_what_can_be_read_is_remembered() {
        let gate = Gate::new("reject", &json!({}));
        let mut tampered = gate.seal(PASSPORT, 1);
        *tampered.last_mut().unwrap() ^= 1;
        let unversioned = gate.seal(&PASSPORT.replace("\"3.0\"", "\"2.0\""), 2);
        for (body, code) in [
            (tampered, ErrorCode::UnreadableBody),
            (gate.seal("[", 3), ErrorCode::UnreadableBody),
            (unversioned, ErrorCode::InvalidPayload),
        ] {
            assert_eq!(gate.post(&body, 0).record.error, Some(code));
        }
        assert_eq!(gate.shared.size(), 0);
        assert_eq!(told(&gate.post(&gate.seal(PASSPORT, 1), 1)), None);
    }

    #[test]
    fn without_a_window_nothing_passes_for_new() {
        let gate = Gate::new("reject", &json!({}));
        gate.shared.freeze();
        let ruling = gate.post(&gate.seal(PASSPORT, 1), 0);
        assert_eq!(
            (ruling.record.error, ruling.record.replay.status),
            (Some(ErrorCode::Internal), ReplayStatus::Unknown)
        );
        assert!(matches!(&ruling.command, Command::LocalReply(reply) if reply.status == 500));
        let gate = Gate::new("flag", &json!({}));
        gate.shared.freeze();
        assert_eq!(told(&gate.post(&gate.seal(PASSPORT, 1), 0)), Some("unknown"));
    }

    /// A static nonce comes with every post: nothing to tell.
    #[test]
    fn a_static_nonce_is_no_finding() {
        let block = json!({
            "enable": true, "key": "env:KEY_B", "cipherSpec": "AES/GCM/NoPadding", "bodyEncoding": "raw",
            "ivParamSpec": "00".repeat(12), "acceptStaticNonce": true,
        });
        let gate = Gate::new("reject", &json!({"requestEncryption": block}));
        assert_eq!(told(&gate.post(&gate.seal(PASSPORT, 1), 0)), None);
        let other = PASSPORT.replacen("b7b9b0a4", "aaaaaaaa", 1);
        assert_eq!(told(&gate.post(&gate.seal(&other, 1), 0)), None);
    }

    /// Short and long bodies, which are opened at their end and while they arrive.
    #[test]
    fn the_audit_line_names_the_key() {
        for size in [0, 100_000] {
            let payload = PASSPORT.replacen('{', &format!("{{{}", " ".repeat(size)), 1);
            for mode in ["AES/GCM/NoPadding", "AES/CBC/PKCS5Padding"] {
                let block = |key: &str, previous: &[&str]| {
                    json!({"requestEncryption": {
                        "enable": true, "key": key, "previousKeys": previous, "cipherSpec": mode, "ivParamSpec": "prefix",
                    }})
                };
                let gate = Gate::new("off", &block("env:KEY_C", &["env:KEY_B", "env:KEY_A"]));
                for (at, key) in ["KEY_C", "KEY_B", "KEY_A"].into_iter().enumerate() {
                    let sender = Gate::new("off", &block(&format!("env:{key}"), &[]));
                    let ruling = gate.post(&sender.seal(&payload, 1), 0);
                    assert_eq!((audit(&ruling)["key_id"].as_str(), ruling.record.key), (Some(key), Some(at)), "{mode}");
                }
                let plain = Gate::new("off", &json!({"requestEncryption": {"enable": false}}));
                let ruling = plain.post(payload.as_bytes(), 0);
                assert_eq!((audit(&ruling).get("key_id"), ruling.record.key), (None, None));
            }
        }
    }
}

mod arbitrary {
    use std::collections::BTreeMap;

    use kyc_gate::replay::{ReplayCheck, ReplayStatus};
    use proptest::prelude::*;

    use super::table::{NOW, POLICY, Shared, check, window};

    proptest! {
        /// Few enough for none to be evicted: every post is what a list of all posts says, whichever worker sees it and
        /// whichever other one comes between its look and its write.
        #[test]
        fn a_window_is_a_list(
            posts in prop::collection::vec((0..4_usize, 0..3_usize, 0..3_usize, 0..200_u32, any::<bool>()), 1..40)
        ) {
            let shared = Shared::default();
            let workers: Vec<_> = (0..4).map(|_| window(POLICY, &shared, 1)).collect();
            let mut first: BTreeMap<usize, (usize, u32)> = BTreeMap::new();
            let mut now = NOW;
            for (number, (at, id, payload, later, interrupted)) in posts.into_iter().enumerate() {
                now += later;
                first.retain(|_, (_, since)| now - *since < POLICY.window_seconds);
                let expected = match first.get(&id) {
                    None => ReplayStatus::First,
                    Some((known, _)) if *known != payload => ReplayStatus::Conflict,
                    Some((_, since)) if now - since < POLICY.retry_seconds => ReplayStatus::Repeat,
                    Some(_) => ReplayStatus::Replay,
                };
                if interrupted {
                    // Somebody else's post, in whatever bucket.
                    let other = window(POLICY, &shared, 1);
                    let name = format!("other-{number}");
                    shared.before_next_write(move || assert_eq!(check(&other, (&name, "{}", None), now), ReplayCheck::default()));
                }
                let seen = check(&workers[at], (&id.to_string(), &payload.to_string(), None), now);
                prop_assert_eq!(seen.status, expected);
                first.entry(id).or_insert((payload, now));
            }
        }

        /// Whatever comes, in whatever order of time, the window stays below its limit.
        #[test]
        fn a_window_stays_small(
            posts in prop::collection::vec((".{0,20}", ".{0,20}", ".{0,12}", prop_oneof![9 => 0..500_u32, 1 => any::<u32>()]), 700..900)
        ) {
            let shared = Shared::default();
            let window = window(POLICY, &shared, 1);
            for (id, payload, nonce, now) in &posts {
                let _ = check(&window, (id, payload, Some(["K", nonce, "t"])), *now);
            }
            prop_assert!(shared.size() <= POLICY.max_entries * 36);
        }
    }
}
