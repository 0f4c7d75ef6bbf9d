use super::catalogue::require_right;
use super::pieces::{Part, parts};
use super::*;

fn chosen(header: &str) -> &'static str {
    let texts = Texts::shipped();
    match texts.for_whom(&AcceptLanguage::read([header])).language() {
        "de" => "de",
        _ => "en",
    }
}

#[test]
fn every_text_says_in_every_shipped_language_what_it_must() {
    for &text in Text::ALL {
        for (language, words) in [("en", english::of(text)), ("de", german::of(text))] {
            assert_eq!(require_right(text, words), Ok(()), "{language}: {}", text.name());
            assert_eq!(words.trim(), words, "{language}: {}", text.name());
            assert!(!words.contains("  ") && !words.contains(['<', '&', '\n']), "{language}: {words}");
        }
        assert_eq!(Text::named(text.name()), Some(text), "two texts have one name");
        assert!(text.is_shown_by(Role::ServiceProvider) || text.is_shown_by(Role::IdentityProvider));
    }
    for placeholder in Placeholder::ALL {
        assert_eq!(Placeholder::named(placeholder.name()), Some(placeholder));
        assert!(Text::ALL.iter().any(|text| text.placeholders().contains(&placeholder)), "{placeholder:?}");
    }
}

#[test]
fn german_is_formal_and_no_copy_of_the_english() {
    for &text in Text::ALL {
        let german = german::of(text);
        assert_ne!(german, english::of(text), "{}", text.name());
        let words = || german.split(|c: char| !c.is_alphabetic());
        assert!(!words().any(|word| ["du", "dein", "deine", "dich", "dir"].contains(&word)), "{german}");
    }
}

#[test]
fn a_text_that_leaves_something_out_or_open_is_refused() {
    let with = |words| Texts::shipped().with("de", Text::LoginLead, words).map(|_texts| ());
    assert_eq!(with("weiter zu {service}, ja: {service}, {{so}}"), Ok(()));
    let missing = TextError::PlaceholderMissing { text: Text::LoginLead, placeholder: Placeholder::Service };
    for (words, error) in [
        ("weiter", missing),
        ("weiter zu {{service}}", missing),
        ("{service} {site}", TextError::PlaceholderUnknown(Text::LoginLead)),
        ("{service} {Service}", TextError::PlaceholderUnknown(Text::LoginLead)),
        ("{service} {}", TextError::PlaceholderUnknown(Text::LoginLead)),
        ("{service} {", TextError::Brace(Text::LoginLead)),
        ("{service} }", TextError::Brace(Text::LoginLead)),
        ("{ser{service}", TextError::Brace(Text::LoginLead)),
        ("", TextError::Empty(Text::LoginLead)),
        (" \n", TextError::Empty(Text::LoginLead)),
    ] {
        assert_eq!(with(words), Err(error), "{words}");
    }
    assert_eq!(missing.to_string(), "the text login_lead lacks {service}");
    assert_eq!(
        TextError::PlaceholderUnknown(Text::ErrorReference).to_string(),
        "the text error_reference has a placeholder that it can't have; it has {reference} {time}"
    );
}

#[test]
fn a_language_is_whole_for_the_role_that_shows_it_or_refused() {
    let mut texts = Texts::shipped();
    for language in ["", "-", "français", "fr_FR", "toolonglanguage", "fr-", "4r", "*"] {
        assert_eq!(texts.clone().with(language, Text::More, "Plus"), Err(TextError::Language), "{language}");
    }
    for &text in Text::ALL.iter().filter(|text| text.is_shown_by(Role::ServiceProvider)) {
        assert_eq!(texts.require_all_of(Role::ServiceProvider).is_err(), texts.languages().count() == 3);
        texts = texts.with("fr", text, english::of(text)).unwrap();
    }
    assert_eq!(texts.require_all_of(Role::ServiceProvider), Ok(()));
    assert_eq!(
        texts.require_all_of(Role::IdentityProvider),
        Err(TextError::Missing(Text::ErrorServices)),
        "the first that only an identity provider shows"
    );
    let french = texts.clone().by_default("FR").unwrap();
    assert_eq!(french.languages().collect::<Vec<_>>(), ["fr", "en", "de"]);
    assert_eq!(texts.clone().by_default("it"), Err(TextError::LanguageUnknown));
    let only = texts.only("de").unwrap();
    assert_eq!(only.for_whom(&AcceptLanguage::read(["en"])).language(), "de");
}

#[test]
fn a_replaced_text_counts_in_its_language_alone() {
    let texts = Texts::shipped().with("DE", Text::More, "Mehr").unwrap();
    assert_eq!(texts.languages().count(), 2);
    let said = |language| texts.in_language(language).text(Text::More).to_string();
    assert_eq!((said("de").as_str(), said("en").as_str(), said("fr").as_str()), ("Mehr", "More", "More"));
    assert_eq!(texts.in_language("de").text(Text::Continue).to_string(), "Weiter");
}

#[test]
fn values_stand_where_their_placeholders_are_and_are_no_texts_themselves() {
    let words = Words::english();
    let filled = words.text(Text::ErrorReference).with(Placeholder::Reference, "{time}");
    let filled = filled.with(Placeholder::Time, "now").with(Placeholder::Person, "nobody");
    assert_eq!(filled.to_string(), "Reference for your help desk: {time} now");
    assert_eq!(
        filled.pieces().collect::<Vec<_>>(),
        [
            Piece::Words("Reference for your help desk: "),
            Piece::Value(Placeholder::Reference, "{time}"),
            Piece::Words(" "),
            Piece::Value(Placeholder::Time, "now"),
        ]
    );
    assert_eq!(parts("a{{b}}").collect::<Vec<_>>(), ["a", "{", "b", "}"].map(Part::Words));
    assert_eq!(parts("").count(), 0);
}

#[test]
fn the_language_is_the_one_that_fits_best() {
    for (header, language) in [
        ("de", "de"),
        ("DE", "de"),
        ("de-AT", "de"),
        ("de-Latn-AT-1996", "de"),
        ("de-x-private", "de"),
        ("fr, de;q=0.7, en;q=0.3", "de"),
        ("en;q=0.3, de;q=0.7", "de"),
        ("en;q=0.7,de ; q=0.700", "en"),
        ("de;q=0.001", "de"),
        ("de;Q=1.000", "de"),
        (",, ,\tde ,", "de"),
        ("fr-CH, fr;q=0.9, *;q=0.1", "en"),
        ("en;q=0.2, *", "de"),
        ("de, *", "de"),
        ("en;q=0, *", "de"),
        ("en;q=0, de;q=0, *", "en"),
        ("de;q=0", "en"),
        ("de-AT;q=0, de", "de"),
        ("de;q=0, de-AT", "en"),
        ("", "en"),
        ("*", "en"),
        ("fr", "en"),
        ("deutsch", "en"),
        ("d", "en"),
        // German is not what a range that says more about English asks for.
        ("en-GB-oxendict, de;q=0.9", "en"),
    ] {
        assert_eq!(chosen(header), language, "{header}");
    }
}

#[test]
fn what_is_malformed_asks_for_nothing() {
    for header in [
        "de;q=2",
        "de;q=1.001",
        "de;q=0.1234",
        "de;q=",
        "de;q",
        "de;",
        "de;q=-1",
        "de;q=.5",
        "de;q=1e0",
        "de;q=0.5;q=1",
        "de;level=1",
        "de q=1",
        "de_AT",
        "de-",
        "-de",
        "de--AT",
        "de-waytoolongs",
        "ｄｅ",
        "de*",
        "\"de\"",
        "de\0",
        "*-de",
        ";;;",
        "=,=",
    ] {
        assert_eq!(chosen(header), "en", "{header}");
        assert_eq!(chosen(&format!("{header}, de;q=0.5")), "de", "{header}");
    }
}

#[test]
fn a_stranger_makes_no_more_work_than_the_bounds() {
    let before = "fr,".repeat(MAX_RANGES - 1);
    assert_eq!(chosen(&format!("{before}de")), "de");
    assert_eq!(chosen(&format!("{before}fr,de")), "en");
    let spaces = |octets| " ".repeat(octets);
    assert_eq!(chosen(&format!("{}de", spaces(MAX_OCTETS - 2))), "de");
    // The range is cut: what is left of it asks for nothing, German neither.
    assert_eq!(chosen(&format!("{}de-AT", spaces(MAX_OCTETS - 2))), "en");
    assert_eq!(chosen(&format!("de,{}", "x".repeat(1 << 20))), "de");
    let texts = Texts::shipped();
    let lines =
        |lines: &[&str]| texts.for_whom(&AcceptLanguage::read(lines.iter().copied())).language().to_owned();
    assert_eq!(lines(&["fr", "de"]), "de");
    assert_eq!(lines(&[&spaces(MAX_OCTETS), "de"]), "en");
    assert_eq!(lines(&[&spaces(MAX_OCTETS - 1), "de"]), "en");
    assert_eq!(AcceptLanguage::read(["é".repeat(MAX_OCTETS).as_str()]), AcceptLanguage::default());
}
