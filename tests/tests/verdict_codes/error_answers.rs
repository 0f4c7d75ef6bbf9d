//! Requests that a service provider is told an error for, when somebody has signed in or can't be asked.

use saml_core::assertion::{
    AuthnContextClassRef, ConfirmationMethod, NameId, NameIdFormat, Subject, SubjectConfirmation,
    SubjectIdentifier,
};
use saml_core::base::{Limits, NonEmpty, Secret};
use saml_core::bindings::redirect;
use saml_core::protocol::{
    AuthnContextComparison, AuthnRequest, NameIdPolicy, RequestedAuthnContext,
    RequestedAuthnContextReferences,
};
use saml_idp::{BrowserRequest, Credentials, LoginOutcome, Next};
use saml_store::Token;
use saml_tests::message::now;
use saml_tests::question::{but, question, redirect_url};
use saml_tests::step::step;
use saml_tests::waiting::Waiting;
use saml_tests::world::{ADA, BOB, PASSWORD, World};

use crate::Reached;

type Change = fn(&mut AuthnRequest);

fn about(request: &mut AuthnRequest, confirmations: Vec<SubjectConfirmation>) {
    let identifier = Some(SubjectIdentifier::NameId(NameId::new(ADA)));
    request.subject = Some(Subject { identifier, confirmations });
}

pub fn all(reached: &mut Reached) {
    let world = World::small();
    let (idp, sp) = (world.idp("idp"), world.sp("app"));
    let cases: [(&str, Option<&str>, Change); 5] = [
        ("nobody to be asked", None, |r| r.is_passive = true),
        ("another one than was asked for", Some(BOB), |r| about(r, Vec::new())),
        ("a subject that holds a key", Some(ADA), |r| {
            let method = ConfirmationMethod::HolderOfKey;
            about(r, vec![SubjectConfirmation { method, identifier: None, data: None }]);
        }),
        ("a certificate to be shown", Some(ADA), |r| {
            let class_ref = AuthnContextClassRef::from_uri("urn:oasis:names:tc:SAML:2.0:ac:classes:X509");
            r.requested_authn_context = Some(RequestedAuthnContext {
                comparison: AuthnContextComparison::Exact,
                references: RequestedAuthnContextReferences::Classes(NonEmpty::new(class_ref)),
            });
        }),
        ("a mail address of somebody who has none", Some(BOB), |r| {
            let format = Some(NameIdFormat::EmailAddress);
            r.name_id_policy = Some(NameIdPolicy { format, ..NameIdPolicy::default() });
        }),
    ];
    for (by, user, change) in cases {
        let url = redirect_url(&but(question(sp, idp, now()), change), sp, idp, None);
        let message = redirect::decode(url.split_once('?').unwrap().1, &Limits::MESSAGE).unwrap();
        let Next::Continue(token) = step(idp.provider.receive_redirect(message, now())).unwrap() else {
            panic!("{by}: answered before anybody was there")
        };
        let answer = match user {
            None => {
                let browser = Token::random().unwrap();
                let waiting = BrowserRequest { request: &token, browser: &browser };
                step(idp.provider.continue_transaction(waiting, None, now())).unwrap()
            }
            Some(user_name) => {
                let password = Secret::new(PASSWORD.as_bytes().to_vec());
                let credentials =
                    Credentials { user_name, password: &password, address: "192.0.2.1", known_browser: None };
                let waiting = step(Waiting::shown(&idp.provider, &token, now())).unwrap();
                match step(idp.provider.log_in(Some(waiting.sent()), credentials, now())).unwrap() {
                    LoginOutcome::SignedIn { next: Some(next), .. } => next,
                    other => panic!("{by}: {other:?}"),
                }
            }
        };
        let Next::Post { verdict: Some(verdict), .. } = answer else { panic!("{by}: no error") };
        reached.verdict(by, &verdict);
    }
}
