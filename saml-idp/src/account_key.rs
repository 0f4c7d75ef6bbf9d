//! Which typed names stand for one account.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::canonical_combining_class;

/// The form of a typed user name that is counted. Compatibility forms, case, white space, invisible characters and
/// accents make no difference. The first four are what LDAP's `caseIgnoreMatch` folds, by which OpenLDAP compares
/// (Unicode NFKC; RFC 4518 §2.2 and §2.6); accents it keeps apart, but Active Directory does not.
///
/// Names that a directory keeps apart may become one here, never the other way round as far as it compares by these
/// rules: two people who share a count lose tries, a guesser who had many names for one person would gain them.
pub(crate) fn of(typed: &str) -> String {
    // The text goes through upper case, because some small letters share a capital: ß becomes SS, ς becomes Σ.
    let folded: String =
        bare(typed).chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect();
    let mut letters = String::new();
    bare(&folded).nfkc().for_each(|char| push_without_stroke(&mut letters, char));
    letters.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text without accents and invisible characters.
fn bare(text: &str) -> String {
    text.nfkd().filter(|char| !is_invisible(*char) && canonical_combining_class(*char) == 0).collect()
}

/// Small letters that are a plain one with a stroke, or two in one, and that Unicode does not take apart. Collations do
/// (the Unicode Collation Algorithm, and what Windows compares by).
fn push_without_stroke(letters: &mut String, char: char) {
    match char {
        'ø' => letters.push('o'),
        'ł' => letters.push('l'),
        'đ' | 'ð' => letters.push('d'),
        'ħ' => letters.push('h'),
        'ŧ' => letters.push('t'),
        'æ' => letters.push_str("ae"),
        'œ' => letters.push_str("oe"),
        'þ' => letters.push_str("th"),
        other => letters.push(other),
    }
}

/// Controls that are no white space, and Unicode's `Default_Ignorable_Code_Point`.
pub(crate) fn is_invisible(char: char) -> bool {
    (char.is_control() && !char.is_whitespace())
        || matches!(
            char,
            '\u{AD}'
                | '\u{34F}'
                | '\u{61C}'
                | '\u{115F}'..='\u{1160}'
                | '\u{17B4}'..='\u{17B5}'
                | '\u{180B}'..='\u{180F}'
                | '\u{200B}'..='\u{200F}'
                | '\u{202A}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{3164}'
                | '\u{FE00}'..='\u{FE0F}'
                | '\u{FEFF}'
                | '\u{FFA0}'
                | '\u{FFF0}'..='\u{FFFC}'
                | '\u{1BCA0}'..='\u{1BCA3}'
                | '\u{1D173}'..='\u{1D17A}'
                | '\u{E0000}'..='\u{E0FFF}'
        )
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn one_person_has_one_name_however_it_is_typed() {
        for (typed, counted) in [
            ("administrator", "administrator"),
            ("AdMinistrator", "administrator"),
            ("  administrator\t", "administrator"),
            ("\u{A0}administrator\u{3000}", "administrator"),
            ("ａｄｍｉｎｉｓｔｒａｔｏｒ", "administrator"),
            ("admin\u{AD}istrator\u{200B}", "administrator"),
            ("\u{202E}administrator\u{0}", "administrator"),
            ("ada  lovelace", "ada lovelace"),
            ("ADA\u{2003}LOVELACE", "ada lovelace"),
            ("e\u{301}ve", "eve"),
            ("ÉVE", "eve"),
            ("eve", "eve"),
            ("Renée Ångström", "renee angstrom"),
            ("ZOË\u{308}", "zoe"),
            ("Łukasz Øverłand", "lukasz overland"),
            ("ÆTHELÞRYÐ", "aethelthryd"),
            ("İpek", "ipek"),
            ("ıpek", "ipek"),
            ("Ἀθηνᾶ", "αθηνα"),
            ("ΐ", "ι"),
            ("Йоцё", "иоце"),
            ("한글", "한글"),
            ("\u{212A}elvin", "kelvin"),
            ("straße", "strasse"),
            ("STRASSE", "strasse"),
            ("ΟΔΥΣΣΕΥΣ", "οδυσσευσ"),
            ("οδυσσευς", "οδυσσευσ"),
            ("ﬁnn", "finn"),
            ("\u{17F}am", "sam"),
            (" \u{200B} ", ""),
        ] {
            assert_eq!(of(typed), counted, "{typed:?}");
            assert_eq!(of(counted), counted, "{counted:?} is what it is counted as");
        }
        for (one, other) in
            [("ada", "bob"), ("ada.l", "adal"), ("ada", "ada1"), ("ada l", "adal"), ("किरण", "करण")]
        {
            assert_ne!(of(one), of(other));
        }
    }
}
