//! Display names of document fields.

use crate::rows::each;
use kyc_gate::payload::field::{self, Field};

tables![knows_fields, folds_display_names];

fn knows_fields() {
    let rows = [
        (
            "Given name|Given names|Given name(s)|GIVEN NAMES|Given  name|First name|given_name|Given name (s)",
            Field::GivenNames,
        ),
        ("Surname|Last name|Family name|surname:", Field::Surname),
        (
            "Surname and given names|Surname And Given Names|Surname and given name(s)|Surname & given names|SURNAME&GIVEN NAMES",
            Field::SurnameAndGivenNames,
        ),
        ("Date of expiry|Date of Expiry|Expiry date|date-of-expiry", Field::DateOfExpiry),
        ("Date of issue|Date of Issue|Issue date", Field::DateOfIssue),
        ("Date of birth|Date of Birth|DATE OF BIRTH", Field::DateOfBirth),
        ("Document number|Document Number", Field::DocumentNumber),
        ("Issuing state name|Issuing state", Field::IssuingStateName),
        ("Issuing state code", Field::IssuingStateCode),
        ("Issuing state code (Alpha-2)|Issuing state code (Alpha2)", Field::IssuingStateAlpha2),
        ("Nationality", Field::Nationality),
        ("Nationality code", Field::NationalityCode),
        ("Nationality code (Alpha-2)", Field::NationalityAlpha2),
        ("MRZ strings|MRZ Strings", Field::MrzStrings),
        ("Address", Field::Address),
        ("Address: street|Address street|Street", Field::AddressStreet),
        ("Address: city|City", Field::AddressCity),
        ("Address: state|Address: region|Region", Field::AddressState),
        ("Address: jurisdiction code|Jurisdiction code", Field::AddressJurisdictionCode),
        ("Address: postal code|Postal code", Field::AddressPostalCode),
        ("Phone|Phone number|Telephone", Field::Phone),
        ("Second surname", Field::SecondSurname),
        ("Middle name", Field::MiddleName),
        ("Sex", Field::Sex),
        ("Age", Field::Age),
    ];
    each(rows, |(names, wanted)| {
        for name in names.split('|') {
            assert_eq!(Field::named(name), Some(wanted), "{name}");
        }
    });
    let rows = [
        "",
        "(s)",
        "Place of birth",
        "Ägé",
        "Surnames",
        "Name",
        "Age at issue",
        "Date of birth check digit",
        "Givenname",
    ];
    each(rows, |name| {
        assert_eq!(Field::named(name), None, "{name}");
    });
}

fn folds_display_names() {
    let rows = [
        ("", ""),
        (" (S) ", ""),
        ("Given name(s)", "given name"),
        ("Given name(s)(s)", "given name"),
        ("  Address:  Street ", "address street"),
        ("Seaman's book", "seamans book"),
        ("Nationality code (Alpha-2)", "nationality code alpha 2"),
        ("Dzimšanas DATUMS", "dzimšanas datums"),
        ("-a-", "a"),
        ("a&b", "a and b"),
        ("ā & b&", "ā and b and"),
        ("&", "and"),
        ("&&(s)'&", "and and and"),
        ("A^B_c", "a b c"),
        (
            "A-very-long-name-that-no-field-of-any-document-has-----or-will-ever-have-ONE",
            "a very long name that no field of any document has or will ever have-ONE",
        ),
    ];
    each(rows, |(name, wanted)| {
        assert_eq!(field::fold(name), wanted, "{name}");
        assert!(field::folds_to(name, wanted), "{name}");
    });
    assert!(!field::folds_to("Surname", "surnam"));
    assert!(!field::folds_to("Surnam", "surname"));
}
