use super::*;

fn site() -> Site {
    crate::ServiceProviderConfig::new("https://example.com/app").unwrap().site
}

/// What comes out of the page is what went in, octet for octet, or nothing is kept.
#[test]
fn a_form_is_kept_only_if_a_browser_sends_the_same_octets_again() {
    for text in [
        "",
        "a=",
        "a=b",
        "subject=Two+crates&note=Leave+them%2C%0D%0Aplease%21&note=%C3%A9%E2%82%AC&x*-._=%7E%28%29%27",
        "csrf_token=aZ0-_&a=%26%3D%2B%25%22%3C%3E",
        "_charset_=UTF-8&a=b",
    ] {
        let fields = read(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(written(&fields), text);
    }
    for text in [
        "a",
        "=b",
        "a=b&",
        "&a=b",
        "a=%",
        "a=%zz",
        "a=%e9",
        "a=%c3%a9",
        "a=%41",
        "a=%20b",
        "a=b=c",
        "a=\u{e9}",
        "a=%0A",
        "a=%0D",
        "a=%0D%0D%0A",
        "a=%00",
        "a=~",
        "_charset_=windows-1252",
        "a=b&_Charset_=",
    ] {
        assert!(read(text).is_none(), "{text}");
    }
}

#[test]
fn a_form_has_a_thousand_fields_at_most() {
    let of = |fields: usize| vec!["a="; fields].join("&");
    assert_eq!(read(&of(KEPT_FORM_FIELDS)).unwrap().len(), KEPT_FORM_FIELDS);
    assert!(read(&of(KEPT_FORM_FIELDS + 1)).is_none());
}

#[test]
fn a_kept_form_ends_after_its_time_and_leads_to_a_path_of_ours() {
    let at = |seconds| SamlInstant::from_unix(seconds).unwrap();
    let opens = |plain: &str, now| opened(plain, &site(), at(now)).map(|form| (form.action, form.fields));
    let (action, fields) = opens("1000\n/app/orders?page=2\na=b", 999).unwrap();
    assert_eq!((action.as_str(), fields), ("/app/orders?page=2", vec![("a".to_owned(), "b".to_owned())]));
    assert!(opens("1000\n/app/orders\na=b", 1000).is_none(), "its time is over");
    for plain in ["1000\n/other\na=b", "1000\nhttps://example.com/app\na=b", "x\n/app\na=b", "1000\n/app", ""]
    {
        assert!(opens(plain, 0).is_none(), "{plain}");
    }
}
