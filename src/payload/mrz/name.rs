//! Names in machine readable zones: ICAO 9303 part 3, sections 4.6 and 4.7.

use super::character::FILLER;
use super::zone::Zone;

/// The name in a machine readable zone: words without fillers. No `Debug`, it is identity data.
#[derive(PartialEq, Eq, Default)]
pub struct MrzName {
    /// Primary identifier; a person with one name has it here.
    pub surname: String,
    /// Secondary identifier, empty where there is none.
    pub given_names: String,
    /// Whether the surname reaches the end of its field in the zone, so that something of it may be cut off.
    pub is_surname_cut: bool,
    /// Whether the given names reach the end of their field in the zone.
    pub are_given_names_cut: bool,
}

/// The parts of a zone that have the name, and whether each reaches the end of its field.
struct NameFields<'z> {
    surname: &'z [u8],
    given_names: &'z [u8],
    is_surname_cut: bool,
    are_given_names_cut: bool,
}

impl Zone {
    /// Returns the holder's name.
    ///
    /// Surname and given names share a field, where only the part that touches its end can be cut.
    #[must_use]
    pub fn name(&self) -> MrzName {
        let NameFields { surname, given_names, is_surname_cut, are_given_names_cut } = self.name_fields();
        MrzName { surname: words(surname), given_names: words(given_names), is_surname_cut, are_given_names_cut }
    }

    /// Returns the surname if something of it may be cut off.
    #[must_use]
    pub fn cut_surname(&self) -> Option<String> {
        let name = self.name_fields();
        name.is_surname_cut.then(|| words(name.surname))
    }

    /// Returns the given names if something of them may be cut off.
    #[must_use]
    pub fn cut_given_names(&self) -> Option<String> {
        let name = self.name_fields();
        name.are_given_names_cut.then(|| words(name.given_names))
    }

    fn name_fields(&self) -> NameFields<'_> {
        let layout = self.layout();
        let field = self.part(&layout.name);
        let is_full = |field: &[u8]| field.last().is_some_and(|last| *last != FILLER);
        let (surname, given_names, is_surname_cut, are_given_names_cut) = match &layout.given_names {
            Some(given_names) => {
                let given_names = self.part(given_names);
                (field, given_names, is_full(field), is_full(given_names))
            }
            None => match field.windows(2).position(|pair| pair == [FILLER, FILLER]) {
                Some(at) => {
                    let (surname, given_names) = field.split_at_checked(at).unwrap_or((field, &[]));
                    (surname, given_names, false, is_full(field))
                }
                None => (field, &[][..], is_full(field), false),
            },
        };
        NameFields { surname, given_names, is_surname_cut, are_given_names_cut }
    }
}

fn words(letters: &[u8]) -> String {
    let words = letters.split(|c| *c == FILLER).filter(|word| !word.is_empty());
    words.map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
}
