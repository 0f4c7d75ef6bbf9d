use std::path::Path;

use super::*;

fn line(text: &str) -> String {
    let path = std::env::temp_dir().join(format!("saml-idp-{}.toml", std::process::id()));
    std::fs::write(&path, text).unwrap();
    let error = ConfigFile::read(&path).unwrap_err();
    std::fs::remove_file(&path).unwrap();
    error.to_string().replace(&path.display().to_string(), "FILE")
}

#[test]
fn says_where_a_file_goes_wrong_in_one_line() {
    let whole = "public_url = \"https://a.example\"\nkey = \"k\"\ncertificate = \"c\"\npersistent_id_secret = \"s\"\n";
    assert_eq!(line(&format!("{whole}colour = 1\n")).split(',').next(), Some("FILE"));
    assert!(line(&format!("{whole}colour = 1\n")).starts_with("FILE, line 5: unknown field `colour`"));
    assert!(
        line("public_url = 1\n").starts_with("FILE, line 1: invalid type"),
        "{}",
        line("public_url = 1\n")
    );
    assert!(line("key = \"k\"\n").contains("missing field"));
    assert_eq!(line(&format!("{whole}listen = \"nowhere\"\n")), "listen: not an address with a port");
}

#[test]
fn paths_are_relative_to_the_file() {
    let text = "public_url = \"https://a.example\"\nkey = \"k\"\ncertificate = \"c\"\npersistent_id_secret = \"s\"\n";
    let file = ConfigFile {
        file: "/etc/saml/idp.toml".into(),
        folder: "/etc/saml".into(),
        text: text.to_owned(),
        settings: toml::from_str(text).unwrap(),
    };
    assert_eq!(file.path(Path::new("idp.key")), Path::new("/etc/saml/idp.key"));
    assert_eq!(file.path(Path::new("/run/idp.key")), Path::new("/run/idp.key"));
    assert_eq!((file.settings.listen.as_str(), file.settings.store), ("127.0.0.1:8080", None));
}
