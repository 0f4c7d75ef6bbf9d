use super::*;

fn site(url: &str, mount: &str) -> Site {
    let (url, mount) = (PublicUrl::try_from(url).unwrap(), MountPath::try_from(mount).unwrap());
    Site::new(url, mount, "saml").unwrap()
}

#[test]
fn addresses_and_paths_follow_from_the_public_url_and_the_mount() {
    let root = site("https://app.example.com", "/saml");
    assert_eq!(root.url("/acs"), "https://app.example.com/saml/acs");
    assert_eq!((root.path("/acs").as_str(), root.served_at().as_str()), ("/saml/acs", "/saml"));
    assert_eq!(
        (root.entity_id.as_str(), root.start_page().as_str()),
        ("https://app.example.com/saml/metadata", "/")
    );
    let mut below = site("https://example.com:8443/a/b", "/sso/v2");
    assert_eq!(below.url("/acs"), "https://example.com:8443/a/b/sso/v2/acs");
    assert_eq!(below.path("/acs"), "/a/b/sso/v2/acs");
    assert_eq!((below.served_at().as_str(), below.start_page().as_str()), ("/a/b/sso/v2", "/a/b/"));
    below.proxy_path = ProxyPath::TakenAway;
    assert_eq!((below.served_at().as_str(), below.path("/acs").as_str()), ("/sso/v2", "/a/b/sso/v2/acs"));
    assert_eq!(below.public_url.authority(), "example.com:8443");
}

#[test]
fn a_mount_that_cannot_be_right_is_refused() {
    for path in [
        "", "/", "saml", "/saml/", "//saml", "/sa ml", "/{tail}", "/a/../b", "/a/./b", "/a%2fb", "/a?b", "/é",
    ] {
        assert_eq!(MountPath::try_from(path), Err(InvalidMountPath), "{path}");
    }
    assert_eq!(MountPath::try_from(format!("/{}", "a".repeat(128)).as_str()), Err(InvalidMountPath));
    let mut site = site("https://app.example.com", "/saml");
    site.proxy_path = ProxyPath::TakenAway;
    assert_eq!(site.require_consistent(), Err(SiteError::NothingToTakeAway));
}

#[test]
fn a_path_is_ours_below_the_public_url_alone() {
    let tenant = site("https://example.com/app", "/saml");
    for path in ["/app", "/app/", "/app?x=/../y", "/app/a/b#../c", "/app/.hidden/..x"] {
        assert!(tenant.is_ours(path), "{path}");
        assert_eq!(tenant.public_path_of(path).as_deref(), Some(path));
    }
    for path in
        ["/", "/apple", "/other/app", "/app/../other", "/app/%2E%2e/other", "/app/..;x/other", "/app/.\\.."]
    {
        assert!(!tenant.is_ours(path), "{path}");
        assert_eq!(tenant.public_path_of(path), None, "{path}");
    }
    assert!(site("https://example.com", "/saml").is_ours("/anything"));
    let behind = Site { proxy_path: ProxyPath::TakenAway, ..tenant };
    assert_eq!(behind.public_path_of("/page?a=b").as_deref(), Some("/app/page?a=b"));
}

#[test]
fn the_cookies_of_two_sites_differ_by_entity_id_and_by_path() {
    let first = site("https://example.com/a", "/saml");
    let tags = [
        first.clone(),
        site("https://example.com/b", "/saml"),
        site("https://example.com/a", "/sso"),
        Site { entity_id: EntityId::try_from("urn:other").unwrap(), ..first },
    ]
    .map(|site| site.cookie_tag());
    let mut distinct = tags.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), 4, "{tags:?}");
    assert!(tags.iter().all(|tag| tag.len() == 8 && tag.bytes().all(|o| o.is_ascii_hexdigit())));
}
