//! Machine readable zones of invented documents (ICAO 9303 parts 3 to 5), with right check digits.

use jiff::civil::Date;

/// What a zone says.
pub struct Holder<'h> {
    /// Country code, one to three letters: of the issuer and of the nationality.
    pub country: &'h str,
    /// In the letters of the zone.
    pub surname: &'h str,
    /// In the letters of the zone.
    pub given_names: &'h str,
    /// At most nine characters.
    pub number: &'h str,
    /// Date of birth.
    pub birth: Date,
    /// Date of expiry.
    pub expiry: Date,
    /// `F` or `M`.
    pub sex: &'h str,
}

impl Holder<'_> {
    /// Returns the two lines of a passport (TD3), parted by `^`.
    #[must_use]
    pub fn passport(&self) -> String {
        let Self { country, sex, .. } = self;
        let first = format!("P<{}{}", filled(country, 3), self.names(39));
        let number = checked(&filled(self.number, 9));
        let (birth, expiry) = (checked(&short(self.birth)), checked(&short(self.expiry)));
        let optional = checked(&filled("", 14));
        let all = format!("{number}{birth}{expiry}{optional}");
        let country = filled(country, 3);
        format!("{first}^{number}{country}{birth}{sex}{expiry}{optional}{}", digit(&all))
    }

    /// Returns the three lines of an identity card (TD1), parted by `^`.
    #[must_use]
    pub fn card(&self) -> String {
        let Self { country, sex, .. } = self;
        let (number, optional) = (checked(&filled(self.number, 9)), filled("", 15));
        let (birth, expiry) = (checked(&short(self.birth)), checked(&short(self.expiry)));
        let rest = filled("", 11);
        let all = format!("{number}{optional}{birth}{expiry}{rest}");
        let country = filled(country, 3);
        let first = format!("I<{country}{number}{optional}");
        format!("{first}^{birth}{sex}{expiry}{country}{rest}{}^{}", digit(&all), self.names(30))
    }

    fn names(&self, length: usize) -> String {
        let words = |text: &str| text.replace([' ', '-'], "<");
        filled(&format!("{}<<{}", words(self.surname), words(self.given_names)), length)
    }
}

/// Returns `YYMMDD`.
fn short(date: Date) -> String {
    date.strftime("%y%m%d").to_string()
}

/// Cuts a text, or fills it up.
fn filled(text: &str, length: usize) -> String {
    format!("{text:<length$}").chars().take(length).map(|c| if c == ' ' { '<' } else { c }).collect()
}

fn checked(part: &str) -> String {
    format!("{part}{}", digit(part))
}

/// Computes a check digit: values weighted 7, 3, 1 and again, modulo 10 (part 3, section 4.9).
fn digit(text: &str) -> u32 {
    let value = |c: char| c.to_digit(36).unwrap_or(0);
    text.chars().zip([7, 3, 1].into_iter().cycle()).map(|(c, weight)| value(c) * weight).sum::<u32>() % 10
}
