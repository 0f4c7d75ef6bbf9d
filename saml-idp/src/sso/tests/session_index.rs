//! What services call a session. [Core §2.7.2]

use super::*;

const SP: &str = "https://sp.example.com";
const OTHER: &str = "https://other.example.com";

/// An identity provider that serves two, and ada's session there.
async fn two_services() -> (IdentityProvider, Token, SsoSession) {
    let one = metadata("", "");
    let other = String::from_utf8(one.clone()).unwrap().replace(SP, OTHER).into_bytes();
    let peers =
        [one, other].map(|metadata| SpPeer::from_metadata(metadata, SpPeerPolicy::default()).unwrap());
    let idp = knowing(peers.into(), |_config| (), Arc::new(Nobody), Arc::new(MemoryStore::new()));
    let (token, session) = idp.snapshot().new_session(session().person, now()).unwrap();
    idp.snapshot().begin_session(&session, now()).await.unwrap();
    (idp, token, session)
}

fn entity(name: &str) -> EntityId {
    EntityId::try_from(name).unwrap()
}

/// What a service is told that the session is called.
async fn told(idp: &IdentityProvider, session: &SsoSession, service: &str) -> String {
    let xml = format!(
        "<samlp:AuthnRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
         xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"_q\" Version=\"2.0\" \
         IssueInstant=\"2026-11-20T12:00:00Z\"><saml:Issuer>{service}</saml:Issuer></samlp:AuthnRequest>"
    );
    let message =
        PostMessage { parameter: MessageParameter::SamlRequest, xml: xml.into_bytes(), relay_state: None };
    let Next::Continue(waiting) = idp.receive_post(message, now()).await.unwrap() else { panic!("not kept") };
    let answer = xml_of(&go_on(idp, &waiting, Some(session)).await.unwrap());
    let (_, rest) = answer.split_once(" SessionIndex=\"").unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

#[tokio::test]
async fn each_service_has_a_name_of_its_own_for_a_session_and_each_session_another() {
    let (idp, token, session) = two_services().await;
    let (one, other) = (told(&idp, &session, SP).await, told(&idp, &session, OTHER).await);
    assert_ne!(one, other);
    assert_eq!(one, told(&idp, &session, SP).await, "the same again at the same service");
    let (_token, later) = idp.snapshot().new_session(session.person.clone(), now()).unwrap();
    assert_ne!(one, told(&idp, &later, SP).await, "another session");
    for index in [&one, &other] {
        assert_eq!((index.len(), index.starts_with('_')), (65, true), "{index}");
        assert!(!index.contains(token.expose()) && !index.contains(&session.key), "{index}");
    }
}

#[tokio::test]
async fn a_session_is_found_by_what_a_service_calls_it_and_by_that_service_alone() {
    let (idp, token, session) = two_services().await;
    let (one, other) = (told(&idp, &session, SP).await, told(&idp, &session, OTHER).await);
    for (service, index, found) in [
        (SP, one.as_str(), true),
        (OTHER, &other, true),
        (SP, &other, false),
        (OTHER, &one, false),
        (SP, "_s", false),
        (SP, "", false),
    ] {
        let of_index = idp.session_of_index(&entity(service), index, now()).await.unwrap();
        assert_eq!(of_index, found.then(|| session.clone()), "{service} {index}");
    }
    idp.end_session(&token, now()).await.unwrap();
    assert_eq!(idp.session_of_index(&entity(SP), &one, now()).await.unwrap(), None);
}

/// What a service calls a session is remembered for a logout, and no login fails for want of room for it.
#[tokio::test]
async fn a_login_goes_on_where_the_name_of_a_session_finds_no_room() {
    let sp = SpPeer::from_metadata(metadata("", ""), SpPeerPolicy::default()).unwrap();
    let store = MemoryStore::new().with_capacity(saml_store::Namespace::new("idp.session-of-index"), 0);
    let idp = knowing(vec![sp], |_config| (), Arc::new(Nobody), Arc::new(store));
    let (_token, session) = idp.snapshot().new_session(session().person, now()).unwrap();
    let index = told(&idp, &session, SP).await;
    assert_eq!(idp.session_of_index(&entity(SP), &index, now()).await.unwrap(), None);
}
