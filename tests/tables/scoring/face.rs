//! Face and liveness.

use kyc_gate::scoring::evidence::FaceScale;
use kyc_gate::scoring::{CheckOutcome, IdentityCheck};
use serde_json::{Value, json};

use super::identity::{Row, table};
use super::post::Post;

use CheckOutcome::{Fail, Pass};

tables![has_matching_face_proof];

fn has_matching_face_proof() {
    table(IdentityCheck::HasMatchingFaceProof, FACE);
}

fn face(post: &mut Post, score: Value, percent: Value) {
    post.set("/kyc_info/face_matcher_result", json!({ "score": score, "score_percent": percent }));
}

fn live(post: &mut Post, score: Value) {
    post.set("/kyc_info/liveness_check/video/liveness_result", json!({ "score": score }));
}

fn must_be_live(post: &mut Post, score: Option<Value>) {
    post.evidence.liveness_on_missing = Fail;
    match score {
        Some(score) => live(post, score),
        None => post.remove("/kyc_info/liveness_check"),
    }
}

const FACE: &[Row] = &[
    ("at the limit", |post| face(post, json!(1.6), json!(0)), Pass),
    ("below it", |post| face(post, json!(1.5999), json!(100)), Fail),
    (
        "a unit",
        |post| {
            (post.evidence.face_scale, post.evidence.face_min_score) = (FaceScale::Unit, 0.8);
            face(post, json!(0.8), json!(0));
        },
        Pass,
    ),
    (
        "a unit below",
        |post| {
            (post.evidence.face_scale, post.evidence.face_min_score) = (FaceScale::Unit, 0.8);
            face(post, json!(0.79), json!(99));
        },
        Fail,
    ),
    (
        "percent",
        |post| {
            (post.evidence.face_scale, post.evidence.face_min_score) = (FaceScale::Percent, 80.0);
            face(post, json!(80), json!(0));
        },
        Pass,
    ),
    (
        "score_percent",
        |post| {
            (post.evidence.face_scale, post.evidence.face_min_score) = (FaceScale::ScorePercent, 80.0);
            face(post, json!(0), json!(80));
        },
        Pass,
    ),
    (
        "score_percent below",
        |post| {
            (post.evidence.face_scale, post.evidence.face_min_score) = (FaceScale::ScorePercent, 80.0);
            face(post, json!(99), json!(79.9));
        },
        Fail,
    ),
    ("live at the limit", |post| live(post, json!(50)), Pass),
    ("not live", |post| live(post, json!(49.9)), Fail),
    ("spoof", |post| live(post, json!(0)), Fail),
    ("liveness not told", |post| live(post, json!(-1)), Pass),
    ("no liveness, which must be there", |post| must_be_live(post, None), Fail),
    ("liveness not told, which must be", |post| must_be_live(post, Some(json!(-1))), Fail),
    ("liveness told, which must be", |post| must_be_live(post, Some(json!(50))), Pass),
    (
        "no liveness, which must be there, and no face score",
        |post| {
            must_be_live(post, None);
            post.remove("/kyc_info/face_matcher_result");
        },
        Fail,
    ),
    ("a spoof in a text", |post| live(post, json!("0")), Fail),
    ("liveness is no number", |post| live(post, json!(false)), Fail),
    ("liveness is a word", |post| live(post, json!("LIVE")), Fail),
    ("liveness isn't finite", |post| live(post, json!("1e999")), Fail),
    ("liveness is blank", |post| live(post, json!(" ")), Pass),
    ("the liveness check is of another type", |post| post.set("/kyc_info/liveness_check", json!([100])), Fail),
    (
        "two scores, the one inside counts",
        |post| post.set("/kyc_info/liveness_check/liveness_result", json!({ "score": 0 })),
        Pass,
    ),
    (
        "two scores, the one inside is no number",
        |post| {
            live(post, json!(true));
            post.set("/kyc_info/liveness_check/liveness_result", json!({ "score": 100 }));
        },
        Fail,
    ),
    (
        "two scores, the one inside is null",
        |post| {
            live(post, json!(null));
            post.set("/kyc_info/liveness_check/liveness_result", json!({ "score": 10 }));
        },
        Fail,
    ),
    ("no liveness", |post| post.remove("/kyc_info/liveness_check"), Pass),
    (
        "liveness beside the video",
        |post| {
            post.set("/kyc_info/liveness_check", json!({ "liveness_result": { "score": 10 } }));
        },
        Fail,
    ),
    ("another limit for liveness", |post| post.evidence.liveness_min_score = 100.1, Fail),
    ("no face score (missing)", |post| post.remove("/kyc_info/face_matcher_result"), Fail),
    ("a face score in a text", |post| face(post, json!(" 5.1 "), json!(0)), Pass),
    ("a face score that is a word", |post| face(post, json!("high"), json!(99)), Fail),
    ("a face score of another type", |post| face(post, json!([5.1]), json!(99)), Fail),
    ("a face score that isn't finite", |post| face(post, json!("1e400"), json!(99)), Fail),
    ("a result of another type", |post| post.set("/kyc_info/face_matcher_result", json!(5.1)), Fail),
    ("a percentage that nobody asked for", |post| face(post, json!(5.1), json!("n/a")), Pass),
    (
        "no face score, not live",
        |post| {
            post.remove("/kyc_info/face_matcher_result");
            live(post, json!(10));
        },
        Fail,
    ),
    (
        "the score of the other scale (missing)",
        |post| {
            post.evidence.face_scale = FaceScale::ScorePercent;
            post.set("/kyc_info/face_matcher_result", json!({ "score": 5 }));
        },
        Fail,
    ),
    (
        "the address proof is none of its business",
        |post| {
            post.set("/kyc_info/address_document", json!({ "face_matcher_result": { "score": 0 } }));
        },
        Pass,
    ),
];
