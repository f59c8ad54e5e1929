//! Machine readable zones: check digits by ICAO 9303 part 3 section 4.9, layouts by parts 4 to 7.

/// Whether all check digits of the `MRZ strings` field recompute; `None` when the text is not a TD1, TD2 or TD3 zone.
#[must_use]
pub fn check_digits(mrz: &str) -> Option<bool> {
    let _ = mrz;
    todo!()
}
