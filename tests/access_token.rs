//! The token for the backend, without Envoy.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[macro_use]
#[path = "tables/rows.rs"]
mod rows;
#[path = "tables/settings_api.rs"]
#[allow(dead_code, reason = "only its shared table is needed")]
mod settings_api;
#[path = "tables/access_token.rs"]
mod table;

#[cfg(not(target_arch = "wasm32"))]
mod arbitrary {
    use proptest::prelude::*;

    use super::table::{SECOND, answer, token, workers};

    /// How a call ends.
    #[derive(Debug, Clone)]
    enum End {
        Granted {
            lifetime: u64,
        },
        Failed,
        /// The worker vanishes, and nobody hears of it.
        Lost,
    }

    fn end() -> impl Strategy<Value = End> {
        prop_oneof![(1..100_u64).prop_map(|lifetime| End::Granted { lifetime }), Just(End::Failed), Just(End::Lost)]
    }

    proptest! {
        /// Whatever the service and the workers do: one call at a time, tokens only while they are good, and never a
        /// pause of more than half a minute in which nobody asks although there is no token.
        #[test]
        fn one_call_at_a_time(
            ends in prop::collection::vec((end(), 0..20_u64), 1..40),
            looks in prop::collection::vec(0..3_usize, 1..20),
        ) {
            let workers = workers(3);
            let (mut ends, mut looks) = (ends.into_iter().cycle(), looks.into_iter().cycle());
            let mut call: Option<(usize, u64, u64, End)> = None;
            let mut good_until = 0;
            let mut idle_since = 0;
            for quarter in 0..1200_u64 {
                let now = (1000 + quarter / 4) * SECOND + quarter % 4 * (SECOND / 4);
                if let Some((worker, began, over, end)) = call.clone().filter(|(_, _, over, _)| *over <= now) {
                    call = None;
                    idle_since = now;
                    match end {
                        End::Granted { lifetime } => {
                            let name = format!("token-{began}");
                            prop_assert!(workers[worker].fetched(Some((200, answer(&name, lifetime).as_bytes())), began, over).ok);
                            good_until = began + lifetime * SECOND;
                        }
                        End::Failed => prop_assert!(!workers[worker].fetched(Some((503, b"")), began, over).ok),
                        End::Lost => {}
                    }
                }
                let worker = looks.next().unwrap();
                if workers[worker].takes_turn(now) {
                    prop_assert!(call.is_none(), "one call at a time");
                    let (end, took) = ends.next().unwrap();
                    // Calls end by their timeout of five seconds, or are lost.
                    let took = if matches!(end, End::Lost) { 6 * SECOND } else { took * SECOND / 4 };
                    call = Some((worker, now, now + took, end));
                }
                for worker in &workers {
                    match token(worker, now) {
                        Some(_) => prop_assert!(now < good_until),
                        None if call.is_none() && now >= good_until => prop_assert!(now - idle_since.max(good_until) <= 31 * SECOND),
                        None => {}
                    }
                }
            }
        }

        #[test]
        fn no_answer_panics(status in 0..600_u16, body in prop::collection::vec(any::<u8>(), 0..200), now in any::<u64>()) {
            let workers = workers(1);
            let _ = workers[0].takes_turn(now);
            prop_assert!(!workers[0].fetched(Some((status, &body)), now, now).ok);
            prop_assert!(workers[0].token(now).is_none());
        }
    }
}
