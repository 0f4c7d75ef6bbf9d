//! No number of the catalogue goes missing.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::CORPORA;

/// Why no message expresses an attack.
enum Instead {
    /// It is tested otherwise: the file, and the test in it whose comment names the number.
    Test(&'static str, &'static str),
    /// There is nothing of ours that it could be tried on.
    Nothing(&'static str),
}
use Instead::{Nothing, Test};

const ENCRYPTION: &str = "saml-core/src/enc/tests/round_trips.rs";
const HERE: &str = "tests/tests/attack_corpus/main.rs";
const ONE_ANSWER: &str = "tests/tests/sso_loop/one_answer.rs";
const PEERS: &str = "tests/tests/attack_corpus/peers.rs";
const REQUESTS: &str = "tests/tests/sso_loop/requests.rs";
const STORE: &str = "tests/tests/sso_loop/store.rs";

/// Of sections 1 to 11 and 13, the numbers that no message expresses.
const NOT_A_MESSAGE: [(u16, Instead); 18] = [
    (2, Test(HERE, "a_peer_without_a_signature_key_can_not_be_configured")),
    (44, Nothing("there is no artifact binding")),
    (117, Nothing("how long a comparison takes: OpenSSL compares, in constant time, and HMAC is not spoken")),
    (132, Test(ENCRYPTION, "key_and_vector_are_drawn_anew_for_every_message")),
    (
        151,
        Nothing("memory is safe: no crate of ours has unsafe code, and the targets of fuzz/ look for panics"),
    ),
    (165, Nothing("there is no artifact binding")),
    (166, Nothing("there is no enhanced client")),
    (169, Test(REQUESTS, "what_the_browser_claims_about_the_host_changes_nothing")),
    (180, Test(ONE_ANSWER, "an_assertion_is_used_once_whatever_request_it_answers")),
    (181, Test(ONE_ANSWER, "of_twenty_simultaneous_posts_of_one_answer_one_wins")),
    (182, Test(STORE, "a_replay_mark_that_finds_no_room_refuses_the_login_and_the_other_marks_stay")),
    (183, Test(ONE_ANSWER, "a_used_assertion_is_remembered_for_as_long_as_it_would_be_taken")),
    (191, Test(PEERS, "a_peer_has_one_name_and_answers_only_while_it_is_configured")),
    (192, Test(PEERS, "a_peer_has_one_name_and_answers_only_while_it_is_configured")),
    (197, Nothing("the scope of an attribute is for the application to judge, which gets it as it came")),
    (202, Nothing("what else an application lets people in by is its own")),
    (225, Test(PEERS, "metadata_ends_with_whatever_is_around_it")),
    (226, Test(PEERS, "a_service_provider_is_no_identity_provider")),
];

/// Of the other sections, those that a message expresses all the same.
const ALSO: [u16; 3] = [203, 205, 206];

#[test]
fn every_number_of_the_catalogue_is_a_message_or_says_why_not() {
    let found: BTreeSet<u16> = CORPORA.iter().map(|message| message.attack).collect();
    let excused: BTreeSet<u16> = NOT_A_MESSAGE.iter().map(|(number, _)| *number).collect();
    assert_eq!(excused.len(), NOT_A_MESSAGE.len(), "a number is excused twice");
    let sections = (1..=202).chain(220..=233);
    let expected: BTreeSet<u16> = sections.filter(|number| !excused.contains(number)).chain(ALSO).collect();
    assert_eq!(found, expected);
}

#[test]
fn what_is_tested_otherwise_is_tested() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for (number, instead) in NOT_A_MESSAGE {
        let (file, test) = match instead {
            Test(file, test) => (file, test),
            Nothing(reason) => {
                assert!(!reason.is_empty(), "attack {number} has no reason");
                continue;
            }
        };
        let source = fs::read_to_string(root.join(file)).unwrap();
        let (before, _) = source
            .split_once(&format!("#[test]\nfn {test}()"))
            .unwrap_or_else(|| panic!("attack {number}: no {test} in {file}"));
        let comment = before.lines().rev().take_while(|line| line.starts_with("// ")).collect::<Vec<_>>();
        let named = comment.iter().any(|line| line.contains(&number.to_string()));
        assert!(named, "attack {number} is not named before {test}");
    }
}
