//! What one worker tells for all: messages of a moment, and outages.

use kyc_gate::shared::{Announcement, Expected, Outage, OutageLog, SharedData};

use super::table::{SECOND, Shared};
use crate::rows::each;

tables![
    a_message_is_told_once,
    a_message_is_new_after_a_while,
    of_two_at_once_one_tells,
    an_outage_is_told_once,
    whoever_loses_a_race_tells_nothing,
    without_a_table_each_worker_tells
];

/// A host that denies the calls for shared data.
struct Denied;

impl SharedData for Denied {
    fn get(&self, _: &str) -> Option<(Vec<u8>, u32)> {
        None
    }

    fn set(&self, _: &str, _: &[u8], _: Expected) -> bool {
        false
    }
}

fn message() -> Announcement {
    Announcement::new("message".to_owned())
}

fn a_message_is_told_once() {
    let shared = Shared::default();
    let told: Vec<_> = (0..4).map(|worker| message().is_first(&shared, (100 + worker) * SECOND)).collect();
    assert_eq!(told, [true, false, false, false]);
    assert!(Announcement::new("another".to_owned()).is_first(&shared, 101 * SECOND));
}

fn a_message_is_new_after_a_while() {
    let rows = [(0, false), (59, false), (60, true), (3600, true)];
    each(rows, |(later, wanted)| {
        let shared = Shared::default();
        assert!(message().is_first(&shared, 1000 * SECOND));
        assert_eq!(message().is_first(&shared, (1000 + later) * SECOND), wanted, "{later} s later");
    });
    // A clock that was put back doesn't silence it.
    let shared = Shared::default();
    assert!(message().is_first(&shared, 1000 * SECOND) && message().is_first(&shared, 900 * SECOND));
}

fn of_two_at_once_one_tells() {
    let shared = Shared::default();
    let other = shared.clone();
    shared.before_next_write(move || assert!(message().is_first(&other, 100 * SECOND)));
    assert!(!message().is_first(&shared, 100 * SECOND));
}

fn note(log: &OutageLog, data: &impl SharedData, works: bool) -> &'static str {
    match log.note(data, if works { Ok(()) } else { Err("timeout") }) {
        None => "",
        Some(Outage::Began(cause)) => cause,
        Some(Outage::Ended) => "ended",
    }
}

fn workers<const N: usize>() -> [OutageLog; N] {
    [(); N].map(|()| OutageLog::new("service".to_owned()))
}

fn an_outage_is_told_once() {
    let (shared, [one, two, three]) = (Shared::default(), workers());
    let calls = [
        (&one, true, ""),
        (&two, false, "timeout"),
        (&one, false, ""),
        (&three, false, ""),
        (&two, false, ""),
        (&one, true, "ended"),
        (&two, true, ""),
        (&three, true, ""),
        (&three, false, "timeout"),
        (&one, false, ""),
        (&one, true, "ended"),
    ];
    for (at, (worker, works, wanted)) in calls.into_iter().enumerate() {
        assert_eq!(note(worker, &shared, works), wanted, "call {at}");
    }
    assert_eq!(note(&OutageLog::new("another".to_owned()), &shared, false), "timeout");
}

fn whoever_loses_a_race_tells_nothing() {
    let (shared, [one, two]) = (Shared::default(), workers());
    let other = shared.clone();
    shared.before_next_write(move || assert_eq!(note(&two, &other, false), "timeout"));
    assert_eq!(note(&one, &shared, false), "");
    assert_eq!(note(&one, &shared, true), "ended");
}

fn without_a_table_each_worker_tells() {
    let [one, two]: [OutageLog; 2] = workers();
    assert!(message().is_first(&Denied, SECOND) && message().is_first(&Denied, SECOND));
    for worker in [&one, &two] {
        let told = [false, false, true, true, false].map(|works| note(worker, &Denied, works));
        assert_eq!(told, ["timeout", "", "ended", "", "timeout"]);
    }
}
