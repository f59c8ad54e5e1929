//! The backend's answer, by its table and by arbitrary ones.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[macro_use]
#[path = "tables/rows.rs"]
mod rows;
#[path = "tables/confirmation.rs"]
mod table;

#[cfg(not(target_arch = "wasm32"))]
mod arbitrary {
    use kyc_gate::confirmation::{Confirmed, OnMismatch};
    use proptest::prelude::*;
    use serde_json::Value;

    use super::table::{flat, read};

    /// Answers that are nearly right, and any other bytes.
    fn answer() -> impl Strategy<Value = String> {
        let text = prop_oneof![Just("\"ann\"".to_owned()), Just("7".to_owned()), "[ -~]{0,12}", ".{0,12}"];
        let member = (prop::sample::select(vec!["result", "user_id", "reference_number", "x"]), text.clone());
        let result = prop_oneof![Just("true".to_owned()), Just("false".to_owned()), text];
        let members = (result, prop::collection::vec(member, 0..4)).prop_map(|(result, members)| {
            let more: String = members.iter().map(|(name, value)| format!(r#","{name}":{value}"#)).collect();
            format!(r#"{{"result":{result}{more}}}"#)
        });
        prop_oneof![members, ".{0,40}"]
    }

    proptest! {
        /// Whatever the backend says: unless `allow` is set, no other user id than the posted one ever goes back.
        #[test]
        fn no_answer_renames_an_account(answer in answer()) {
            for on_mismatch in [OnMismatch::Block, OnMismatch::Flag] {
                if let Ok((json, how)) = read(&flat(on_mismatch), &answer) {
                    let told: Value = serde_json::from_str(&json).unwrap();
                    prop_assert_eq!(told.as_object().unwrap().len(), 3);
                    prop_assert!(told["result"].is_boolean() && told["reference_number"].is_string());
                    prop_assert_eq!(&told["user_id"], "ann");
                    prop_assert!(how == Confirmed::AsPosted || on_mismatch == OnMismatch::Flag);
                }
            }
        }
    }
}
