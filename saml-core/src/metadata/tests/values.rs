//! Durations and defaults.

use crate::base::Binding;
use crate::metadata::*;

#[test]
fn reads_durations() {
    for (text, seconds) in [
        ("PT6H", 21_600),
        ("P1D", 86_400),
        ("P1Y2M3DT4H5M6.789S", 31_536_000 + 2 * 2_592_000 + 3 * 86_400 + 4 * 3600 + 5 * 60 + 6),
        ("PT0S", 0),
        ("P0Y", 0),
        ("P99999999999999999999D", u64::MAX),
    ] {
        let duration = CacheDuration::try_from(text).unwrap();
        assert_eq!((duration.as_duration().as_secs(), duration.as_str()), (seconds, text));
    }
}

#[test]
fn refuses_what_is_not_a_duration() {
    for text in [
        "", "P", "PT", "P1DT", "1D", "P1", "PD", "-P1D", "P1M1Y", "P1Y1Y", "PT1.5H", "PT1.S", "PT.5S", "P1S",
        "P1.5D", " P1D", "P1D ", "p1d", "P٣D", "PT1.5",
    ] {
        assert_eq!(CacheDuration::try_from(text), Err(InvalidCacheDuration), "{text:?}");
    }
}

/// Each entity of an aggregate repeats the one of its group.
#[test]
fn a_duration_has_a_bound() {
    let with_zeros = |octets: usize| format!("PT{}1S", "0".repeat(octets - 4));
    assert!(CacheDuration::try_from(with_zeros(64).as_str()).is_ok());
    assert_eq!(CacheDuration::try_from(with_zeros(65).as_str()), Err(InvalidCacheDuration));
}

#[test]
fn the_default_endpoint_is_the_one_that_metadata_2_2_3_names() {
    let endpoint = |(index, is_default): (u16, Option<bool>)| IndexedEndpoint {
        endpoint: Endpoint {
            binding: Binding::HttpPost,
            location: "https://sp.example.com/".to_owned(),
            response_location: None,
        },
        index,
        is_default,
    };
    let (yes, no) = (Some(true), Some(false));
    for (flags, expected) in [
        (vec![], None),
        (vec![no, None, yes, yes], Some(2)),
        (vec![no, None, None], Some(1)),
        (vec![no, no], Some(0)),
        (vec![None, yes], Some(1)),
    ] {
        let endpoints: Vec<_> = (0..).zip(flags).map(endpoint).collect();
        assert_eq!(IndexedEndpoint::default_of(&endpoints).map(|endpoint| endpoint.index), expected);
    }
}

#[test]
fn responses_go_to_the_response_location_if_there_is_one() {
    let mut endpoint =
        Endpoint { binding: Binding::HttpRedirect, location: "a".to_owned(), response_location: None };
    assert_eq!(endpoint.response_location(), "a");
    endpoint.response_location = Some("b".to_owned());
    assert_eq!(endpoint.response_location(), "b");
}
