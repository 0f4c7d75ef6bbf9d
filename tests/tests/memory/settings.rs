//! The settings of the stand-alone identity provider.

use std::path::PathBuf;

use saml_cli::idp::ConfigFile;

use crate::{Ledger, bound, peak};

const HEAD: &str = "public_url = \"https://login.example.org\"\nkey = \"k\"\ncertificate = \"c\"\n\
    persistent_id_secret = \"s\"\n";

#[test]
fn a_file_of_settings_takes_a_multiple_of_itself() {
    let mut ledger = Ledger::new();
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("settings.toml");
    let list = |value: &str, count: usize| vec![value; count].join(",");
    let mut read = 0;
    for (name, text) in [
        (
            "services",
            format!(
                "{HEAD}{}",
                "[[service_provider]]\nmetadata = \"services/metadata-of-one.xml\"\n\n".repeat(5_000)
            ),
        ),
        (
            "released names",
            format!("{HEAD}[[service_provider]]\nmetadata = \"\"\nrelease = [{}]\n", list("\"\"", 100_000)),
        ),
        (
            "relaxations",
            format!("{HEAD}[[service_provider]]\nmetadata = \"\"\nallow = [{}]\n", list("\"\"", 50_000)),
        ),
        ("formats", format!("{HEAD}name_id_formats = [{}]\n", list("\"\"", 50_000))),
        ("users", format!("{HEAD}{}", (0..5_000).map(|n| format!("[users.u{n}]\n")).collect::<String>())),
        ("numbers of a user", format!("{HEAD}[users]\na = [{}]\n", list("0", 100_000))),
        (
            "unknown fields",
            format!("{HEAD}{}", (0..20_000).map(|n| format!("x{n} = 0\n")).collect::<String>()),
        ),
        ("unknown numbers", format!("{HEAD}x = [{}]\n", list("0", 100_000))),
        ("a deep key", format!("{HEAD}[users]\n{} = 1\n", vec!["a"; 5_000].join("."))),
        ("deep arrays", format!("{HEAD}[users]\na = {}\n", "[".repeat(100_000))),
        ("deep tables", format!("{HEAD}[users]\na = {}\n", "{a=".repeat(50_000))),
        ("a long name", format!("{HEAD}display_name = \"{}\"\n", "\\u0041".repeat(300_000))),
        ("comments", format!("{HEAD}{}", "#\n".repeat(300_000))),
    ] {
        std::fs::write(&file, &text).unwrap();
        let (taken, outcome) = peak(|| ConfigFile::read(&file).is_ok());
        read += usize::from(outcome);
        // What stands between two separators, and each line.
        let values =
            text.bytes().filter(|octet| matches!(octet, b',' | b'[' | b'{' | b'=' | b'.' | b'\n')).count();
        ledger.measured += 1;
        ledger.require(name, taken, bound(values, text.len()));
    }
    assert!(read >= 7, "{read}");
    ledger.close(13);
}
