//! Countries and their states.
#![allow(clippy::unwrap_used)] // Tests may fail loudly.

use crate::rows::each;
use kyc_gate::payload::country;

tables![resolves_countries, compares_states];

fn resolves_countries() {
    let rows = [
        ("LV", "LV"),
        ("lv", "LV"),
        ("LVA", "LV"),
        (" lva ", "LV"),
        ("D", "DE"),
        ("D<<", "DE"),
        ("d", "DE"),
        ("DEU", "DE"),
        ("GBD", "GB"),
        ("GBN", "GB"),
        ("GBO", "GB"),
        ("GBP", "GB"),
        ("GBS", "GB"),
        ("GBR", "GB"),
        ("UK", "GB"),
        ("EL", "GR"),
        ("RKS", "XK"),
        ("XKX", "XK"),
        ("XK", "XK"),
        ("ROU", "RO"),
        ("Latvia", "LV"),
        ("GERMANY", "DE"),
        ("United States", "US"),
        ("United States of America", "US"),
        ("The United Kingdom", "GB"),
        ("united kingdom of great britain and northern ireland", "GB"),
        ("Côte d'Ivoire", "CI"),
        ("COTE D’IVOIRE", "CI"),
        ("Turkey", "TR"),
        ("Türkiye", "TR"),
        ("Curacao", "CW"),
        ("Åland Islands", "AX"),
        ("Korea (Republic of)", "KR"),
        ("Korea (Democratic People's Republic of)", "KP"),
        ("Congo", "CG"),
        ("Congo (Democratic Republic of the)", "CD"),
        ("St. Lucia", "LC"),
        ("Trinidad & Tobago", "TT"),
        ("Guinea-Bissau", "GW"),
        ("The Bahamas", "BS"),
        ("Chad", "TD"),
        ("UAE", "AE"),
        ("Japan", "JP"),
        ("India", "IN"),
        ("France", "FR"),
        ("Estonia", "EE"),
    ];
    each(rows, |(text, wanted)| {
        assert_eq!(country::resolve(text).as_ref().map(country::Alpha2::as_str), Some(wanted), "{text}");
    });
    for text in
        ["", " ", "<<<", "QQ", "QQQ", "U", "UNO", "UNA", "UNK", "EUE", "EU", "XOM", "XXA", "XXB", "XXC", "XXX", "XPO"]
    {
        assert_eq!(country::resolve(text), None, "{text}");
    }
    each(["UTO", "Utopia", "Land", "é", "ééé", "日本", "L V", "LVA LVA", "D<<x"], |text| {
        assert_eq!(country::resolve(text), None, "{text}");
    });
    assert_eq!(country::resolve(&"Latvia ".repeat(1_000_000)), None);
    each(["", "U", "USA", "us", "U1", "Ü"], |text| {
        assert_eq!(country::Alpha2::parse(text), None, "{text}");
    });
    for (code, is_assigned) in [
        ("LV", true),
        ("GB", true),
        ("XK", true),
        ("UK", false),
        ("EL", false),
        ("EU", false),
        ("AN", false),
        ("YU", false),
        ("QQ", false),
    ] {
        assert_eq!(country::Alpha2::parse(code).unwrap().is_assigned(), is_assigned, "{code}");
    }
}

fn compares_states() {
    let rows = [
        ("US", "AL", "AL", true),
        ("US", "AL", "al", true),
        ("US", "AL", "US-AL", true),
        ("US", "US-AL", "Alabama", true),
        ("US", "alabama", "ALABAMA", true),
        ("US", "Alabama", " al ", true),
        ("US", "AL", "AK", false),
        ("US", "AL", "Alaska", false),
        ("US", "AL", "BR-AL", false),
        ("BR", "AL", "Alagoas", true),
        ("BR", "AL", "Alabama", false),
        ("CA", "QC", "Québec", true),
        ("DE", "BW", "BADEN-WURTTEMBERG", true),
        ("DE", "BW", "Baden Württemberg", true),
        ("AU", "NSW", "New South Wales", true),
        ("TW", "HSQ", "Hsinchu", true),
        ("TW", "HSZ", "Hsinchu", true),
        ("TW", "HSZ", "HSQ", false),
        // Nothing that ISO 3166-2 knows: the texts have to be the same.
        ("US", "Jefferson", "JEFFERSON", true),
        ("US", "Jefferson", "Lincoln", false),
        ("XK", "Prizren", "prizren", true),
        ("US", "", "", false),
        ("US", "AL", "", false),
        ("US", "-", ".", false),
    ];
    each(rows, |(code, setting, document, wanted)| {
        let country = country::Alpha2::parse(code).unwrap();
        assert_eq!(country::same_state(country, setting, document), wanted, "{code} {setting} {document}");
        assert_eq!(country::same_state(country, document, setting), wanted, "{code} {document} {setting}");
    });
}
