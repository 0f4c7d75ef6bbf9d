//! §11, first part: the sender, the subject and the recipient of a message.

use saml_core::xml::{QName, XmlElement, names};

use super::semantics::{Edit, changed, elsewhere};
use crate::forge::corpus::Corpus;
use crate::forge::good::Signed;
use crate::forge::{ForgeError, Specimen, Tree};

pub(super) fn forge(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    addresses(s, corpus)?;
    audiences(s, corpus)?;
    issuers(s, corpus)?;
    names_of_subjects(s, corpus)?;
    statements(s, corpus)
}

/// Texts that are nearly the given one, as far as the text allows each change.
fn near_misses(text: &str) -> Vec<(&'static str, String)> {
    let mut misses = vec![
        ("another", "https://other.example.com/saml".to_owned()),
        ("with a slash after it", format!("{text}/")),
        ("in upper case", text.to_uppercase()),
        ("cut by one character", text.strip_suffix(|_| true).unwrap_or_default().to_owned()),
        ("with more after it", format!("{text}.evil.example")),
        ("with a query", format!("{text}?x=y")),
        ("with a fragment", format!("{text}#x")),
        ("with a port", text.replacen(".com", ".com:443", 1)),
        ("over plain HTTP", text.replacen("https:", "http:", 1)),
        ("percent-encoded", text.replacen("saml", "s%61ml", 1)),
        ("as a wildcard", "*".to_owned()),
    ];
    misses.retain(|(_, miss)| miss != text);
    misses
}

/// As [`near_misses`], of a string: white space is part of it.
fn near_misses_of_a_string(text: &str) -> Vec<(&'static str, String)> {
    let mut misses = near_misses(text);
    misses.extend(spaced(text));
    misses
}

/// As [`near_misses`], of a URI: only the white space of XML collapses around it.
fn near_misses_of_a_uri(text: &str) -> Vec<(&'static str, String)> {
    let mut misses = near_misses(text);
    misses.extend([
        ("with a no-break space before it", format!("\u{a0}{text}")),
        ("with an em space after it", format!("{text}\u{2003}")),
        ("with a zero-width space after it", format!("{text}\u{200b}")),
    ]);
    misses
}

/// The text with white space around it: another string, and the same URI.
fn spaced(text: &str) -> [(&'static str, String); 3] {
    [
        ("with a space before it", format!(" {text}")),
        ("with a line feed after it", format!("{text}\n")),
        ("with tabs and line ends around it", format!("\t\r\n {text} \n\n")),
    ]
}

/// A genuine message with one part edited in a way that its schema makes meaningless.
fn unchanged(
    s: &Specimen<'_>,
    corpus: &mut Corpus,
    (attack, title): (u16, &str),
    (part, edit): (QName<'static>, Edit<'_>),
) -> Result<(), ForgeError> {
    let tree = s.reissued(|tree| {
        edit(tree.part_mut(part)?);
        Ok(())
    })?;
    corpus.attack(attack, title).decoy(tree)
}

/// Attacks 170, 171 and 176.
fn addresses(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let data = names::saml::SUBJECT_CONFIRMATION_DATA;
    for (title, url) in spaced(&s.scene.acs_url) {
        let destination = format!("a Destination that is {title}");
        let edit: Edit<'_> = &|e| e.set("Destination", &url);
        unchanged(s, corpus, (170, &destination), (names::samlp::RESPONSE, edit))?;
        let recipient = format!("a Recipient that is {title}");
        unchanged(s, corpus, (171, &recipient), (data, &|e| e.set("Recipient", &url)))?;
    }
    let empty = [("empty", String::new())];
    for (title, url) in empty.into_iter().chain(near_misses_of_a_uri(&s.scene.acs_url)) {
        let destination = format!("a Destination that is {title}");
        let edit: Edit<'_> = &|e| e.set("Destination", &url);
        changed(s, corpus, (170, &destination), "destination.mismatch", (names::samlp::RESPONSE, edit))?;
        let recipient = format!("a Recipient that is {title}");
        let code = "subject_confirmation.recipient_mismatch";
        changed(s, corpus, (171, &recipient), code, (data, &|e| e.set("Recipient", &url)))?;
    }
    if s.signed != Signed::Assertion {
        let edit: Edit<'_> = &|e| e.unset("Destination");
        changed(s, corpus, (170, "no Destination"), "destination.missing", (names::samlp::RESPONSE, edit))?;
    }
    let code = "subject_confirmation.recipient_missing";
    changed(s, corpus, (176, "no Recipient"), code, (data, &|e| e.unset("Recipient")))?;
    elsewhere(s, corpus, (171, "posted to another endpoint of ours"), "destination.mismatch", |context| {
        context.acs_url.push_str("/other");
    })
}

/// Attacks 172 and 173.
fn audiences(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let code = "audience.mismatch";
    for (title, name) in near_misses_of_a_uri(s.scene.sp.as_str()) {
        let title = format!("an Audience that is {title}");
        changed(s, corpus, (173, &title), code, (names::saml::AUDIENCE, &|e| e.say(&name)))?;
    }
    for (title, name) in spaced(s.scene.sp.as_str()) {
        let title = format!("an Audience that is {title}");
        unchanged(s, corpus, (173, &title), (names::saml::AUDIENCE, &|e| e.say(&name)))?;
    }
    for (title, name) in [("empty", ""), ("a space", " ")] {
        let title = format!("an Audience that is {title}");
        changed(s, corpus, (173, &title), "schema.text", (names::saml::AUDIENCE, &|e| e.say(name)))?;
    }
    let none: Edit<'_> = &|e| e.children.clear();
    changed(s, corpus, (172, "no AudienceRestriction"), "audience.missing", (names::saml::CONDITIONS, none))?;
    let none: Edit<'_> = &|e| e.strip(names::saml::CONDITIONS);
    changed(s, corpus, (172, "no Conditions"), "conditions.missing", (names::saml::ASSERTION, none))?;
    let other = XmlElement::new(names::saml::AUDIENCE_RESTRICTION)
        .holding(XmlElement::new(names::saml::AUDIENCE).saying("https://other.example.com"));
    let second: Edit<'_> = &|e| e.append(other.clone());
    changed(
        s,
        corpus,
        (173, "a second restriction that is not us"),
        code,
        (names::saml::CONDITIONS, second),
    )?;
    let first: Edit<'_> = &|e| e.prepend(other.clone());
    changed(s, corpus, (173, "a first restriction that is not us"), code, (names::saml::CONDITIONS, first))?;
    let both = s.reissued(|tree| {
        let audience = XmlElement::new(names::saml::AUDIENCE).saying("https://other.example.com");
        tree.part_mut(names::saml::AUDIENCE_RESTRICTION)?.prepend(audience);
        Ok(())
    })?;
    corpus.attack(173, "another audience beside us in one restriction").decoy(both)?;
    let other = s.scene.idp.clone();
    elsewhere(
        s,
        corpus,
        (172, "presented to another service provider"),
        "name_id.sp_name_qualifier_mismatch",
        |context| {
            context.sp = other;
        },
    )
}

/// Attack 189.
fn issuers(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    for (kind, name) in [("empty", ""), ("a space", " ")] {
        let title = format!("an Issuer of the assertion that is {kind}");
        let edit: Edit<'_> = &|e| {
            if let Ok(issuer) = e.part_mut(names::saml::ISSUER) {
                issuer.say(name);
            }
        };
        changed(s, corpus, (189, &title), "schema.text", (names::saml::ASSERTION, edit))?;
        let title = format!("an Issuer of the Response that is {kind}");
        changed(s, corpus, (189, &title), "schema.text", (names::samlp::RESPONSE, edit))?;
    }
    for (title, name) in near_misses_of_a_string(s.scene.idp.as_str()) {
        let tree = s.reissued(|tree| {
            tree.part_mut(names::saml::ASSERTION)?.part_mut(names::saml::ISSUER)?.say(&name);
            Ok(())
        })?;
        corpus
            .attack(189, format!("an Issuer of the assertion that is {title}"))
            .refused("assertion.issuer_mismatch", tree)?;
        let tree = s.reissued(|tree| {
            tree.part_mut(names::saml::ISSUER)?.say(&name);
            Ok(())
        })?;
        corpus
            .attack(189, format!("an Issuer of the Response that is {title}"))
            .refused("response.issuer_mismatch", tree)?;
    }
    for format in [
        "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
        "urn:oasis:names:tc:SAML:2.0:nameid-format:transient",
    ] {
        let tree = s.reissued(|tree| {
            tree.part_mut(names::saml::ASSERTION)?.part_mut(names::saml::ISSUER)?.set("Format", format);
            Ok(())
        })?;
        corpus.attack(189, format!("an Issuer of the format {format}")).refused("issuer.format", tree)?;
    }
    let other = s.scene.sp.clone();
    elsewhere(s, corpus, (189, "presented for another provider"), "response.issuer_mismatch", |context| {
        context.idp = other.clone();
        if let Some(waiting) = &mut context.pending {
            waiting.idp = other;
        }
    })
}

/// Attacks 195, 196 and 201: a person's attributes and their names.
fn statements(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let bare = s.bare();
    let attribute = bare.part(names::saml::ATTRIBUTE)?.clone();
    let last = bare.part(names::saml::ATTRIBUTE_STATEMENT)?.child_elements().last().cloned();
    let last = last.and_then(|last| last.attribute("Name").map(str::to_owned)).unwrap_or_default();
    for (title, label) in [("another attribute's name", last.as_str()), ("the name of a role", "admin")] {
        let tree = s.reissued(|tree| {
            tree.part_mut(names::saml::ATTRIBUTE)?.set("FriendlyName", label);
            Ok(())
        })?;
        corpus.attack(196, format!("an attribute whose FriendlyName is {title}")).decoy(tree)?;
    }
    let mut admin = attribute;
    admin.part_mut(names::saml::ATTRIBUTE_VALUE)?.say("admin");
    for (title, first) in [("before", true), ("after", false)] {
        let tree = s.altered(|tree| {
            let statement = tree.part_mut(names::saml::ATTRIBUTE_STATEMENT)?;
            if first {
                statement.prepend(admin.clone())
            } else {
                statement.append(admin.clone())
            }
            Ok(())
        })?;
        corpus
            .attack(195, format!("an attribute of the same name {title} the genuine ones"))
            .refused("signature.digest_mismatch", tree)?;
    }
    let elsewhere = s.reissued(|tree| {
        let locality = XmlElement::new(names::saml::SUBJECT_LOCALITY)
            .with("Address", "192.0.2.1")
            .with("DNSName", "evil.example");
        let statement = tree.part_mut(names::saml::AUTHN_STATEMENT)?;
        statement.strip(names::saml::SUBJECT_LOCALITY);
        statement.prepend(locality);
        Ok(())
    })?;
    corpus.attack(201, "a person at another address, which is not proof of anything").decoy(elsewhere)
}

/// Attacks 193 and 194.
fn names_of_subjects(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let name = names::saml::NAME_ID;
    let code = "name_id.sp_name_qualifier_mismatch";
    // One that is empty qualifies nothing, and harms nobody.
    for (title, value) in near_misses_of_a_string(s.scene.sp.as_str()) {
        let title = format!("a name for a service provider that is {title}");
        changed(s, corpus, (193, &title), code, (name, &|e| e.set("SPNameQualifier", &value)))?;
    }
    changed(s, corpus, (194, "an empty name"), "name_id.empty", (name, &|e| e.children.clear()))?;
    let nested: Edit<'_> = &|e| e.append(XmlElement::new(names::saml::NAME_ID).saying("admin"));
    changed(s, corpus, (194, "a name in the name"), "schema.text", (name, nested))?;
    let unnamed: Edit<'_> = &|e| e.strip(names::saml::NAME_ID);
    changed(
        s,
        corpus,
        (194, "a subject without a name"),
        "name_id.missing",
        (names::saml::SUBJECT, unnamed),
    )?;
    let base: Edit<'_> = &|e| e.rename(names::saml::BASE_ID);
    changed(s, corpus, (194, "a name of an unknown kind"), "name_id.missing", (name, base))?;
    let gone: Edit<'_> = &|e| e.strip(names::saml::SUBJECT);
    changed(s, corpus, (194, "no subject"), "subject.missing", (names::saml::ASSERTION, gone))
}
