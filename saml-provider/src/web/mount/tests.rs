use super::*;
use crate::MountPath;
use saml_core::base::PublicUrl;

fn mount(url: &str, path: &str, host: HostRule) -> Mount {
    let (url, path) = (PublicUrl::try_from(url).unwrap(), MountPath::try_from(path).unwrap());
    let site = Site { host, ..Site::new(url, path, "saml").unwrap() };
    Mount::new(&site, |_config| {})
}

fn refusal(mounts: Vec<Mount>) -> Option<MountError> {
    together(mounts).err()
}

#[test]
fn two_that_would_answer_at_one_address_are_refused() {
    let first = mount("https://a.example", "/saml", HostRule::Any);
    for second in [
        mount("https://b.example", "/saml", HostRule::Any),
        mount("https://b.example", "/saml", HostRule::Own),
        mount("https://b.example", "/saml/more", HostRule::Any),
        mount("https://b.example/saml", "/sso", HostRule::Any),
    ] {
        for pair in [vec![first.clone(), second.clone()], vec![second.clone(), first.clone()]] {
            assert!(matches!(refusal(pair), Some(MountError::SamePlace { .. })), "{second:?}");
        }
    }
    let again = mount("https://a.example", "/saml", HostRule::Any);
    assert!(matches!(refusal(vec![first.clone(), again]), Some(MountError::SameEntity(_))));
}

#[test]
fn those_at_other_paths_or_on_other_hosts_stand_side_by_side() {
    let all = vec![
        mount("https://a.example/north", "/saml", HostRule::Any),
        mount("https://a.example/south", "/saml", HostRule::Any),
        mount("https://a.example/southwest", "/saml", HostRule::Any),
        mount("https://a.example", "/saml", HostRule::Own),
        mount("https://b.example", "/saml", HostRule::Own),
        mount("https://b.example", "/saml-idp", HostRule::Own),
    ];
    assert_eq!(refusal(all), None);
}
