//! What an identity provider holds after any number of requests whose people never came back.

use saml_core::bindings::redirect;
use saml_idp::Next;
use saml_tests::message::now;
use saml_tests::question::{question, redirect_url};
use saml_tests::waiting::Waiting;
use saml_tests::world::{Hosting, IdpPlan, SpPlan, World};

use crate::{HEAP, Ledger};

const REQUESTS: usize = 2_000;
/// Of a million requests that is ten megabytes.
const OCTETS_OF_A_REQUEST: usize = 10;

#[test]
fn requests_that_nobody_answers_leave_the_heap_as_it_was() {
    let mut ledger = Ledger::new();
    let world = World::new(Hosting::Https, vec![IdpPlan::new("idp")], vec![SpPlan::new("open").unsigned()]);
    let (idp, sp) = (world.idp("idp"), world.sp("open"));
    let runtime = actix_web::rt::System::new();
    let ask = || {
        let url = redirect_url(&question(sp, idp, now()), sp, idp, None);
        let message =
            redirect::decode(url.split_once('?').unwrap().1, &idp.provider.config().site.limits).unwrap();
        let shown = async {
            let Next::Continue(address) = idp.provider.receive_redirect(message, now()).await.unwrap() else {
                panic!("answered before anybody was there")
            };
            drop(Waiting::shown(&idp.provider, &address, now()).await.unwrap());
        };
        runtime.block_on(shown);
    };
    // The tests keep the lines of the log, which a server does not.
    let grown = tracing::subscriber::with_default(tracing::subscriber::NoSubscriber::new(), || {
        // What is made once: the key, the tables of the libraries.
        (0..REQUESTS / 4).for_each(|_| ask());
        let before = HEAP.current_usage();
        (0..REQUESTS).for_each(|_| ask());
        HEAP.current_usage().saturating_sub(before)
    });
    ledger.measured += 1;
    ledger.require("requests that wait in browsers", grown, REQUESTS * OCTETS_OF_A_REQUEST);
    ledger.close(1);
}
