//! §11, second part: genuinely signed messages with one value changed, and genuine messages in another context.

use std::time::Duration;

use saml_core::assertion::AuthnContextClassRef;
use saml_core::base::Relaxation;
use saml_core::base::SamlInstant;
use saml_core::protocol::AuthnContextComparison;
use saml_core::validation::RequestedContext;
use saml_core::xml::{QName, XmlElement, names};

use crate::forge::corpus::Corpus;
use crate::forge::good::Signed;
use crate::forge::{Begun, Context, ForgeError, Specimen, Tree};

pub(super) fn forge(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    times(s, corpus)?;
    confirmations(s, corpus)?;
    match s.scene.begun {
        Begun::ByRequest => {
            requests(s, corpus)?;
            unexpected_answers(s, corpus)?;
            unfitting_authentication(s, corpus)?;
        }
        Begun::Unsolicited => claimed_requests(s, corpus)?,
    }
    let gone: Edit<'_> = &|e| e.strip(names::saml::AUTHN_STATEMENT);
    let assertion = names::saml::ASSERTION;
    changed(s, corpus, (198, "no AuthnStatement"), "authn_statement.missing", (assertion, gone))
}

/// A change of one attribute or text.
pub(super) type Edit<'e> = &'e dyn Fn(&mut XmlElement);

pub(super) fn changed(
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

/// A genuine message for a receiver with another setting.
pub(super) fn elsewhere(
    s: &Specimen<'_>,
    corpus: &mut Corpus,
    (attack, title): (u16, &str),
    code: &'static str,
    change: impl FnOnce(&mut Context),
) -> Result<(), ForgeError> {
    corpus.attack(attack, title).when(change).refused(code, s.tree())
}

/// An instant so many seconds after another one, or before it.
fn offset(now: SamlInstant, seconds: i64) -> SamlInstant {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 { now.saturating_sub(distance) } else { now.saturating_add(distance) }
}

/// Number, title, code; an attribute, and its distance from now in seconds. The tolerance is 180 seconds.
type Shifted = (u16, &'static str, &'static str, QName<'static>, &'static str, i64);

const INSTANTS: [Shifted; 13] = {
    let (response, assertion) = (names::samlp::RESPONSE, names::saml::ASSERTION);
    let (conditions, data) = (names::saml::CONDITIONS, names::saml::SUBJECT_CONFIRMATION_DATA);
    let statement = names::saml::AUTHN_STATEMENT;
    let expired = "subject_confirmation.expired";
    let with_begin = "subject_confirmation.not_before_present";
    [
        (
            174,
            "Conditions that ended long ago",
            "conditions.empty_window",
            conditions,
            "NotOnOrAfter",
            -86_400,
        ),
        (174, "Conditions not yet valid", "conditions.not_yet_valid", conditions, "NotBefore", 181),
        (174, "a confirmation that ended just now", expired, data, "NotOnOrAfter", -180),
        (174, "a confirmation that ended long ago", expired, data, "NotOnOrAfter", -31_536_000),
        (175, "a confirmation with NotBefore", with_begin, data, "NotBefore", -60),
        (174, "a Response from the future", "response.issued_in_future", response, "IssueInstant", 181),
        (174, "an Assertion from the future", "assertion.issued_in_future", assertion, "IssueInstant", 181),
        (199, "authentication in the future", "authn_instant.in_future", statement, "AuthnInstant", 181),
        (199, "a session that ended just now", "session.expired", statement, "SessionNotOnOrAfter", -180),
        (174, "a Response from tomorrow", "response.issued_in_future", response, "IssueInstant", 86_400),
        (174, "an Assertion from tomorrow", "assertion.issued_in_future", assertion, "IssueInstant", 86_400),
        (199, "authentication tomorrow", "authn_instant.in_future", statement, "AuthnInstant", 86_400),
        (199, "a session that ended yesterday", "session.expired", statement, "SessionNotOnOrAfter", -86_400),
    ]
};

/// Attack 174: too late, too early, never.
fn times(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let now = s.scene.now;
    for (attack, title, code, part, attribute, seconds) in INSTANTS {
        let value = offset(now, seconds).to_string();
        let tree = s.reissued(|tree| {
            tree.part_mut(part)?.set(attribute, &value);
            Ok(())
        })?;
        let draft = corpus.attack(attack, title);
        let draft = if matches!(seconds.unsigned_abs(), 180 | 181) { draft.at_the_second() } else { draft };
        draft.refused(code, tree)?;
    }
    // Wherever the window of the message begins.
    let shut: Edit<'_> = &|conditions| {
        let begin =
            conditions.attribute("NotBefore").map_or_else(|| offset(now, -30).to_string(), str::to_owned);
        conditions.set("NotBefore", &begin);
        conditions.set("NotOnOrAfter", &begin);
    };
    let code = "conditions.empty_window";
    changed(s, corpus, (174, "a window of no length"), code, (names::saml::CONDITIONS, shut))?;
    let code = "assertion.issued_in_future";
    let far: Edit<'_> = &|e| e.set("IssueInstant", "9999-12-31T23:59:59Z");
    changed(s, corpus, (174, "an Assertion from the far future"), code, (names::saml::ASSERTION, far))?;
    let (conditions, data) = (names::saml::CONDITIONS, names::saml::SUBJECT_CONFIRMATION_DATA);
    for (title, code, begin, end) in [
        ("Conditions that ended just now", "conditions.expired", -600, -180),
        ("Conditions that ended yesterday", "conditions.expired", -172_800, -86_400),
        ("Conditions that begin tomorrow", "conditions.not_yet_valid", 86_400, 172_800),
    ] {
        let tree = s.reissued(|tree| {
            let conditions = tree.part_mut(conditions)?;
            conditions.set("NotBefore", &offset(now, begin).to_string());
            conditions.set("NotOnOrAfter", &offset(now, end).to_string());
            Ok(())
        })?;
        let draft = corpus.attack(174, title);
        let draft = if end == -180 { draft.at_the_second() } else { draft };
        draft.refused(code, tree)?;
    }
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
    Ok(())
}

/// Attacks 178, 179 and 190: a genuine answer that nobody waits for.
fn unexpected_answers(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let data = names::saml::SUBJECT_CONFIRMATION_DATA;
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

/// Attack 178: an answer where nobody asked.
fn claimed_requests(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let claim: Edit<'_> = &|e| e.set("InResponseTo", "_another");
    let (response, data) = (names::samlp::RESPONSE, names::saml::SUBJECT_CONFIRMATION_DATA);
    let title = "an answer to a request that nobody made";
    changed(s, corpus, (178, title), "in_response_to.unknown", (response, claim))?;
    let code = "subject_confirmation.in_response_to_unknown";
    changed(s, corpus, (178, "an assertion for a request that nobody made"), code, (data, claim))
}

/// Attacks 198 and 199: the authentication is not the one that was asked for.
fn unfitting_authentication(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    for (title, comparison) in [
        ("exactly", AuthnContextComparison::Exact),
        ("better than what was asked", AuthnContextComparison::Better),
    ] {
        let asked = match comparison {
            AuthnContextComparison::Better => AuthnContextClassRef::PasswordProtectedTransport,
            AuthnContextComparison::Exact
            | AuthnContextComparison::Minimum
            | AuthnContextComparison::Maximum => AuthnContextClassRef::SmartcardPki,
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
