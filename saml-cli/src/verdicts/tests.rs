use super::*;

/// The faults that the page explains.
const FAULTS: [&str; 6] = ["peer", "policy", "unsupported", "configuration", "environment", "browser"];

#[test]
fn each_entry_says_all_that_an_administrator_needs() {
    assert!(catalogue().len() > 150);
    for entry in catalogue() {
        let code = entry.code;
        assert!(entry.meaning.ends_with('.'), "{code} does not say what it means");
        let labels: Vec<&str> = entry.facts.iter().map(|(label, _)| *label).take(4).collect();
        assert_eq!(labels, Entry::LABELS, "{code}");
        let rule = entry.fact("Rule").unwrap();
        let cites = rule.starts_with('[') && rule.ends_with(']');
        let is_ours = rule.starts_with("our own bound, ") || rule.starts_with("our own rule, ");
        assert!(cites || is_ours, "{code}: {rule}");
        assert!(FAULTS.contains(&entry.fact("Fault").unwrap()), "{code}");
        for (label, text) in &entry.facts {
            assert!(!text.is_empty(), "{code}: {label}");
        }
        for (product, recipe) in entry.recipes() {
            let known = ["Okta", "Entra ID", "AD FS", "Google", "Keycloak"];
            assert!(known.contains(&product), "{code}: {product}");
            assert!(recipe.ends_with('.'), "{code}: {product}");
        }
    }
}

#[test]
fn reads_entries_as_they_stand_in_the_page() {
    let entry = catalogue().iter().find(|entry| entry.code == "audience.mismatch").unwrap();
    assert_eq!(entry.group, "The assertion");
    assert_eq!(entry.meaning, "The assertion is for another service than this one.");
    assert_eq!(entry.fact("Rule"), Some("[Core §2.5.1.4]"));
    assert!(entry.recipes().any(|(product, recipe)| product == "Entra ID" && recipe.contains("spn:GUID")));
    let entry = catalogue().iter().find(|entry| entry.code == "digest.mismatch").unwrap();
    assert_eq!(entry.fact("Change"), Some("as for `signature.digest_mismatch`."));
}

#[test]
fn a_beginning_stands_for_all_codes_under_it() {
    let codes: Vec<&str> = matching("audience").unwrap().iter().map(|entry| entry.code).collect();
    assert_eq!(codes, ["audience.mismatch", "audience.missing"]);
    assert_eq!(matching("audience.missing").unwrap().len(), 1);
    // `audi` is no part of a code.
    assert!(matching("audi").is_err());
    assert!(matching("").is_err());
}
