//! One request's life as a state machine: events in, commands out, no host calls.
