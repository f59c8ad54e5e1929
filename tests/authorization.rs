//! Who may post, without Envoy.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

#[macro_use]
#[path = "tables/rows.rs"]
mod rows;
#[path = "tables/authorization.rs"]
mod table;

#[cfg(not(target_arch = "wasm32"))]
mod arbitrary {
    use std::collections::BTreeMap;

    use kyc_gate::authorization::{Joined, Judgement, PendingCalls, TokenVerdict};
    use kyc_gate::exchange::{Body, Command, Ruling};
    use kyc_gate::http::Credentials;
    use proptest::prelude::*;
    use serde_json::json;

    use super::table::{bearer, config, waiting};

    const PASSPORT: &str = include_str!("data/relid-v3-passport.json");

    fn told(ruling: Ruling) -> (Option<Vec<u8>>, Vec<(String, String)>, u32) {
        match ruling.command {
            Command::Forward(forward) => {
                let body = match forward.body {
                    Body::Original => None,
                    Body::Replace(bytes) => Some(bytes.concat()),
                };
                (body, forward.set, 0)
            }
            Command::LocalReply(reply) => (Some(reply.body), reply.headers, reply.status),
        }
    }

    /// What happens to the posts of a worker.
    #[derive(Debug, Clone)]
    enum Act {
        Board { context: u32, token: usize },
        Leave { context: u32 },
        Land { token: usize },
        Tick,
    }

    fn act() -> impl Strategy<Value = Act> {
        prop_oneof![
            (0..6_u32, 0..3_usize).prop_map(|(context, token)| Act::Board { context, token }),
            (0..6_u32).prop_map(|context| Act::Leave { context }),
            (0..3_usize).prop_map(|token| Act::Land { token }),
            Just(Act::Tick),
        ]
    }

    proptest! {
        /// However the body is cut, and wherever the issuer's answer comes in between, the ruling is the same.
        #[test]
        fn the_answer_may_come_at_any_time(
            cuts in prop::collection::vec(0..20_000_usize, 0..6), at in 0..7_usize, sealed in any::<bool>(),
        ) {
            let encryption = json!({"enable": true, "key": "env:KEY", "keyEncoding": "hex", "cipherSpec": "AES/GCM/NoPadding"});
            let config = config(&if sealed { json!({"requestEncryption": encryption}) } else { json!({"requestBody": {"u": "${user_id}"}}) });
            let body = match &config.request_encryption {
                Some(envelope) => envelope.seal(PASSPORT.as_bytes(), [9; 16]).unwrap(),
                None => PASSPORT.as_bytes().to_vec(),
            };
            let mut ends: Vec<_> = cuts.into_iter().map(|cut| cut.min(body.len())).chain([body.len()]).collect();
            ends.sort_unstable();
            let mut begin = 0;
            let chunks: Vec<_> = ends.iter().map(|&end| &body[std::mem::replace(&mut begin, end)..end]).collect();

            let mut exchange = waiting(&config, &[]).admit().ok().unwrap();
            prop_assert!(exchange.take(&body).is_ok());
            let expected = told(exchange.finish([0; 16]));

            let (before, after) = chunks.split_at(at.min(chunks.len()));
            let mut held = waiting(&config, &[]);
            prop_assert!(before.iter().all(|chunk| held.take(chunk).is_ok()));
            let mut exchange = held.settle(Some(TokenVerdict::Admitted)).ok().unwrap();
            prop_assert!(after.iter().all(|chunk| exchange.take(chunk).is_ok()));
            prop_assert_eq!(told(exchange.finish([0; 16])), expected);
        }

        /// Nobody waits for ever: whoever boarded and didn't leave is told when a call lands, and there always is a
        /// call under way for it or one to be made at the next tick.
        #[test]
        fn nobody_is_forgotten(acts in prop::collection::vec(act(), 0..60)) {
            let names = ["a", "b", "c"];
            let digest = |token: usize| bearer(names[token]).sha256;
            let mut pending = PendingCalls::new();
            let mut waiting: BTreeMap<u32, usize> = BTreeMap::new();
            let mut calls: BTreeMap<u32, (usize, u32)> = BTreeMap::new();
            let mut next = 0;
            const ROOT: u32 = 99;
            for act in acts {
                match act {
                    Act::Board { context, .. } if waiting.contains_key(&context) => {}
                    Act::Board { context, token } => {
                        let others = waiting.values().any(|&other| other == token);
                        let joined = pending.join(bearer(names[token]), context, context);
                        prop_assert_eq!(joined == Joined::First, !others);
                        waiting.insert(context, token);
                        if joined == Joined::First {
                            next += 1;
                            pending.started(&digest(token), next, context);
                            calls.insert(next, (token, context));
                        }
                    }
                    Act::Leave { context } => {
                        pending.leave(context);
                        waiting.remove(&context);
                        calls.retain(|_, (_, caller)| *caller != context);
                    }
                    Act::Tick => {
                        for sha256 in pending.orphaned() {
                            let token = (0..3).find(|&token| digest(token) == sha256).unwrap();
                            next += 1;
                            pending.started(&sha256, next, ROOT);
                            calls.insert(next, (token, ROOT));
                        }
                    }
                    Act::Land { token } => {
                        let Some(call) = calls.iter().find(|(_, (called, _))| *called == token).map(|(call, _)| *call) else { continue };
                        calls.remove(&call);
                        // All who waited for this one left; whoever came later made another.
                        let Some(sha256) = pending.token_of(call) else { continue };
                        let mut landed: Vec<_> = pending.complete(&sha256).into_iter().map(|(context, _)| context).collect();
                        landed.sort_unstable();
                        let expected: Vec<_> = waiting.iter().filter(|(_, other)| **other == token).map(|(context, _)| *context).collect();
                        prop_assert_eq!(landed, expected);
                        waiting.retain(|_, other| *other != token);
                    }
                }
                for token in waiting.values() {
                    let called = calls.iter().any(|(call, (called, _))| called == token && pending.token_of(*call).is_some());
                    prop_assert!(called || pending.orphaned().contains(&digest(*token)));
                }
            }
        }

        #[test]
        fn no_header_panics_or_admits(value in prop::collection::vec(any::<u8>(), 0..80), scheme in 0..3_usize) {
            let config = config(&json!({"authorization": {"basic": [{"user": "u", "passwordSha256": "0".repeat(64)}]}}));
            let value = [[&b"Basic "[..], b"Bearer ", b""][scheme], &value].concat();
            let post = waiting(&config, &[("authorization", &value)]);
            prop_assert!(matches!(post.judge(), Judgement::Refused(_)));
            let mut credentials = Credentials::Absent;
            credentials.note(&value);
            if let Credentials::Bearer(bearer) = &credentials {
                prop_assert!(bearer.token().is_none_or(|token| token.is_ascii()));
            }
        }

        #[test]
        fn no_answer_panics_or_admits(body in prop::collection::vec(any::<u8>(), 0..200), now in any::<u64>()) {
            let block = json!({"cluster": "c", "path": "/", "clientId": "i", "clientSecret": "env:SECRET"});
            let config = config(&json!({"authorization": {"introspection": block}}));
            let introspection = config.authorization.as_ref().unwrap().introspection.as_ref().unwrap();
            prop_assert!(introspection.read(Some(200), &body, now).is_err());
        }
    }
}
