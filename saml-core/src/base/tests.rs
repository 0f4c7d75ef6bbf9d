use super::*;

// ENTRA-31.
#[test]
fn reads_instants_as_saml_writes_them() {
    for (text, seconds, shown) in [
        ("2026-11-20T12:00:00Z", 1_795_176_000, "2026-11-20T12:00:00Z"),
        ("2026-11-20T12:00:00.1839884Z", 1_795_176_000, "2026-11-20T12:00:00.183Z"),
        ("2026-11-20T12:00:00+00:00", 1_795_176_000, "2026-11-20T12:00:00Z"),
        ("2026-11-20T13:30:00+01:30", 1_795_176_000, "2026-11-20T12:00:00Z"),
        ("2026-11-20T24:00:00Z", 1_795_219_200, "2026-11-21T00:00:00Z"),
        ("2026-12-31T24:00:00.000Z", 1_798_761_600, "2027-01-01T00:00:00Z"),
    ] {
        let instant = SamlInstant::try_from(text).unwrap();
        assert_eq!((instant.unix(), instant.to_string().as_str()), (seconds, shown), "{text}");
    }
}

#[test]
fn refuses_what_is_not_an_instant() {
    for text in [
        "",
        "2026-11-20",
        "2026-11-20T12:00:00",
        "2026-11-20 12:00:00Z",
        "2026-11-20T24:00:01Z",
        "2026-11-20T24:01:00Z",
        "2026-11-20T24:00:00.1Z",
        "2026-11-20T25:00:00Z",
        "2026-13-20T12:00:00Z",
        "2026-02-30T12:00:00Z",
        "2020-09-25T16=7:00Z",
        "99999-01-01T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "2026-11-20T12:00:00.Z",
        "2026-11-20T12:00:00+14:01",
        "2026-11-20T12:00:60Z",
        "2026-11-20T12:00:00Z ",
        "-2026-11-20T12:00:00Z",
        "2026-11-20T12:00:00z",
        "٢٠٢٦-11-20T12:00:00Z",
        "2026-11-20T12:00:00.000000000000000000000000000000000Z",
    ] {
        assert_eq!(SamlInstant::try_from(text), Err(InvalidInstant), "{text:?}");
    }
}

// Attack 251.
#[test]
fn arithmetic_on_instants_stops_at_the_ends_of_the_calendar() {
    let late = SamlInstant::try_from("9999-12-31T23:59:59Z").unwrap();
    let century = std::time::Duration::from_secs(u64::from(u32::MAX));
    assert!(late.saturating_add(century * 1_000_000) > late);
    assert_eq!(late.checked_add(std::time::Duration::MAX), None);
}

struct Counting(u8);

impl SecureRandom for Counting {
    fn fill(&mut self, octets: &mut [u8]) -> Result<(), RandomUnavailable> {
        for octet in octets {
            *octet = self.0;
            self.0 = self.0.wrapping_add(13);
        }
        Ok(())
    }
}

// Attack 211. ENTRA-06 and ENTRA-07.
#[test]
fn generated_ids_are_an_underscore_and_forty_hex_digits() {
    let id = MessageId::generate(&mut Counting(0)).unwrap();
    assert_eq!(id.as_str().len(), 41);
    assert_eq!(MessageId::try_from(id.as_str()), Ok(id));
}

#[test]
fn an_id_says_its_octets_in_one_way() {
    assert_eq!(MessageId::of_octets(&[0x00, 0x9a, 0xff]).as_str(), "_009aff");
    let longest = MessageId::of_octets(&[0xff; 49]);
    assert!(longest.as_str().len() <= 100 && MessageId::is_like_ours(longest.as_str()));
    assert!(!MessageId::is_like_ours(&longest.as_str().to_uppercase()));
}

// Attack 208.
#[test]
fn refuses_ids_that_are_not_nc_names() {
    for text in ["", "1a", "a b", "a:b", "a'b", " a", "a\u{D7}"] {
        assert_eq!(MessageId::try_from(text), Err(InvalidMessageId::NotAnNcName), "{text:?}");
    }
    assert_eq!(MessageId::try_from("a".repeat(257).as_str()), Err(InvalidMessageId::TooLong));
    assert!(MessageId::try_from("_é·.-").is_ok());
}

// NET-19.
#[test]
fn relay_state_of_ours_is_at_most_eighty_octets() {
    assert!(RelayState::try_from("a".repeat(80).as_str()).is_ok());
    assert_eq!(RelayState::try_from("a".repeat(81).as_str()), Err(InvalidRelayState::TooLong { octets: 81 }));
    assert_eq!(RelayState::received(""), Ok(None));
    assert!(RelayState::received("{\"organizationId\":1}").unwrap().is_some());
    assert!(RelayState::received(&"a".repeat(1025)).is_err());
    assert!(RelayState::received("a\nb").is_err());
}

// Attack 250.
#[test]
fn entity_ids_are_compared_octet_by_octet() {
    let id = EntityId::try_from("https://sts.windows.net/tenant/").unwrap();
    assert_ne!(id, EntityId::try_from("https://sts.windows.net/tenant").unwrap());
    assert_eq!(EntityId::try_from(""), Err(InvalidEntityId::Empty));
    assert_eq!(EntityId::try_from("a b"), Err(InvalidEntityId::WhiteSpaceOrControl));
}

#[test]
fn secrets_do_not_print() {
    assert_eq!(format!("{:?}", Secret::new(b"hunter2".to_vec())), "Secret(…)");
}

#[test]
fn a_budget_is_fatal_when_spent() {
    let mut budget = Budget::for_message();
    for _ in 0..Budget::SIGNATURE_CHECKS {
        budget.spend_signature_check().unwrap();
    }
    assert_eq!(budget.spend_signature_check(), Err(BudgetSpent));
    assert_eq!(budget.spend_signature_check(), Err(BudgetSpent));
    for _ in 0..Budget::KEY_UNWRAPS {
        budget.spend_key_unwrap().unwrap();
    }
    assert_eq!(budget.spend_key_unwrap(), Err(BudgetSpent));
    assert_eq!(budget.spend_key_unwrap(), Err(BudgetSpent));
}

// ENTRA-08.
#[test]
fn a_public_url_is_an_origin_and_perhaps_a_path() {
    for (text, https, loopback) in [
        ("https://app.example.com", true, false),
        ("https://app.example.com:8443", true, false),
        ("http://127.0.0.1:8080", false, true),
        ("http://[::1]:8080", false, true),
        ("http://localhost", false, true),
        ("http://localhost.example.com", false, false),
        ("http://127.0.0.1.example.com:80", false, false),
    ] {
        let url = PublicUrl::try_from(text).unwrap();
        assert_eq!((url.is_https(), url.is_loopback(), url.as_str()), (https, loopback, text));
        assert_eq!((url.origin(), url.path()), (text, ""));
    }
    for (text, origin, path) in [
        ("https://a/b", "https://a", "/b"),
        ("https://a:1/b.c/~d_e-f", "https://a:1", "/b.c/~d_e-f"),
        ("http://localhost/app", "http://localhost", "/app"),
    ] {
        let url = PublicUrl::try_from(text).unwrap();
        assert_eq!((url.as_str(), url.origin(), url.path()), (text, origin, path));
        assert_eq!(format!("{}{}", url.origin().split_once("//").unwrap().1, ""), url.authority());
        assert_eq!(url.is_loopback(), text.starts_with("http://localhost"));
    }
    for text in [
        "",
        "app.example.com",
        "ftp://a",
        "https://",
        "https://a/",
        "https://a/b/",
        "https://a//b",
        "https://a/../b",
        "https://a/b?c",
        "https://a/b#c",
        "https://a/b%2fc",
        "https://a\\b",
        "https://u@a",
        "https://u@a/b",
        "https://a?b",
        &format!("https://a/{}", "b".repeat(512)),
    ] {
        assert_eq!(PublicUrl::try_from(text), Err(InvalidPublicUrl), "{text}");
    }
}

#[test]
fn a_non_empty_list_has_a_first_value_and_keeps_the_order() {
    assert_eq!(NonEmpty::<u8>::from_vec(Vec::new()), None);
    let mut values = NonEmpty::from_vec(vec![1, 2]).unwrap();
    values.push(3);
    assert_eq!((values.first(), values.rest(), values.len()), (&1, [2, 3].as_slice(), 3));
    assert_eq!(values.iter().copied().collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(values.into_vec(), [1, 2, 3]);
    assert_eq!(NonEmpty::from(1), NonEmpty::new(1));
}

#[test]
fn a_vocabulary_keeps_what_it_does_not_know() {
    let post = Binding::from_uri("urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST");
    assert_eq!((post.uri(), &post), ("urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST", &Binding::HttpPost));
    let folded = "urn:oasis:names:tc:saml:2.0:bindings:http-post";
    assert_eq!(Binding::from_uri(folded), Binding::Other(folded.to_owned()));
    assert_eq!(Binding::from_uri(folded).to_string(), folded);
}

#[test]
fn a_url_is_as_safe_as_the_host_that_a_browser_would_go_to() {
    use crate::base::UrlTransport::{self, Https, LoopbackHttp, Other, PlainHttp};
    for (url, expected) in [
        ("https://app.example.com/acs", Https),
        ("http://localhost/acs", LoopbackHttp),
        ("http://localhost:8080", LoopbackHttp),
        ("http://127.0.0.1:8080/acs", LoopbackHttp),
        ("http://127.1.2.3/acs", LoopbackHttp),
        ("http://[::1]:8080/acs", LoopbackHttp),
        ("http://[::1]", LoopbackHttp),
        ("http://app.example.com/acs", PlainHttp),
        ("http://localhost.example.com/acs", PlainHttp),
        ("http://127.0.0.1.example.com/acs", PlainHttp),
        ("http://localhost@app.example.com/acs", PlainHttp),
        ("http://localhost:1@app.example.com/acs", PlainHttp),
        ("http://app.example.com/@localhost", PlainHttp),
        ("http://app.example.com\\@localhost/", PlainHttp),
        ("http://app.example.com?@localhost", PlainHttp),
        ("http://[2001:db8::1]/", PlainHttp),
        ("http://0.0.0.0/", PlainHttp),
        ("http://", PlainHttp),
        ("javascript:alert(1)", Other),
        ("HTTPS://app.example.com/acs", Other),
        ("//app.example.com/acs", Other),
        ("", Other),
    ] {
        assert_eq!(UrlTransport::of(url), expected, "{url}");
    }
}

#[test]
fn an_age_has_a_floor_and_a_ceiling() {
    assert_eq!(AssertionMaxAge::default().as_duration(), std::time::Duration::from_secs(86_400));
    assert_eq!(RequestMaxAge::default().as_duration(), std::time::Duration::from_secs(600));
    for (seconds, shown) in
        [(1, "1 s"), (600, "10 min"), (3_600, "1 h"), (5_400, "90 min"), (2_678_400, "744 h")]
    {
        assert_eq!(RequestMaxAge::from_secs(seconds).unwrap().to_string(), shown);
    }
    for seconds in [0, 2_678_401, u64::MAX] {
        assert_eq!(AssertionMaxAge::from_secs(seconds), Err(MaxAgeOutOfRange { seconds }));
    }
}
