//! Which typed names stand for one account.

use unicode_normalization::UnicodeNormalization as _;

/// What a typed user name is counted as: compatibility forms, case, white space and what can't be seen make no
/// difference (Unicode NFKC; RFC 4518 §2.2 and §2.6, by which directories compare).
///
/// Names that a directory keeps apart may become one here, never the other way round as far as it compares by these
/// rules: two people who share a count lose tries, a guesser who had many names for one person would gain them.
pub(crate) fn of(typed: &str) -> String {
    // By way of the capitals, for some small letters have none of their own: ß is SS, ς is Σ.
    let seen = typed.nfkc().filter(|char| !is_invisible(*char));
    let folded: String = seen.flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfkc().collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
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
            ("e\u{301}ve", "éve"),
            ("ÉVE", "éve"),
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
        for (one, other) in [("ada", "bob"), ("ada.l", "adal"), ("ada", "ada1"), ("ada l", "adal")] {
            assert_ne!(of(one), of(other));
        }
    }
}
