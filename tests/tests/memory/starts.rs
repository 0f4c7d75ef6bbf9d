//! Logins that somebody starts and nobody ends.

use saml_sp::StartLogin;
use saml_store::Token;
use saml_tests::message::now;
use saml_tests::world::{Hosting, IdpPlan, SpPlan, World};
use tracing::subscriber::{NoSubscriber, with_default};

use crate::{HEAP, Ledger};

/// How many there are, unless `MEMORY_STARTS` says another number.
const STARTS: usize = 5_000;
/// The most that one of them leaves behind, in octets: a million leave ten megabytes.
const MOST_EACH: usize = 10;
/// How often it is measured. What another thread of this program keeps meanwhile is not there each time, and what each start
/// leaves is.
const ROUNDS: usize = 3;

#[test]
fn starts_leave_nothing_in_memory() {
    let mut ledger = Ledger::new();
    let starts = std::env::var("MEMORY_STARTS").map_or(STARTS, |number| number.parse().unwrap());
    let world = World::new(Hosting::Https, vec![IdpPlan::new("idp")], vec![SpPlan::new("app").unsigned()]);
    let (sp, runtime) = (world.sp("app"), actix_web::rt::System::new());
    let start = |kept: Option<&str>, browser: &Token| {
        let login = StartLogin { logins: kept, ..StartLogin::new(browser) };
        runtime.block_on(sp.provider.start_login(login, now())).unwrap().logins
    };
    // The tests' journal keeps each line of the log, which is nobody's state.
    with_default(NoSubscriber::default(), || {
        // What is made once: the key, and what the libraries keep.
        for _ in 0..50 {
            let _begun = start(None, &Token::random().unwrap());
        }
        let left = least_left(|| {
            for _ in 0..starts {
                let _begun = start(None, &Token::random().unwrap());
            }
        });
        ledger.measured += 1;
        ledger.require(&format!("{starts} browsers without cookies"), left, MOST_EACH * starts);

        let browser = Token::random().unwrap();
        let mut kept = start(None, &browser);
        let left = least_left(|| {
            for _ in 0..starts {
                kept = start(Some(&kept), &browser);
            }
        });
        ledger.measured += 1;
        ledger.require(&format!("{starts} in one browser"), left, MOST_EACH * starts);
    });
    ledger.close(2);
}

/// The least that was left in memory in one of the rounds.
fn least_left(mut round: impl FnMut()) -> usize {
    let rounds = (0..ROUNDS).map(|_| {
        let before = HEAP.current_usage();
        round();
        HEAP.current_usage().saturating_sub(before)
    });
    rounds.min().unwrap()
}
