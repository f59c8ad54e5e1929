//! The settings API without Envoy: calls in, replies out, and several workers that share a table; and what else one
//! worker tells for all.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[macro_use]
#[path = "tables/rows.rs"]
mod rows;
#[path = "tables/shared.rs"]
mod shared;
#[path = "tables/settings_api.rs"]
mod table;

#[cfg(not(target_arch = "wasm32"))]
mod arbitrary {
    use proptest::prelude::*;

    use super::table::{Cluster, SECOND, put, put_if, revision_of, settings};

    /// What a worker does next.
    #[derive(Debug, Clone)]
    enum Act {
        /// Replaces the settings with those of this number, if they are still those that this worker saw.
        Replace { weight: u8, conditional: bool },
        /// Scores a post.
        Look,
    }

    fn act() -> impl Strategy<Value = Act> {
        prop_oneof![
            (0..8_u8, any::<bool>()).prop_map(|(weight, conditional)| Act::Replace { weight, conditional }),
            Just(Act::Look),
        ]
    }

    proptest! {
        /// Workers act in any order, each write of one interrupted by a whole update of another: all see the last
        /// successful update at once, and a precondition that was met by an older one fails.
        #[test]
        fn all_workers_agree(acts in prop::collection::vec((0..4_usize, act()), 1..60)) {
            let cluster = Cluster::new(None, Some(settings(20)));
            let workers: Vec<_> = (0..4).map(|_| cluster.worker()).collect();
            let mut current = settings(20).revision().to_owned();
            let mut seen = vec![current.clone(); 4];
            for (at, act) in acts {
                match act {
                    Act::Look => {
                        seen[at] = workers[at].settings().unwrap().revision().to_owned();
                        prop_assert_eq!(&seen[at], &current);
                    }
                    Act::Replace { weight, conditional: false } => {
                        let reply = put(&workers[at], weight, SECOND);
                        prop_assert_eq!(reply.status, 200);
                        current = revision_of(&reply).unwrap();
                    }
                    Act::Replace { weight, conditional: true } => {
                        let reply = put_if(&workers[at], weight, &seen[at], SECOND);
                        let stale = seen[at] != current;
                        prop_assert_eq!(reply.status, if stale { 412 } else { 200 });
                        // A refused update tells what is in force.
                        seen[at] = revision_of(&reply).unwrap();
                        if !stale {
                            current = seen[at].clone();
                        }
                        prop_assert_eq!(&seen[at], &current);
                    }
                }
            }
        }

        #[test]
        fn no_body_panics(body in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = super::table::finish(&body);
        }
    }
}
