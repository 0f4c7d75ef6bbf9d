use super::*;

#[test]
fn digits_are_ordered_as_instants_are() {
    let instants = [i64::MIN, i64::MIN + 1, -1, 0, 1, 1_795_176_000_000, i64::MAX - 1, i64::MAX];
    let written: Vec<String> = instants.map(|at| digits(StoreInstant::from_unix_millis(at))).to_vec();
    assert!(written.is_sorted() && written.iter().all(|digits| digits.len() == 20), "{written:?}");
    assert_eq!(written.first().map(String::as_str), Some("00000000000000000000"));
    assert_eq!(written.last().map(String::as_str), Some("18446744073709551615"));
}

#[test]
fn names_of_a_namespace_share_one_tag_and_no_two_namespaces_have_the_same() {
    let places = ["", "%", "a", "a}", "a{", "}", "{}", "a%7D", "sp.session"];
    let names = places.map(|place| Names::new("saml:", Namespace::new(place)));
    for one in &names {
        let tag = one.order.strip_prefix("saml:{").and_then(|rest| rest.strip_suffix("}order")).unwrap();
        assert!(!tag.is_empty() && !tag.contains(['{', '}']));
        assert_eq!(
            (one.base.clone(), one.held.clone()),
            (format!("saml:{{{tag}}}e:"), format!("saml:{{{tag}}}held"))
        );
        assert_eq!(one.slot, slot(tag));
        assert_eq!(names.iter().filter(|other| other.order == one.order).count(), 1);
    }
}

/// The check value of CRC-16/XMODEM, and slots that a cluster of Redis gives with `CLUSTER KEYSLOT`.
#[test]
fn slots_are_those_of_redis() {
    assert_eq!(slot("123456789"), 0x31C3);
    assert_eq!(slot("foo"), 12_182);
    assert_eq!(slot("user1000"), 3_443);
}

#[test]
fn redis_keeps_an_entry_longer_than_it_lives_and_for_ever_beyond_a_hundred_years() {
    let slack = Duration::from_secs(600);
    let at = StoreInstant::from_unix_millis;
    assert_eq!(life(at(1_000), at(2_000), slack), "601000");
    assert_eq!(life(at(i64::MIN), at(i64::MIN + 1), slack), "600001");
    assert_eq!(life(at(0), StoreInstant::MAX, slack), "");
    assert_eq!(life(at(i64::MIN), StoreInstant::MAX, slack), "");
}
