use actix_web::http::header::HeaderMap;

use super::*;

fn ours() -> OwnCookie {
    OwnCookie::new("saml", Purpose::Session, CookieSecurity::HttpsOnly)
}

fn headers(lines: &[&[u8]]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in lines {
        headers.append(COOKIE, HeaderValue::from_bytes(line).unwrap());
    }
    headers
}

fn read(lines: &[&[u8]]) -> Result<Option<Token>, CookieDuplicated> {
    ours().read(&headers(lines))
}

fn pair(before: &[u8], after: &[u8], value: &str) -> Vec<u8> {
    [before, b"__Host-saml-session", after, b"=", value.as_bytes()].concat()
}

#[test]
fn the_cookie_is_found_whatever_stands_beside_it() {
    let token = Token::random().unwrap();
    let own = pair(b"", b"", token.expose());
    let own = own.as_slice();
    let beside: [&[u8]; 14] = [
        b"legacy=caf\xe9",
        b"\xff\xfe=\x80",
        b"legacy=%E9",
        b"nameless",
        b"=x",
        b"=",
        b"",
        b"x=\"a; b\"",
        b"__Host-saml-sessio=x",
        b"__Host-saml-session-x=x",
        b"__host-saml-session=x",
        b"__Host-saml-session",
        b"x=__Host-saml-session=y",
        b"\xe2\x80\x80=\xc2\x85",
    ];
    for foreign in beside {
        for line in [[foreign, b"; ", own].concat(), [own, b"; ", foreign].concat()] {
            assert_eq!(read(&[&line]), Ok(Some(token.clone())), "{}", line.escape_ascii());
        }
        assert_eq!(read(&[foreign, own]), Ok(Some(token.clone())), "{}", foreign.escape_ascii());
        assert_eq!(read(&[own, foreign]), Ok(Some(token.clone())), "{}", foreign.escape_ascii());
        assert_eq!(read(&[foreign]), Ok(None), "{}", foreign.escape_ascii());
    }
}

#[test]
fn only_space_and_tab_are_stripped() {
    let token = Token::random().unwrap();
    for (before, after) in [(" ", ""), ("\t ", ""), ("", " "), ("  ", "\t"), ("a=b;\t", " ;c=d")] {
        let line = [before.as_bytes(), &pair(b"", b"", token.expose()), after.as_bytes()].concat();
        assert_eq!(read(&[&line]), Ok(Some(token.clone())), "{}", line.escape_ascii());
    }
}

/// Names that a browser lets anybody set, and that some reader takes for ours.
#[test]
fn a_name_that_is_not_ours_octet_by_octet_is_not_ours() {
    let token = Token::random().unwrap();
    for name in [
        "%5F%5FHost-saml-session",
        "%5f%5fHost-saml-session",
        "__Host%2Dsaml-session",
        "__Host-saml-sessio%6e",
        "__HOST-saml-session",
        "__Host-saml-session ",
        "__Host-saml-session\t",
        "\u{2000}__Host-saml-session",
        "\u{a0}__Host-saml-session",
        "\u{feff}__Host-saml-session",
        "\u{85}__Host-saml-session",
        "__Host-saml-session\u{85}",
        "__Host-saml-session\u{2028}",
        "\u{3000}__Host-saml-session\u{3000}",
        "\"__Host-saml-session\"",
        "\"__Host-saml-session",
        "$__Host-saml-session",
        "_\u{ff3f}Host-saml-session",
        "",
    ] {
        let line = format!("{name}={}", token.expose());
        assert_eq!(read(&[line.as_bytes()]), Ok(None), "{name:?}");
        // And none of them stands in the way of the genuine one.
        let line = [line.as_bytes(), b"; ", &pair(b"", b"", token.expose())].concat();
        assert_eq!(read(&[&line]), Ok(Some(token.clone())), "{name:?}");
    }
}

#[test]
fn a_value_that_is_no_handle_is_none() {
    let token = Token::random().unwrap();
    let text = token.expose();
    for value in
        [format!("\"{text}\""), format!("{text}="), format!("={text}"), format!(" {text}"), String::new()]
    {
        assert_eq!(read(&[&pair(b"", b"", &value)]), Ok(None), "{value}");
    }
    assert_eq!(read(&[b"__Host-saml-session=\xe9"]), Ok(None));
}

#[test]
fn two_of_them_are_none_and_have_a_code() {
    let (one, two) = (Token::random().unwrap(), Token::random().unwrap());
    let (one, two) = (pair(b"", b"", one.expose()), pair(b"", b"", two.expose()));
    let cases: [Vec<&[u8]>; 4] =
        [vec![&one, &two], vec![&one, &one], vec![&one, b"__Host-saml-session="], vec![&one, b"x=y", &two]];
    for pairs in cases {
        assert_eq!(read(&[&pairs.join(b"; ".as_slice())]), Err(CookieDuplicated { times: 2 }));
        assert_eq!(read(&pairs), Err(CookieDuplicated { times: 2 }), "on lines of their own");
    }
    let error = read(&[&one, &two, &one]).unwrap_err();
    assert_eq!((error.times, error.code().as_str()), (3, "cookie.duplicated"));
}

#[test]
fn set_cookie_keeps_what_the_prefix_demands() {
    let token = Token::random().unwrap();
    let text = ours().set(&token, Duration::from_secs(60));
    assert_eq!(
        text,
        format!("__Host-saml-session={}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure", token.expose())
    );
    assert!(ours().clear().starts_with("__Host-saml-session=; Path=/; Max-Age=0;"));
    let plain = OwnCookie::new("saml", Purpose::Browser, CookieSecurity::InsecureLoopbackDevelopment);
    let text = plain.set(&token, Duration::from_secs(60));
    assert!(
        text.starts_with("saml-browser=") && !text.contains("Secure") && text.contains("; Path=/"),
        "{text}"
    );
}

/// Whatever octets come: the token that is taken stands there under our exact name, and is the only one that does.
/// The other reading is written apart: it looks for the octets, not for pairs.
#[test]
fn of_random_octets_at_most_the_exact_one_is_taken() {
    let token = Token::random().unwrap();
    let own = pair(b"", b"", token.expose());
    let pieces: [&[u8]; 18] = [
        &own,
        b"__Host-saml-session",
        b"=",
        b";",
        b"; ",
        b" ",
        b"\t",
        b"\"",
        b"%5F",
        b"__Host-",
        b"saml-session=",
        b"\xe2\x80\x80",
        b"\xc2\x85",
        b"\xe9",
        b",",
        b"a",
        token.expose().as_bytes(),
        b"\\",
    ];
    let (mut seed, mut taken) = (0x9e37_79b9_7f4a_7c15_u64, 0);
    let mut random = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % u64::try_from(below).unwrap()).unwrap()
    };
    for _ in 0..40_000 {
        let mut lines = Vec::new();
        for _ in 0..=random(2) {
            let line: Vec<u8> = (0..random(9))
                .flat_map(|_| match random(4) {
                    0 => vec![u8::try_from(random(256)).unwrap()],
                    _ => pieces[random(pieces.len())].to_vec(),
                })
                .filter(|octet| *octet == b'\t' || (*octet >= b' ' && *octet != 0x7f))
                .collect();
            lines.push(line);
        }
        let lines: Vec<&[u8]> = lines.iter().map(Vec::as_slice).collect();
        let exact = exact_pairs(&lines);
        match read(&lines) {
            Ok(Some(found)) => {
                taken += 1;
                assert_eq!(exact, [found.expose().as_bytes()]);
            }
            Ok(None) => assert!(exact.len() <= 1 && exact != [token.expose().as_bytes()]),
            Err(error) => assert_eq!(exact.len(), error.times),
        }
    }
    assert!(taken > 500, "the property was tried {taken} times only");
}

/// The values that stand behind our name and `=`, where a line or a pair begins, up to its end.
fn exact_pairs<'a>(lines: &[&'a [u8]]) -> Vec<&'a [u8]> {
    let wanted = b"__Host-saml-session=";
    let blank = |octet: &u8| matches!(octet, b' ' | b'\t');
    let mut found = Vec::new();
    for line in lines {
        for at in 0..line.len() {
            let begins =
                line[..at].iter().rev().find(|octet| !blank(octet)).is_none_or(|octet| *octet == b';');
            if begins && line[at..].starts_with(wanted) {
                let value = &line[at + wanted.len()..];
                let end = value.iter().position(|octet| *octet == b';').unwrap_or(value.len());
                let end = value[..end].iter().rposition(|octet| !blank(octet)).map_or(0, |last| last + 1);
                found.push(&value[..end]);
            }
        }
    }
    found
}
