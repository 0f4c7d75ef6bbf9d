//! A service gets what it asks for, or an error.

use std::time::Duration;

use saml_core::assertion::{
    AuthnContextClassRef, AuthnContextDeclaration, NameId, NameIdFormat, Statement, Subject,
    SubjectIdentifier,
};
use saml_sp::{ReturnTo, Session, StartLogin};
use saml_store::Token;
use saml_tests::answer::Answer;
use saml_tests::client::Reply;
use saml_tests::message::{decode, encode, now};
use saml_tests::question::{but, question, redirect_url};
use saml_tests::step::step;
use saml_tests::watched::Watched;
use saml_tests::world::{ADA, BOB, Hosting, IdpPlan, PASSWORD, SpPlan, World};

use saml_tests::flow::{Browser, begun, code, failures, receive, start};

const PPT: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport";
const MISSING: &str = "authn_context.missing";
const X509: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:X509";

fn status_of(answer: &Reply) -> String {
    decode(answer.form().value("SAMLResponse"))
}

#[test]
fn is_passive_asks_nobody() {
    let world = World::small();
    let mut client = world.client();
    let site = world.sp("app").provider.config().site;
    let url = start(&world, &mut client, |login| {
        login.is_passive = true;
        login.return_to = ReturnTo::received("/optional?asked=1", &site);
    });
    let answer = client.visit(&url);
    let told = status_of(&answer);
    assert!(told.contains("urn:oasis:names:tc:SAML:2.0:status:NoPassive"));
    // An unsigned NoPassive is refused, and the request goes on waiting.
    let (before, rest) = told.split_once("<ds:Signature").unwrap();
    let unsigned = before.to_owned() + rest.split_once("</ds:Signature>").unwrap().1;
    let unsigned = encode(unsigned.as_bytes());
    let refused = client.post(&world.sp("app").acs(), &[("SAMLResponse", unsigned.as_str())]);
    assert_eq!((refused.status, code(&refused).as_str()), (403, "status.not_success"));
    assert!(failures(&refused).contains("NoPassive"), "{}", failures(&refused));
    // A signed one leads back, as nobody, without a page of ours and without a cookie.
    let back = client.press(&answer.form(), &answer.url);
    let return_to = "https://app.example.org/optional?asked=1";
    assert_eq!((back.status, back.set_cookies().count()), (303, 0));
    let hop = back.location().unwrap();
    // The address says nothing, and leads only the browser on that began it.
    assert!(hop.starts_with("https://app.example.org/saml/complete?nobody="), "{hop}");
    let elsewhere = world.client().get(&hop);
    assert_eq!((elsewhere.status, code(&elsewhere).as_str()), (403, "login.other_browser"));
    let led = client.get(&hop);
    assert_eq!((led.status, led.location().as_deref()), (303, Some(return_to)));
    assert_eq!(led.set_cookies().count(), 0);
    let page = client.follow(back);
    assert_eq!((page.status, page.url.as_str()), (200, return_to));
    assert!(page.body.contains("nobody"), "{}", page.body);
    // As often as it comes: it signs nobody in, and a mark would be a stranger's to multiply.
    assert_eq!(client.press(&answer.form(), &answer.url).status, 303);

    let _signed_in = world.sign_in(&mut client);
    let url = start(&world, &mut client, |login| login.is_passive = true);
    let answer = client.visit(&url);
    let page = client.submit(&answer.form(), &answer.url);
    assert_eq!((page.status, page.url.as_str()), (200, "https://app.example.org/"));
}

#[test]
fn strangers_who_are_asked_whether_they_are_signed_in_leave_nothing() {
    let store = Watched::new();
    let sp = SpPlan::new("app").storing(store.clone());
    let world = World::new(Hosting::Https, vec![IdpPlan::new("idp")], vec![sp]);
    for round in 0..20 {
        let mut client = world.client();
        let url = start(&world, &mut client, |login| login.is_passive = true);
        let answer = client.visit(&url);
        let page = client.submit(&answer.form(), &answer.url);
        assert_eq!(page.status, 200, "{}", page.body);
        // The first has the key drawn.
        assert_eq!(store.changes().len(), usize::from(round == 0));
    }
}

#[test]
fn force_authn_asks_again_and_the_proof_is_fresh() {
    let world = World::small();
    let mut client = world.client();
    let _signed_in = world.sign_in(&mut client);
    let url = start(&world, &mut client, |login| login.force_authn = true);
    let login = client.visit(&url);
    assert!(login.body.contains("name=\"password\""), "the session was good enough");
    // Reloading the page does not help either.
    assert!(client.visit(&login.url).body.contains("name=\"password\""));
    let before = client.own_cookie("https://idp.example.org", "idp", "session").unwrap().to_owned();
    let answer = client.submit(&login.form().with("user_name", ADA).with("password", PASSWORD), &login.url);
    assert_ne!(client.own_cookie("https://idp.example.org", "idp", "session").unwrap(), before);
    assert_eq!(client.submit(&answer.form(), &answer.url).status, 200);
    // The session before it is over, since nobody could sign out of it any more.
    let mut thief = world.client();
    thief.set_own_cookie("https://idp.example.org", "idp", "session", &before);
    assert!(thief.visit(&world.idp("idp").at("/saml/home")).body.contains("name=\"password\""));

    let url = start(&world, &mut client, |login| {
        login.force_authn = true;
        login.is_passive = true;
    });
    assert!(status_of(&client.visit(&url)).contains("NoPassive"));
}

#[test]
fn a_stale_proof_is_refused_where_a_fresh_one_was_asked_for() {
    let world = World::small();
    let (idp, sp, at) = (world.idp("idp"), world.sp("app"), now());
    let authenticated = |minutes: u64| {
        let browser = Token::random().unwrap();
        let login = StartLogin { force_authn: true, ..StartLogin::new(&browser) };
        let (id, _) = begun(sp, login, at).unwrap();
        let then = at.saturating_sub(Duration::from_secs(60 * minutes));
        let answer = Answer::new(idp, sp, Some(&id), at).but(|a| {
            if let Some(Statement::Authn(statement)) = a.assertion.statements.first_mut() {
                statement.authn_instant = then;
            }
        });
        receive(sp, &answer.signed_by(idp), at)
    };
    authenticated(0).unwrap();
    authenticated(2).unwrap();
    let refusal = authenticated(60).unwrap_err();
    assert_eq!(refusal.code().as_str(), "authn_instant.not_fresh");
}

#[test]
fn a_requested_authn_context_is_met_or_refused() {
    let world = World::small();
    let (idp, sp, at) = (world.idp("idp"), world.sp("app"), now());
    for (asked, told) in [(vec![PPT], None), (vec![X509, PPT], None), (vec![X509], Some("NoAuthnContext"))] {
        let mut client = world.client();
        let url = start(&world, &mut client, |login| {
            login.class_refs = asked.iter().map(|uri| AuthnContextClassRef::from_uri(uri)).collect();
        });
        let login = client.visit(&url);
        let answer =
            client.submit(&login.form().with("user_name", ADA).with("password", PASSWORD), &login.url);
        let page = client.submit(&answer.form(), &answer.url);
        match told {
            None => assert_eq!(page.status, 200, "{asked:?}"),
            Some(told) => {
                assert!(status_of(&answer).contains(told));
                assert_eq!(code(&page), "status.not_success");
            }
        }
    }
    // A provider that says yes and does something else, or does not say what it did.
    let wanted = || vec![AuthnContextClassRef::from_uri(X509)];
    for (said, code) in
        [(Some(PPT), Some("authn_context.mismatch")), (Some(X509), None), (None, Some(MISSING))]
    {
        let token = Token::random().unwrap();
        let login = StartLogin { class_refs: wanted(), ..StartLogin::new(&token) };
        let (id, logins) = begun(sp, login, at).unwrap();
        let answer = Answer::new(idp, sp, Some(&id), at).but(|a| {
            if let Some(Statement::Authn(statement)) = a.assertion.statements.first_mut() {
                let context = &mut statement.authn_context;
                context.class_ref = said.map(AuthnContextClassRef::from_uri);
                context.declaration = Some(AuthnContextDeclaration::Reference("urn:x".to_owned()));
            }
        });
        let login = receive(sp, &answer.signed_by(idp), at).unwrap();
        let browser = Browser { token, logins };
        let ended = step(sp.provider.complete_login(&login.token, browser.cookies(), at));
        assert_eq!(ended.err().map(|refusal| refusal.code().as_str()), code, "{said:?}");
        let again = step(sp.provider.complete_login(&login.token, browser.cookies(), at)).unwrap_err();
        assert_eq!(again.code().as_str(), "login.not_waiting");
    }
}

/// Signs `user` in at service `index` with a kind of name.
fn named(world: &World, user: &str, format: Option<NameIdFormat>) -> Result<Session, Reply> {
    let mut client = world.client();
    let url = start(world, &mut client, |login| login.name_id_format = format);
    let login = client.visit(&url);
    if login.body.contains("name=\"SAMLResponse\"") {
        return Err(login);
    }
    let answer = client.submit(&login.form().with("user_name", user).with("password", PASSWORD), &login.url);
    let page = client.submit(&answer.form(), &answer.url);
    if page.status != 200 {
        return Err(answer);
    }
    let sp = &world.sps[0];
    let cookie = client.own_cookie(&sp.url, sp.name, "session");
    let token = Token::received(cookie.unwrap()).unwrap();
    Ok(step(sp.provider.session(&token, now())).unwrap().unwrap())
}

// Attack 213.
#[test]
fn a_name_is_of_the_kind_that_was_asked_for() {
    let two = || vec![SpPlan::new("app"), SpPlan::new("other")];
    let world = World::new(Hosting::Https, vec![IdpPlan::new("idp")], two());
    let name = |user, format| named(&world, user, format).unwrap().name_id.unwrap();

    let persistent = name(ADA, Some(NameIdFormat::Persistent));
    assert_eq!(persistent.format, Some(NameIdFormat::Persistent));
    assert_eq!(persistent.name_qualifier, Some(world.idp("idp").entity_id()));
    assert_eq!(persistent.sp_name_qualifier, Some(world.sp("app").entity_id()));
    assert_eq!(name(ADA, Some(NameIdFormat::Persistent)), persistent, "the same for ever");
    assert_eq!(name(ADA, None), persistent, "the default");
    assert_eq!(name(ADA, Some(NameIdFormat::Unspecified)), persistent, "any kind will do");
    assert_ne!(name(BOB, Some(NameIdFormat::Persistent)).value, persistent.value);
    let reversed = World::new(Hosting::Https, vec![IdpPlan::new("idp")], two().into_iter().rev().collect());
    let elsewhere = named(&reversed, ADA, None).unwrap().name_id.unwrap();
    assert_eq!(elsewhere.sp_name_qualifier, Some(world.sp("other").entity_id()));
    assert_ne!(elsewhere.value, persistent.value, "two services can't compare notes");

    let transient = name(ADA, Some(NameIdFormat::Transient));
    assert_eq!(transient.format, Some(NameIdFormat::Transient));
    assert_ne!(name(ADA, Some(NameIdFormat::Transient)).value, transient.value);

    let mail = name(ADA, Some(NameIdFormat::EmailAddress));
    assert_eq!((mail.value.as_str(), mail.format), ("ada@example.org", Some(NameIdFormat::EmailAddress)));

    // Nobody gets another kind of name than they asked for.
    for (user, format) in [(BOB, NameIdFormat::EmailAddress), (ADA, NameIdFormat::Kerberos)] {
        let told = named(&world, user, Some(format)).unwrap_err();
        assert!(
            status_of(&told).contains("urn:oasis:names:tc:SAML:2.0:status:InvalidNameIDPolicy"),
            "{user}"
        );
        assert!(!status_of(&told).contains("<saml:Assertion"));
    }
}

/// Until somebody has signed in, the page doesn't show whose name it is, or whether it exists.
#[test]
fn a_request_about_somebody_shows_the_same_page_whoever_it_is() {
    let world = World::small();
    let (idp, sp) = (world.idp("idp"), world.sp("app"));
    let mut pages = Vec::new();
    for (format, value, shown) in [
        (Some(NameIdFormat::EmailAddress), "ada@example.org", true),
        (Some(NameIdFormat::EmailAddress), "nobody@example.org", true),
        (None, "ada", true),
        (None, "somebody else", true),
        (Some(NameIdFormat::Persistent), "PERSISTENTNAME", false),
        (Some(NameIdFormat::Transient), "_transient_name", false),
    ] {
        let name = NameId { format, ..NameId::new(value) };
        let subject =
            Subject { identifier: Some(SubjectIdentifier::NameId(name)), confirmations: Vec::new() };
        let request = but(question(sp, idp, now()), |request| request.subject = Some(subject));
        let page = world.client().visit(&redirect_url(&request, sp, idp, None));
        assert_eq!(page.status, 200);
        let form = page.form();
        assert_eq!(form.value("user_name"), if shown { value } else { "" });
        assert_eq!(page.body.contains(value), shown);
        let body = page.body.replace(form.value("csrf_token"), "").replace(form.value("transaction"), "");
        pages.push((shown, body.replace(&format!("value=\"{value}\""), "value=\"\"")));
    }
    // The cursor is in the first empty field.
    pages.dedup();
    assert_eq!(pages.len(), 2, "{pages:#?}");
}

// Attack 216. SP-02.
#[test]
fn a_service_is_told_what_its_policy_lets_out() {
    use saml_idp::AttributeRelease;
    for (release, expected) in [
        (AttributeRelease::Named(Vec::new()), vec![]),
        (AttributeRelease::Named(vec!["mail".to_owned()]), vec![("mail", vec!["ada@example.org"])]),
        (
            AttributeRelease::All,
            vec![
                ("displayName", vec!["Ada Lovelace"]),
                ("eduPersonAffiliation", vec!["member", "staff"]),
                ("mail", vec!["ada@example.org"]),
            ],
        ),
    ] {
        let sp = SpPlan::new("app").treated(|policy| policy.release = release);
        let world = World::new(Hosting::Https, vec![IdpPlan::new("idp")], vec![sp]);
        let session = named(&world, ADA, None).unwrap();
        let told: Vec<(&str, Vec<&str>)> = session
            .attributes
            .iter()
            .map(|a| (a.friendly_name.as_deref().unwrap(), a.values.iter().map(String::as_str).collect()))
            .collect();
        assert_eq!(told, expected);
    }
}
