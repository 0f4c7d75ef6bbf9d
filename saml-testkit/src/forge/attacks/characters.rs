//! §5, second part: octets, characters and markup that lenient parsers repair, each in its own way.

use saml_core::xml::names;

use crate::forge::corpus::Corpus;
use crate::forge::{ForgeError, Specimen, Splice};

pub(super) fn forge(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    ill_formed(s, corpus)?;
    roots_and_declarations(s, corpus)?;
    encodings(s, corpus)?;
    characters(s, corpus)?;
    white_space(s, corpus)
}

/// Attacks 88, 90 and 96: malformed documents that lenient parsers repair in different ways.
fn ill_formed(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let whole = s.text()?;
    let (status, name_end) = (s.start_tag(names::samlp::STATUS)?, s.end_tag(names::saml::NAME_ID)?);
    let at_status = [
        (88, "a double colon in a name", "<x::y/>"),
        (88, "two colons in a name", "<x:y:z/>"),
        (88, "an empty prefix", "<:x/>"),
        (88, "an empty local name", "<x:/>"),
        (88, "an attribute that begins with a colon", "<x :a=\"1\"/>"),
        (88, "a directive", "<!x>"),
        (88, "a directive with a comment", "<!x <!-- --> >"),
        (88, "an attribute without quotes", "<x a=1/>"),
        (88, "an attribute without value", "<x a/>"),
        (88, "attributes without space", "<x a=\"1\"b=\"2\"/>"),
        (88, "an end tag with an attribute", "<x></x a=\"1\">"),
        (88, "tags that cross", "<x><y></x></y>"),
        (89, "a less-than sign in an attribute", "<x a=\"<\"/>"),
        (90, "a comment with two hyphens", "<!-- -- -->"),
        (90, "a comment that ends in three hyphens", "<!-- --->"),
        (90, "a stray section end", "]]>"),
        (90, "an instruction called xml", "<?xml x?>"),
        (90, "an instruction called XML", "<?XmL x?>"),
        (90, "a name with a digit first", "<1x/>"),
    ];
    for (attack, title, markup) in at_status {
        corpus.attack(attack, title).refused("xml.not_well_formed", whole.before(&status, markup)?)?;
    }
    for (title, markup) in [
        ("a bare ampersand", "&"),
        ("an unfinished reference", "&amp"),
        ("a reference to nothing", "&#;"),
        ("a reference to a control character", "&#1;"),
        ("a reference to a surrogate", "&#xD800;"),
        ("a reference beyond Unicode", "&#x110000;"),
        ("a reference with a sign", "&#+65;"),
        ("a nested CDATA section end", "<![CDATA[a]]>]]>"),
        ("a CDATA section in lower case", "<![cdata[a]]>"),
    ] {
        corpus.attack(96, title).refused("xml.not_well_formed", whole.before(&name_end, markup)?)?;
    }
    Ok(())
}

/// Attacks 89, 99 and 100: more than one root, declarations, encodings.
fn roots_and_declarations(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let whole = s.text()?;
    let broken = "xml.not_well_formed";
    for (attack, title, code, octets) in [
        (89, "two roots", broken, format!("{whole}{whole}")),
        (89, "a forged root before", broken, format!("<x/>{whole}")),
        (89, "text after the root", broken, format!("{whole}x")),
        (89, "text before the root", broken, format!("x{whole}")),
        (89, "a CDATA section before the root", broken, format!("<![CDATA[]]>{whole}")),
        (89, "a reference after the root", broken, format!("{whole}&#32;")),
        (89, "no root", broken, "<!-- nothing -->".to_owned()),
        (89, "no octets", broken, String::new()),
        (
            99,
            "declared as ISO-8859-1",
            "xml.encoding",
            format!("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>{whole}"),
        ),
        (
            99,
            "declared as UTF-7",
            "xml.encoding",
            format!("<?xml version=\"1.0\" encoding=\"UTF-7\"?>{whole}"),
        ),
        (
            99,
            "declared as UTF-16",
            "xml.encoding",
            format!("<?xml version=\"1.0\" encoding=\"UTF-16\"?>{whole}"),
        ),
        (99, "two byte order marks", broken, format!("\u{FEFF}\u{FEFF}{whole}")),
        (
            99,
            "a byte order mark after the declaration",
            broken,
            format!("<?xml version=\"1.0\"?>\u{FEFF}{whole}"),
        ),
        (100, "XML 1.1", broken, format!("<?xml version=\"1.1\"?>{whole}")),
        (100, "XML 2.0", broken, format!("<?xml version=\"2.0\"?>{whole}")),
        (100, "no version", broken, format!("<?xml encoding=\"UTF-8\"?>{whole}")),
        (100, "two declarations", broken, format!("<?xml version=\"1.0\"?><?xml version=\"1.0\"?>{whole}")),
        (100, "a declaration after a comment", broken, format!("<!-- --><?xml version=\"1.0\"?>{whole}")),
        (100, "a declaration after a space", broken, format!(" <?xml version=\"1.0\"?>{whole}")),
        (100, "an odd standalone", broken, format!("<?xml version=\"1.0\" standalone=\"maybe\"?>{whole}")),
    ] {
        corpus.attack(attack, title).refused(code, octets)?;
    }
    Ok(())
}

/// Attack 99: other encodings.
fn encodings(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let (whole, broken) = (s.text()?, "xml.not_well_formed");
    for (title, octets) in [
        ("a byte order mark", format!("\u{FEFF}{whole}")),
        (
            "a declaration in single quotes",
            format!("<?xml version='1.0' encoding='utf-8' standalone='yes'?>{whole}"),
        ),
    ] {
        corpus.attack(99, title).decoy(octets)?;
    }
    let wide = |big: bool, mark: bool| {
        let units = mark.then_some(0xFEFF).into_iter().chain(whole.encode_utf16());
        units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect::<Vec<u8>>()
    };
    for (title, code, octets) in [
        ("UTF-16 little-endian with its mark", "xml.encoding", wide(false, true)),
        ("UTF-16 big-endian with its mark", "xml.encoding", wide(true, true)),
        ("UTF-16 little-endian", broken, wide(false, false)),
        ("UTF-16 big-endian", broken, wide(true, false)),
    ] {
        corpus.attack(99, title).refused(code, octets)?;
    }
    Ok(())
}

/// Attack 98: octets that are no characters of XML.
fn characters(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let whole = s.text()?;
    let (before, after) =
        whole.split_once(&s.end_tag(names::saml::NAME_ID)?).ok_or_else(|| ForgeError::absent("NameID"))?;
    let end = s.end_tag(names::saml::NAME_ID)?;
    for (title, code, octets) in [
        ("an overlong NUL", "xml.encoding", &[0xC0, 0x80][..]),
        ("an overlong slash", "xml.encoding", &[0xE0, 0x80, 0xAF]),
        ("a surrogate", "xml.encoding", &[0xED, 0xA0, 0x80]),
        ("a lone continuation octet", "xml.encoding", &[0x80]),
        ("a cut sequence", "xml.encoding", &[0xE2, 0x82]),
        ("beyond Unicode", "xml.encoding", &[0xF4, 0x90, 0x80, 0x80]),
        ("Latin-1", "xml.encoding", &[0xE4]),
        ("NUL", "xml.not_well_formed", &[0]),
        ("a control character", "xml.not_well_formed", &[8]),
        ("U+FFFE", "xml.not_well_formed", &[0xEF, 0xBF, 0xBE]),
        ("U+FFFF", "xml.not_well_formed", &[0xEF, 0xBF, 0xBF]),
        ("a combining mark", "signature.digest_mismatch", &[0xCC, 0x81]),
        ("a zero-width space", "signature.digest_mismatch", &[0xE2, 0x80, 0x8B]),
    ] {
        let octets = [before.as_bytes(), octets, end.as_bytes(), after.as_bytes()].concat();
        corpus.attack(98, format!("{title} after the name")).refused(code, octets)?;
    }
    Ok(())
}

/// Attack 97: line ends and white space, which parsers normalise and canonicalisation escapes.
fn white_space(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let whole = s.text()?;
    let mismatch = "signature.digest_mismatch";
    // A message from outside may have no such attribute.
    let spaced = whole.contains("=\"the role\"");
    let references =
        [("a line feed", "&#xA;"), ("a tab", "&#9;"), ("a carriage return", "&#xD;"), ("two spaces", "  ")];
    for (title, space) in references.into_iter().filter(|_| spaced) {
        let referenced = whole.swap("=\"the role\"", &format!("=\"the{space}role\""))?;
        corpus.attack(97, format!("{title} for a space in an attribute")).refused(mismatch, referenced)?;
    }
    let literals = [("line feed", "\n"), ("tab", "\t"), ("line end of Windows", "\r\n")];
    for (title, space) in literals.into_iter().filter(|_| spaced) {
        let literal = whole.swap("=\"the role\"", &format!("=\"the{space}role\""))?;
        corpus.attack(97, format!("a literal {title} for a space in an attribute")).decoy(literal)?;
    }
    let start = s.start_tag(s.focus())?;
    corpus
        .attack(97, "line ends in a tag")
        .decoy(whole.swap(&format!("{start} "), &format!("{start}\r\n\t "))?)?;
    let end = s.end_tag(names::saml::NAME_ID)?;
    for (title, space) in [
        ("a carriage return", "&#xD;"),
        ("a line feed", "\n"),
        ("a space", " "),
        ("a no-break space", "\u{A0}"),
    ] {
        corpus.attack(97, format!("{title} after the name")).refused(mismatch, whole.before(&end, space)?)?;
    }
    Ok(())
}
