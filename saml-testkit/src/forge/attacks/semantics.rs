//! §11: genuinely signed messages with one value changed, and genuine messages in another context.

use std::time::Duration;

use saml_core::assertion::AuthnContextClassRef;
use saml_core::crypto::Relaxation;
use saml_core::protocol::AuthnContextComparison;
use saml_core::validation::RequestedContext;
use saml_core::xml::{QName, XmlElement, names};

use crate::forge::corpus::Corpus;
use crate::forge::good::Signed;
use crate::forge::{Context, ForgeError, Specimen, Tree};

pub(super) fn forge(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    addresses(s, corpus)?;
    audiences(s, corpus)?;
    times(s, corpus)?;
    confirmations(s, corpus)?;
    requests(s, corpus)?;
    conditions(s, corpus)?;
    statuses(s, corpus)?;
    issuers(s, corpus)?;
    names_of_subjects(s, corpus)?;
    authentication(s, corpus)
}

/// A change of one attribute or text.
type Edit<'e> = &'e dyn Fn(&mut XmlElement);

fn changed(
    s: &Specimen<'_>,
    corpus: &mut Corpus,
    (attack, title): (u16, &str),
    code: &'static str,
    (part, edit): (QName<'static>, Edit<'_>),
) -> Result<(), ForgeError> {
    let tree = s.reissued(|tree| {
        edit(tree.part_mut(part)?);
        Ok(())
    })?;
    corpus.attack(attack, title).refused(code, tree)
}

/// A genuine message whose receiver knows something else.
fn elsewhere(
    s: &Specimen<'_>,
    corpus: &mut Corpus,
    (attack, title): (u16, &str),
    code: &'static str,
    change: impl FnOnce(&mut Context),
) -> Result<(), ForgeError> {
    corpus.attack(attack, title).when(change).refused(code, s.tree())
}

/// The ways in which a text is nearly another one.
fn near_misses(text: &str) -> Vec<(&'static str, String)> {
    vec![
        ("another", "https://other.example.com/saml".to_owned()),
        ("empty", String::new()),
        ("with a slash after it", format!("{text}/")),
        ("in upper case", text.to_uppercase()),
        ("with a space before it", format!(" {text}")),
        ("with a line feed after it", format!("{text}\n")),
        ("cut by one character", text.strip_suffix(|_| true).unwrap_or_default().to_owned()),
        ("with more after it", format!("{text}.evil.example")),
        ("with a query", format!("{text}?x=y")),
        ("with a fragment", format!("{text}#x")),
        ("with a port", text.replacen(".com", ".com:443", 1)),
        ("over plain HTTP", text.replacen("https:", "http:", 1)),
        ("percent-encoded", text.replacen("saml", "s%61ml", 1)),
        ("as a wildcard", "*".to_owned()),
    ]
}

/// Attacks 170, 171 and 176.
fn addresses(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let data = names::saml::SUBJECT_CONFIRMATION_DATA;
    for (title, url) in near_misses(&s.scene.acs_url) {
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
    for (title, name) in near_misses(s.scene.sp.as_str()) {
        let title = format!("an Audience that is {title}");
        changed(s, corpus, (173, &title), code, (names::saml::AUDIENCE, &|e| e.say(&name)))?;
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

/// Attack 174: too late, too early, never.
fn times(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let now = s.scene.now;
    let after = |seconds: u64| now.saturating_add(Duration::from_secs(seconds)).to_string();
    let before = |seconds: u64| now.saturating_sub(Duration::from_secs(seconds)).to_string();
    let (response, assertion) = (names::samlp::RESPONSE, names::saml::ASSERTION);
    let (conditions, data) = (names::saml::CONDITIONS, names::saml::SUBJECT_CONFIRMATION_DATA);
    let statement = names::saml::AUTHN_STATEMENT;
    // The tolerance is 180 seconds.
    for (attack, title, code, part, attribute, value) in [
        (
            174,
            "Conditions that ended long ago",
            "conditions.empty_window",
            conditions,
            "NotOnOrAfter",
            before(86_400),
        ),
        (174, "a window of no length", "conditions.empty_window", conditions, "NotOnOrAfter", before(30)),
        (174, "Conditions not yet valid", "conditions.not_yet_valid", conditions, "NotBefore", after(181)),
        (
            174,
            "a confirmation that ended just now",
            "subject_confirmation.expired",
            data,
            "NotOnOrAfter",
            before(180),
        ),
        (
            174,
            "a confirmation that ended long ago",
            "subject_confirmation.expired",
            data,
            "NotOnOrAfter",
            before(31_536_000),
        ),
        (
            175,
            "a confirmation with NotBefore",
            "subject_confirmation.not_before_present",
            data,
            "NotBefore",
            before(60),
        ),
        (
            174,
            "a Response from the future",
            "response.issued_in_future",
            response,
            "IssueInstant",
            after(181),
        ),
        (
            174,
            "an Assertion from the future",
            "assertion.issued_in_future",
            assertion,
            "IssueInstant",
            after(181),
        ),
        (
            174,
            "an Assertion from the far future",
            "assertion.issued_in_future",
            assertion,
            "IssueInstant",
            "9999-12-31T23:59:59Z".to_owned(),
        ),
        (
            199,
            "authentication in the future",
            "authn_instant.in_future",
            statement,
            "AuthnInstant",
            after(181),
        ),
        (
            199,
            "a session that ended just now",
            "session.expired",
            statement,
            "SessionNotOnOrAfter",
            before(180),
        ),
    ] {
        changed(s, corpus, (attack, title), code, (part, &|e| e.set(attribute, &value)))?;
    }
    let ended: Edit<'_> = &|e| {
        e.set("NotBefore", &before(600));
        e.set("NotOnOrAfter", &before(180));
    };
    changed(s, corpus, (174, "Conditions that ended just now"), "conditions.expired", (conditions, ended))?;
    let code = "subject_confirmation.expiry_missing";
    changed(s, corpus, (174, "a confirmation without an end"), code, (data, &|e| e.unset("NotOnOrAfter")))?;
    let late = |seconds: u64| {
        move |context: &mut Context| {
            context.now = context.now.saturating_add(Duration::from_secs(seconds));
            if let Some(waiting) = &mut context.pending {
                waiting.expires_at = context.now.saturating_add(Duration::from_secs(1));
            }
        }
    };
    elsewhere(s, corpus, (174, "presented a second too late"), "subject_confirmation.expired", late(480))?;
    elsewhere(
        s,
        corpus,
        (174, "presented ten years later"),
        "subject_confirmation.expired",
        late(315_360_000),
    )?;
    elsewhere(s, corpus, (174, "presented before it was made"), "response.issued_in_future", |context| {
        context.now = context.now.saturating_sub(Duration::from_secs(181));
    })
}

/// Attacks 176 and 177.
fn confirmations(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let confirmation = names::saml::SUBJECT_CONFIRMATION;
    let missing = "subject_confirmation.bearer_missing";
    for method in ["holder-of-key", "sender-vouches", "Bearer", ""] {
        let uri = format!("urn:oasis:names:tc:SAML:2.0:cm:{method}");
        let title = format!("confirmed by {method:?} only");
        changed(s, corpus, (177, &title), missing, (confirmation, &|e| e.set("Method", &uri)))?;
    }
    let artifact: Edit<'_> = &|e| e.set("Method", "urn:oasis:names:tc:SAML:1.0:cm:bearer");
    changed(s, corpus, (177, "confirmed by the method of SAML 1"), missing, (confirmation, artifact))?;
    let none: Edit<'_> = &|e| e.strip(names::saml::SUBJECT_CONFIRMATION);
    changed(s, corpus, (177, "no confirmation"), missing, (names::saml::SUBJECT, none))?;
    let none: Edit<'_> = &|e| e.children.clear();
    let code = "subject_confirmation.data_missing";
    changed(s, corpus, (176, "a bearer without data"), code, (confirmation, none))?;

    let halves = s.reissued(|tree| {
        let subject = tree.part_mut(names::saml::SUBJECT)?;
        let mut second = subject.part(confirmation)?.clone();
        second.part_mut(names::saml::SUBJECT_CONFIRMATION_DATA)?.unset("NotOnOrAfter");
        let first = subject.part_mut(names::saml::SUBJECT_CONFIRMATION_DATA)?;
        first.set("Recipient", "https://other.example.com/acs");
        subject.append(second);
        Ok(())
    })?;
    corpus
        .attack(177, "two bearers, each half valid")
        .refused("subject_confirmation.recipient_mismatch", halves)?;
    let stronger = s.reissued(|tree| {
        let subject = tree.part_mut(names::saml::SUBJECT)?;
        let mut bearer = subject.part(confirmation)?.clone();
        bearer
            .part_mut(names::saml::SUBJECT_CONFIRMATION_DATA)?
            .set("Recipient", "https://other.example.com/acs");
        subject.part_mut(confirmation)?.set("Method", "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key");
        subject.append(bearer);
        Ok(())
    })?;
    corpus
        .attack(177, "a valid holder of a key and an invalid bearer")
        .refused("subject_confirmation.recipient_mismatch", stronger)?;
    let second = s.reissued(|tree| {
        let subject = tree.part_mut(names::saml::SUBJECT)?;
        let valid = subject.part(confirmation)?.clone();
        let first = subject.part_mut(names::saml::SUBJECT_CONFIRMATION_DATA)?;
        first.set("Recipient", "https://other.example.com/acs");
        subject.append(valid);
        Ok(())
    })?;
    corpus.attack(177, "an invalid bearer before a valid one").decoy(second)
}

/// Attacks 178, 179 and 190, as far as they show in one message.
fn requests(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let (response, data) = (names::samlp::RESPONSE, names::saml::SUBJECT_CONFIRMATION_DATA);
    let other: Edit<'_> = &|e| e.set("InResponseTo", "_another");
    let gone: Edit<'_> = &|e| e.unset("InResponseTo");
    changed(s, corpus, (178, "an answer to another request"), "in_response_to.mismatch", (response, other))?;
    let code = "subject_confirmation.in_response_to_mismatch";
    changed(s, corpus, (178, "an assertion for another request"), code, (data, other))?;
    changed(
        s,
        corpus,
        (179, "InResponseTo stripped from the Response"),
        "in_response_to.missing",
        (response, gone),
    )?;
    let code = "subject_confirmation.in_response_to_missing";
    changed(s, corpus, (179, "InResponseTo stripped from the assertion"), code, (data, gone))?;
    if s.signed != Signed::Response {
        let stripped = s.altered(|tree| {
            tree.unset("InResponseTo");
            Ok(())
        })?;
        let code = s.code("", "in_response_to.unknown", "signature.digest_mismatch");
        // The claim of the envelope is gone; the signed one is still there.
        let code =
            if s.signed == Signed::Assertion { "subject_confirmation.in_response_to_unknown" } else { code };
        corpus
            .attack(179, "solicited answer passed off as unsolicited")
            .when(|context| {
                context.pending = None;
                context.relaxations = Relaxation::Unsolicited.into();
            })
            .refused(code, stripped)?;
    }
    elsewhere(
        s,
        corpus,
        (178, "an answer to a request that nobody made"),
        "in_response_to.unknown",
        |context| {
            context.pending = None;
        },
    )?;
    elsewhere(s, corpus, (178, "an answer to an older request"), "in_response_to.mismatch", |context| {
        if let Some(waiting) = &mut context.pending {
            waiting.id = s.scene.assertion_id.clone();
        }
    })?;
    elsewhere(s, corpus, (178, "an answer to a request that waits no more"), "request.expired", |context| {
        if let Some(waiting) = &mut context.pending {
            waiting.expires_at = context.now;
        }
    })?;
    elsewhere(
        s,
        corpus,
        (190, "an answer from a provider that was not asked"),
        "request.idp_mismatch",
        |context| {
            if let Some(waiting) = &mut context.pending {
                waiting.idp = s.scene.sp.clone();
            }
        },
    )?;
    let unsolicited = s.reissued(|tree| {
        tree.unset("InResponseTo");
        tree.part_mut(data)?.unset("InResponseTo");
        Ok(())
    })?;
    corpus
        .attack(178, "a login that the provider started")
        .when(|context| context.pending = None)
        .refused("response.unsolicited_refused", unsolicited.clone())?;
    corpus
        .attack(179, "an unsolicited login for a waiting request")
        .refused("in_response_to.missing", unsolicited)
}

/// Attacks 184 to 186.
fn conditions(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let conditions = names::saml::CONDITIONS;
    let typed = |value: &str| {
        let mut condition = XmlElement::new(names::saml::CONDITION);
        condition.set_in(QName::new("xsi", names::XSI, "type"), value);
        condition
    };
    for (title, code, condition) in [
        ("an unknown condition", "conditions.unknown", typed("x:Unknown")),
        ("a condition that calls itself known", "conditions.unknown", typed("saml:AudienceRestrictionType")),
        ("a condition without a type", "conditions.unknown", XmlElement::new(names::saml::CONDITION)),
        (
            "a foreign condition",
            "schema.unexpected_element",
            XmlElement::new(QName::new("x", "urn:example:condition", "Never")),
        ),
    ] {
        changed(s, corpus, (185, title), code, (conditions, &|e| e.append(condition.clone())))?;
    }
    let unexpected = "schema.unexpected_element";
    for part in [names::saml::ONE_TIME_USE, names::saml::PROXY_RESTRICTION] {
        let twice: Edit<'_> = &|e| {
            e.append(XmlElement::new(part));
            e.append(XmlElement::new(part));
        };
        changed(s, corpus, (184, &format!("two {}s", part.name.local)), unexpected, (conditions, twice))?;
    }
    for part in [names::saml::SUBJECT, names::saml::CONDITIONS, names::saml::ISSUER] {
        let tree = s.reissued(|tree| {
            let assertion = tree.part_mut(names::saml::ASSERTION)?;
            let twin = assertion.part(part)?.clone();
            assertion.insert_after(part, twin)
        })?;
        // A second Issuer is in the way of a signature that stands after the first.
        corpus.attack(186, format!("two {}s", part.name.local)).refused(unexpected, tree)?;
    }
    let tree = s.reissued(|tree| {
        let assertion = tree.part_mut(names::saml::ASSERTION)?;
        let conditions = assertion.cut(names::saml::CONDITIONS)?;
        assertion.append(conditions);
        Ok(())
    })?;
    corpus.attack(186, "Conditions after the statements").refused(unexpected, tree)?;
    let once = s.reissued(|tree| {
        tree.part_mut(conditions)?.append(XmlElement::new(names::saml::ONE_TIME_USE));
        Ok(())
    })?;
    corpus.attack(184, "a condition of one use").decoy(once)
}

/// Attacks 187, 188 and 200.
fn statuses(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let code = "status.not_success";
    let status = |name: &str| format!("urn:oasis:names:tc:SAML:2.0:status:{name}");
    for name in
        ["Responder", "Requester", "VersionMismatch", "NoPassive", "AuthnFailed", "success", "Success ", ""]
    {
        let attack = if name == "NoPassive" { 200 } else { 187 };
        let uri = status(name);
        let edit: Edit<'_> = &|e| e.set("Value", &uri);
        changed(
            s,
            corpus,
            (attack, &format!("status {name:?} beside an assertion")),
            code,
            (names::samlp::STATUS_CODE, edit),
        )?;
    }
    let nested: Edit<'_> = &|e| {
        e.append(XmlElement::new(names::samlp::STATUS_CODE).with("Value", &status("Success")));
        e.set("Value", &status("Responder"));
    };
    changed(s, corpus, (187, "a success inside a failure"), code, (names::samlp::STATUS_CODE, nested))?;
    let twice: Edit<'_> = &|e| {
        let success = XmlElement::new(names::samlp::STATUS_CODE).with("Value", &status("Success"));
        e.append(success);
    };
    changed(
        s,
        corpus,
        (187, "two status codes"),
        "schema.unexpected_element",
        (names::samlp::STATUS, twice),
    )?;
    for version in ["1.0", "1.1", "2.1", "3.0", "2", "2.00", " 2.0", ""] {
        for part in [names::samlp::RESPONSE, names::saml::ASSERTION] {
            let title = format!("{} of version {version:?}", part.name.local);
            let edit: Edit<'_> = &|e| e.set("Version", version);
            changed(s, corpus, (188, &title), "schema.attribute_value", (part, edit))?;
        }
    }
    Ok(())
}

/// Attack 189.
fn issuers(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    for (title, name) in near_misses(s.scene.idp.as_str()) {
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

/// Attacks 193 to 195.
fn names_of_subjects(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let name = names::saml::NAME_ID;
    let code = "name_id.sp_name_qualifier_mismatch";
    for (title, value) in near_misses(s.scene.sp.as_str()) {
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

/// Attacks 198 and 199.
fn authentication(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let gone: Edit<'_> = &|e| e.strip(names::saml::AUTHN_STATEMENT);
    changed(
        s,
        corpus,
        (198, "no AuthnStatement"),
        "authn_statement.missing",
        (names::saml::ASSERTION, gone),
    )?;
    for (title, comparison) in [
        ("exactly", AuthnContextComparison::Exact),
        ("better than what was asked", AuthnContextComparison::Better),
    ] {
        let asked = match comparison {
            AuthnContextComparison::Better => AuthnContextClassRef::PasswordProtectedTransport,
            _ => AuthnContextClassRef::SmartcardPki,
        };
        let requested = RequestedContext { comparison, class_refs: vec![asked] };
        elsewhere(
            s,
            corpus,
            (198, &format!("not authenticated {title}")),
            "authn_context.mismatch",
            |context| {
                if let Some(waiting) = &mut context.pending {
                    waiting.requested_context = Some(requested);
                }
            },
        )?;
    }
    let stale = s.scene.now.saturating_sub(Duration::from_secs(3600)).to_string();
    let tree = s.reissued(|tree| {
        tree.part_mut(names::saml::AUTHN_STATEMENT)?.set("AuthnInstant", &stale);
        Ok(())
    })?;
    corpus
        .attack(199, "an old authentication for a request that wanted a fresh one")
        .when(|context| {
            if let Some(waiting) = &mut context.pending {
                waiting.force_authn = true;
            }
        })
        .refused("authn_instant.not_fresh", tree)
}
