use std::os::unix::fs::{PermissionsExt as _, symlink};

use saml_core::base::SamlInstant;

use super::*;
use crate::event::{CorrelationId, Event, Occurrence, Person};

fn entity() -> EntityId {
    EntityId::try_from("urn:a").unwrap()
}

fn occurrence(name: &str) -> Occurrence {
    let now = SamlInstant::try_from("2026-11-20T12:00:00Z").unwrap();
    let person = Person::new(name.to_owned()).with_name_id(name);
    Occurrence::new(Event::LoginCompleted, CorrelationId::random(), now).about(Some(person))
}

/// A folder that goes with its test.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("saml-audit-{}", CorrelationId::random()));
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _gone = std::fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn a_file_is_made_for_its_owner_alone_and_appended_to() {
    let folder = Folder::new();
    let path = folder.path("audit.jsonl");
    for name in ["ada", "bob\u{202e}\u{7}\u{9b}\n"] {
        // Opened anew, as by a second start.
        JsonLines::append(&path).unwrap().write(&entity(), &occurrence(name)).await.unwrap();
    }
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.is_ascii() && !text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names: Vec<&str> = lines.iter().map(|line| line["name_id"].as_str().unwrap()).collect();
    assert_eq!(names, ["ada", "bob\u{202e}\u{7}\u{9b}\n"]);
    assert_eq!((&lines[0]["event"], &lines[0]["entity_id"]), (&"login-completed".into(), &"urn:a".into()));
}

#[test]
fn a_link_a_folder_and_an_open_file_are_refused() {
    let folder = Folder::new();
    let (target, link) = (folder.path("target"), folder.path("link"));
    std::fs::write(&target, "").unwrap();
    std::fs::set_permissions(&target, std::fs::Permissions::from_mode(0o600)).unwrap();
    JsonLines::append(&target).unwrap();
    symlink(&target, &link).unwrap();
    assert!(matches!(JsonLines::append(&link), Err(JsonLinesError::Open(_))));
    symlink(folder.path("nothing"), folder.path("dangling")).unwrap();
    assert!(matches!(JsonLines::append(folder.path("dangling")), Err(JsonLinesError::Open(_))));
    assert!(!folder.path("nothing").exists());
    assert!(JsonLines::append(&folder.0).is_err());
    assert!(matches!(JsonLines::append("/dev/null"), Err(JsonLinesError::NotAFile)));
    for mode in [0o640, 0o604, 0o620, 0o602] {
        std::fs::set_permissions(&target, std::fs::Permissions::from_mode(mode)).unwrap();
        let error = JsonLines::append(&target).unwrap_err();
        assert!(matches!(error, JsonLinesError::OpenToOthers { mode: found } if found == mode), "{error}");
    }
}

#[tokio::test]
async fn a_line_that_was_torn_does_not_spoil_the_next() {
    let folder = Folder::new();
    let path = folder.path("audit.jsonl");
    JsonLines::append(&path).unwrap();
    std::fs::write(&path, "{\"at\":\"2026").unwrap();
    JsonLines::append(&path).unwrap().write(&entity(), &occurrence("ada")).await.unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(serde_json::from_str::<serde_json::Value>(text.lines().nth(1).unwrap()).is_ok(), "{text}");
}
