//! Invented people. Nobody is meant; phone numbers are those that are kept free for fiction.

/// A person as documents have one.
pub struct Person {
    /// As printed.
    pub surname: &'static str,
    /// As printed.
    pub given_names: &'static str,
    /// As the machine readable zone has it.
    pub zone_surname: &'static str,
    /// As the machine readable zone has it.
    pub zone_given_names: &'static str,
    /// `F` or `M`.
    pub sex: &'static str,
    /// ICAO's code of the country.
    pub code: &'static str,
    /// Its name.
    pub country: &'static str,
    /// Regula's number of the language beside Latin, and its name.
    pub locale: (&'static str, &'static str),
    /// The first letters of document numbers.
    pub series: &'static str,
    /// Street and number.
    pub street: &'static str,
    /// City.
    pub city: &'static str,
    /// Postal code.
    pub postal_code: &'static str,
}

/// All of them.
pub const PEOPLE: [Person; 5] = [
    Person {
        surname: "BĒRZKALNE",
        given_names: "MAIRA ELZA",
        zone_surname: "BERZKALNE",
        zone_given_names: "MAIRA ELZA",
        sex: "F",
        code: "LVA",
        country: "Latvia",
        locale: ("1062", "Latvian"),
        series: "LV",
        street: "Ozolu iela 12",
        city: "Cēsis",
        postal_code: "LV-4101",
    },
    Person {
        surname: "GRÜNEWALDT",
        given_names: "JONAS",
        zone_surname: "GRUENEWALDT",
        zone_given_names: "JONAS",
        sex: "M",
        code: "D",
        country: "Germany",
        locale: ("1031", "German"),
        series: "C",
        street: "Lindenstraße 7",
        city: "Mölln",
        postal_code: "23879",
    },
    Person {
        surname: "MURILLO ARCE",
        given_names: "INÉS",
        zone_surname: "MURILLO ARCE",
        zone_given_names: "INES",
        sex: "F",
        code: "ESP",
        country: "Spain",
        locale: ("1034", "Spanish"),
        series: "PA",
        street: "Avenida del Olmo 31",
        city: "Ávila",
        postal_code: "05001",
    },
    Person {
        surname: "WIŚNIOWIECKI",
        given_names: "TOMASZ JAN",
        zone_surname: "WISNIOWIECKI",
        zone_given_names: "TOMASZ JAN",
        sex: "M",
        code: "POL",
        country: "Poland",
        locale: ("1045", "Polish"),
        series: "EK",
        street: "ul. Klonowa 4",
        city: "Toruń",
        postal_code: "87-100",
    },
    Person {
        surname: "HAUTALAMPI",
        given_names: "AINO MARIA",
        zone_surname: "HAUTALAMPI",
        zone_given_names: "AINO MARIA",
        sex: "F",
        code: "FIN",
        country: "Finland",
        locale: ("1035", "Finnish"),
        series: "FP",
        street: "Koivukuja 9",
        city: "Porvoo",
        postal_code: "06100",
    },
];
