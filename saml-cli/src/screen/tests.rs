use super::*;

#[test]
fn wraps_at_spaces_and_breaks_long_words() {
    assert_eq!(wrap("one two three four", 9), ["one two", "three", "four"]);
    assert_eq!(wrap("https://idp.example.org/x", 20), ["https://", "idp.example.org/x"]);
    assert_eq!(wrap("urn:oasis:names:tc:SAML", 20), ["urn:oasis:names:tc:", "SAML"]);
    assert_eq!(wrap("", 10), [""]);
    // A word without parts is broken into equal pieces, so that a fingerprint doesn't leave two digits behind.
    assert_eq!(wrap("ab abcdefghijkl c", 8), ["ab", "abcdef", "ghijkl c"]);
}

#[test]
fn shows_what_would_steer_a_terminal() {
    assert_eq!(plain("a\u{9b}31mb\u{1b}]0;x\u{7}"), "a\\u{9b}31mb\\u{1b}]0;x\\u{7}");
    assert_eq!(plain("admin\u{202e}moc"), "admin\\u{202e}moc");
    assert_eq!(plain("Zoë 東京"), "Zoë 東京");
}

#[test]
fn a_value_that_differs_by_what_does_not_show_is_shown_in_quotation_marks() {
    for text in
        ["https://sp.example.com/saml", "two words", "Zoë 東京", "\"quoted\" in it", "C:\\path", "\"\""]
    {
        assert_eq!(visible(text), text);
    }
    for (text, shown) in [
        ("", r#""""#),
        ("\"a\"", r#""\"a\"""#),
        (" ", r#""\u{20}""#),
        (" a b ", r#""\u{20}a b\u{20}""#),
        ("a  b", r#""a\u{20}\u{20}b""#),
        ("\n  a\n", r#""\u{a}\u{20}\u{20}a\u{a}""#),
        ("a\u{a0}", r#""a\u{a0}""#),
        ("a\u{2003}b", r#""a\u{2003}b""#),
        ("a\u{200b}b", r#""a\u{200b}b""#),
        ("a\u{ad}b\u{feff}\u{2060}\u{e0041}\u{3164}", r#""a\u{ad}b\u{feff}\u{2060}\u{e0041}\u{3164}""#),
        ("\"a\" \\u{20} ", r#""\"a\" \\u{20}\u{20}""#),
    ] {
        assert_eq!(visible(text), shown, "{text:?}");
    }
}

#[test]
fn no_two_values_are_shown_alike() {
    let pieces = ["", "a", " ", "  ", "\n", "\t", "\u{a0}", "\u{200b}", "\u{feff}", "\"", "\\", "\\u{20}"];
    let mut seen = std::collections::BTreeMap::new();
    for text in pieces.iter().flat_map(|a| pieces.map(|b| pieces.map(|c| [a, b, c].concat()))).flatten() {
        // What verdicts say of an empty value already.
        if text == "\"\"" {
            continue;
        }
        let mut screen = Screen::new(40);
        screen.fact("value", &text);
        if let Some(other) = seen.insert(screen.text().to_owned(), text.clone()) {
            assert_eq!(other, text, "{}", screen.text());
        }
    }
}

#[test]
fn clips_in_the_middle() {
    assert_eq!(clip("abcdefghij", 10), "abcdefghij");
    assert_eq!(clip("abcdefghijk", 10), "abcdef…ijk");
}

#[test]
fn no_line_is_longer_than_the_screen() {
    let mut screen = Screen::new(40);
    screen.heading("A heading that is far too long for a screen of forty columns");
    screen.fact("label", "https://idp.example.org/a/very/long/path?that=goes&on=and-on-and-on");
    screen.paragraph(4, "several words that go on until they don't fit any more");
    let longest = anstream::adapter::strip_str(screen.text()).to_string();
    assert!(longest.lines().all(|line| line.chars().count() <= 40), "{longest}");
    assert!(
        longest.contains("  label           https://\n                  idp.example.org/a/\n"),
        "{longest}"
    );
}

/// Every character that steers is escaped, and the JSON means the same.
#[test]
fn json_does_nothing_to_a_terminal() {
    let steering: String =
        (0..=u32::from(char::MAX)).filter_map(char::from_u32).filter(|c| steers(*c)).collect();
    for c in
        ['\u{7f}', '\u{80}', '\u{9b}', '\u{61c}', '\u{202e}', '\u{2066}', '\u{2028}', '\u{feff}', '\u{1b}']
    {
        assert!(steering.contains(c), "{c:?}");
    }
    let value = serde_json::json!({ steering.clone(): [steering, "plain ü 😀"] });
    let json = inert_json(&serde_json::to_string_pretty(&value).unwrap());
    assert!(!json.chars().any(|c| c != '\n' && steers(c)), "{json:?}");
    assert!(json.contains("plain ü 😀"));
    assert_eq!(serde_json::from_str::<serde_json::Value>(&json).unwrap(), value);
}

/// Two texts that differ by what doesn't show must not look the same, on the screen or as JSON.
#[test]
fn what_does_not_show_is_escaped() {
    for c in [
        '\u{ad}',
        '\u{180e}',
        '\u{200b}',
        '\u{200d}',
        '\u{2060}',
        '\u{3164}',
        '\u{fe0f}',
        '\u{e0041}',
        '\u{a0}',
    ] {
        let text = format!("https://idp.example.org{c}");
        assert_eq!(plain(&text), format!("https://idp.example.org{}", c.escape_unicode()));
        let json = inert_json(&serde_json::to_string(&text).unwrap());
        assert!(!json.contains(c) && json.is_ascii(), "{json:?}");
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
    assert_eq!(plain("a b  ü 😀"), "a b  ü 😀");
}

/// Counting what is left of a word for each line of it would take minutes here.
#[test]
fn a_word_of_a_megabyte_is_broken_in_one_pass() {
    for (word, lines) in [("a".repeat(1_000_000), 125_000), ("é/".repeat(500_000), 125_000)] {
        let wrapped = wrap(&word, 8);
        assert_eq!(wrapped.len(), lines);
        assert_eq!(wrapped.concat(), word);
    }
}
